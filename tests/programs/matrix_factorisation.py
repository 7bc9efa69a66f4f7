"""Recommender blog post, matrix factorisation with biases: NaN for no rating, boolean masks, a loop over ratings."""

import numpy as np

nan = np.nan
ratings = np.array(
    [
        [5, 3, nan, 1, nan],
        [4, nan, nan, 1, 2],
        [1, 1, nan, 5, nan],
        [nan, 1, 5, 4, nan],
        [2, nan, 4, nan, 3],
        [nan, 4, 1, 2, 5],
    ]
)
observed = ~np.isnan(ratings)
n_users, n_items = ratings.shape
k = 3
lam = 0.05

np.random.seed(99)
params = {
    "P": np.random.normal(scale=0.7, size=(n_users, k)),
    "Q": np.random.normal(scale=0.7, size=(n_items, k)),
    "b_u": np.random.normal(scale=0.2, size=n_users),
    "b_i": np.random.normal(scale=0.2, size=n_items),
}
global_mean = np.nanmean(ratings)


def predict_all(P, Q, b_u, b_i):
    return global_mean + b_u[:, np.newaxis] + b_i[np.newaxis, :] + P.dot(Q.T)


def regularisation(p, users, items):
    total = 0
    for u, i in zip(users, items):
        total = total + lam * (np.dot(p["P"][u, :], p["P"][u, :]) + np.dot(p["Q"][i, :], p["Q"][i, :]))
        total = total + lam * (p["b_u"][u] ** 2 + p["b_i"][i] ** 2)
    return total


def loss(params):
    prediction = predict_all(**params)
    error = (ratings - prediction)[observed]
    users, items = np.nonzero(observed)
    rmse = np.sqrt(np.mean(error**2))
    # be sceptical about praise for what nobody has rated
    praised = prediction[~observed & (prediction > global_mean)]
    overshoot = np.sum((praised - global_mean) ** 2) if praised.size else 0.0
    print("RMSE: %.4f, %d of %d ratings observed" % (rmse, observed.sum(), ratings.size))
    return np.sum(error**2) + regularisation(params, users, items) + 0.1 * overshoot, {"prediction": prediction}
