"""Naive course loops, a multiclass SVM: if margin > 0 and continue, the bias trick, a softmax classifier beside it."""

import numpy as np

rng = np.random.RandomState(231)
num_train, dim, num_classes = 8, 5, 4
X = rng.randn(num_train, dim)
X = np.hstack([X, np.ones((num_train, 1))])  # the bias trick
y = rng.randint(num_classes, size=num_train)

params = {"W": rng.randn(dim + 1, num_classes) * 0.5, "V": rng.randn(dim + 1, num_classes) * 0.5}


def svm_loss_naive(W, X, y, reg):
    loss = 0.0
    for i in range(num_train):
        scores = X[i].dot(W)
        correct_class_score = scores[y[i]]
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = scores[j] - correct_class_score + 1  # note delta = 1
            if margin > 0:
                loss += margin
    # Right now the loss is a sum over all training examples, but we want it to be an average instead
    loss /= num_train
    loss += reg * np.sum(W * W)
    return loss


def svm_loss_vectorized(W, X, y, reg):
    scores = X.dot(W)
    correct = scores[np.arange(num_train), y].reshape(num_train, 1)
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(num_train), y] = 0
    return np.sum(margins) / num_train + reg * np.sum(W * W)


def softmax_loss_naive(W, X, y, reg):
    loss = 0.0
    for i in range(num_train):
        f = X[i].dot(W)
        f -= np.max(f)
        p = lambda k: np.exp(f[k]) / np.sum(np.exp(f))
        loss += -np.log(p(y[i]))
    loss /= num_train
    loss += 0.5 * reg * np.sum(W * W)
    return loss


def loss(params):
    naive = svm_loss_naive(params["W"], X, y, 0.01)
    vectorized = svm_loss_vectorized(params["W"], X, y, 0.01)
    print("difference: %f" % abs(naive - vectorized))
    return naive + 0.5 * vectorized + softmax_loss_naive(params["V"], X, y, 0.02)
