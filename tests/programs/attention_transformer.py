"""Tiny functional transformer, one causal block: layer norm, heads in a list, gelu, **kwargs of nested weights."""

import numpy as np

n_head = 2
n_embd = 6
tokens = [3, 0, 2, 3, 1]
n_vocab, n_ctx = 4, 6


def params():
    rng = np.random.default_rng(1337)

    def randn(*shape):
        return rng.normal(scale=0.3, size=shape)

    return {
        "wte": randn(n_vocab, n_embd),
        "wpe": randn(n_ctx, n_embd),
        "attn_w": randn(n_embd, 3 * n_embd),
        "attn_b": randn(3 * n_embd),
        "proj_w": randn(n_embd, n_embd),
        "proj_b": randn(n_embd),
        "ln_g": 1 + randn(n_embd),
        "ln_b": randn(n_embd),
    }


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def softmax(x):
    exp_x = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return exp_x / np.sum(exp_x, axis=-1, keepdims=True)


def layer_norm(x, g, b, eps: float = 1e-5):
    mean = np.mean(x, axis=-1, keepdims=True)
    variance = np.var(x, axis=-1, keepdims=True)
    return g * (x - mean) / np.sqrt(variance + eps) + b


def linear(x, w, b):  # [m, in], [in, out], [out] -> [m, out]
    return x @ w + b


def attention(q, k, v, mask):  # [n_q, d_k], [n_k, d_k], [n_k, d_v], [n_q, n_k] -> [n_q, d_v]
    return softmax(q @ k.T / np.sqrt(q.shape[-1]) + mask) @ v


def mha(x, c_attn, c_proj, n_head):
    x = linear(x, **c_attn)
    d = x.shape[-1] // 3
    qkv = [x[:, i * d : (i + 1) * d] for i in range(3)]
    qkv_heads = [[part[:, h * d // n_head : (h + 1) * d // n_head] for h in range(n_head)] for part in qkv]
    causal_mask = (1 - np.tri(x.shape[0], dtype=x.dtype)) * -1e10
    out_heads = [attention(q, k, v, causal_mask) for q, k, v in zip(*qkv_heads)]
    return linear(np.hstack(out_heads), **c_proj)


def gpt(inputs, wte, wpe, block):
    x = wte[inputs] + wpe[range(len(inputs))]
    x = x + mha(layer_norm(x, **block["ln_1"]), **block["attn"], n_head=n_head)
    return gelu(x) @ wte.T  # tied output weights


def loss(params):
    block = {
        "attn": {
            "c_attn": {"w": params["attn_w"], "b": params["attn_b"]},
            "c_proj": {"w": params["proj_w"], "b": params["proj_b"]},
        },
        "ln_1": {"g": params["ln_g"], "b": params["ln_b"]},
    }
    x, y = tokens[:-1], tokens[1:]
    logits = gpt(x, params["wte"], params["wpe"], block)
    return -np.mean(np.log(softmax(logits)[np.arange(len(y)), y]))
