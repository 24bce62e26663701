"""The transform of compact sounds, as format/SPEC.md has it; for decode_compact.py."""

import math


def wrap(x):
    return (x + 0x8000_0000 & 0xFFFF_FFFF) - 0x8000_0000


def half_mul(a, b):
    return (a * b + (1 << 31)) >> 32


QUARTER = [round((2**31 - 1) * math.sin(math.pi * i / 512)) for i in range(257)]
assert sum(QUARTER) == 351058064691


def sin_cos(phase):
    phase &= 0xFFFF_FFFF
    i, f = (phase >> 22) & 255, phase & 0x3F_FFFF
    s, c = QUARTER[i], QUARTER[256 - i]
    if f > 0:
        s += ((QUARTER[i + 1] - s) * f) >> 22
        c += ((QUARTER[255 - i] - c) * f) >> 22
    return [(s, c), (c, -s), (-s, -c), (-c, s)][phase >> 30]


def turn(re, im, phase):
    sin, cos = sin_cos(phase)
    return (
        wrap(half_mul(re, cos) + half_mul(im, sin)),
        wrap(half_mul(im, cos) - half_mul(re, sin)),
    )


def rotate(first, second, angle):
    if angle == 0:
        return
    sin, cos = sin_cos(angle << 27)
    for k, (x, y) in enumerate(zip(first, second)):
        first[k] = wrap(2 * (half_mul(x, cos) - half_mul(y, sin)))
        second[k] = wrap(2 * (half_mul(x, sin) + half_mul(y, cos)))


def halve(r):
    return wrap(r + (r >> 1 & 1)) >> 1


def transform(x, size):
    n = 1 << size
    if not any(x):
        return x
    z = [turn(x[2 * k], x[n - 1 - 2 * k], (4 * k + 1) << (29 - size)) for k in range(n // 2)]
    bits = size - 1
    z = [z[int(f"{i:0{bits}b}"[::-1], 2)] for i in range(n // 2)]
    for stage in range(size - 1):
        h = 1 << stage
        for i in range(n // 2):
            if i & h:
                continue
            a, b = z[i], z[i + h]
            if stage > 0:
                b = turn(*b, (i % h) << (31 - stage))
                if stage in (5, 7, 9):
                    a = halve(a[0]), halve(a[1])
                else:
                    b = wrap(2 * b[0]), wrap(2 * b[1])
            z[i] = wrap(a[0] + b[0]), wrap(a[1] + b[1])
            z[i + h] = wrap(a[0] - b[0]), wrap(a[1] - b[1])
    out = [0] * n
    for k in range(n // 2):
        re, im = turn(*z[k], k << (31 - size))
        out[2 * k], out[n - 1 - 2 * k] = re, wrap(-im)
    return out


def slope(y):
    _, cos = sin_cos((1 << 30) + (y >> 1))
    return sin_cos(((1 << 31) - cos) >> 2)


def blend(left, right, v):
    for t in range(1 << v >> 1):
        sin, cos = slope((2 * t + 1) << (31 - v))
        r, l = right[t], left[-1 - t]
        right[t] = wrap(2 * (half_mul(r, sin) - half_mul(l, cos)))
        left[-1 - t] = wrap(2 * (half_mul(l, sin) + half_mul(r, cos)))
