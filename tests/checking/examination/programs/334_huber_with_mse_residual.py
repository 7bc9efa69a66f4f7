import numpy as np

SOURCE = "DQN in NumPy"
SUMMARY = "Huber loss in the forward, plain residual (squared error's derivative) in the step."

LR = 0.01
rng = np.random.default_rng(334)
state = rng.normal(size=(8, 3))
goal = rng.normal(size=(8, 2)) * 3


def params():
    r = np.random.default_rng(1334)
    return {
        "w1": r.normal(size=(3, 6)),
        "b1": r.normal(size=(6,)),
        "w2": r.normal(size=(6, 2)),
        "b2": r.normal(size=(2,)),
    }


def loss(p):
    hid = np.tanh(state @ p["w1"] + p["b1"])
    q = hid @ p["w2"] + p["b2"]
    e = q - goal
    return np.mean(np.where(np.abs(e) <= 1, 0.5 * e**2, np.abs(e) - 0.5)), {"hid": hid, "q": q}


def correct_grads(p):
    hid = np.tanh(state @ p["w1"] + p["b1"])
    d = np.clip(hid @ p["w2"] + p["b2"] - goal, -1, 1) / 16
    dh = d @ p["w2"].T
    dz = dh * (1 - hid**2)
    return {"w1": state.T @ dz, "b1": dz.sum(0), "w2": hid.T @ d, "b2": d.sum(0), "q": d, "hid": dh}


class Agent:
    def __init__(self, p):
        self.__dict__.update(p)

    def train(self, s, target):
        hid = np.tanh(s @ self.w1 + self.b1)
        q = hid @ self.w2 + self.b2
        dq = (q - target) / q.size
        dhid = dq @ self.w2.T
        dz = dhid * (1 - hid * hid)
        self.w2 = self.w2 - LR * hid.T @ dq
        self.b2 = self.b2 - LR * dq.sum(axis=0)
        self.w1 = self.w1 - LR * s.T @ dz
        self.b1 = self.b1 - LR * dz.sum(axis=0)


def step(p):
    ag = Agent(p)
    ag.train(state, goal)
    return {"w1": ag.w1, "b1": ag.b1, "w2": ag.w2, "b2": ag.b2}


EXPECTED = [
    {"where": "q", "kind": "wrong_loss_derivative", "detail": "squared error's residual; Huber clips it to [-1, 1]"}
]
PROPAGATED = ["w1", "b1", "w2", "b2"]
CORRECT = []
