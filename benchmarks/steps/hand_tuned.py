"""The hand-written step with every array allocated once and every call writing into one of them (``out=``)."""

from __future__ import annotations

import numpy as np

from benchmarks.steps.task import Array, Step, Task


def step_of(task: Task) -> Step:
    X, y = task.data()
    parameters = task.parameters()
    weights, biases = parameters[0::2], parameters[1::2]
    n, lr = task.batch, np.dtype(task.dtype).type(task.lr)
    A: list[Array] = [np.empty((n, size), task.dtype) for size in task.sizes[1:]]  # the answers of the layers
    G: list[Array] = [np.empty_like(a) for a in A]  # their gradients
    slope = [np.empty_like(a) for a in A]
    dW = [np.empty_like(w) for w in weights]
    db = [np.empty_like(b) for b in biases]
    per_row = np.empty((n, 1), task.dtype)
    picked = np.arange(n) * task.sizes[-1] + y  # flat positions of the labels
    flat_answer, flat_gradient = A[-1].reshape(-1), G[-1].reshape(-1)
    # What each layer needs, with the transposed views made once.
    inputs = [X, *A[:-1]]
    hidden = list(zip(inputs[:-1], weights[:-1], biases[:-1], A[:-1], strict=True))
    back = [(k, inputs[k].T, weights[k].T) for k in reversed(range(len(weights)))]
    updates = list(zip(parameters, [g for pair in zip(dW, db, strict=True) for g in pair], strict=True))

    def run() -> float:
        # forward
        for x, w, b, a in hidden:
            np.matmul(x, w, out=a)
            np.add(a, b, out=a)
            np.negative(a, out=a)
            np.exp(a, out=a)
            np.add(a, 1, out=a)
            np.reciprocal(a, out=a)
        P = A[-1]
        np.matmul(inputs[-1], weights[-1], out=P)
        np.add(P, biases[-1], out=P)
        np.maximum.reduce(P, axis=1, keepdims=True, out=per_row)
        np.subtract(P, per_row, out=P)
        np.exp(P, out=P)
        np.add.reduce(P, axis=1, keepdims=True, out=per_row)
        np.divide(P, per_row, out=P)
        loss = -np.add.reduce(np.log(flat_answer[picked])) / n
        # backward
        np.divide(P, n, out=G[-1])
        flat_gradient[picked] -= 1 / n
        for k, x_t, w_t in back:
            np.matmul(x_t, G[k], out=dW[k])
            np.add.reduce(G[k], axis=0, out=db[k])
            if k:
                np.matmul(G[k], w_t, out=G[k - 1])
                np.subtract(1, A[k - 1], out=slope[k - 1])
                np.multiply(slope[k - 1], A[k - 1], out=slope[k - 1])
                np.multiply(G[k - 1], slope[k - 1], out=G[k - 1])
        # update
        for p, g in updates:
            np.multiply(g, lr, out=g)
            np.subtract(p, g, out=p)
        return loss

    return Step(run, lambda: parameters)
