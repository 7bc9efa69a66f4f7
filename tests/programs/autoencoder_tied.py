"""Inheritance with super(), a tied-weight autoencoder: setattr, properties, class attributes, sparsity."""

import numpy as np


class Model:
    param_names = ()
    l2 = 0.0

    def __init__(self, **params):
        for name in self.param_names:
            setattr(self, name, params[name])

    @property
    def weights(self):
        return [getattr(self, name) for name in self.param_names if name.startswith("W")]

    def penalty(self):
        return self.l2 * sum((w**2).sum() for w in self.weights)

    def objective(self, X):
        raise NotImplementedError


class Autoencoder(Model):
    param_names = ("W", "b_hidden", "b_visible")

    def encode(self, X):
        return self.squash(X.dot(self.W) + self.b_hidden)

    def decode(self, H):
        # the decoder uses the transposed encoder weights
        return self.squash(H.dot(self.W.T) + self.b_visible)

    @staticmethod
    def squash(a):
        return (1 + np.tanh(a / 2)) / 2

    def objective(self, X):
        self.H = self.encode(X)
        self.X_hat = self.decode(self.H)
        cross_entropy = -np.sum(X * np.log(self.X_hat) + (1.0 - X) * np.log(1.0 - self.X_hat), axis=1)
        return np.mean(cross_entropy) + self.penalty()


class SparseAutoencoder(Autoencoder):
    l2 = 1e-2
    target = 0.1

    def __init__(self, beta=0.5, **params):
        super().__init__(**params)
        self.beta = beta

    def objective(self, X):
        base = super().objective(X)
        rho_hat = self.H.mean(axis=0)
        rho = self.target
        kl = rho * np.log(rho / rho_hat) + (1 - rho) * np.log((1 - rho) / (1 - rho_hat))
        return base + self.beta * kl.sum()


X = np.random.RandomState(14).binomial(1, 0.4, size=(9, 8))


def params():
    r = np.random.RandomState(15)
    return {"W": r.normal(0, 0.6, (8, 4)), "b_hidden": r.normal(0, 0.2, 4), "b_visible": r.normal(0, 0.2, 8)}


def loss(params):
    model = SparseAutoencoder(beta=0.3, **params)
    return model.objective(X), {"H": model.H, "X_hat": model.X_hat}
