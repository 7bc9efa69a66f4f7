import numpy as np

SOURCE = "https://github.com/jingtinghuang/CS231n-Spring-2017/issues/3"
SUMMARY = "Multiclass hinge loss with penalty reg*sum(W*W); the gradient adds reg*W where 2*reg*W is needed, the data part is right."

_r = np.random.default_rng(706)
X = np.concatenate([_r.normal(size=(7, 4)), np.ones((7, 1))], axis=1)  # bias trick
LABEL = np.array([0, 2, 1, 1, 0, 2, 2])
Y = np.eye(3)[LABEL]
REG = 0.3


def params():
    return {"W": np.random.default_rng(1706).normal(size=(5, 3))}


def loss(p):
    scores = np.dot(X, p["W"])
    right = np.sum(scores * Y, axis=1, keepdims=True)
    margins = np.maximum(0, scores - right + 1.0) * (1 - Y)
    return np.sum(margins) / 7 + REG * np.sum(p["W"] * p["W"]), {"scores": scores}


def _data(p):
    dW = np.zeros_like(p["W"])
    for i in range(7):
        s = X[i] @ p["W"]
        for j in range(3):
            if j != LABEL[i] and s[j] - s[LABEL[i]] + 1 > 0:
                dW[:, j] += X[i]
                dW[:, LABEL[i]] -= X[i]
    return dW / 7


def manual_grads(p):
    dW = _data(p)
    dW += REG * p["W"]
    return {"W": dW}


def correct_grads(p):
    s = X @ p["W"]
    hit = ((s - np.sum(s * Y, axis=1, keepdims=True) + 1 > 0) * (1 - Y)).astype(float)
    ds = (hit - hit.sum(axis=1, keepdims=True) * Y) / 7
    return {"W": X.T @ ds + 2 * REG * p["W"], "scores": ds}


EXPECTED = [
    {
        "where": "W",
        "kind": "scale",
        "detail": "the penalty term is half as large as it should be (reg*W for 2*reg*W). Equivalent reading: missing_term, one of two shares of the penalty",
    }
]
PROPAGATED = []
CORRECT = []
