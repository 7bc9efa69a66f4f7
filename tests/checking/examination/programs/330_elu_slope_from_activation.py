import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "ELU with alpha = 1.5: the negative side's slope is taken as the activation itself, a, instead of a + alpha."

alpha = 1.5
R = np.random.default_rng(330)
X = R.normal(size=(6, 4))
Y = R.normal(size=6)


def params():
    R = np.random.default_rng(1330)
    return {"A": R.normal(size=(4, 5)), "a0": R.normal(size=5), "c": R.normal(size=5)}


def loss(p):
    pre = X @ p["A"] + p["a0"]
    post = np.where(pre > 0, pre, alpha * (np.exp(pre) - 1))
    guess = post @ p["c"]
    return np.sum((guess - Y) ** 2), {"pre": pre, "post": post, "guess": guess}


def manual_grads(p):
    pre = X @ p["A"] + p["a0"]
    post = np.where(pre > 0, pre, alpha * (np.exp(pre) - 1))
    guess = post @ p["c"]
    dguess = 2 * (guess - Y)
    dpost = np.outer(dguess, p["c"])
    slope = np.ones_like(post)
    slope[post < 0] = post[post < 0]
    dpre = dpost * slope
    return {"c": post.T @ dguess, "A": X.T @ dpre, "a0": dpre.sum(0), "guess": dguess, "post": dpost, "pre": dpre}


def correct_grads(p):
    pre = X @ p["A"] + p["a0"]
    post = np.where(pre > 0, pre, alpha * (np.exp(pre) - 1))
    dg = 2 * (post @ p["c"] - Y)
    dpost = dg[:, None] * p["c"]
    dpre = dpost * np.where(pre > 0, 1.0, post + alpha)
    return {"c": dg @ post, "A": X.T @ dpre, "a0": dpre.sum(0), "guess": dg, "post": dpost, "pre": dpre}


EXPECTED = [
    {
        "where": "pre",
        "kind": "wrong_activation_derivative",
        "detail": "slope a on the negative side, should be a + alpha",
    }
]
PROPAGATED = ["A", "a0"]
CORRECT = ["c", "guess", "post"]
