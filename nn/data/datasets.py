"""Datasets: sequences of samples, and their division into parts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np

from nn.arrays import plain
from nn.errors import ArgumentError, ArgumentTypeError, ShapeError
from nn.randomness import generator_of
from nn.types import Array, RandomSource


class Dataset(ABC):
    """Base class of datasets: anything with a length whose samples have numbers. A subclass need not derive from it.

    Examples
    --------
    >>> from nn.data import DataLoader, Dataset
    >>> class Squares(Dataset):
    ...     def __len__(self):
    ...         return 4
    ...
    ...     def __getitem__(self, index):
    ...         return float(index), index**2
    >>> for x, y in DataLoader(Squares(), batch_size=3):
    ...     print(x, y)
    [0. 1. 2.] [0 1 4]
    [3.] [9]
    """

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def __getitem__(self, index: int) -> Any: ...


class TensorDataset(Dataset):
    """Arrays whose first axis counts samples: a sample is a tuple of one entry of each.

    Parameters
    ----------
    *tensors
        Arrays (or what `np.asarray` takes) of the same length.

    Raises
    ------
    ShapeError
        The lengths differ.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data import TensorDataset
    >>> dataset = TensorDataset(np.eye(3), np.array([10, 20, 30]))
    >>> len(dataset)
    3
    >>> dataset[1]
    (array([0., 1., 0.]), np.int64(20))
    """

    def __init__(self, *tensors: Any) -> None:
        self.tensors: tuple[Array, ...] = tuple(plain(tensor) for tensor in tensors)
        if not self.tensors:
            raise ArgumentError("a TensorDataset needs at least one array")
        shapes = [tensor.shape for tensor in self.tensors]
        for position, shape in enumerate(shapes):
            if not shape:
                raise ShapeError(
                    f"array {position} of the dataset is a single number; its first axis should count samples"
                )
            if shape[0] != shapes[0][0]:
                raise ShapeError(
                    f"the arrays of a dataset need the same length: array 0 of shape {shapes[0]} has {shapes[0][0]} "
                    f"samples, array {position} of shape {shape} has {shape[0]}"
                )

    def __len__(self) -> int:
        return len(self.tensors[0])

    def __getitem__(self, index: Any) -> tuple[Any, ...]:
        return tuple(tensor[index] for tensor in self.tensors)


class Subset(Dataset):
    """The samples of a dataset at some positions.

    Parameters
    ----------
    dataset
        Anything with a length and samples.
    indices
        The positions.
    """

    def __init__(self, dataset: Any, indices: Sequence[int] | Array) -> None:
        self.dataset = dataset
        self.indices = np.asarray(indices, dtype=int)

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: int) -> Any:
        return self.dataset[int(self.indices[index])]


def random_split(
    dataset: Any, lengths: Sequence[int] | Sequence[float], rng: RandomSource = None
) -> list[TensorDataset] | list[Subset]:
    """Divide a dataset at random, for instance into one for training and one for validation.

    Parameters
    ----------
    dataset
        A `TensorDataset`, a tuple of arrays, or anything with a length and samples.
    lengths
        The sizes of the parts: numbers of samples, or fractions that add up to 1 (samples left over by rounding go to
        the first parts, one each).
    rng
        Where random numbers come from: a generator or a seed. Default: the generator that `nn.manual_seed` resets.

    Returns
    -------
    list
        A `TensorDataset` for each part where arrays were given, otherwise a `Subset`.

    Raises
    ------
    ArgumentError
        The lengths do not add up to that of the dataset.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data import random_split
    >>> train, test = random_split((np.zeros((10, 2)), np.zeros(10)), [0.75, 0.25], rng=0)
    >>> len(train), len(test)
    (8, 2)
    """
    if isinstance(dataset, tuple):
        dataset = TensorDataset(*dataset)
    count = len(dataset)
    sizes = _sizes(lengths, count)
    positions = generator_of(rng).permutation(count)
    parts = np.split(positions, np.cumsum(sizes)[:-1])
    if isinstance(dataset, TensorDataset):
        return [TensorDataset(*dataset[part]) for part in parts]
    return [Subset(dataset, part) for part in parts]


def _sizes(lengths: Sequence[int] | Sequence[float], count: int) -> list[int]:
    if not lengths or any(length < 0 for length in lengths):
        raise ArgumentError(f"the lengths of the parts must not be negative, and there must be some: {lengths!r}")
    if all(isinstance(length, (int, np.integer)) for length in lengths) and (sum(lengths) != 1 or count == 1):
        if sum(lengths) != count:
            raise ArgumentError(
                f"the lengths {list(lengths)} add up to {sum(lengths)}, and the dataset has {count} samples"
            )
        return [int(length) for length in lengths]
    if abs(sum(lengths) - 1) > 1e-9:
        raise ArgumentError(f"fractions must add up to 1; {list(lengths)} add up to {sum(lengths)}")
    sizes = [int(count * length + 1e-9) for length in lengths]
    for i in range(count - sum(sizes)):
        sizes[i % len(sizes)] += 1
    return sizes


def as_dataset(data: Any) -> Any:
    """Return a tuple of arrays as a `TensorDataset`, and a dataset as it is."""
    if isinstance(data, tuple):
        return TensorDataset(*data)
    if not (hasattr(data, "__len__") and hasattr(data, "__getitem__")):
        raise ArgumentTypeError(
            f"a dataset has a length and numbered samples (__len__ and __getitem__), or is a tuple of arrays; "
            f"{type(data).__name__} is neither"
        )
    return data
