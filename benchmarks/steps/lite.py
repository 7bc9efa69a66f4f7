"""autograd_lite, eager: Tensors, `nn.functional`, and the update written out."""

from __future__ import annotations

import nn.functional as F
from autograd_lite import Tensor
from benchmarks.steps.task import Step, Task


def step_of(task: Task) -> Step:
    X, y = task.data()
    parameters = [Tensor(p, requires_grad=True) for p in task.parameters_out_in()]
    hidden = list(zip(parameters[0:-2:2], parameters[1:-2:2], strict=True))
    W_last, b_last = parameters[-2:]
    lr = task.lr

    def run() -> Tensor:
        A = X
        for W, b in hidden:
            A = F.sigmoid(F.linear(A, W, b))
        loss = F.cross_entropy(F.linear(A, W_last, b_last), y)
        loss.backward()
        for p in parameters:
            p.data -= lr * p.grad
            p.grad = None
        return loss

    return Step(run, lambda: [p.numpy().T for p in parameters])
