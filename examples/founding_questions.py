"""Three questions that people ask about their backpropagation, and what the doctor answers.

Each is a network in plain NumPy as its author would bring it: a forward pass, and a backward pass or a training step
with mistakes in it. Nothing in the networks knows of autograd_lite.
"""

import numpy as np

import autograd_lite as ag

rng = np.random.default_rng(0)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# 1. "My weight gradients come out with the wrong shapes, so I sum them once more."

X = rng.random((20, 6))
Y = (rng.random((20, 1)) > 0.5).astype(float)


def squared_error(p):
    A1 = sigmoid(X.dot(p["W1"]) + p["b1"])
    A2 = sigmoid(A1.dot(p["W2"]) + p["b2"])
    return np.sum((A2 - Y) ** 2) / 2


def summed_once_more(p):
    A1 = sigmoid(X.dot(p["W1"]) + p["b1"])
    A2 = sigmoid(A1.dot(p["W2"]) + p["b2"])
    delta2 = (A2 - Y) * A2 * (1 - A2)
    delta1 = delta2.dot(p["W2"].T) * A1 * (1 - A1)
    dW1 = np.sum(X.T.dot(delta1), axis=0)
    dW2 = A1.T.dot(delta2)
    return {"W1": dW1, "b1": np.sum(delta1, axis=0), "W2": dW2, "b2": np.sum(A2 - Y, axis=0)}


# 2. "The accepted answer does not train my digits network." (Its hidden layer has another activation's derivative.)

image = rng.random((1, 30))
label = np.eye(10)[[3]].T


def digit_error(p):
    hidden = sigmoid(p["W1"].T.dot(image.T) + p["b1"])
    output = sigmoid(p["W2"].T.dot(hidden) + p["b2"])
    return np.sum((output - label) ** 2)


def from_the_answer(p):
    hidden = sigmoid(p["W1"].T.dot(image.T) + p["b1"])
    output = sigmoid(p["W2"].T.dot(hidden) + p["b2"])
    d_output = 2 * (output - label) * output * (1 - output)
    d_hidden = p["W2"].dot(d_output) * (1 - np.power(hidden, 2))
    return {"W1": image.T.dot(d_hidden.T), "b1": d_hidden, "W2": hidden.dot(d_output.T), "b2": d_output}


# 3. "The cost of my XOR network rises, slowly."

LR = 0.1
x, y = np.array([[0.0], [1.0]]), 1.0


def xor_error(p):
    A1 = sigmoid(np.dot(p["w1"], x) + p["b1"])
    A2 = sigmoid(np.dot(p["w2"], A1) + p["b2"])
    return np.squeeze(np.power(y - A2, 2))


def step(p):
    A1 = sigmoid(np.dot(p["w1"], x) + p["b1"])
    A2 = sigmoid(np.dot(p["w2"], A1) + p["b2"])
    d2 = 2 * (y - A2) * A2 * (1 - A2)
    d1 = np.dot(p["w2"].T, d2) * A1 * (1 - A1)
    p["w2"] -= LR * np.dot(d2, A2.T)
    p["b2"] -= LR * d2
    p["w1"] -= LR * np.dot(d1, x.T)
    p["b1"] -= LR * d1


def main():
    params = {"W1": rng.random((6, 4)), "b1": rng.random(4), "W2": rng.random((4, 1)), "b2": rng.random(1)}
    print("1. Sums once more\n")
    print(ag.check_backward(squared_error, summed_once_more, params), "\n")

    params = {"W1": rng.normal(size=(30, 8)), "b1": rng.normal(size=(8, 1)),
              "W2": rng.normal(size=(8, 10)), "b2": rng.normal(size=(10, 1))}  # fmt: skip
    print("2. The accepted answer\n")
    print(ag.check_backward(digit_error, from_the_answer, params), "\n")

    params = {"w1": rng.normal(size=(3, 2)), "b1": rng.normal(size=(3, 1)),
              "w2": rng.normal(size=(1, 3)), "b2": rng.normal(size=(1, 1))}  # fmt: skip
    print("3. The cost that rises\n")
    print(ag.check_step(xor_error, step, params, LR))


if __name__ == "__main__":
    main()
