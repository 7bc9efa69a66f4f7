"""Recursion and a memo decorator, a linear-chain CRF: log-partition by recursion, loops for the gold score."""

import numpy as np

WORDS = ["the", "dog", "runs", "fast"]
TAGS = ["DET", "NOUN", "VERB", "ADV"]
SENTENCES = [
    (["the", "dog", "runs"], ["DET", "NOUN", "VERB"]),
    (["dog", "runs", "fast", "the", "dog"], ["NOUN", "VERB", "ADV", "DET", "NOUN"]),
]


def params():
    rng = np.random.default_rng(2001)
    n = len(TAGS)
    return {
        "emission": rng.normal(size=(len(WORDS), n)),
        "transition": rng.normal(size=(n, n)),
        "start": rng.normal(size=n),
        "stop": rng.normal(size=n),
    }


def memoize(f):
    memo = {}

    def wrapper(*args):
        if args not in memo:
            memo[args] = f(*args)
        return memo[args]

    return wrapper


def log_sum_exp(scores, axis):
    m = scores.max(axis=axis)
    return m + np.log(np.exp(scores - np.expand_dims(m, axis)).sum(axis=axis))


def log_partition(words, p):
    emit = np.stack([p["emission"][WORDS.index(w)] for w in words])

    @memoize
    def alpha(t):
        if t == 0:
            return p["start"] + emit[0]
        return emit[t] + log_sum_exp(alpha(t - 1)[:, None] + p["transition"], axis=0)

    return log_sum_exp(alpha(len(words) - 1) + p["stop"], axis=0)


def gold_score(words, tags, p):
    ids = [TAGS.index(tag) for tag in tags]
    score = p["start"][ids[0]] + p["stop"][ids[-1]]
    for word, tag in zip(words, ids):
        score += p["emission"][WORDS.index(word), tag]
    for previous, current in zip(ids, ids[1:]):
        score += p["transition"][previous, current]
    return score


def loss(p):
    nll = 0
    for words, tags in SENTENCES:
        one = log_partition(words, p) - gold_score(words, tags, p)
        assert one > 0, "a probability above 1"
        nll += one
    return nll
