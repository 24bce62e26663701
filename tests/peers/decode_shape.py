#!/usr/bin/env python3
"""Says the distances of a compact shape, written from format/SPEC.md alone.

Needs nothing but Python: any difference to nex-runtime is a mistake in the specification,
here or there. The trained numbers, which the specification gives by reference, are read
from the file that it names.

    python3 decode_shape.py FILE.nex X Y Z            in voxels
    python3 decode_shape.py --compare FILE.nex REFERENCE.txt ...

A line of a reference is a position, three numbers in 2^-32 voxels, and its sample.
"""

import math
import struct
import sys
from pathlib import Path

from compact_file import Answers, Coder, NexError, clamp, open_file
from picture_pixels import numbers

STARTS = numbers("format/coding/src/shape/models.rs", "STARTS")

# Tables: first answer of each.
NEARNESS, AROUND, INSIDE, CUT_NEARNESS, CUT_AROUND = 0, 36, 228, 244, 280
DEGREE_SIZE, DEGREE_AROUND, DEGREE_KNOWN = 328, 352, 364
WEIGHT, LEVEL, INDEX, DEGREE, SPREAD, ESCAPE, ANSWERS = 380, 716, 812, 980, 1078, 1190, 1206
assert len(STARTS) == ANSWERS

MANTISSA = [round(2**15 * 2 ** (i / 32)) for i in range(32)]
FACTORS = [0, 0, 273, 117, 65, 41]
MOST = 1 << 24


def bits(n):
    return n.bit_length()


def wrapped(n):
    return (n + 2**31) % 2**32 - 2**31


def rounded(n):
    return wrapped(n + 2048) >> 12


def below(value, limits):
    """How many of the limits a value is not below."""
    return sum(value >= limit for limit in limits)


class Cell:
    """A cell that is decoded: without an expert (and a side), or with one."""

    def __init__(self, corner, size, inside=None, degree=0, coefficients=None):
        self.corner, self.size, self.inside = corner, size, inside
        self.degree, self.coefficients = degree, coefficients
        self.side = 4 << size

    def value(self, place):
        """At a place in 1/4096 voxels."""
        powers = [polynomials((p - 4096 * c >> 1 + self.size) - 4096)
                  for p, c in zip(place, self.corner)]
        n = self.degree
        whole = 0
        for a in range(n + 1):
            plane = 0
            for b in range(n + 1 - a):
                row = 0
                for c in range(n + 1 - a - b):
                    row = wrapped(row + self.coefficients[a, b, c] * powers[2][c])
                plane = wrapped(plane + rounded(row) * powers[1][b])
            whole = wrapped(whole + rounded(plane) * powers[0][a])
        return clamp(rounded(whole), -(2**15), 2**15 - 1)


def polynomials(t):
    p = [4096, t, ((t * t + 1024) >> 11) - 2731]
    for k in range(2, 6):
        before = p[k - 1]
        p.append(((t * p[k] + 1024) >> 11) - before - ((before * FACTORS[k] + 2048) >> 12))
    return p


class Full(Exception):
    """More cells are cut, or more coefficients coded, than the header says."""


class Around:
    """What lies around a cell."""

    def __init__(self, shape, corner, size):
        n = 4 << size
        self.outside = self.inside = self.experts = self.smaller = self.larger = 0
        degrees, middles = 0, []
        sums = [0, 0, 0]
        for axis in range(3):
            for up in (False, True):
                voxel = [c + n // 2 for c in corner]
                voxel[axis] = corner[axis] + n if up else corner[axis] - 1
                cell = shape.cell(voxel)
                if cell:
                    self.larger += cell.size > size
                    if cell.inside is None:
                        self.experts += 1
                        self.smaller += cell.size < size
                        degrees += cell.degree
                    else:
                        self.inside += cell.inside
                        self.outside += not cell.inside
                said = self.face(shape, corner, n, axis, up)
                if said:
                    middles.append(said[0])
                    for along, growth in zip(range(axis, axis + 3), said[1:]):
                        sums[along % 3] += growth
        self.mean = (2 * degrees + self.experts) // (2 * self.experts) if self.experts else 0
        self.known = int(bool(middles))
        self.expected, self.near, self.spread = [0, 0, 0, 0], 0, 0
        if middles:
            self.expected = [total // len(middles) for total in [sum(middles)] + sums]
            middle, *growth = self.expected
            miss = (abs(middle) - sum(map(abs, growth))) >> (9 + size)
            self.near = 1 + below(miss, [-12, -6, -3, -1, 1, 3, 6, 10])
            if len(middles) > 1:
                self.spread = min(7, 1 + bits((max(middles) - min(middles)) >> 8))

    @staticmethod
    def face(shape, corner, n, axis, up):
        half = 2048 * n
        middle = [4096 * c + half for c in corner]
        sums, along, across = [], 0, 0
        for depth in (half // 8, 5 * half // 8):
            total = 0
            for i in (-1, 1):
                for j in (-1, 1):
                    place = list(middle)
                    place[axis] += (1 if up else -1) * (half + depth)
                    place[(axis + 1) % 3] += i * half // 2
                    place[(axis + 2) % 3] += j * half // 2
                    cell = shape.cell([p >> 12 for p in place])
                    if not cell or cell.inside is not None:
                        return None
                    value = cell.value(place)
                    total += value
                    along += i * value
                    across += j * value
            sums.append(total)
        near, far = sums
        inward = (near - far) >> 1
        return ((near >> 2) + ((9 * inward) >> 3), -inward if up else inward, along >> 2,
                across >> 2)


class Shape:
    """The header, and all cells."""

    def __init__(self, data):
        reader, self.sections = open_file(data, 0x12)
        self.voxels = reader.varint(16)
        *self.origin, self.side = struct.unpack("<4f", reader.take(16))
        if reader.u8():
            raise NexError("unknown form")
        self.step, self.splits, self.left = reader.varint(16), reader.varint(), reader.varint()
        if not 16 <= self.voxels <= 512:
            raise NexError("size")
        if not all(map(math.isfinite, self.origin + [self.side])) or self.side <= 0:
            raise NexError("cube")
        if self.step > 320 or self.splits > MOST or self.left > MOST:
            raise NexError("step or counts")
        self.coder = Answers(Coder(reader.take(len(reader.data) - reader.at)), STARTS)
        # By the first voxel of 4 x 4 x 4, over 4.
        self.cells = {}
        # Blocks that are cut.
        self.cut = set()
        self.blocks = -(-self.voxels // 16)
        try:
            for z in range(self.blocks):
                for y in range(self.blocks):
                    for x in range(self.blocks):
                        self.decode([16 * x, 16 * y, 16 * z], 2)
        except Full:
            pass
        self.apart = {}
        full = [b for b in self.places() if self.is_full(b)]
        for block in self.places():
            away = [max(abs(a - b) for a, b in zip(block, other)) for other in full]
            self.apart[block] = min(away, default=self.blocks)

    def places(self):
        n = range(self.blocks)
        return [(x, y, z) for z in n for y in n for x in n]

    def is_full(self, block):
        cell = self.cells.get(tuple(4 * b for b in block))
        return block in self.cut or bool(cell and cell.size == 2 and cell.inside is None)

    def cell(self, voxel):
        return self.cells.get(tuple(v >> 2 for v in voxel))

    def put(self, cell):
        x, y, z = (c // 4 for c in cell.corner)
        n = 1 << cell.size
        for k in range(n):
            for j in range(n):
                for i in range(n):
                    self.cells[x + i, y + j, z + k] = cell

    def decode(self, corner, size):
        if any(c >= self.voxels for c in corner):
            return
        around = Around(self, corner, size)
        ask = self.coder.ask
        out, within = around.outside, around.inside
        counted = 16 * min(around.larger, 3) + 4 * min(around.experts, 3) + min(out + within, 3)
        if not ask(NEARNESS + 12 * size + around.near, AROUND + 64 * size + counted):
            s = 0 if out == within == 0 else 1 if out > within else 2 if out < within else 3
            e = around.known * (1 + (around.expected[0] < 0))
            self.put(Cell(corner, size, inside=ask(INSIDE + 4 * s + e)))
            return
        if size > 0 and ask(CUT_NEARNESS + 12 * size + around.near, CUT_AROUND + 16 * size
                            + 4 * min(around.smaller, 3) + min(around.larger, 3)):
            if self.splits == 0:
                raise Full
            self.splits -= 1
            if size == 2:
                self.cut.add(tuple(c // 16 for c in corner))
            half = 2 << size
            for i in range(8):
                self.decode([c + half * (i >> axis & 1) for axis, c in enumerate(corner)], size - 1)
            return
        degree = 0
        while degree < 6:
            far = min(degree + 6 - around.mean, 10) if around.mean else 11
            if not ask(DEGREE_SIZE + 8 * size + degree, DEGREE_AROUND + far,
                       DEGREE_KNOWN + 8 * around.known + degree):
                break
            degree += 1
        count = (degree + 1) * (degree + 2) * (degree + 3) // 6
        if count > self.left:
            raise Full
        self.left -= count
        self.put(Cell(corner, size, degree=degree,
                      coefficients=self.polynomial(around, size, degree)))

    def polynomial(self, around, size, degree):
        products = [(a, b, o - a - b) for o in range(degree + 1) for a in range(o + 1)
                    for b in range(o + 1 - a)]
        weights, coefficients = [], {}
        for index, powers in enumerate(products):
            weight = self.weight(around, size, degree, products, weights)
            weights.append(weight)
            scale = [256, 427, 711, 1185][sum(power > 0 for power in powers)]
            step = (MANTISSA[self.step % 32] << self.step // 32) >> 7
            step = ((step * scale) >> 8) >> size
            expected = 0
            if powers in ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)):
                expected = around.expected[powers.index(1) + 1 if any(powers) else 0]
            coefficient = ((weight * step + 128) >> 8) + expected
            coefficients[powers] = clamp(coefficient, -(2**15), 2**15 - 1)
        return coefficients

    def weight(self, around, size, degree, products, weights):
        index = len(weights)
        own = sum(products[index])
        total = count = 0
        for powers, weight in zip(products, weights):
            share = {own: 2, own - 1: 1}.get(sum(powers), 0)
            total += share * min(abs(weight), 255)
            count += share
        q = 8 * total // max(count, 1)
        level = below(q, [1, 2, 4, 6, 9, 14, 20, 32, 56, 100, 200]) if own else 0
        m = 0
        while m < 14:
            r, g = min(m, 7), min(m, 1)
            if not self.coder.ask(WEIGHT + 8 * (14 * size + 2 * own + around.known) + r,
                                  LEVEL + 8 * level + r, INDEX + 2 * index + g,
                                  DEGREE + 2 * (7 * degree + own) + g,
                                  SPREAD + 2 * (7 * around.spread + own) + g, rate=5):
                break
            m += 1
        if m == 14:
            k = 0
            while k < 15 and self.coder.ask(ESCAPE + k):
                k += 1
            m = min(14 + 2**k + self.coder.raw(k) - 1, 2**16)
        return -m if m and self.coder.raw(1) else m

    def sample(self, position):
        place = [min(p >> 20, 4096 * self.voxels - 1) for p in position]
        cell = self.cell([p >> 12 for p in place])
        if cell is None:
            return 32767
        if cell.inside is None:
            value = (32 * cell.value(place) + self.voxels // 2) // self.voxels
            return clamp(value, -32767, 32767)
        far = min(4096 * self.away(place) // self.voxels, 32767)
        return -far if cell.inside else far

    def away(self, place):
        q = [p >> 8 for p in place]
        block = tuple(x // 256 for x in q)
        border = min(min(x % 256, 256 - x % 256) for x in q)
        apart = self.apart[block]
        if block in self.cut:
            apart = 0
        far = 256 * (max(apart, 2) - 1) + border
        if apart < 2:
            squares = [far * far]
            first = [4 * max(b - 1, 0) for b in block]
            last = [4 * min(b + 2, self.blocks) for b in block]
            for x in range(first[0], last[0]):
                for y in range(first[1], last[1]):
                    for z in range(first[2], last[2]):
                        cell = self.cells.get((x, y, z))
                        if cell and cell.inside is None:
                            gaps = (max(16 * f - p, p - 16 * f - 16 * cell.side, 0)
                                    for f, p in zip(cell.corner, q))
                            squares.append(sum(gap * gap for gap in gaps))
            far = math.isqrt(min(squares))
        return max(far, 2)


def same(path, reference):
    shape = Shape(Path(path).read_bytes())
    lines = [list(map(int, line.split())) for line in Path(reference).read_text().splitlines()]
    wrong = [(p, shape.sample(p), said) for *p, said in lines if shape.sample(p) != said]
    print(f"{path}: {'same bits' if lines and not wrong else f'DIFFERENT {wrong[:3]}'}")
    return bool(lines) and not wrong


def main(args):
    if len(args) > 2 and args[0] == "--compare" and len(args) % 2 == 1:
        return 0 if all([same(*pair) for pair in zip(args[1::2], args[2::2])]) else 1
    if len(args) != 4 or args[0].startswith("-"):
        sys.exit(__doc__)
    shape = Shape(Path(args[0]).read_bytes())
    print(shape.sample([int(float(x) * 2**32) for x in args[1:]]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
