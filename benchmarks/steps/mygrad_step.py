"""MyGrad: its tensors, and the functions of its `nnet`."""

from __future__ import annotations

import mygrad
from mygrad.nnet.activations import sigmoid
from mygrad.nnet.losses import softmax_crossentropy

from benchmarks.steps.task import Step, Task


def step_of(task: Task) -> Step:
    X, y = task.data()
    parameters = [mygrad.tensor(p) for p in task.parameters()]
    hidden = list(zip(parameters[0:-2:2], parameters[1:-2:2], strict=True))
    W_last, b_last = parameters[-2:]
    lr = task.lr

    def run() -> mygrad.Tensor:
        A = X
        for W, b in hidden:
            A = sigmoid(A @ W + b)
        loss = softmax_crossentropy(A @ W_last + b_last, y)
        loss.backward()
        for p in parameters:
            p.data -= lr * p.grad
        return loss

    return Step(run, lambda: [p.data for p in parameters])
