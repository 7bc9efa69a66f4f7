"""Textbook class, the scaled forward algorithm of a hidden Markov model: alpha[t] /= c[t] on rows of a zeros array."""

import numpy as np

N = 3  # hidden states
M = 4  # symbols
sequences = [[0, 1, 1, 3, 2, 0, 0], [2, 2, 3, 1], [1, 0, 0, 2, 3]]


def params():
    rng = np.random.RandomState(1989)
    return {"pi": rng.randn(N), "A": rng.randn(N, N), "B": rng.randn(N, M)}


def normalise(logits):
    """Rows of probabilities."""
    e = np.exp(logits)
    return e / e.sum(axis=-1, keepdims=True)


class HMM:
    def __init__(self, pi, A, B):
        self.pi, self.A, self.B = pi, A, B
        assert np.allclose(self.A.sum(axis=1), 1.0)
        assert np.allclose(self.B.sum(axis=1), 1.0)

    def forward(self, obs):
        T = len(obs)
        alpha = np.zeros((T, N))
        c = np.zeros(T)

        # initialisation
        alpha[0] = self.pi * self.B[:, obs[0]]
        c[0] = alpha[0].sum()
        alpha[0] /= c[0]

        # induction
        for t in range(1, T):
            for j in range(N):
                for i in range(N):
                    alpha[t, j] += alpha[t - 1, i] * self.A[i, j]
                alpha[t, j] *= self.B[j, obs[t]]
            c[t] = alpha[t].sum()
            alpha[t] /= c[t]
        return alpha, c

    def log_prob(self, obs):
        alpha, c = self.forward(obs)
        return np.log(c).sum()


def loss(params):
    hmm = HMM(*(normalise(params[name]) for name in ("pi", "A", "B")))
    total_log_prob = 0
    for seq in sequences:
        total_log_prob += hmm.log_prob(seq)
    print("log likelihood:", total_log_prob)
    return -total_log_prob / len(sequences)
