"""Minimal character model in one function, a vanilla RNN: dicts xs, hs, ys, ps by time, hs[-1] = np.copy(hprev)."""

import numpy as np

data = "hello world"
chars = sorted(set(data))
data_size, vocab_size = len(data), len(chars)
print("data has %d characters, %d unique." % (data_size, vocab_size))
char_to_ix = {ch: i for i, ch in enumerate(chars)}
ix_to_char = {i: ch for i, ch in enumerate(chars)}

# hyperparameters
hidden_size = 6
seq_length = 7

# model parameters
np.random.seed(10)
Wxh = np.random.randn(hidden_size, vocab_size) * 0.5  # input to hidden
Whh = np.random.randn(hidden_size, hidden_size) * 0.5  # hidden to hidden
Why = np.random.randn(vocab_size, hidden_size) * 0.5  # hidden to output
bh = np.random.randn(hidden_size, 1) * 0.1  # hidden bias
by = np.random.randn(vocab_size, 1) * 0.1  # output bias

inputs = [char_to_ix[ch] for ch in data[:seq_length]]
targets = [char_to_ix[ch] for ch in data[1 : seq_length + 1]]
hprev = np.random.randn(hidden_size, 1) * 0.1


def lossFun(inputs, targets, hprev, Wxh, Whh, Why, bh, by):
    xs, hs, ys, ps = {}, {}, {}, {}
    hs[-1] = np.copy(hprev)
    loss = 0
    # forward pass
    for t in range(len(inputs)):
        xs[t] = np.zeros((vocab_size, 1))  # encode in 1-of-k representation
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t - 1]) + bh)  # hidden state
        ys[t] = np.dot(Why, hs[t]) + by  # unnormalized log probabilities for next chars
        ps[t] = np.exp(ys[t]) / np.sum(np.exp(ys[t]))  # probabilities for next chars
        loss += -np.log(ps[t][targets[t], 0])  # softmax (cross-entropy loss)
    return loss, hs[len(inputs) - 1]


params = {"Wxh": Wxh, "Whh": Whh, "Why": Why, "bh": bh, "by": by}


def loss(params):
    total, h_last = lossFun(inputs, targets, hprev, **params)
    smooth_loss = -np.log(1.0 / vocab_size) * seq_length
    smooth_loss = smooth_loss * 0.999 + total * 0.001
    print("----\n iter %d, loss: %f" % (0, smooth_loss))
    return total, {"h_last": h_last}
