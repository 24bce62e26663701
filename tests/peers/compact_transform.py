"""The transform of compact sounds, as format/SPEC.md has it; for decode_compact.py."""

import math


def wrap(x):
    return (x + 0x8000_0000 & 0xFFFF_FFFF) - 0x8000_0000


def half(a, b):
    return (a * b) >> 16


SINE = [-round(2**15 * math.sin(math.pi * i / 512)) for i in range(257)]
assert sum(SINE) == -5356720
SLOPE = [
    min(round(2**15 * math.sin(math.pi / 4 * (x + math.sin(math.pi / 2 * x) ** 2))), 2**15 - 1)
    for x in (i / 256 for i in range(257))
]
assert sum(SLOPE) == 5221413


ANGLE = [round(2**16 * math.pi / 512 * j / 16) for j in range(16)]


def turn(re, im, phase):
    i, j = phase >> 22, phase >> 18 & 15
    s, c = SINE[i], SINE[256 - i]
    re, im = wrap(half(re, c) + half(im, s)), wrap(half(im, c) - half(re, s))
    return wrap(re + half(im, ANGLE[j])), wrap(im - half(re, ANGLE[j]))


def rotate(first, second, angle):
    if angle == 0:
        return
    i = angle << 5 & 255
    s, c = SINE[i], SINE[256 - i]
    if angle >= 8:
        s, c = c, -s
    for k, (x, y) in enumerate(zip(first, second)):
        first[k] = wrap(2 * wrap(half(y, s) - half(x, c)))
        second[k] = wrap(-2 * wrap(half(x, s) + half(y, c)))


def merge(a, b, k, stage, halves):
    """The values that a stage makes of two; k is the place of a among the first 2^stage."""
    ahead = k >= 1 << stage >> 1 and stage > 0
    if ahead:
        k -= 1 << stage >> 1
    if stage > 1:
        b = turn(*b, k << (31 - stage))
        a = (a[0] >> 1, a[1] >> 1) if halves else a
        b = (wrap(-b[0]), wrap(-b[1])) if halves else (wrap(-2 * b[0]), wrap(-2 * b[1]))
    if ahead:
        b = b[1], wrap(-b[0])
    plus = wrap(a[0] + b[0]), wrap(a[1] + b[1])
    return plus, (wrap(a[0] - b[0]), wrap(a[1] - b[1]))


def transform(x, size):
    n = 1 << size
    if not any(x):
        return x
    z = [turn(x[2 * k], x[n - 1 - 2 * k], (4 * k + 1) << (29 - size)) for k in range(n // 2)]
    bits = size - 1
    z = [z[int(f"{i:0{bits}b}"[::-1], 2)] for i in range(n // 2)]
    for stage in range(bits):
        h = 1 << stage
        halves = stage > 4 and (bits - stage) % 2 == 1
        for i in range(n // 2):
            if not i & h:
                z[i], z[i + h] = merge(z[i], z[i + h], i % h, stage, halves)
    out = [0] * n
    for k in range(n // 2):
        re, im = turn(*z[k], k << (31 - size))
        out[2 * k], out[n - 1 - 2 * k] = re, wrap(-im)
    return out


def slope(place):
    """Of a place in 2^-12 of the overlap."""
    i, f = place >> 4, (place & 15) << 12
    return SLOPE[i] + (((SLOPE[min(i + 1, 256)] - SLOPE[i]) * f) >> 16)


def blend(left, right, v):
    for t in range(1 << v >> 1):
        distance = (2 * t + 1) << (11 - v)
        s, c = slope(2048 + distance), mirrored(2048 - distance)
        r, l = right[t], left[-1 - t]
        right[t] = wrap(2 * wrap(half(r, s) - half(l, c)))
        left[-1 - t] = wrap(2 * wrap(half(l, s) + half(r, c)))


def mirrored(place):
    """The same, but rounded from the entry above."""
    i, f = -(-place >> 4), (-place & 15) << 12
    return SLOPE[i] + (((SLOPE[max(i - 1, 0)] - SLOPE[i]) * f) >> 16)
