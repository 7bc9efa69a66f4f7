import numpy as np

SOURCE = "pattern of r/CS224d negative sampling threads (33yw1d, 34icxx) - gradient check fails for the centre word; own slip"
SUMMARY = "word2vec negative sampling: in gradPred the negative samples enter with a minus, the rows of the output matrix are right."

TARGET = 3
NEG = [0, 5, 2, 5]


def params():
    r = np.random.default_rng(1420)
    return {"vc": r.normal(size=4), "U": r.normal(size=(6, 4))}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def loss(p):
    pos = sigmoid(np.dot(p["U"][TARGET], p["vc"]))
    neg = sigmoid(-np.dot(p["U"][NEG], p["vc"]))
    return -np.log(pos) - np.sum(np.log(neg)), {"neg": neg}


def negSamplingCostAndGradient(predicted, target, outputVectors):
    grad = np.zeros_like(outputVectors)
    s = sigmoid(outputVectors[target] @ predicted)
    gradPred = (s - 1) * outputVectors[target]
    grad[target] += (s - 1) * predicted
    for k in NEG:
        s = sigmoid(-outputVectors[k] @ predicted)
        gradPred += (s - 1) * outputVectors[k]
        grad[k] -= (s - 1) * predicted
    return gradPred, grad


def manual_grads(p):
    gv, gU = negSamplingCostAndGradient(p["vc"], TARGET, p["U"])
    return {"vc": gv, "U": gU}


def correct_grads(p):
    U, v = p["U"], p["vc"]
    gv = (sigmoid(U[TARGET] @ v) - 1) * U[TARGET]
    gU = np.zeros_like(U)
    gU[TARGET] += (sigmoid(U[TARGET] @ v) - 1) * v
    for k in NEG:
        gv = gv + sigmoid(U[k] @ v) * U[k]
        gU[k] += sigmoid(U[k] @ v) * v
    return {"vc": gv, "U": gU}


EXPECTED = [
    {"where": "vc", "kind": "sign_flipped", "detail": "the negative samples' term of gradPred has the wrong sign"}
]
PROPAGATED = []
CORRECT = ["U"]
