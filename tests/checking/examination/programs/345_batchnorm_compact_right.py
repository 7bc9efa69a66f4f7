import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "Correct: batch norm backward in one line (m*d - sum - N*sum)/(m*sd), one running name G for every gradient, columns are samples."

m = 6
q = np.random.default_rng(345)
X = q.normal(size=(4, m))
Y = (q.random((2, m)) > 0.5) + 0.0


def params():
    q = np.random.default_rng(1345)
    return {
        "W1": q.normal(size=(3, 4)),
        "ga": q.normal(size=(3, 1)),
        "be": q.normal(size=(3, 1)),
        "W2": q.normal(size=(2, 3)),
        "b2": q.normal(size=(2, 1)),
    }


def loss(p):
    Z = p["W1"] @ X
    N = (Z - Z.mean(axis=1, keepdims=True)) / np.sqrt(Z.var(axis=1, keepdims=True) + 1e-5)
    B = p["ga"] * N + p["be"]
    A = 1 / (1 + np.exp(-B))
    O = p["W2"] @ A + p["b2"]
    return np.sum(np.log(1 + np.exp(O)) - Y * O) / m, {"Z": Z, "N": N, "B": B, "A": A, "O": O}


def manual_grads(p):
    Z = p["W1"].dot(X)
    mu, sd = Z.mean(1)[:, None], np.sqrt(Z.var(1) + 1e-5)[:, None]
    N = (Z - mu) / sd
    A = 1 / (1 + np.exp(-(p["ga"] * N + p["be"])))
    O = p["W2"].dot(A) + p["b2"]
    G = (1 / (1 + np.exp(-O)) - Y) / m
    g = {"O": G, "W2": G.dot(A.T), "b2": G.sum(1)[:, None]}
    G = p["W2"].T.dot(G)
    g["A"] = G
    G = G * (A - A**2)
    g["B"] = G
    g["ga"], g["be"] = np.sum(G * N, 1, keepdims=True), np.sum(G, 1, keepdims=True)
    G = p["ga"] / (m * sd) * (m * G - g["be"] - N * g["ga"])
    g["Z"] = G
    g["W1"] = np.dot(X, G.T).T
    return g


def correct_grads(p):
    g = manual_grads(p)
    return dict(g)


EXPECTED = []
PROPAGATED = []
CORRECT = ["O", "W2", "b2", "A", "B", "ga", "be", "Z", "W1"]
