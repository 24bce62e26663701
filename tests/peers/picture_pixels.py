"""What the leaves of compact pictures mean, as format/SPEC.md has it: prediction, transform,
post filter, colours; for decode_picture.py."""

import math
import re
from pathlib import Path

from compact_file import POWER, clamp

LUMA, CO, CG, ALPHA = range(4)
ROOT = Path(__file__).parents[2]


def numbers(path, name):
    """Those of a table in a source file."""
    found = re.search(rf"(?:static|const) {name}\b.*?= (\[.*?\]);", (ROOT / path).read_text(), re.S)
    return [int(n) for n in re.findall(r"-?\d+", found.group(1))]


def tables(flat, *lengths):
    """Numbers cut into tables, the last index fastest."""
    for length in reversed(lengths):
        flat = [flat[i : i + length] for i in range(0, len(flat), length)]
    return flat


# Prediction

SLOPE = [32, 24, 17, 11, 6, 2, 0, -2, -6, -11, -17, -24, -32]


def border(plane, x, y, size):
    """Left, above, corner."""
    n = 4 << size

    def side(places):
        known = []
        for i, j in places:
            if not plane.is_known(i, j):
                break
            known.append(plane.pixels[j][i])
        return known

    left = side((x - 1, y + i) for i in range(2 * n))
    above = side((x + i, y - 1) for i in range(2 * n))
    middle = 0 if plane.is_chroma else 2040
    first = (left or above or [middle])[0]
    corner = plane.pixels[y - 1][x - 1] if left and above else first

    def full(known, other):
        fill = known[-1] if known else other[0] if other else middle
        return known + [fill] * (2 * n - len(known))

    return full(left, above), full(above, left), corner


def predict(mode, size, around, lumas):
    """The rows of a leaf; `lumas` are luma's, and luma's border, in chroma."""
    left, above, corner = around
    n, shift = 4 << size, size + 3
    square = range(n)
    if mode == 0:
        return [[(sum(left[:n]) + sum(above[:n]) + n) >> shift] * n for _ in square]
    if mode == 1:
        return [[((n - 1 - x) * left[y] + (x + 1) * above[n] + (n - 1 - y) * above[x]
                  + (y + 1) * left[n] + n) >> shift for x in square] for y in square]
    if mode == 2 and lumas:
        return from_luma(size, around, *lumas)
    if mode == 2:
        def gradient(a, b):
            return min((a, b, corner), key=lambda pixel: abs(a + b - corner - pixel))

        return [[gradient(left[y], above[x]) for x in square] for y in square]
    if mode < 15:
        columns = directed(left, above, corner, SLOPE[mode - 3], n)
        return [list(row) for row in zip(*columns)]
    return directed(above, left, corner, SLOPE[27 - mode], n)


def between(f, at):
    k, part = at >> 5, at & 31
    return (f(k) * (32 - part) + f(k + 1) * part + 16) >> 5


def directed(main, side, corner, slope, n):
    """pixel[j][i]"""
    if n >= 16 and slope != 0:
        main, side = smoothed(main, corner), smoothed(side, corner)

    def line(k):
        if k >= -1:
            return main[min(k, 2 * n - 1)] if k >= 0 else corner
        return between(around, (((-1 - k) * (8192 // -slope)) >> 3) - 32)

    def around(k):
        return side[min(k, 2 * n - 1)]

    return [[between(line, 32 * i + slope * (j + 1)) for i in range(n)] for j in range(n)]


def smoothed(p, corner):
    return [(a + 2 * b + c + 2) >> 2 for a, b, c in zip([corner] + p, p, p[1:] + p[-1:])]


def from_luma(size, own, pixels, around):
    n, shift = 4 << size, size + 3
    pairs = [pair for i in (0, 1) for pair in zip(around[i][:n], own[i][:n])]
    mean_l = (sum(l for l, _ in pairs) + n) >> shift
    mean_c = (sum(c for _, c in pairs) + n) >> shift
    s = sum((l - mean_l) ** 2 for l, _ in pairs)
    t = sum((l - mean_l) * (c - mean_c) for l, c in pairs)
    slope = 0
    if s >> shift >= 256:
        d = max(s.bit_length() - 16, 0)
        a, b = 64 * (t >> d), s >> d
        slope = clamp(a // b if a >= 0 else -(-a // b), -128, 128)
    return [[clamp(mean_c + ((slope * (l - mean_l) + 32) >> 6), -4080, 4080) for l in row]
            for row in pixels]


# Weights

OFFSETS = [-4, -2, -2]
COSINES = [64, 90, 90, 90, 89, 88, 87, 85, 83, 82, 80, 78, 75, 73, 70, 67, 64, 61, 57, 54, 50, 46, 43,
           38, 36, 31, 25, 22, 18, 13, 9, 4, 0]


def value(weight, state, u, v, size, step, falloff):
    m = abs(weight)
    scaled = 64 * (2 * m - (state >= 2)) + OFFSETS[min(m, 3) - 1]
    scaled = -scaled if weight < 0 else scaled
    f = (2 * max(u, v) + min(u, v)) * 32 >> (size + 2)
    s = 25 + size - (step >> 5)
    product = scaled * POWER[step % 32] * (64 + (falloff * f >> 2))
    return clamp((product + (1 << (s - 1))) >> s, -(2**15), 2**15 - 1)


def cosine(k):
    k = min(k % 128, 128 - k % 128)
    return COSINES[k] if k <= 32 else -COSINES[64 - k]


def cosine_matrix(size):
    n = 4 << size
    return [[cosine((2 * x + 1) * u << (3 - size)) for x in range(n)] for u in range(n)]


def sine_matrix(size):
    n = 4 << size
    whole = 2 * n + 1
    sines = [round(128 * math.sqrt(n / whole) * math.sin(math.pi * k / whole)) for k in range(n + 1)]

    def sine(k):
        k %= 2 * whole
        return sines[min(k, whole - k)] if k <= whole else -sines[min(k - whole, 2 * whole - k)]

    return [[sine((2 * u + 1) * (x + 1)) for x in range(n)] for u in range(n)]


MATRICES = [[cosine_matrix(size) for size in range(4)], [sine_matrix(size) for size in range(3)]]


def add_weights(pixels, values, size, sine, is_chroma):
    """Adds what values, by column and row, stand for."""
    n, matrix = 4 << size, MATRICES[sine][size]
    middle = {}
    for (u, v), weight in values.items():
        sums = middle.setdefault(v, [64] * n)
        for x, factor in enumerate(matrix[u]):
            sums[x] += weight * factor
    middle = {v: [clamp(x >> 7, -(2**15), 2**15 - 1) for x in sums] for v, sums in middle.items()}
    least = -4080 if is_chroma else 0
    for y, row in enumerate(pixels):
        for x in range(n):
            more = (sum(sums[x] * matrix[v][y] for v, sums in middle.items()) + 128) >> 8
            row[x] = clamp(row[x] + more, least, 4080)


# Post filter

FILTERS = "runtime/kernels/src/picture/filters.rs"
LUMA_EXPERTS = tables(numbers(FILTERS, "LUMA"), 20, 4)[0]
CHROMA_EXPERTS = tables(numbers(FILTERS, "CO_CG"), 2, 20, 2)[0]


class Around:
    """The pixels of a plane's block before the filter, -1 to width or height."""

    def __init__(self, plane, left, top, width, height):
        first, last = left, left + width - 1
        self.rows = []
        for y in range(-1, height + 1):
            y = min(y, height - 1)
            row = plane.pixels[top + (y if y >= 0 or top > 0 else 0)]
            self.rows.append([row[left - 1 if left > 0 else first], *row[left : left + width], row[last]])

    def __call__(self, x, y):
        return self.rows[y + 1][x + 1]


WAYS = [((-1, 0), (1, 0)), ((0, -1), (0, 1)), ((-1, -1), (1, 1)), ((1, -1), (-1, 1))]


def scales(step):
    step = max(step, 96)
    power, octave = POWER[step % 32], step >> 5
    return ((46 * 2**26 // power) << 5) >> octave, power // 46, octave


def smooth(line):
    return [a + 2 * b + c for a, b, c in zip(line[:1] + line, line, line[1:] + line[-1:])]


def classes(q, scale, width, height):
    """The experts of the cells, [row][column]."""
    ways = []
    for (ax, ay), (bx, by) in WAYS:
        def second(x, y):
            return abs(q(x + ax, y + ay) + q(x + bx, y + by) - 2 * q(x, y))

        def activity(x, y):
            total = sum(second(x + dx, y + dy) for dy in (0, 2) for dx in (0, 2))
            return min((total * (scale >> 4)) >> 12, 4095)

        rows = [smooth([activity(x, y) for x in range(0, width, 4)]) for y in range(0, height, 4)]
        ways.append(list(zip(*[smooth(list(column)) for column in zip(*rows)])))
    return [[expert(*four) for four in zip(*rows)] for rows in zip(*ways)]


def expert(h, v, d, a):
    level = sum(h + v >= level for level in (1750, 7000, 29000))
    straight, diagonal = (max(h, v), min(h, v) + 24), (max(d, a), min(d, a) + 24)
    if straight[0] < 2 * straight[1] and diagonal[0] < 2 * diagonal[1]:
        way = 0
    elif straight[0] * diagonal[1] >= diagonal[0] * straight[1]:
        way = 1 if h > v else 2
    else:
        way = 3 if d > a else 4
    return 5 * level + way


def filter_block(planes, shown, steps, left, top, width, height):
    picked = None
    for plane, out, step in zip(planes, shown, steps):
        if plane.name == ALPHA:
            continue
        q = Around(plane, left, top, width, height)
        scale, back, octave = scales(step)
        if picked is None:
            picked = classes(q, scale, width, height)
        q.rows = [[pixel * scale >> 16 for pixel in row] for row in q.rows]
        limit = 64 if plane.is_chroma else 32
        experts = CHROMA_EXPERTS[plane.name - CO] if plane.is_chroma else LUMA_EXPERTS
        for y in range(height):
            for x in range(width):
                here, total = q(x, y), 0
                for weight, way in zip(experts[picked[y // 4][x // 4]], WAYS):
                    pair = sum(clamp(q(x + dx, y + dy) - here, -limit, limit - 1) for dx, dy in way)
                    total += weight * pair
                out.pixels[top + y][left + x] += (total * back + (1 << (21 - octave))) >> (22 - octave)


# Colours

def level(pixel):
    return clamp((pixel + 8) >> 4, 0, 255)


def samples(pixel, orthogonal):
    if len(pixel) < 3:
        return [level(p) for p in pixel]
    y, co, cg = pixel[:3]
    rgb = y + co - cg, y + (2 * cg if orthogonal else cg), y - co - cg
    return [level(p) for p in (*rgb, *pixel[3:])]
