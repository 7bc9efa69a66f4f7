"""Learn to read handwritten digits: a multilayer perceptron on scikit-learn's 1,797 bundled images of 8 x 8 pixels.

Three quarters are for training; the accuracy on the held-out quarter is what counts.

Run it: python examples/digits.py
"""

from __future__ import annotations

import numpy as np
from sklearn.datasets import load_digits

import nn

CLASSES = 10


def load(seed: int = 0):
    """Images as rows of 64 numbers between 0 and 1, labels from 0 to 9; shuffled, then split 3 : 1."""
    images, labels = load_digits(return_X_y=True)
    images = (images / 16).astype(np.float32)
    order = np.random.default_rng(seed).permutation(len(images))
    held_out, training = np.split(order, [len(images) // 4])
    return (images[training], labels[training]), (images[held_out], labels[held_out])


def main(epochs: int = 30, seed: int = 0) -> float:
    training, held_out = load(seed)
    nn.manual_seed(seed)
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, CLASSES))
    print(f"  {model}".replace("\n", "\n  "))
    nn.fit(
        model,
        nn.CrossEntropyLoss(),
        nn.optim.Adam(model.parameters(), lr=0.003, weight_decay=1e-4),
        nn.data.DataLoader(training, batch_size=32, shuffle=True),
        epochs=epochs,
        validation_data=held_out,
        metrics={"accuracy": nn.accuracy},
        progress=True,
    )
    on_training = nn.evaluate(model, training, {"accuracy": nn.accuracy})["accuracy"]
    on_held_out = nn.evaluate(model, held_out, {"accuracy": nn.accuracy})["accuracy"]
    print(f"  accuracy: training {on_training:.1%}, held-out {on_held_out:.1%} of {len(held_out[1])} images")
    return on_held_out


if __name__ == "__main__":
    main()
