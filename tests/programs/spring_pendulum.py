"""Physics homework, an elastic pendulum: scalars in a while loop, sin and sqrt from math, lists turned into arrays."""

from math import cos, pi, sin, sqrt

from numpy import array, linspace, mean

g = 9.81
dt = 0.02
t_max = 0.5

# "measured" bob positions (x, y) every 5 time steps
measured = array(
    [[0.51, -0.95], [0.44, -1.03], [0.28, -1.17], [0.05, -1.28], [-0.17, -1.30], [-0.33, -1.2], [-0.4, -1.0]]
)
weights = linspace(1.0, 0.5, len(measured))

params = {
    "k": array(22.0),  # spring constant
    "L0": array(0.9),
    "m": array(0.8),
    "start": array([30.0, 1.05, 0.2, -0.3]),  # angle in degrees, length, and their velocities
    "drag": array(0.12),
}


def energy(k, L0, m, theta, r, omega, v):
    kinetic = 0.5 * m * (v**2 + (r * omega) ** 2)
    potential = -m * g * r * cos(theta) + 0.5 * k * (r - L0) ** 2
    return kinetic + potential


def simulate(k, L0, m, start, drag):
    theta, r, omega, v = start
    theta = theta * pi / 180
    omega = sqrt(1 + omega**2) - 1 + omega
    t = 0.0
    step = 0
    xs, ys = [], []
    while True:
        if step % 5 == 0:
            xs.append(r * sin(theta))
            ys.append(-r * cos(theta))
        if t >= t_max or len(xs) >= len(measured):
            break
        # semi-implicit Euler
        a_r = r * omega**2 + g * cos(theta) - k / m * (r - L0) - drag * v
        a_t = -(g * sin(theta) + 2 * v * omega) / r - drag * omega
        v += a_r * dt
        omega += a_t * dt
        r += v * dt
        theta += omega * dt
        t += dt
        step += 1
    print("energy at the end: %.5f" % energy(k, L0, m, theta, r, omega, v))
    return array([xs, ys]).T


def loss(params):
    path = simulate(**params)
    n = min(len(path), len(measured))
    miss = path[:n] - measured[:n]
    return 100 * mean(weights[:n] * (miss[:, 0] ** 2 + miss[:, 1] ** 2))
