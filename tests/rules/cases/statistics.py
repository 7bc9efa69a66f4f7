"""Averages, order statistics, correlations, histograms."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.rules.cases.basic import Case

METHODS = (
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull",
    "linear", "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest",
)  # fmt: skip
#: Those of which the result changes continuously with q.
CONTINUOUS = ("interpolated_inverted_cdf", "hazen", "weibull", "linear", "median_unbiased", "normal_unbiased")
GAPS = np.array([[True, False, True, True], [True, True, True, False], [True, True, False, False]])


def cases() -> list[Case]:
    found: list[Case] = []

    def add(name: str, label: str, call: Any, *shapes: tuple[int, ...]) -> None:
        rng = np.random.default_rng(len(found) + 3)
        found.append(Case(f"np.{name}", label, call, tuple(rng.uniform(0.3, 2.1, size=shape) for shape in shapes)))

    weights = np.array([1.0, 0.0, 2.0, 0.5])

    def gaps(a: Any) -> Any:
        return np.where(GAPS, a, np.nan)

    # Averages
    for axis in (None, 0, 1, -1, (0, 1)):
        for keepdims in (False, True):
            label = f"axis={axis}-keepdims={keepdims}"
            add("average", label, lambda a, x=axis, k=keepdims: np.average(a, axis=x, keepdims=k), (3, 4))
            add("average", f"weights {label}", lambda a, w, x=axis, k=keepdims:
                np.average(a, axis=x, weights=w, keepdims=k), (3, 4), (3, 4))  # fmt: skip
            add("average", f"returned {label}", lambda a, w, x=axis, k=keepdims:
                np.multiply(*np.average(a, axis=x, weights=w, keepdims=k, returned=True)), (3, 4), (3, 4))  # fmt: skip
    add("average", "weights of an axis", lambda a, w: np.average(a, axis=1, weights=w), (3, 4), (4,))
    add("average", "weights of two axes", lambda a, w: np.average(a, axis=(2, 0), weights=w), (2, 3, 4), (4, 2))
    add("average", "only the weights", lambda w: np.average([1.0, 2.0, 5.0], weights=w), (3,))

    # Correlations
    for label, options in {
        "plain": {}, "columns": {"rowvar": False}, "bias": {"bias": True}, "ddof": {"ddof": 2}, "ddof 0": {"ddof": 0},
        "fweights": {"fweights": [1, 2, 1, 3]}, "dtype": {"dtype": np.float64},
    }.items():  # fmt: skip
        add("cov", label, lambda m, o=options: np.cov(m, **o), (4, 4))
        add("cov", f"two {label}", lambda m, y, o=options: np.cov(m, y, **o), (4, 4), (4, 4))
        if label in ("plain", "columns", "dtype"):
            add("corrcoef", label, lambda m, o=options: np.corrcoef(m, **o), (4, 4))
            add("corrcoef", f"two {label}", lambda m, y, o=options: np.corrcoef(m, y, **o), (4, 4), (4, 4))
    for ddof in (0, 1):
        add("cov", f"aweights {ddof}", lambda m, w, d=ddof: np.cov(m, aweights=w, ddof=d), (2, 4), (4,))
        add("cov", f"both weights {ddof}", lambda m, w, d=ddof:
            np.cov(m, aweights=w, fweights=np.array([2, 1, 1, 2]), ddof=d), (2, 4), (4,))  # fmt: skip
    add("cov", "vector", np.cov, (5,))
    add("corrcoef", "vectors", np.corrcoef, (5,), (5,))
    add("corrcoef", "of one", lambda a: np.corrcoef(a) + a[0], (5,))
    for name in ("convolve", "correlate"):
        f = getattr(np, name)
        for mode in ("full", "same", "valid"):
            for n, m in ((5, 3), (3, 5), (4, 4), (5, 2), (2, 5), (4, 1)):
                add(name, f"{mode} {n} {m}", lambda a, v, f=f, o=mode: f(a, v, mode=o), (n,), (m,))
        add(name, "default mode", f, (4,), (3,))

    # Order statistics
    for name, shield in (("median", lambda a: a), ("nanmedian", gaps)):
        f = getattr(np, name)
        for axis in (None, 0, 1, -1, (0, 1)):
            for keepdims in (False, True):
                label = f"axis={axis}-keepdims={keepdims}"
                add(name, label, lambda a, f=f, s=shield, x=axis, k=keepdims: f(s(a), axis=x, keepdims=k), (3, 4))
        add(name, "overwrite_input", lambda a, f=f, s=shield: f(s(a) * 1.0, axis=0, overwrite_input=True), (3, 4))
    add("median", "odd", lambda a: np.median(a, axis=(0, 2)), (3, 2, 3))
    for name, shield, parts in [("quantile", lambda a: a, 1.0), ("nanquantile", gaps, 1.0),
                                ("percentile", lambda a: a, 100.0), ("nanpercentile", gaps, 100.0)]:  # fmt: skip
        f = getattr(np, name)
        for method in METHODS:
            for axis in (None, 0, 1):
                add(name, f"{method} axis={axis}", lambda a, f=f, s=shield, p=parts, m=method, x=axis:
                    f(s(a), p * 0.37, axis=x, method=m), (3, 4))  # fmt: skip
            add(name, f"{method} several", lambda a, f=f, s=shield, p=parts, m=method:
                f(s(a), p * np.array([0.0, 0.23, 0.5, 1.0]), axis=1, method=m), (3, 4))  # fmt: skip
            if method in CONTINUOUS:
                add(name, f"{method} q", lambda a, q, f=f, s=shield, p=parts, m=method:
                    f(s(a), p * q * 0.3, axis=1, method=m), (3, 4), (2,))  # fmt: skip
            else:
                add(name, f"{method} constant in q", lambda a, q, f=f, s=shield, p=parts, m=method:
                    f(s(a), p * q * 0.1, axis=1, method=m) * a[0, 0] + 0 * q, (3, 4), ())  # fmt: skip
        for axis in (-1, (0, 1), (-1,)):
            for q in (0.4, [0.2, 0.7], [[0.2, 0.7], [0.3, 0.9]]):
                add(name, f"{q} axis={axis} keepdims", lambda a, f=f, s=shield, p=parts, q=q, x=axis:
                    f(s(a), p * np.array(q), axis=x, keepdims=True), (3, 4))  # fmt: skip
        add(name, "overwrite_input", lambda a, f=f, s=shield, p=parts: f(s(a) * 1.0, 0.3 * p, overwrite_input=True),
            (3, 4))  # fmt: skip
        for q in (0.3, np.array([0.0, 0.6, 1.0])):
            if not name.startswith("nan"):  # NumPy's own wants them of the shape of the array
                add(name, f"weights of an axis {q}", lambda a, f=f, p=parts, q=q:
                    f(a, q * p, axis=1, weights=weights, method="inverted_cdf"), (3, 4))  # fmt: skip
            add(name, f"weights along an axis {q}", lambda a, f=f, s=shield, p=parts, q=q:
                f(s(a), q * p, axis=1, weights=np.tile(weights, (3, 1)), method="inverted_cdf"), (3, 4))  # fmt: skip
            add(name, f"weights of all {q}", lambda a, f=f, s=shield, p=parts, q=q:
                f(s(a), q * p, weights=np.arange(12.0).reshape(3, 4), method="inverted_cdf"), (3, 4))  # fmt: skip
        add(name, "constant in weights", lambda a, w, f=f, s=shield, p=parts:
            f(s(a), 0.4 * p, axis=1, weights=w, method="inverted_cdf") + 0 * w[:, 0], (3, 4), (3, 4))  # fmt: skip

    # Histograms: what is counted counts by its weight, and the outermost bins end at the least and greatest entries
    places = np.array([0.1, 0.4, 0.45, 0.9, 0.9])
    add("bincount", "weights", lambda w: np.bincount([0, 1, 1, 3, 0], weights=w), (5,))
    add("bincount", "minlength", lambda w: np.bincount(np.array([0, 1, 1, 3, 0]), w, minlength=6), (5,))
    for density in (None, True):
        for label, options in {
            "three": {"bins": 3}, "range": {"bins": 4, "range": (0.0, 1.0)}, "edges": {"bins": [0.0, 0.42, 0.5, 1.0]},
            "ten": {},
        }.items():  # fmt: skip
            add("histogram", f"{label} {density}", lambda w, o=options, d=density:
                np.histogram(places, weights=w, density=d, **o)[0], (5,))  # fmt: skip
        for label, options in {
            "two": {"bins": 2}, "range": {"bins": (2, 3), "range": [(0.0, 1.0), (0.0, 1.0)]},
            "edges": {"bins": [[0.0, 0.5, 1.0], [0.0, 0.3, 1.0]]},
        }.items():  # fmt: skip
            add("histogram2d", f"{label} {density}", lambda w, o=options, d=density:
                np.histogram2d(places, places[::-1], weights=w, density=d, **o)[0], (5,))  # fmt: skip
            add("histogramdd", f"{label} {density}", lambda w, o=options, d=density:
                np.histogramdd(np.stack([places, places[::-1]], 1), weights=w, density=d, **o)[0], (5,))  # fmt: skip
    add("histogram", "edges of the entries", lambda a: np.histogram(a, bins=3)[1], (6,))
    add("histogram", "density of the entries", lambda a: np.histogram(a, bins=3, density=True)[0], (6,))
    add("histogram_bin_edges", "three", lambda a: np.histogram_bin_edges(a, 3), (6,))
    return found
