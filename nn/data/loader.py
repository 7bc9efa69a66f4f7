"""`DataLoader`: the batches of a dataset, epoch after epoch."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nn.arrays import plain
from nn.data.datasets import TensorDataset, as_dataset
from nn.errors import ArgumentError, ShapeError
from nn.randomness import generator_of
from nn.types import RandomSource


class DataLoader:
    """The batches of a dataset. Iterating over it once is an epoch; each epoch, if shuffled, has another order.

    Parameters
    ----------
    dataset
        A tuple of arrays of the same length, a `TensorDataset`, or anything with a length and numbered samples.
    batch_size
        The number of samples in a batch; positive. Default: 1.
    shuffle
        Draw a new order for each epoch. Default: False.
    drop_last
        Leave out a last batch with fewer samples. Default: False.
    rng
        Where the order comes from: a generator or a seed. Default: the generator that `nn.manual_seed` resets.
    collate_fn
        Makes a batch of a list of samples. Default: stack them as arrays; for tuples, lists and dicts entry by entry.

    Yields
    ------
    tuple of arrays
        A batch: plain arrays, copies of the dataset's, whose first axis counts its samples.

    Raises
    ------
    ShapeError
        The arrays have different lengths, or samples have different shapes.
    ArgumentError
        `batch_size` is not positive.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data import DataLoader
    >>> loader = DataLoader((np.arange(5.0), np.arange(5)), batch_size=2)
    >>> len(loader)
    3
    >>> for x, y in loader:
    ...     print(x, y)
    [0. 1.] [0 1]
    [2. 3.] [2 3]
    [4.] [4]
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int = 1,
        shuffle: bool = False,
        drop_last: bool = False,
        rng: RandomSource = None,
        collate_fn: Callable[[list[Any]], Any] | None = None,
    ) -> None:
        if operator.index(batch_size) < 1:
            raise ArgumentError(f"batch_size must be a positive number of samples, not {batch_size!r}")
        self.dataset = as_dataset(dataset)
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.drop_last = drop_last
        self.collate_fn = collate_fn
        # A seed is turned into a generator once, so that epochs differ; the package's is looked up at each epoch.
        self.rng = rng if rng is None else generator_of(rng)

    def __len__(self) -> int:
        count = len(self.dataset)
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        count = len(self.dataset)
        order = generator_of(self.rng).permutation(count) if self.shuffle else np.arange(count)
        make = self._slices if type(self.dataset) is TensorDataset and self.collate_fn is None else self._collated
        return (make(order[i * self.batch_size : (i + 1) * self.batch_size]) for i in range(len(self)))

    def _slices(self, positions: Any) -> Any:
        """The batch of arrays, without going through single samples."""
        return tuple(array.take(positions, axis=0) for array in self.dataset.tensors)

    def _collated(self, positions: Any) -> Any:
        samples = [self.dataset[position] for position in positions.tolist()]
        return (self.collate_fn or default_collate)(samples)


def default_collate(samples: list[Any]) -> Any:
    """Return samples as one batch: stacked as arrays; for tuples, lists and dicts entry by entry.

    Examples
    --------
    >>> from nn.data import default_collate
    >>> default_collate([(1.0, "a"), (2.0, "b")])
    (array([1., 2.]), array(['a', 'b'], dtype='<U1'))
    """
    first = samples[0]
    if isinstance(first, dict):
        return {key: default_collate([sample[key] for sample in samples]) for key in first}
    if isinstance(first, (tuple, list)):
        lengths = {len(sample) for sample in samples}
        if len(lengths) > 1:
            raise ShapeError(f"samples of one dataset need as many entries each; these have {sorted(lengths)}")
        return type(first)(default_collate(list(column)) for column in zip(*samples, strict=True))
    arrays = [plain(sample) for sample in samples]
    for array in arrays:
        if array.shape != arrays[0].shape:
            raise ShapeError(
                f"samples of shapes {arrays[0].shape} and {array.shape} do not make one batch. Make them of one shape, "
                f"or give a collate_fn; if the dataset is meant to be several arrays, pass them as a tuple: (X, y)"
            )
    return np.stack(arrays)
