"""Recursion over nested tuples, a recursive neural tensor network for sentiment: generators, isinstance, np.r_."""

import numpy as np

TREES = [
    (("not", ("very", "good")), 0),
    ((("a", "good"), ("little", "film")), 1),
    ((("not", "bad"), ("very", ("good", "film"))), 1),
    ("bad", 0),
]
WORDS = sorted({"not", "very", "good", "bad", "a", "little", "film"})
DIM, CLASSES = 3, 2


def params():
    rng = np.random.RandomState(2013)
    return {
        "L": rng.uniform(-1, 1, (len(WORDS), DIM)),
        "W": rng.uniform(-0.6, 0.6, (DIM, 2 * DIM + 1)),  # the last column is the bias
        "V": rng.uniform(-0.3, 0.3, (DIM, 2 * DIM, 2 * DIM)),
        "Ws": rng.uniform(-1, 1, (CLASSES, DIM)),
        "bs": rng.uniform(-0.3, 0.3, CLASSES),
    }


def compose(left, right, p):
    children = np.r_[left, right]
    bilinear = np.array([children @ V_k @ children for V_k in p["V"]])
    return np.tanh(p["W"] @ np.r_[children, 1.0] + bilinear)


def node_vectors(tree, p):
    """Yield the vectors of all nodes, children first."""
    if isinstance(tree, str):
        yield p["L"][WORDS.index(tree)]
        return
    vectors = []
    for child in tree:
        *below, top = node_vectors(child, p)
        yield from below
        yield top
        vectors.append(top)
    yield compose(*vectors, p)


def loss(p):
    cost, n_nodes = 0.0, 0
    root = None
    for tree, label in TREES:
        for v in node_vectors(tree, p):
            scores = p["Ws"].dot(v) + p["bs"]
            scores = np.exp(scores - scores.max())
            probs = scores / scores.sum()
            cost -= np.log(probs[label])
            n_nodes += 1
            root = v
        print(tree, "->", "positive" if probs[1] > 0.5 else "negative")
    return cost / n_nodes, {"root": root}
