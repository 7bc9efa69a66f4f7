"""One matrix for four gates, an LSTM regressor: preallocated h, c and gate arrays written by time, slices of gates."""

import numpy as np

D, H, B, T = 2, 4, 3, 5

np.random.seed(21)
X = np.random.randn(T, B, D)
target = np.cumsum(X, axis=0).sum(axis=2)


class LSTM:
    @staticmethod
    def init(input_size, hidden_size, fancy_forget_bias_init=1.5):
        WLSTM = np.random.randn(input_size + hidden_size + 1, 4 * hidden_size) / np.sqrt(input_size + hidden_size)
        WLSTM[0, :] = 0.1  # the first row holds the biases
        if fancy_forget_bias_init != 0:
            WLSTM[0, hidden_size : 2 * hidden_size] = fancy_forget_bias_init
        return WLSTM

    @staticmethod
    def forward(X, WLSTM, c0=None, h0=None):
        n, b, input_size = X.shape
        d = WLSTM.shape[1] // 4  # hidden size
        if c0 is None:
            c0 = np.zeros((b, d))
        if h0 is None:
            h0 = np.zeros((b, d))

        xphpb = WLSTM.shape[0]  # x plus h plus bias, lol
        Hin = np.zeros((n, b, xphpb))  # input [1, xt, ht-1] to each tick
        Hout = np.zeros((n, b, d))
        IFOG = np.zeros((n, b, d * 4))  # input, forget, output, gate
        IFOGf = np.zeros((n, b, d * 4))  # after nonlinearity
        C = np.zeros((n, b, d))
        Ct = np.zeros((n, b, d))
        for t in range(n):
            prevh = Hout[t - 1] if t > 0 else h0
            Hin[t, :, 0] = 1
            Hin[t, :, 1 : 1 + input_size] = X[t]
            Hin[t, :, 1 + input_size :] = prevh
            # compute all gate activations, most of the work is this line
            IFOG[t] = Hin[t].dot(WLSTM)
            IFOGf[t, :, : 3 * d] = 1.0 / (1.0 + np.exp(-IFOG[t, :, : 3 * d]))
            IFOGf[t, :, 3 * d :] = np.tanh(IFOG[t, :, 3 * d :])
            prevc = C[t - 1] if t > 0 else c0
            C[t] = IFOGf[t, :, :d] * IFOGf[t, :, 3 * d :] + IFOGf[t, :, d : 2 * d] * prevc
            Ct[t] = np.tanh(C[t])
            Hout[t] = IFOGf[t, :, 2 * d : 3 * d] * Ct[t]
        return Hout, C[-1], Hout[-1]


params = {
    "WLSTM": LSTM.init(D, H),
    "Wy": np.random.randn(H) * 0.7,
    "by": np.array(0.3),
}


def loss(params):
    Hout, c_n, h_n = LSTM.forward(X, params["WLSTM"])
    y = Hout.dot(params["Wy"]) + params["by"]
    err = y - target
    return np.sum(err**2) / err.size, {"Hout": Hout, "cn": c_n, "hn": h_n}
