"""Datasets, their division, and the loader's batches."""

from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
import nn
from nn.data import DataLoader, Dataset, Subset, TensorDataset, default_collate, random_split
from nn.errors import ArgumentError, ArgumentTypeError, ShapeError

X = np.arange(20.0).reshape(10, 2)
Y = np.arange(10)


class Squares(Dataset):
    def __len__(self):
        return 7

    def __getitem__(self, index):
        return {"x": np.array([index, -index]), "y": (index**2, ag.Tensor(1.0 * index))}


def test_batches_in_order():
    batches = list(DataLoader((X, Y), batch_size=4))
    assert [y.tolist() for _, y in batches] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    for x, y in batches:
        assert type(x) is type(y) is np.ndarray
        np.testing.assert_array_equal(x, X[y])


@pytest.mark.parametrize(
    ("size", "drop", "counts"), [(4, False, [4, 4, 2]), (4, True, [4, 4]), (5, True, [5, 5]), (99, False, [10])]
)
def test_length_and_last_batch(size, drop, counts):
    loader = DataLoader(TensorDataset(X, Y), size, drop_last=drop)
    assert [len(y) for _, y in loader] == counts
    assert len(loader) == len(counts)
    assert len(DataLoader((X, Y))) == 10


def order_of(loader):
    return [int(label) for _, labels in loader for label in labels]


def test_each_epoch_has_another_order_and_a_seed_repeats_them():
    loader = DataLoader((X, Y), 3, shuffle=True, rng=0)
    epochs = [order_of(loader) for _ in range(3)]
    assert all(sorted(epoch) == list(range(10)) for epoch in epochs)
    assert epochs[0] != epochs[1] != epochs[2]
    again = DataLoader((X, Y), 3, shuffle=True, rng=0)
    assert [order_of(again) for _ in range(3)] == epochs
    assert order_of(DataLoader((X, Y), 3, shuffle=True, rng=1)) != epochs[0]
    for x, y in loader:
        np.testing.assert_array_equal(x, X[y])


def test_the_package_s_seed_decides_by_default():
    loader = DataLoader((X, Y), 3, shuffle=True)
    nn.manual_seed(7)
    first = order_of(loader)
    second = order_of(loader)
    nn.manual_seed(7)
    assert order_of(loader) == first
    assert first != second


def test_batches_are_copies():
    x = X.copy()
    for batch, _ in DataLoader((x, Y), 4):
        batch -= 100
    np.testing.assert_array_equal(x, X)


@pytest.mark.parametrize("shuffle", [False, True])
def test_a_dataset_of_samples_gives_the_same_batches_as_its_arrays(shuffle):
    samples = [(x, int(y)) for x, y in zip(X, Y, strict=True)]
    for a, b in zip(DataLoader(samples, 3, shuffle, rng=0), DataLoader((X, Y), 3, shuffle, rng=0), strict=True):
        for left, right in zip(a, b, strict=True):
            np.testing.assert_array_equal(left, right)


def test_samples_that_are_nested():
    batch = next(iter(DataLoader(Squares(), 3)))
    np.testing.assert_array_equal(batch["x"], [[0, 0], [1, -1], [2, -2]])
    np.testing.assert_array_equal(batch["y"][0], [0, 1, 4])
    assert type(batch["y"][1]) is np.ndarray
    assert default_collate([[1, 2], [3, 4]])[1].tolist() == [2, 4]


def test_a_single_array_is_a_dataset_of_its_rows():
    np.testing.assert_array_equal(next(iter(DataLoader(X, 2))), X[:2])


def test_collate_fn():
    loader = DataLoader((X, Y), 2, collate_fn=lambda samples: [int(label) for _, label in samples])
    assert list(loader)[1] == [2, 3]


def test_a_tensor_dataset_takes_lists_and_tensors():
    dataset = TensorDataset([[1.0], [2.0]], ag.Tensor([3.0, 4.0]))
    assert all(type(array) is np.ndarray for array in dataset.tensors)
    x, y = dataset[1]
    assert (x.tolist(), y) == ([2.0], 4.0)


def test_random_split_divides():
    for lengths in ([7, 3], [0.7, 0.3], (0.66, 0.34)):
        train, test = random_split((X, Y), lengths, rng=0)
        assert (len(train), len(test)) == (7, 3)
        assert sorted([*train.tensors[1], *test.tensors[1]]) == list(range(10))
        for x, y in (train.tensors, test.tensors):
            np.testing.assert_array_equal(x, X[y])
    a, b = random_split((X, Y), [5, 5], rng=0), random_split((X, Y), [5, 5], rng=0)
    np.testing.assert_array_equal(a[0].tensors[1], b[0].tensors[1])
    assert a[0].tensors[1].tolist() != list(range(5))
    assert [len(part) for part in random_split((X, Y), [1.0])] == [10]
    assert [len(part) for part in random_split((X, Y), [0.25] * 4, rng=0)] == [3, 3, 2, 2]


def test_random_split_of_samples():
    parts: Any = random_split(Squares(), [4, 3], rng=0)
    assert all(type(part) is Subset for part in parts)
    assert sorted(sample["y"][0] for part in parts for sample in (part[i] for i in range(len(part)))) == [
        i**2 for i in range(7)
    ]
    assert len(list(DataLoader(parts[0], 3))) == 2


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: DataLoader((X, Y[:9])),
            ShapeError,
            r"array 0 of shape \(10, 2\) has 10 samples, array 1 of shape \(9,\) has 9",
        ),
        (lambda: TensorDataset(X, np.array(1)), ShapeError, "array 1 of the dataset is a single number"),
        (lambda: TensorDataset(), ArgumentError, "at least one array"),
        (lambda: DataLoader((X, Y), 0), ArgumentError, "batch_size must be a positive number of samples, not 0"),
        (lambda: DataLoader(x for x in X), ArgumentTypeError, "a dataset has a length and numbered samples.*generator"),
        (lambda: next(iter(DataLoader([X, Y], 2))), ShapeError, r"pass them as a tuple: \(X, y\)"),
        (lambda: default_collate([(1,), (1, 2)]), ShapeError, r"as many entries each; these have \[1, 2\]"),
        (lambda: random_split((X, Y), [5, 4]), ArgumentError, r"\[5, 4\] add up to 9, and the dataset has 10 samples"),
        (lambda: random_split((X, Y), [0.5, 0.4]), ArgumentError, "fractions must add up to 1"),
        (lambda: random_split((X, Y), [11, -1]), ArgumentError, "must not be negative"),
    ],
)
def test_refusals(call, error, message):
    with pytest.raises(error, match=message):
        call()
