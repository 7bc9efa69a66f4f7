"""PyTorch, eager: tensors, `torch.nn.functional`, and the update written out."""

from __future__ import annotations

import os

import torch
import torch.nn.functional as F

from benchmarks.steps.task import Step, Task

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", torch.get_num_threads())))


def step_of(task: Task) -> Step:
    X, y = map(torch.from_numpy, task.data())
    parameters = [torch.from_numpy(p).requires_grad_() for p in task.parameters_out_in()]
    hidden = list(zip(parameters[0:-2:2], parameters[1:-2:2], strict=True))
    W_last, b_last = parameters[-2:]
    lr = task.lr

    def run() -> torch.Tensor:
        A = X
        for W, b in hidden:
            A = torch.sigmoid(F.linear(A, W, b))
        loss = F.cross_entropy(F.linear(A, W_last, b_last), y)
        loss.backward()
        with torch.no_grad():
            for p in parameters:
                p -= lr * p.grad
                p.grad = None
        return loss

    return Step(run, lambda: [p.detach().numpy().T for p in parameters])
