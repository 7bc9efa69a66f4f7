"""autograd_lite through `nn`: layers in a `Sequential`, a loss module, `optim.SGD`."""

from __future__ import annotations

import nn
import nn.optim
from autograd_lite import Tensor
from benchmarks.steps.task import Step, Task


def step_of(task: Task) -> Step:
    X, y = task.data()
    layers: list[nn.Module] = []
    for n_in, n_out in zip(task.sizes[:-1], task.sizes[1:], strict=True):
        layers += [nn.Linear(n_in, n_out, dtype=task.dtype), nn.Sigmoid()]
    model = nn.Sequential(*layers[:-1])
    start = dict(zip(model.state_dict(), task.parameters_out_in(), strict=True))
    parameters = list(model.parameters())
    for p, value in zip(parameters, start.values(), strict=True):
        p.data = value
    loss_function = nn.CrossEntropyLoss()
    optimizer = nn.optim.SGD(model.parameters(), lr=task.lr)

    def run() -> Tensor:
        optimizer.zero_grad()
        loss = loss_function(model(X), y)
        loss.backward()
        optimizer.step()
        return loss

    return Step(run, lambda: [p.numpy().T for p in parameters])
