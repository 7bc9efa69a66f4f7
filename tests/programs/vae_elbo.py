"""Lists of (W, b) tuples in a dict, a variational autoencoder's bound: a generic mlp, reparametrised fixed noise."""

import numpy as np

latent, visible, hidden = 2, 6, 5
rs = np.random.RandomState(0)
x = (rs.rand(7, visible) < np.linspace(0.2, 0.8, visible)).astype(np.float64)
eps = rs.randn(3, len(x), latent)  # three samples of noise for each x


def init_random_params(scale, layer_sizes, rs=rs):
    """Build a list of (weights, biases) tuples, one for each layer in the net."""
    return [
        (scale * rs.randn(m, n), scale * rs.randn(n))  # weight matrix, bias vector
        for m, n in zip(layer_sizes[:-1], layer_sizes[1:])
    ]


def params():
    rs = np.random.RandomState(1)
    return {
        "encoder": init_random_params(0.4, [visible, hidden, 2 * latent], rs),
        "decoder": init_random_params(0.4, [latent, hidden, visible], rs),
    }


def neural_net_predict(params, inputs):
    """Params is a list of (weights, bias) tuples, inputs is an (N x D) matrix."""
    for W, b in params:
        outputs = np.dot(inputs, W) + b  # linear transformation
        inputs = np.tanh(outputs)  # nonlinear transformation
    return outputs


def unpack_gaussian_params(params):
    D = np.shape(params)[-1] // 2
    mean, log_std = params[:, :D], params[:, D:]
    return mean, log_std


def bernoulli_log_density(targets, unnormalized_logprobs):
    # unnormalized_logprobs are in R, targets must be 0 or 1
    t2 = targets * 2 - 1
    return -np.logaddexp(0, -t2 * unnormalized_logprobs)


def kl_to_standard_normal(mean, log_std):
    return 0.5 * np.sum(np.exp(2 * log_std) + mean**2 - 1 - 2 * log_std, axis=-1)


def elbo(params, x, eps):
    mean, log_std = unpack_gaussian_params(neural_net_predict(params["encoder"], x))
    samples = mean + eps * np.exp(log_std)
    log_p = 0
    for z in samples:
        log_p = log_p + bernoulli_log_density(x, neural_net_predict(params["decoder"], z)).sum(axis=-1)
    log_p /= len(samples)
    return np.mean(log_p - kl_to_standard_normal(mean, log_std))


def loss(params):
    return -elbo(params, x, eps)
