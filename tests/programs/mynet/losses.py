"""Losses of a person's own package."""

import numpy as np


def one_hot(labels, n):
    T = np.zeros((len(labels), n))
    T[np.arange(len(labels)), labels] = 1
    return T


def cross_entropy(scores, T):
    shifted = scores - scores.max(axis=1)[:, None]
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1))[:, None]
    return -np.sum(T * log_p) / len(T)
