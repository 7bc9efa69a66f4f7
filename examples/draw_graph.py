"""Draw the computation graph of the XOR network's loss, with names, operations and shapes, as an SVG file.

Run it: python examples/draw_graph.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from xor import X, Y, make_parameters, sigmoid

import autograd_lite as ag


def main(folder: Path | str = ".") -> Path:
    p = make_parameters()
    x, y = ag.Tensor(X, name="X"), ag.Tensor(Y, name="Y")
    Z1 = x @ p["W1"] + p["b1"]
    A1 = sigmoid(Z1)
    Z2 = A1 @ p["W2"] + p["b2"]
    A2 = sigmoid(Z2)
    loss = np.mean((A2 - y) ** 2)
    for name, value in {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "loss": loss}.items():
        value.name = name
    path = Path(folder) / "xor_loss.svg"
    path.write_bytes(ag.draw(loss).pipe(format="svg"))
    print(f"  The graph of the loss: {path.resolve()}")
    return path


if __name__ == "__main__":
    main()
