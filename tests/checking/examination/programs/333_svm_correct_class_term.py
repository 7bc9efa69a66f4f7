import numpy as np

SOURCE = "cs231n svm_loss_naive"
SUMMARY = "Multiclass hinge with loops: the correct class's column never receives its -x per violated margin; the penalty is right."

rg = np.random.default_rng(333)
X = rg.normal(size=(6, 4))
y = [0, 2, 1, 1, 0, 2]
reg = 0.05


def params():
    return {"W": np.random.default_rng(1333).normal(size=(4, 3))}


def loss(p):
    W = p["W"]
    total = 0.0
    for i in range(6):
        scores = X[i].dot(W)
        for j in range(3):
            if j == y[i]:
                continue
            total = total + np.maximum(0, scores[j] - scores[y[i]] + 1)
    return total / 6 + reg * np.sum(W * W)


def manual_grads(p):
    W = p["W"]
    dW = np.zeros(W.shape)
    for i in range(len(X)):
        scores = X[i].dot(W)
        correct_class_score = scores[y[i]]
        for j in range(W.shape[1]):
            if j == y[i]:
                continue
            margin = scores[j] - correct_class_score + 1
            if margin > 0:
                dW[:, j] += X[i]
    dW /= len(X)
    dW += 2 * reg * W
    return {"W": dW}


def correct_grads(p):
    W = p["W"]
    s = X @ W
    M = ((s - s[range(6), y][:, None] + 1) > 0) * 1.0
    M[range(6), y] = 0
    M[range(6), y] = -M.sum(1)
    return {"W": X.T @ M / 6 + 2 * reg * W}


EXPECTED = [{"where": "W", "kind": "missing_term", "detail": "dW[:, y[i]] -= X[i] missing"}]
PROPAGATED = []
CORRECT = []
