"""Engineer's class, a constant-velocity Kalman filter's likelihood: np.array of formulas, predict and update."""

import numpy as np

dt = 0.5
z_measured = np.array([0.1, 0.7, 0.9, 1.9, 2.2, 2.4, 3.9, 3.8, 4.6, 5.3])

F = np.array([[1, dt], [0, 1]])
H = np.array([[1.0, 0.0]])

params = {
    "log_q": np.array(-0.7),
    "log_r": np.array(-1.1),
    "x0": np.array([0.3, 0.8]),
    "damping": np.array([0.15]),
}


class KalmanFilter(object):
    def __init__(self, F, H, Q, R, x0, P0):
        self.F = F
        self.H = H
        self.Q = Q
        self.R = R
        self.x = x0
        self.P = P0
        self._I = np.eye(F.shape[0])
        self.log_likelihood = 0.0

    def predict(self):
        self.x = np.dot(self.F, self.x)
        self.P = np.dot(np.dot(self.F, self.P), self.F.T) + self.Q

    def update(self, z):
        y = z - np.dot(self.H, self.x)
        S = self.R + np.dot(self.H, np.dot(self.P, self.H.T))
        K = np.linalg.solve(S.T, np.dot(self.P, self.H.T).T).T
        self.x = self.x + np.dot(K, y)
        I_KH = self._I - np.dot(K, self.H)
        # the Joseph form, which stays symmetric
        self.P = I_KH @ self.P @ I_KH.T + K @ self.R @ K.T
        self.log_likelihood += -0.5 * (y.T @ y / S[0, 0] + np.log(2 * np.pi * S[0, 0]))
        return y


def loss(params):
    q, r = np.exp(params["log_q"]), np.exp(params["log_r"])
    c = params["damping"][0]
    Q = q * np.array([[dt**3 / 3, dt**2 / 2], [dt**2 / 2, dt]])
    R = np.array([[r]])
    F_damped = F - np.array([[0, 0], [0, c * dt]])
    kf = KalmanFilter(F_damped, H, Q, R, params["x0"], np.diag([0.5, 1.0]))
    innovations = []
    for z in z_measured:
        kf.predict()
        innovations.append(kf.update(z))
    return -kf.log_likelihood, {"x": kf.x, "P": kf.P, "innovations": np.array(innovations)}
