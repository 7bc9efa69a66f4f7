"""Functions in, functions out: `grad`, `vjp`, `jvp`, `jacobian`, `hessian` and their like.

Each runs the function on Tensors of its own, so the Tensors of others keep their gradients, and returns arrays. Inside
another transform, or where the function closes over Tensors that require gradients, it returns Tensors that depend on
them: so transforms nest to any order.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_lite.anomaly import watching
from autograd_lite.backward import plain_values, pull_back
from autograd_lite.batching import Batched
from autograd_lite.errors import GradientDtypeError, GradientShapeError, NoGraphError, NotScalarError
from autograd_lite.graph import Graph, Node, grad_enabled, transforming
from autograd_lite.modes import enable_grad
from autograd_lite.registry import size_of
from autograd_lite.tensor import Tensor, dense, tensor_values
from autograd_lite.trees import leaves_of, rebuild, tree_map

Function = Callable[..., Any]

#: `jacobian` pulls at least so many rows at once, and so many that none of the arrays has more entries.
FEWEST_TOGETHER = 4
MOST_ENTRIES = 1 << 20


# -- the two products --------------------------------------------------------------------------------------------------


def vjp(f: Function, *args: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """Return the value of a function and its pullback, which takes cotangents from the value to the arguments.

    Parameters
    ----------
    f
        Takes Tensors in place of the arrays of `args` and returns a Tensor of any shape, or a container of them.
    *args
        Arrays or numbers, floating point or complex, or nested dicts, lists, tuples, dataclasses of them.

    Returns
    -------
    value
        ``f(*args)``, with arrays for Tensors.
    pullback
        Takes a cotangent like the value and returns a tuple of cotangents, one like each argument. May be called again.

    Raises
    ------
    NoGraphError
        `f` returned something that is not a Tensor, so that its derivative is not known.
    GradientDtypeError
        An argument holds integers or booleans.

    Examples
    --------
    >>> import numpy as np
    >>> value, pullback = vjp(lambda x, y: x * y, np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    >>> value
    array([3., 8.])
    >>> pullback(np.array([1.0, 10.0]))
    (array([ 3., 40.]), array([ 1., 20.]))
    """
    run = _Run(f, args, {}, tuple(range(len(args))))
    return run.value(), lambda g: tuple(run.pull(g))


def jvp(f: Function, args: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """Return the value of a function and its tangent: its derivative along the tangents of the arguments.

    Computed by reverse mode twice: the pullback is linear in its cotangent, and the transpose of a linear map is its
    own derivative's transpose (Townsend, 2017, "A new trick for calculating Jacobian vector products").

    Parameters
    ----------
    f
        As in `vjp`, returning one Tensor.
    args
        The arguments: a sequence.
    tangents
        A direction for each of them, of the same structure and shapes.

    Examples
    --------
    >>> import numpy as np
    >>> jvp(np.sin, (np.array([0.0, 1.0]),), (np.array([1.0, 10.0]),))
    (array([0.        , 0.84147098]), array([1.        , 5.40302306]))
    """
    if len(args) != len(tangents):
        raise GradientShapeError(
            f"jvp needs a tangent for each argument: {len(args)} arguments, {len(tangents)} tangents"
        )
    run = _Run(f, tuple(args), {}, tuple(range(len(args))))
    directions = [leaf for _, leaf in leaves_of(tuple(tangents))]
    for (path, argument), direction in zip(leaves_of(tuple(args)), directions, strict=True):
        if np.shape(argument) != np.shape(direction):
            raise GradientShapeError(
                f"the tangent of argument {path} has shape {np.shape(direction)}, the argument {np.shape(argument)}"
            )

    def along(u: Tensor) -> Any:
        cotangents = [leaf for _, leaf in leaves_of(tuple(run.pull(u, is_recorded=True)))]
        products = [
            _inner(c if isinstance(c, Tensor) else Tensor(c), d) for c, d in zip(cotangents, directions, strict=True)
        ]
        return functools.reduce(lambda a, b: a + b, products)

    output = run.outputs[0]
    _, pullback = vjp(along, np.zeros(output.shape, output.dtype))
    tangent = pullback(1.0)[0]
    stays = run.is_nested or any(isinstance(d, Tensor) and d.requires_grad for d in directions)
    return run.value(), tangent if stays else tangent.data[()]


# -- gradients of numbers ----------------------------------------------------------------------------------------------


def grad(f: Function, argnums: int | tuple[int, ...] = 0) -> Function:
    """Return the gradient function of a function whose value is one number.

    Parameters
    ----------
    f
        Takes Tensors in place of the arrays it is differentiated by, and returns a Tensor with one entry.
    argnums
        Which positional argument to differentiate by; a tuple for several. Default 0.

    Returns
    -------
    callable
        Takes the arguments of `f` (keywords are passed on) and returns the gradient, like the argument: an array for an
        array, a number for a number, a dict for a dict. For a tuple of `argnums` a tuple of gradients.

    Raises
    ------
    NotScalarError
        (when called) The value of `f` is not one real number.

    Examples
    --------
    >>> import numpy as np
    >>> grad(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
    array([ 3., 12.])
    >>> round(grad(grad(np.sin))(0.5), 6)
    -0.479426
    >>> grad(lambda p, x: np.sum(p["w"] * x))({"w": np.array([1.0, 2.0])}, np.array([3.0, 4.0]))
    {'w': array([3., 4.])}
    """
    both = value_and_grad(f, argnums)

    @functools.wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


def value_and_grad(f: Function, argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Function:
    """Return a function that gives the value of `f` and its gradient, as `grad` does, in one run.

    Parameters
    ----------
    f
        As in `grad`; with `has_aux` it returns a pair of its value and anything else.
    argnums
        As in `grad`.
    has_aux
        The result is then ``((value, aux), gradient)``, with arrays for the Tensors in ``aux``.

    Examples
    --------
    >>> import numpy as np
    >>> value_and_grad(lambda x: np.sum(x**2))(np.array([1.0, 2.0]))
    (np.float64(5.0), array([2., 4.]))
    """

    @functools.wraps(f)
    def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        run = _Run(f, args, kwargs, _positions(argnums, args), has_aux)
        output = run.only_output(_name(f))
        if output.size != 1 or output.dtype.kind == "c":
            what = f"shape {output.shape}" if output.size != 1 else "a complex value"
            raise NotScalarError(
                f"grad needs a function whose value is one real number, and {_name(f)} returned {what}. Reduce it with "
                f"np.sum or np.mean (np.real for a complex one), or use jacobian, or elementwise_grad"
            )
        gradients = run.pull(np.ones(output.shape, output.dtype))
        value = run.value()
        chosen = gradients[0] if isinstance(argnums, int) else tuple(gradients)
        return ((value, run.aux()) if has_aux else value), chosen

    return both


def elementwise_grad(f: Function, argnums: int = 0) -> Function:
    """Return the derivative of a function that works on each entry by itself: at every entry its own slope.

    Parameters
    ----------
    f
        A function like `np.tanh`, whose value has the shape of the argument and whose entries do not mix. (The gradient
        of the sum of its values is returned, so entries that do mix are added up.)
    argnums
        Which positional argument to differentiate by.

    Examples
    --------
    >>> import numpy as np
    >>> elementwise_grad(np.tanh)(np.array([0.0, 1.0]))
    array([1.        , 0.41997434])
    """

    @functools.wraps(f)
    def slope(*args: Any, **kwargs: Any) -> Any:
        run = _Run(f, args, kwargs, _positions(argnums, args))
        output = run.only_output(_name(f))
        if output.shape != np.shape(args[argnums]):
            raise GradientShapeError(
                f"elementwise_grad needs a function that keeps the shape, and {_name(f)} made shape {output.shape} of "
                f"{np.shape(args[argnums])}; use jacobian"
            )
        return run.pull(np.ones(output.shape, output.dtype))[0]

    return slope


# -- matrices of derivatives -------------------------------------------------------------------------------------------


def jacobian(f: Function, argnums: int = 0) -> Function:
    """Return the Jacobian of a function: the derivative of every entry of its value by every entry of the argument.

    Parameters
    ----------
    f
        Takes a Tensor in place of the array it is differentiated by, and returns a Tensor of any shape.
    argnums
        Which positional argument to differentiate by.

    Returns
    -------
    callable
        Takes the arguments of `f` and returns an array of shape ``value.shape + argument.shape``; for a container as
        the argument a container of such arrays.

    Examples
    --------
    >>> import numpy as np
    >>> jacobian(lambda x: x**2)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """

    @functools.wraps(f)
    def matrix(*args: Any, **kwargs: Any) -> Any:
        run = _Run(f, args, kwargs, _positions(argnums, args))
        output = run.only_output(_name(f))
        together = run.pull_all()
        if together is not None:
            return rebuild(args[argnums], together)
        basis = np.eye(output.size, dtype=output.dtype).reshape(output.size, *output.shape)
        rows = [run.pull(direction)[0] for direction in basis]
        columns = zip(*([leaf for _, leaf in leaves_of(row)] for row in rows), strict=True)
        stacked = [_stack(column, output.shape) for column in columns]
        if not rows:
            stacked = [np.zeros((*output.shape, *np.shape(leaf))) for _, leaf in leaves_of(args[argnums])]
        return rebuild(args[argnums], stacked)

    return matrix


def hessian(f: Function, argnums: int = 0) -> Function:
    """Return the Hessian of a function whose value is one number: the matrix of its second derivatives.

    Parameters
    ----------
    f, argnums
        As in `grad`; the argument is one array or number.

    Returns
    -------
    callable
        Takes the arguments of `f` and returns an array of shape ``argument.shape + argument.shape``.

    Examples
    --------
    >>> import numpy as np
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 2.0]))
    array([[4., 2.],
           [2., 0.]])
    """
    return jacobian(grad(f, argnums), argnums)


def hvp(f: Function) -> Function:
    """Return the product of the Hessian of a function with a vector, which costs about as much as two gradients.

    Parameters
    ----------
    f
        As in `grad`; differentiated by its first argument.

    Returns
    -------
    callable
        Takes ``(x, v, *rest)`` and returns ``H @ v`` at ``f(x, *rest)``, like `x`: what ``hessp=`` of
        `scipy.optimize.minimize` takes.

    Examples
    --------
    >>> import numpy as np
    >>> hvp(lambda x: np.sum(x**3))(np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    array([  6., 120.])
    """

    @functools.wraps(f)
    def product(x: Any, v: Any, *rest: Any, **kwargs: Any) -> Any:
        _, pullback = vjp(lambda y: grad(f)(y, *rest, **kwargs), x)
        return pullback(v)[0]

    return product


# -- one run of a function on Tensors ----------------------------------------------------------------------------------


class _Run:
    """A function run once on Tensors of its own, and what can be asked of that run.

    Parameters
    ----------
    f, args, kwargs
        What to call.
    argnums
        The positions in `args` to differentiate by.
    has_aux
        Whether `f` returns a pair, of its value and of something else.
    """

    def __init__(
        self,
        f: Function,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        argnums: tuple[int, ...],
        has_aux: bool = False,
    ) -> None:
        self._trees = [args[i] for i in argnums]
        self._leaves = [(f"{i}{path}", leaf) for i in argnums for path, leaf in leaves_of(args[i])]
        replaced = list(args)
        with enable_grad():
            self._inputs = [_input(path, leaf) for path, leaf in self._leaves]
            following = iter(self._inputs)
            for i in argnums:
                replaced[i] = rebuild(args[i], (next(following) for _ in leaves_of(args[i])))
            token = transforming.set(True)
            try:
                result = f(*replaced, **kwargs)
            finally:
                transforming.reset(token)
        if has_aux:
            if not (isinstance(result, tuple) and len(result) == 2):
                raise NotScalarError(
                    f"with has_aux=True {_name(f)} must return a pair (value, aux); it returned {result!r}"
                )
            result, self._aux = result
        self._result = result
        self._tensors = [_output(f, leaf) for _, leaf in leaves_of(result)]
        self.outputs = [tensor.node for tensor in self._tensors]
        self._starts: dict[Node, int] = {
            tensor.node: i for i, tensor in enumerate(self._inputs) if isinstance(tensor, Tensor)
        }
        # Tensors from outside that require gradients: what this returns depends on them, and has to be recorded.
        self._graph = Graph(self.outputs, until=self._starts)
        self.is_nested = any(node.inputs for node in self._starts) or any(
            node.requires_grad and node not in self._starts for node in self._graph.leaves
        )

    def only_output(self, name: str) -> Tensor:
        """The value, which must be one Tensor."""
        if not isinstance(self._result, Tensor):
            raise NotScalarError(f"{name} must return one Tensor here; it returned a {type(self._result).__name__}")
        return self._result

    def value(self) -> Any:
        """The value, with arrays for Tensors unless it is part of another derivative."""
        return self._leaving(self._result)

    def aux(self) -> Any:
        """What else the function returned."""
        return self._leaving(self._aux)

    def _leaving(self, tree: Any) -> Any:
        if self.is_nested:
            return tree
        return tree_map(lambda leaf: leaf.numpy()[()] if isinstance(leaf, Tensor) else leaf, tree)

    def pull(self, g: Any, is_recorded: bool = False) -> list[Any]:
        """Take a cotangent like the value to cotangents like the arguments."""
        seeds: dict[Node, Any] = {}
        cotangents = [leaf for _, leaf in leaves_of(g)] if len(self.outputs) > 1 else [_sole(g)]
        records = is_recorded or (
            grad_enabled.get()
            and (self.is_nested or any(isinstance(c, Tensor) and c.requires_grad for c in cotangents))
        )
        for node, c in zip(self.outputs, cotangents, strict=True):
            if np.shape(c) != node.shape:
                raise GradientShapeError(f"the cotangent of a value of shape {node.shape} has shape {np.shape(c)}")
            if not node.requires_grad:
                continue
            if records:
                c = c if isinstance(c, Tensor) else Tensor(np.asarray(c, node.dtype))
            else:
                c = c.data if isinstance(c, Tensor) else np.asarray(c, node.dtype)
            seeds[node] = seeds[node] + c if node in seeds else c
        if not seeds:
            found: dict[Node, Any] = {}
        elif records:
            with enable_grad():
                found = pull_back(seeds, tensor_values, True, dense, until=self._starts)
        else:
            found = pull_back(seeds, plain_values, True, until=self._starts)
        leaves = (
            self._gradient(t, leaf, found, records) for t, (_, leaf) in zip(self._inputs, self._leaves, strict=True)
        )
        return [rebuild(tree, (next(leaves) for _ in leaves_of(tree))) for tree in self._trees]

    def pull_all(self) -> list[Any] | None:
        """Take each entry of the only output to the arguments, many at once: the rows of the Jacobian.

        Returns ``None`` where that must be done one by one: it is recorded or watched, or a rule asks of its cotangent
        what a `Batched` can not do.
        """
        (node,) = self.outputs
        size = size_of(node.shape)
        if size < FEWEST_TOGETHER or self.is_nested or not node.requires_grad or watching.get() is not None:
            return None
        if not all(isinstance(tensor, Tensor) for tensor in self._inputs):
            return None
        if any(n.annotations is not None and n.annotations.hooks for n in self._graph):
            return None
        largest = max(size_of(n.shape) for n in self._graph)
        count = max(1, MOST_ENTRIES // max(largest, 1))
        parts: list[list[Any]] = [[] for _ in self._inputs]
        basis = np.eye(size, dtype=node.dtype).reshape(size, *node.shape)
        try:
            for start in range(0, size, count):
                seed = Batched(basis[start : start + count])
                found = pull_back({node: seed}, lambda n: n.values, True, until=self._starts)
                for rows, tensor in zip(parts, self._inputs, strict=True):
                    g = found.get(tensor.node)
                    if not isinstance(g, Batched):
                        g = seed.zeros(tensor.shape, tensor.dtype) + (0 if g is None else g)
                    rows.append(g.stack)
        except Exception:  # what is a person's error is raised again row by row
            return None
        joined = (rows[0] if len(rows) == 1 else np.concatenate(rows) for rows in parts)
        return [np.array(j).reshape(node.shape + t.shape) for j, t in zip(joined, self._inputs, strict=True)]

    def _gradient(self, tensor: Any, leaf: Any, found: dict[Node, Any], records: bool) -> Any:
        if not isinstance(tensor, Tensor):
            return None
        g = found.get(tensor.node)
        if g is None:
            g = np.zeros(tensor.shape, tensor.dtype)
        if records or self.is_nested:
            return g if isinstance(g, Tensor) else Tensor(g)
        if type(leaf) in (float, complex):
            return type(leaf)(g)
        return np.asarray(g) if isinstance(leaf, (np.ndarray, Tensor)) else np.asarray(g)[()]


def _input(path: str, leaf: Any) -> Any:
    """A Tensor for a leaf of an argument; what is no number stays as it is."""
    if isinstance(leaf, Tensor) and leaf.requires_grad:
        return +leaf  # of our own, but part of the graph it comes from
    if leaf is None or isinstance(leaf, (str, bytes)) or callable(leaf):
        return leaf
    array = leaf.data if isinstance(leaf, Tensor) else np.asarray(leaf)
    if array.dtype.kind not in "fc":
        if array.dtype.kind == "O":
            return leaf
        raise GradientDtypeError(
            f"argument {path} holds {array.dtype}, which has no derivative; make it floating point (3.0 for 3, "
            f"x.astype(float)), or differentiate by other arguments with argnums="
        )
    tensor = Tensor(array, requires_grad=True)
    if isinstance(leaf, np.generic):
        tensor._array = leaf  # NumPy's numbers do not change in place: ``x += 1`` makes another
    return tensor


def _output(f: Function, leaf: Any) -> Tensor:
    if isinstance(leaf, Tensor):
        return leaf
    raise NoGraphError(
        f"{_name(f)} returned a {type(leaf).__name__} and not a Tensor, so how it depends on its arguments is not "
        f"known. Was it computed through .data, .item(), .numpy(), or with a piecewise-constant function?"
    )


def _positions(argnums: int | tuple[int, ...], args: tuple[Any, ...]) -> tuple[int, ...]:
    positions = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    for i in positions:
        if not -len(args) <= i < len(args):
            raise IndexError(f"argnums={argnums} was asked for, but the function was called with {len(args)} arguments")
    return tuple(i % len(args) for i in positions)


def _sole(g: Any) -> Any:
    """The only leaf of a cotangent; a list of numbers may stand for an array."""
    if isinstance(g, (Tensor, np.ndarray)) or np.isscalar(g):
        return g
    leaves = [leaf for _, leaf in leaves_of(g)]
    return leaves[0] if len(leaves) == 1 and not isinstance(g, (list, tuple)) else _unwrapped(g, leaves)


def _unwrapped(g: Any, leaves: list[Any]) -> Any:
    if len(leaves) == 1 and isinstance(leaves[0], (Tensor, np.ndarray)):
        return leaves[0]
    return np.asarray(g)


def _inner(c: Tensor, direction: Any) -> Any:
    product = np.sum(np.conjugate(c) * direction)
    return np.real(product) if product.dtype.kind == "c" else product


def _stack(rows: Sequence[Any], shape: tuple[int, ...]) -> Any:
    stacked = np.stack(rows)
    return stacked.reshape(shape + stacked.shape[1:])


def _name(f: Function) -> str:
    return getattr(f, "__name__", None) or type(f).__name__
