"""PyTorch through `torch.nn`: layers in a `Sequential`, a loss module, `optim.SGD`."""

from __future__ import annotations

import os

import torch
from torch import nn

from benchmarks.steps.task import Step, Task

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", torch.get_num_threads())))


def step_of(task: Task) -> Step:
    X, y = map(torch.from_numpy, task.data())
    layers: list[nn.Module] = []
    for n_in, n_out in zip(task.sizes[:-1], task.sizes[1:], strict=True):
        layers += [nn.Linear(n_in, n_out, dtype=X.dtype), nn.Sigmoid()]
    model = nn.Sequential(*layers[:-1])
    parameters = list(model.parameters())
    with torch.no_grad():
        for p, value in zip(parameters, task.parameters_out_in(), strict=True):
            p.copy_(torch.from_numpy(value))
    loss_function = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=task.lr)

    def run() -> torch.Tensor:
        optimizer.zero_grad()
        loss = loss_function(model(X), y)
        loss.backward()
        optimizer.step()
        return loss

    return Step(run, lambda: [p.detach().numpy().T for p in parameters])
