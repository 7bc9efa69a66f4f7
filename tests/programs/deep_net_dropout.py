"""Course notebook, an L-layer net on column samples: "W" + str(l), caches, reused names, fixed dropout masks."""

import numpy as np

# GRADED FUNCTION: initialize_parameters_deep


def initialize_parameters_deep(layer_dims):
    np.random.seed(28)
    parameters = {}
    L = len(layer_dims)  # number of layers in the network
    for l in range(1, L):
        parameters["W" + str(l)] = np.random.randn(layer_dims[l], layer_dims[l - 1]) / np.sqrt(layer_dims[l - 1])
        parameters["b" + str(l)] = np.random.randn(layer_dims[l], 1) * 0.1
        assert parameters["W" + str(l)].shape == (layer_dims[l], layer_dims[l - 1])
    return parameters


layers_dims = [3, 6, 5, 1]
params = initialize_parameters_deep(layers_dims)

np.random.seed(1)
m = 8
X = np.random.randn(3, m)
Y = (np.random.rand(1, m) > 0.5).astype(int)
keep_prob = 0.75
D = {l: (np.random.rand(layers_dims[l], m) < keep_prob).astype(int) for l in (1, 2)}


def relu(Z):
    A = np.maximum(0, Z)
    cache = Z
    return A, cache


def sigmoid(Z):
    A = 1 / (1 + np.exp(-Z))
    cache = Z
    return A, cache


def linear_activation_forward(A_prev, W, b, activation):
    Z = np.dot(W, A_prev) + b
    linear_cache = (A_prev, W, b)
    if activation == "sigmoid":
        A, activation_cache = sigmoid(Z)
    elif activation == "relu":
        A, activation_cache = relu(Z)
    assert A.shape == (W.shape[0], A_prev.shape[1])
    return A, (linear_cache, activation_cache)


def L_model_forward(X, parameters):
    caches = []
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        A_prev = A
        A, cache = linear_activation_forward(A_prev, parameters["W" + str(l)], parameters["b" + str(l)], "relu")
        A = A * D[l]  # shut down some neurons
        A = A / keep_prob  # scale the value of neurons that haven't been shut down
        caches.append(cache)
    AL, cache = linear_activation_forward(A, parameters["W" + str(L)], parameters["b" + str(L)], "sigmoid")
    caches.append(cache)
    return AL, caches


def compute_cost(AL, Y):
    m = Y.shape[1]
    cost = -1 / m * np.sum(np.multiply(Y, np.log(AL)) + np.multiply(1 - Y, np.log(1 - AL)))
    cost = np.squeeze(cost)  # e.g. turns [[17]] into 17
    assert cost.shape == ()
    return cost


def loss(parameters):
    AL, caches = L_model_forward(X, parameters)
    cost = compute_cost(AL, Y)
    print("Cost after iteration {}: {}".format(0, np.squeeze(cost)))
    return cost, {"AL": AL}
