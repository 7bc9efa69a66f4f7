"""Script over (centre, context) pairs, skip-gram with negative sampling: rows of two tables, repeated words."""

import numpy as np

corpus = "the quick fox and the lazy dog and the fox".split()
vocab = sorted(set(corpus))
word2idx = {w: i for i, w in enumerate(vocab)}
WINDOW = 2
DIM = 4
K = 3  # negative samples

ids = [word2idx[w] for w in corpus]
counts = np.bincount(ids).astype(float)
noise = counts**0.75 / np.sum(counts**0.75)

# draw the negative samples once, so that the loss is a function of the parameters
rng = np.random.default_rng(2013)
pairs = []
for pos, centre in enumerate(ids):
    for j in range(max(0, pos - WINDOW), min(len(ids), pos + WINDOW + 1)):
        if j != pos:
            pairs.append((centre, ids[j], rng.choice(len(vocab), size=K, p=noise)))

params = {
    "W_in": rng.normal(0, 0.5, (len(vocab), DIM)),
    "W_out": rng.normal(0, 0.5, (len(vocab), DIM)),
    "b_out": rng.normal(0, 0.1, len(vocab)),
}


def log_sigmoid(x):
    return -np.log1p(np.exp(-x))


def pair_loss(centre, context, negatives, W_in, W_out, b_out):
    v = W_in[centre]
    pos_score = np.dot(W_out[context], v) + b_out[context]
    neg_scores = W_out[negatives] @ v + b_out[negatives]
    return -(log_sigmoid(pos_score) + log_sigmoid(-neg_scores).sum())


def nearest(W, word):
    sims = W @ W[word2idx[word]]
    sims[word2idx[word]] = -np.inf
    return vocab[sims.argmax()]


def loss(params):
    total = 0.0
    for centre, context, negatives in pairs:
        total += pair_loss(centre, context, negatives, **params)
    avg = total / len(pairs)
    print(f"avg loss {avg:.4f}, nearest to fox: {nearest(params['W_in'], 'fox')}")
    return avg
