"""Averages, order statistics, correlations, histograms.

Special points: order statistics select entries, as `sort` does; between two entries they are linear in the entries and,
where the method interpolates, in ``q``, up to and including the ends. A count does not change with what is counted; the
edges of a histogram and its weights do.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.registry import declare, defcomposition, defconstant, defvjp, own_steps, step_by_step
from autograd_lite.rules.indexing import as_number
from autograd_lite.rules.linalg import plain

step_by_step(np.average, np.cov)
defcomposition(np.corrcoef, lambda *args, **kwargs: _correlation(np.cov(*args, **kwargs)))

step_by_step(np.histogramdd, np.histogram_bin_edges)
defcomposition(np.histogram,   lambda *args, **kwargs: _histogram(*args, **kwargs))
defcomposition(np.histogram2d, lambda *args, **kwargs: _histogram2d(*args, **kwargs))
declare(np.bincount, parameters="x weights= minlength=0")
defvjp(np.bincount,         weights=lambda g, x: g[x])
defconstant(np.digitize)

defcomposition(np.median,        lambda *args, **kwargs: _median(False, *args, **kwargs))
defcomposition(np.nanmedian,     lambda *args, **kwargs: _median(True, *args, **kwargs))
defcomposition(np.quantile,      lambda *args, **kwargs: _quantile(*args, **kwargs))
defcomposition(np.nanquantile,   lambda *args, **kwargs: _quantile(*args, **kwargs, skips=True))
defcomposition(np.percentile,    lambda a, q, *args, **kwargs: _quantile(a, q, *args, **kwargs, parts=100))
defcomposition(np.nanpercentile, lambda a, q, *args, **kwargs: _quantile(a, q, *args, **kwargs, parts=100, skips=True))

defvjp(np.convolve,         a=lambda g, a_shape, v, v_shape, mode:
                                _unconvolved(_in_full(g, a_shape, v_shape, mode), v, a_shape),
                            v=lambda g, a, a_shape, v_shape, mode:
                                _unconvolved(_in_full(g, a_shape, v_shape, mode), a, v_shape))
defvjp(np.correlate,        a=lambda g, a_shape, v, v_shape, mode:
                                _unconvolved(_in_full(g, a_shape, v_shape, mode, True), _paired(v), a_shape),
                            v=lambda g, a, a_shape, v_shape, mode:
                                _paired(_unconvolved(_in_full(g, a_shape, v_shape, mode, True), a, v_shape)))


# -- correlations ------------------------------------------------------------------------------------------------------


def _correlation(c: Any) -> Any:
    """Covariances divided by the standard deviations, and kept in the range in which rounding may not leave them."""
    if not c.ndim:
        return c / c
    deviation = np.sqrt(np.real(np.diag(c)))
    c = c / deviation[:, None] / deviation[None, :]
    if not np.iscomplexobj(c):
        return np.clip(c, -1, 1)
    return np.clip(np.real(c), -1, 1) + 1j * np.clip(np.imag(c), -1, 1)


def _length(shape: tuple[int, ...]) -> int:
    return shape[0] if shape else 1


def _turned(v: Any) -> Any:
    return np.flip(v) if v.ndim else v


def _paired(v: Any) -> Any:
    """What `correlate` convolves with: a sequence turned round, and conjugate."""
    return np.conjugate(_turned(v))


def _in_full(g: Any, a_shape: Any, v_shape: Any, mode: Any, keeps_order: bool = False) -> Any:
    """The cotangent of all places where two sequences overlap, of which `mode` kept some."""
    n, m = _length(a_shape), _length(v_shape)
    is_turned = n is not m and bool(np.less(n, m))  # NumPy's, of which a trace takes note
    longer, shorter = (m, n) if is_turned else (n, m)
    before = {"f": 0, 2: 0, "s": shorter - shorter // 2 - 1, 1: shorter - shorter // 2 - 1}.get(
        mode[0] if isinstance(mode, str) else mode, shorter - 1
    )
    after = longer + shorter - 1 - before - g.shape[0]
    if keeps_order and is_turned:  # NumPy exchanges the two, and turns the answer round
        before, after = after, before
    return np.pad(g, (before, after)) if before or after else g


def _unconvolved(g: Any, other: Any, shape: Any) -> Any:
    return np.convolve(g, _turned(other), "valid").reshape(shape)


# -- histograms --------------------------------------------------------------------------------------------------------


_real_histogram = own_steps(np.histogram)


def _histogram(
    a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None
) -> tuple[Any, Any]:
    if weights is None or not np.iscomplexobj(weights):
        return _real_histogram(a, bins, range, density, weights)  # type: ignore[no-any-return]
    real, edges = _real_histogram(a, bins, range, None, np.real(weights))
    imaginary, _ = _real_histogram(a, bins, range, None, np.imag(weights))
    counts = real + 1j * imaginary
    return (counts / np.diff(edges) / np.sum(counts) if density else counts), edges


def _histogram2d(x: Any, y: Any, bins: Any = 10, *args: Any, **kwargs: Any) -> tuple[Any, Any, Any]:
    if len(x) != len(y):
        raise ValueError("x and y must have the same length.")
    if hasattr(bins, "__len__") and len(bins) > 2:
        bins = [bins, bins]
    counts, edges = np.histogramdd(np.stack([x, y], axis=-1), bins, *args, **kwargs)
    return counts, edges[0], edges[1]


# -- order statistics --------------------------------------------------------------------------------------------------


def _rows(a: Any, axis: Any) -> tuple[Any, list[int]]:
    """The array with the axes to reduce made one, in front; and these axes."""
    ndim = np.ndim(a)
    axes = list(range(ndim)) if axis is None else [i % ndim for i in (axis if np.iterable(axis) else (axis,))]
    others = [i for i in range(ndim) if i not in axes]
    if not axes:
        return np.reshape(a, (1, *np.shape(a))), axes
    if len(axes) == ndim:
        return np.reshape(a, -1) if ndim > 1 else a, axes
    if len(axes) == 1:
        return np.moveaxis(a, axes[0], 0) if axes[0] else a, axes
    shape = [np.shape(a)[i] for i in others]
    return np.reshape(np.transpose(a, [*axes, *others]), (-1 if np.size(a) else _size_along(a, axes), *shape)), axes


def _size_along(a: Any, axes: list[int]) -> int:
    """The number of entries along axes together."""
    count = 1
    for i in axes:
        count *= np.shape(a)[i]
    return count


def _kept(ans: Any, axes: list[int], keepdims: bool, before: int = 0) -> Any:
    """The answer with the reduced axes as axes of length 1, after `before` new ones."""
    return np.expand_dims(ans, tuple(i + before for i in axes)) if keepdims and axes else ans


def _median(
    skips: bool, a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: Any = False
) -> Any:
    rows, axes = _rows(a, axis)
    count = np.shape(rows)[0]
    if skips and rows.dtype.kind in "fc":
        ordered = np.sort(rows, axis=0)
        numbers = np.sum(~np.isnan(rows), axis=0, keepdims=True)
        _warn_if_empty(numbers)
        low, high = np.maximum(numbers - 1, 0) // 2, np.minimum(numbers // 2, count - 1)
        low, high = (np.take_along_axis(ordered, place, axis=0)[0] for place in (low, high))
        ans = (low + high) / 2
    else:
        low, high = (count - 1) // 2, count // 2
        ordered = np.partition(rows, [low, high, -1], axis=0) if count else rows
        ans = _or_nan(np.mean(ordered[low : high + 1] if count else ordered, axis=0), ordered)
    return as_number(_kept(ans, axes, keepdims is True))


def _warn_if_empty(numbers: Any) -> None:
    if not np.all(numbers):
        np.nanmedian([np.nan])  # warns as NumPy does


def _or_nan(ans: Any, ordered: Any) -> Any:
    """The answer, or NaN where there is one among the entries: in order it is the last."""
    if ordered.dtype.kind not in "fc" or not ordered.shape[0]:
        return ans
    is_missing = np.isnan(ordered[-1])
    return np.where(is_missing, ordered[-1], ans) if np.any(is_missing) else ans


#: Where in n ordered entries, counted from 0, the quantile is: by the method, between two entries or at one.
_PLACES: dict[str, Any] = {
    "linear":                    lambda n, q: (n - 1) * q,
    "weibull":                   lambda n, q: _place(n, q, 0, 0),
    "hazen":                     lambda n, q: _place(n, q, 0.5, 0.5),
    "interpolated_inverted_cdf": lambda n, q: _place(n, q, 0, 1),
    "median_unbiased":           lambda n, q: _place(n, q, 1 / 3.0, 1 / 3.0),
    "normal_unbiased":           lambda n, q: _place(n, q, 3 / 8.0, 3 / 8.0),
    "inverted_cdf":              lambda n, q: np.ceil(n * q - 1),
    "averaged_inverted_cdf":     lambda n, q: _halved(n * q - 1, np.ceil(n * q - 1)),
    "closest_observation":       lambda n, q: _nearest_even(n * q - 1 - 0.5),
    "lower":                     lambda n, q: np.floor((n - 1) * q),
    "higher":                    lambda n, q: np.ceil((n - 1) * q),
    "midpoint":                  lambda n, q: 0.5 * (np.floor((n - 1) * q) + np.ceil((n - 1) * q)),
    "nearest":                   lambda n, q: np.rint((n - 1) * q),
}  # fmt: skip


def _place(n: Any, q: Any, alpha: float, beta: float) -> Any:
    return n * q + (alpha + q * (1 - alpha - beta)) - 1


def _halved(place: Any, above: Any) -> Any:
    """Half way to the next entry where the place is at an entry, else at the next."""
    return np.where(np.equal(place, above), above + 0.5, above)


def _nearest_even(place: Any) -> Any:
    below = np.floor(place)
    return np.where(np.equal(place, below) & (below % 2 == 1), below, below + 1)


def _within(place: Any, last: Any) -> Any:
    """The place, not before the first nor past the last; at these two it has a slope."""
    if hasattr(place, "requires_grad"):
        return np.clip(place, 0, last)
    return np.maximum(np.minimum(place, last), 0)


def _quantile(
    a: Any,
    q: Any,
    axis: Any = None,
    out: Any = None,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: Any = False,
    *,
    weights: Any = None,
    parts: int = 1,
    skips: bool = False,
) -> Any:
    function: Any = np.quantile if parts == 1 else np.percentile
    trial = np.zeros(1, a.dtype)
    function(trial, plain(q), method=method, weights=None if weights is None else [1.0])  # raises NumPy's errors
    q = q if np.ndim(plain(q)) == 0 or hasattr(q, "__array_function__") else np.asarray(q)
    weights = np.asarray(weights) if isinstance(weights, (list, tuple)) else weights
    share = np.true_divide(q, parts) if parts != 1 else q
    if hasattr(q, "requires_grad") and not np.all((share >= 0) & (share <= 1)):  # so a trace takes note of it
        raise ValueError("Quantiles must be in the range [0, 1]")
    share = float(share) if type(share) is np.float64 else share
    dtype = np.result_type(np.float64 if type(share) in (int, float) else plain(share))
    is_weak = type(q) in (int, float) or (method == "linear" and dtype.kind != "f")
    rows, axes = _rows(a, axis)
    if weights is not None:
        ans = _weighted(rows, share, _rows(_spread(weights, axis, np.shape(a)), axis)[0], skips)
        return _kept(ans, axes, keepdims is True, np.ndim(q))
    ordered = np.sort(rows, axis=0)
    count: Any = np.shape(rows)[0]
    last: Any = count - 1 if np.size(rows) else 0
    if skips and rows.dtype.kind == "f":
        count = np.sum(~np.isnan(rows), axis=0)
        _warn_if_empty(count)
        count = count.astype(dtype if dtype.kind == "f" else np.float64)
        last = np.maximum(count - 1, 0)
        share = np.reshape(share, np.shape(share) + (1,) * np.ndim(count)) if np.ndim(share) else share
    place = _within(_PLACES[method](count, share), last)
    below = np.maximum(np.minimum(np.floor(place), count - 2), 0)
    fraction = place - below
    first = below.astype(int)
    second = np.minimum(first + 1, last)
    second = second if second.dtype.kind == "i" else second.astype(int)
    if np.ndim(count):
        low, high = (_taken(ordered, i, rows.ndim) for i in (first, second))
    else:
        low, high = ordered[first], ordered[second]
        missing = low.ndim - np.ndim(fraction) if np.ndim(fraction) else 0  # a number meets every shape
        fraction = np.reshape(fraction, np.shape(fraction) + (1,) * missing) if missing else fraction
    rest = 1 - fraction
    if is_weak:
        wanted = low.dtype if low.dtype.kind == "f" else np.dtype(float)
        fraction, rest = (x if x.dtype == wanted else x.astype(wanted) for x in (fraction, rest))
    if method in _AT_ENTRIES:
        ans = np.where(fraction > 0, high, low)
    else:
        difference = high - low
        ans = np.where(fraction >= 0.5, high - difference * rest, low + difference * fraction)
    return as_number(_kept(ans if skips else _or_nan(ans, ordered), axes, keepdims is True, np.ndim(q)))


_AT_ENTRIES = {"inverted_cdf", "closest_observation", "lower", "higher", "nearest"}


def _taken(ordered: Any, places: Any, ndim: int) -> Any:
    """Along the first axis the entries at places, a set of them for each of the leading axes of `places`."""
    flat = np.reshape(places, (-1, *places.shape[places.ndim - ndim + 1 :]))
    return np.reshape(np.take_along_axis(ordered, flat, axis=0), places.shape)


def _weighted(rows: Any, share: Any, weights: Any, skips: bool) -> Any:
    """The entries at which the sum of the weights of the smaller ones reaches a share of all."""
    share, weights = (np.asarray(x) if not hasattr(x, "ndim") else x for x in (share, weights))
    if skips:
        weights = np.where(np.isnan(rows), 0, weights)
        _warn_if_empty(np.sum(weights, axis=0))
    elif np.any(weights < 0):
        raise ValueError("Weights must be non-negative.")
    order = np.argsort(rows, axis=0, kind="stable")
    ordered = np.take_along_axis(rows, order, axis=0)
    sums = np.cumsum(np.take_along_axis(weights, order, axis=0), axis=0, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        sums = sums / sums[-1]
    if not skips and np.any(np.isnan(sums[-1])):
        raise ValueError("Weights included NaN, inf or were all zero.")
    sums = np.where(sums == 0, -1, sums)
    sums = sums if sums.dtype == share.dtype else sums.astype(share.dtype)
    share = np.reshape(share, share.shape + (1,) * sums.ndim) if share.ndim else share
    places = np.sum(sums < share, axis=share.ndim - sums.ndim if share.ndim else 0)
    ans = _taken(ordered, np.minimum(places, np.shape(rows)[0] - 1), rows.ndim)
    return ans if skips else _or_nan(ans, ordered)


def _spread(weights: Any, axis: Any, shape: tuple[int, ...]) -> Any:
    """Weights of the shape of the array, which may be given for the reduced axes only."""
    if weights.shape == shape:
        return weights
    if axis is None:
        raise TypeError("Axis must be specified when shapes of a and weights differ.")
    axes = [i % len(shape) for i in (axis if np.iterable(axis) else (axis,))]
    if weights.shape != tuple(shape[i] for i in axes):
        raise ValueError("Shape of weights must be consistent with shape of a along specified axis.")
    placed = [shape[i] if i in axes else 1 for i in range(len(shape))]
    weights = np.transpose(weights, np.argsort(axes).tolist()) if axes != sorted(axes) else weights
    return np.broadcast_to(np.reshape(weights, placed), shape)
