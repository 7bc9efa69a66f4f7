import numpy as np

SOURCE = "https://553668.com/manong/600580.html (Coursera notes: 'Correct: Simultaneous update' / 'Incorrect')"
SUMMARY = "Class with self.w and self.b: the prediction is evaluated again after w has moved, so the bias gets its gradient at the new w."

_r = np.random.default_rng(719)
X = _r.normal(size=(9, 2))
Y = _r.normal(size=(9, 1))
LR = 0.1


def params():
    r = np.random.default_rng(1719)
    return {"w": r.normal(size=(2, 1)), "b": r.normal(size=1)}


def loss(p):
    y_hat = np.dot(X, p["w"]) + p["b"]
    return np.mean((y_hat - Y) ** 2), {"y_hat": y_hat}


class LinearRegression:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def predict(self, x):
        return np.dot(x, self.w) + self.b

    def update(self, x, y):
        n = len(x)
        self.w = self.w - LR * 2 / n * np.dot(x.T, self.predict(x) - y)
        self.b = self.b - LR * 2 / n * np.sum(self.predict(x) - y, axis=0)


def step(p):
    model = LinearRegression(p["w"], p["b"])
    model.update(X, Y)
    return {"w": model.w, "b": model.b}


def correct_grads(p):
    e = 2 * (X @ p["w"] + p["b"] - Y) / 9
    return {"w": X.T @ e, "b": e.sum(axis=0), "y_hat": e}


EXPECTED = [
    {"where": "b", "kind": "stale_parameter", "detail": "the residual for b is computed with the already updated w"}
]
PROPAGATED = []
CORRECT = ["w"]
