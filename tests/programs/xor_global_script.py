"""Script with global weights, a 2-3-1 net for XOR: columns as samples, a cache dict, cost over enumerate(X)."""

import numpy as np

np.random.seed(1)

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
Y = np.array([[0, 1, 1, 0]])
w1 = np.random.randn(3, 2)
b1 = np.random.randn(3, 1) * 0.1
w2 = np.random.randn(1, 3)
b2 = np.array([[0.1]])
cache = {}
cost_history = []
best_cost = np.inf

params = {"w1": w1.copy(), "b1": b1.copy(), "w2": w2.copy(), "b2": b2.copy()}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def forward(x):
    Z1 = np.dot(w1, x) + b1
    A1 = sigmoid(Z1)
    Z2 = np.dot(w2, A1) + b2
    A2 = sigmoid(Z2)
    cache["Z1"], cache["A1"], cache["Z2"], cache["A2"] = Z1, A1, Z2, A2
    return A2


def calculate_cost(y, y_guess):
    cost = np.power(y - y_guess, 2)
    return np.squeeze(cost)


def loss(params):
    global w1, b1, w2, b2, best_cost
    w1, b1, w2, b2 = params["w1"], params["b1"], params["w2"], params["b2"]
    cost = 0
    for i, val in enumerate(X):
        x = val.reshape(2, 1)
        y_guess = forward(x)
        cost += calculate_cost(Y[0][i], y_guess)
    cost = cost / X.shape[0]
    cost_history.append(cost)
    if cost < best_cost:
        best_cost = cost
    print(f"epoch: {len(cost_history)}, cost: {cost}")
    return cost
