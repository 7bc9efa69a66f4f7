"""Course-notes script (spirals, rows as samples), a two-layer ReLU net: softmax with integer labels, L2 penalty."""

import numpy as np

np.random.seed(0)
N = 6  # points per class
D = 2
K = 3
h = 8
X = np.zeros((N * K, D))
y = np.zeros(N * K, dtype="uint8")
for j in range(K):
    ix = range(N * j, N * (j + 1))
    r = np.linspace(0.1, 1, N)
    t = np.linspace(j * 4, (j + 1) * 4, N) + np.random.randn(N) * 0.2
    X[ix] = np.c_[r * np.sin(t), r * np.cos(t)]
    y[ix] = j

reg = 1e-2


def params():
    rng = np.random.RandomState(3)
    W = 0.8 * rng.randn(D, h)
    b = 0.3 * rng.randn(1, h)
    W2 = 0.8 * rng.randn(h, K)
    b2 = 0.1 * rng.randn(1, K)
    return {"W": W, "b": b, "W2": W2, "b2": b2}


def loss(params):
    W, b, W2, b2 = params["W"], params["b"], params["W2"], params["b2"]
    num_examples = X.shape[0]

    hidden_layer = np.maximum(0, np.dot(X, W) + b)  # note, ReLU activation
    scores = np.dot(hidden_layer, W2) + b2

    # compute the class probabilities
    exp_scores = np.exp(scores)
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)

    # average cross-entropy loss and regularization
    correct_logprobs = -np.log(probs[range(num_examples), y])
    data_loss = np.sum(correct_logprobs) / num_examples
    reg_loss = 0.5 * reg * np.sum(W * W) + 0.5 * reg * np.sum(W2 * W2)

    predicted_class = np.argmax(scores, axis=1)
    print("training accuracy: %.2f" % (np.mean(predicted_class == y)))
    return data_loss + reg_loss, {"hidden_layer": hidden_layer, "scores": scores, "probs": probs}
