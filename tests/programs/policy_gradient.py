"""RL blog post, REINFORCE with a baseline on fixed episodes: a policy object, namedtuples, returns, entropy."""

from collections import namedtuple

import numpy as np

Transition = namedtuple("Transition", ["state", "action", "reward"])
GAMMA = 0.95
N_ACTIONS = 3


def rollout(seed, length):
    """Episodes recorded beforehand with some other policy."""
    rng = np.random.RandomState(seed)
    episode = []
    for _ in range(length):
        episode.append(
            Transition(state=rng.randn(4), action=rng.randint(N_ACTIONS), reward=rng.choice([0.0, 1.0, -1.0]))
        )
    return episode


episodes = [rollout(seed, length) for seed, length in [(1, 5), (2, 7), (3, 4)]]


def discount_rewards(rewards):
    discounted = np.zeros_like(rewards)
    running_add = 0
    for t in reversed(range(len(rewards))):
        running_add = running_add * GAMMA + rewards[t]
        discounted[t] = running_add
    return discounted


class Policy:
    def __init__(self, theta):
        self.theta = theta
        self.saved_log_probs = []
        self.saved_values = []

    def __call__(self, state):
        h = np.tanh(state @ self.theta["W"] + self.theta["b"])
        logits = h @ self.theta["W_pi"] + self.theta["b_pi"]
        value = h @ self.theta["w_v"] + self.theta["b_v"]
        z = np.exp(logits - np.max(logits))
        return z / z.sum(), value


def params():
    rng = np.random.RandomState(1992)
    return {
        "W": rng.randn(4, 5) / 2,
        "b": rng.randn(5) / 4,
        "W_pi": rng.randn(5, N_ACTIONS) / 2,
        "b_pi": rng.randn(N_ACTIONS) / 4,
        "w_v": rng.randn(5) / 2,
        "b_v": rng.randn(1) / 4,
    }


def loss(theta):
    policy = Policy(theta)
    policy_loss, value_loss, entropy, steps = [], [], 0.0, 0
    for episode in episodes:
        returns = discount_rewards(np.array([step.reward for step in episode]))
        returns = (returns - returns.mean()) / (returns.std() + 1e-8)
        for (state, action, _), R in zip(episode, returns):
            probs, value = policy(state)
            log_prob = np.log(probs[action])
            baseline = 0.1 * action
            policy_loss.append(-log_prob * (R - baseline))
            value_loss.append((R - value[0]) ** 2)
            entropy -= np.sum(probs * np.log(probs))
            steps += 1
    return (np.array(policy_loss).sum() + 0.5 * np.sum(value_loss) - 0.01 * entropy) / steps
