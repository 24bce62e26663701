#!/usr/bin/env python3
"""Decodes a compact picture to a PAM file, written from format/SPEC.md alone.

Needs nothing but Python: any difference to `ne-train decode` is a mistake in
the specification, here or there. The trained numbers, which the specification
gives by reference, are read from the files that it names.

    python3 decode_picture.py FILE.nex OUT.pam
    python3 decode_picture.py --compare FILE.nex REFERENCE.pam ...
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from compact_file import NEXT, Answers, Coder, NexError, clamp, log2, open_file
import picture_drawn
from picture_pixels import (ALPHA, CG, CO, LUMA, add_weights, border, filter_block, numbers, predict,
                            samples, value)

STARTS = numbers("format/coding/src/picture/models.rs", "STARTS")

# Tables: first answer of each.
DRAWN, BY_HIGHER, BY_PLACE, BY_ENERGY, ESCAPES = 0, 1, 161, 449, 569
END_SIZE, END_AROUND, END_LUMA, END_BITS = 584, 672, 692, 702
MODE_SIZE, MODE_SAME, MODE_LUMA, LUMA_MODE, LUMA_SAME = 783, 943, 988, 1084, 1100
SINE_SIZE, SINE_MODE, SPLIT_SIZE, SPLIT_END = 1104, 1107, 1115, 1169
FILTER, OTHER, LARGER, FARTHER, ANSWERS = 1205, 1209, 1212, 1215, 1218
assert len(STARTS) == ANSWERS
PLANES = [[LUMA], [LUMA, ALPHA], [LUMA, CO, CG], [LUMA, CO, CG, ALPHA]]


# The file

class Picture:
    """The header, the sections and the tiles' data."""

    def __init__(self, data):
        reader, self.sections = open_file(data, 0x11)
        self.width, self.height = reader.varint(16), reader.varint(16)
        form = reader.u8()
        if form & {0: 0xe0, 1: 0xe0, 2: 0x7c, 3: 0x20}[form >> 6]:
            raise NexError("unknown form")
        tiles = reader.u8()
        self.channels = 1 + (form & 3)
        self.drawn, step, chroma = None, 0, 0
        self.leaves = form >> 6 != 2
        if form >> 7:
            drawn = reader.u8()
            memory, display = 4 + (drawn & 15), drawn >> 4 & 1
            if drawn >> 5 or memory > 16 or display and self.channels < 3:
                raise NexError("drawn")
            self.drawn = memory, display, self.channels < 3, self.channels % 2 == 0
        if self.leaves:
            step = reader.varint(16)
            chroma = reader.u8() if self.channels > 2 else 0
        self.orthogonal, self.filtered, self.fielded = form >> 2 & 1, form >> 3 & 1, form >> 4 & 1
        self.step, self.falloff = step & 511, step >> 9 & 7
        self.chroma = [x - 16 if x > 7 else x for x in (chroma & 15, chroma >> 4)]
        if self.width == 0 or self.height == 0:
            raise NexError("size")
        if self.step > 320 or step >> 12:
            raise NexError("step")
        if self.orthogonal and self.channels < 3:
            raise NexError("channels")
        if (tiles & 15) > 12 or tiles >> 4 > 12:
            raise NexError("tiles")
        self.tile_width = 16 << (tiles & 15) if tiles & 15 else self.width
        self.tile_height = 16 << (tiles >> 4) if tiles >> 4 else self.height
        self.places = [
            (x, y, min(self.tile_width, self.width - x), min(self.tile_height, self.height - y))
            for y in range(0, self.height, self.tile_height)
            for x in range(0, self.width, self.tile_width)
        ]
        self.tiles = reader.chunks(len(self.places))

    def step_of(self, plane, field):
        chroma = self.chroma[plane - CO] if plane in (CO, CG) else 0
        return clamp(self.step + 4 * chroma + 8 * field, 0, 320)


@dataclass
class Leaf:
    """What a leaf leaves in each of its cells."""

    size: int
    mode: int = 0
    count: int = 0
    energy: tuple = (0, 0, 0, 0)

    def share(self, size):
        d = 2 * (self.size - size)
        return self.count << -d if d < 0 else max(self.count >> d, min(self.count, 1))


class Plane:
    """The pixels of a tile's plane, and its cells, None where nothing is decoded yet."""

    def __init__(self, name, width, height):
        self.name, self.width, self.height = name, width, height
        self.pixels = [[0] * width for _ in range(height)]
        self.cells = [[None] * (width // 4) for _ in range(height // 4)]
        self.known = [[False] * (width // 4) for _ in range(height // 4)]

    @property
    def is_chroma(self):
        return self.name in (CO, CG)

    def cell(self, x, y):
        """Of the pixel; None outside of the tile."""
        return self.cells[y // 4][x // 4] if 0 <= x < self.width and 0 <= y < self.height else None

    def is_known(self, x, y):
        return 0 <= x < self.width and 0 <= y < self.height and self.known[y // 4][x // 4]

    def done(self, x, y, width, height, cell):
        """The cells of a leaf, or none."""
        for j in range(y // 4, (y + height) // 4):
            self.cells[j][x // 4 : (x + width) // 4] = [cell] * (width // 4)
            self.known[j][x // 4 : (x + width) // 4] = [True] * (width // 4)

    def beside(self, x, y, size):
        """The cells to the left of a square, and those above."""
        n = 4 << size
        return ([self.cell(x - 1, y + i) for i in range(0, n, 4)],
                [self.cell(x + i, y - 1) for i in range(0, n, 4)])

    def around(self, x, y, size):
        sums = [(sum(cell.share(size) for cell in cells) + (1 << size >> 1)) >> size
                for cells in self.beside(x, y, size) if cells[0]]
        return 2 * sums[0] if len(sums) == 1 else sum(sums)


def bits(n):
    return n.bit_length()


def direction(mode):
    return 1 if 18 <= mode <= 24 else 2 if 6 <= mode <= 12 else 0


def class_of(mode):
    return mode if mode < 3 else 3 + (mode - 3) // 5


def decode_common(coder, picture, left, above):
    """Field, and whether filtered, of a block between two."""
    field = 0
    if picture.fielded:
        field = (left[0] + above[0]) >> 1
        d = min(abs(left[0] - above[0]), 2)
        if coder.ask(OTHER + d):
            up = 1 if field == -4 else 0 if field == 3 else coder.ask(LARGER + d)
            room = 3 - field if up else field + 4
            d = 1
            while d < room and coder.ask(FARTHER + min(d - 1, 2)):
                d += 1
            field += d if up else -d
    return field, picture.filtered and coder.ask(FILTER + 2 * left[1] + above[1])


def decode_split(coder, plane, luma, x, y, size):
    sides = [cells for cells in plane.beside(x, y, size) if cells[0]]
    smaller = sum(cell.size < size for cells in sides for cell in cells)
    near = -(-4 * smaller // (len(sides) << size)) if sides else 5
    cut = 0 if not luma else 1 if luma.cell(x, y).size < size else 2
    end = min(bits(plane.around(x, y, size)), 11)
    return coder.ask(SPLIT_SIZE + 18 * (size - 1) + 3 * near + cut, SPLIT_END + 12 * (size - 1) + end)


def decode_mode(coder, plane, luma, x, y, size):
    left, above = (cell.mode if cell else 31 for cell in (plane.cell(x - 1, y), plane.cell(x, y - 1)))
    if luma:
        own = luma.cell(x, y).mode
        e = 2 * (left == own) + (above == own)
        if coder.ask(LUMA_MODE + 8 * (plane.name == CG) + class_of(own), LUMA_SAME + e):
            return own
    node = 1
    for depth in range(5):
        def agrees(m):
            return 1 + (m >> (4 - depth) & 1) if (m + 32) >> (5 - depth) == node else 0

        same = MODE_SAME + 9 * depth + 3 * agrees(left) + agrees(above)
        if luma:
            b = coder.ask(same, MODE_SIZE + 128 + node, MODE_LUMA + 32 * agrees(own) + node)
        else:
            b = coder.ask(same, MODE_SIZE + 32 * size + node)
        node = 2 * node + b
    return min(node - 32, 27)


def decode_count(coder, plane, luma, x, y, size, mode):
    kind = 1 if luma else 0
    ends = [(END_AROUND + 10 * kind, bits(plane.around(x, y, size)))]
    if luma:
        n = 4 << size
        within = sum(luma.cell(i, j).share(size) for j in range(y, y + n, 4) for i in range(x, x + n, 4))
        ends.append((END_LUMA, bits((within + (4**size >> 1)) >> (2 * size))))
    k, most = 0, 2 * size + 5
    while k < most and coder.ask(END_SIZE + 44 * kind + 11 * size + k,
                                 *(table + clamp(k + 5 - end, 0, 9) for table, end in ends)):
        k += 1
    if k < 2:
        return k
    if k == most:
        return 1 << (k - 1)
    t = END_BITS + 3 * (9 * direction(mode) + k - 2)
    count = 2 + coder.ask(t)
    if k > 2:
        count = 2 * count + coder.ask(t + 1 + count % 2)
    if k > 3:
        count = (count << (k - 3)) + coder.raw(k - 3)
    return count


def zigzag(n):
    places = []
    for d in range(2 * n - 1):
        rising = [(i, d - i) for i in range(n) if 0 <= d - i < n]
        places += rising if d % 2 == 0 else rising[::-1]
    return places


ZIGZAGS = [zigzag(4 << size) for size in range(4)]


def decode_weights(coder, size, mode, count, kind, energies):
    """The weights that are not 0, with the state of each, and the leaf."""
    n = 4 << size
    magnitudes = [[0] * (n + 4) for _ in range(n + 4)]  # row -1 is the last one
    levels = [0 if e == 0 else min(bits(e // 3) + 1, 5) for e in energies]
    weights, sums, state = [], [0] * 4, 0
    for c, (u, v) in enumerate(reversed(ZIGZAGS[size][:count])):
        r = [magnitudes[v + i] for i in range(4)]
        near = (4 * (r[0][u + 1] + r[1][u]) + 2 * (r[0][u + 2] + r[1][u + 1] + r[2][u])
                + r[0][u + 3] + r[1][u + 2] + r[2][u + 1] + r[3][u]
                + magnitudes[v - 1][u + 1] + r[1][u - 1])
        level = near if near < 4 else min(4 * (log2(near) - 2) + (near >> (log2(near) - 2)), 19)
        total = u + v
        place = (total if total < 2 else 2 if total < 4 else 3 if total < 6 else 4 if total < 9 else 5)
        own, of = 1 if u > 2 * v else 2 if v > 2 * u else 0, direction(mode)
        d = own if of == 0 else 3 if own == 0 else 4 if own == of else 5
        band = max(u, v) >> size
        w = BY_PLACE + 2 * (36 * size + 6 * place + d)
        q = BY_ENERGY + 2 * (30 * kind + 5 * levels[band] + min(log2(max(c, 1)), 4))
        m = 1 if c == 0 else 0
        while m < 10:
            row = 2 * m + (state >= 2) if m < 2 else m + 2 if m < 5 else 7
            g = min(m, 1)
            if not coder.ask(BY_HIGHER + 8 * level + row, w + g, q + g, rate=5):
                break
            m += 1
        if m == 10:
            low, k = log2(near // 32 + 1), 0
            while k < 15 and coder.ask(ESCAPES + k, rate=5):
                k += 1
            top = (1 << k) + coder.raw(k) - 1
            m = min(10 + (top << low) + coder.raw(low), 2**15)
        if m > 0:
            weights.append((u, v, -m if coder.raw(1) else m, state))
            magnitudes[v][u] = min(m, 255)
            sums[band] += m
        state = NEXT[state][m & 1]
    energy = tuple(min((min(s, 2**16) * share) >> (5 + 2 * size), 255)
                   for s, share in zip(sums, (256, 85, 51, 37)))
    return weights, Leaf(size, mode, count, energy)


# The whole

NOT_DRAWN = 0, 0, 0


def of_samples(sample, picture):
    """A pixel of all planes."""
    if picture.channels < 3:
        return [16 * s for s in sample]
    r, g, b = sample[:3]
    alpha = [16 * s for s in sample[3:]]
    if picture.orthogonal:
        return [(32 * (r + g + b) + 3) // 6, 8 * (r - b), (16 * (2 * g - r - b) + 3) // 6, *alpha]
    return [4 * (r + 2 * g + b), 8 * (r - b), 4 * (2 * g - r - b), *alpha]


class Tile:
    def __init__(self, picture, data, width, height):
        coder = Coder(data)
        self.picture, self.coder = picture, Answers(coder, STARTS)
        drawn = picture.drawn and picture_drawn.Drawn(
            Answers(coder, picture_drawn.STARTS), picture.drawn, width, height)
        kinds = Answers(coder, [-32, 0, 0, 32])
        columns, rows = width, height
        width, height = -(-width // 4) * 4, -(-height // 4) * 4
        self.planes = [Plane(name, width, height) for name in PLANES[picture.channels - 1]]
        self.shown = [Plane(name, width, height) for name in PLANES[picture.channels - 1]]
        commons = {}
        for top in range(0, height, 32):
            for left in range(0, width, 32):
                right, bottom = min(left + 32, columns), min(top + 32, rows)
                beside = [commons.get(at, NOT_DRAWN) for at in ((left - 32, top), (left, top - 32))]
                if not drawn:
                    self.coder.ask(DRAWN)
                elif kinds.ask(2 * beside[0][2] + beside[1][2]):
                    drawn.block(left, top, right, bottom)
                    commons[left, top] = self.common = 0, 0, 1
                    self.paint(drawn, left, top, right, bottom)
                    self.show(left, top, min(32, width - left), min(32, height - top))
                    continue
                field, filtered = decode_common(self.coder, picture, *(b[:2] for b in beside))
                commons[left, top] = self.common = field, filtered, 0
                for plane in self.planes:
                    self.square(plane, left, top, 3)
                self.show(left, top, min(32, width - left), min(32, height - top))
                if drawn:
                    for y in range(top, bottom):
                        for x in range(left, right):
                            drawn.pixels[y][x] = drawn.colour(self.samples(x, y))

    def samples(self, x, y):
        return samples([plane.pixels[y][x] for plane in self.shown], self.picture.orthogonal)

    def paint(self, drawn, left, top, right, bottom):
        """The planes of a drawn block."""
        width, height = (min(32, whole - at) for whole, at in
                         ((self.planes[0].width, left), (self.planes[0].height, top)))
        for y in range(top, top + height):
            for x in range(left, left + width):
                colour = drawn.pixels[min(y, bottom - 1)][min(x, right - 1)]
                pixel = of_samples(drawn.samples(colour), self.picture)
                for plane, p in zip(self.planes, pixel):
                    plane.pixels[y][x] = p
        for plane in self.planes:
            plane.done(left, top, width, height, None)

    def show(self, left, top, width, height):
        field, filtered, _ = self.common
        for plane, shown in zip(self.planes, self.shown):
            for y in range(top, top + height):
                shown.pixels[y][left : left + width] = plane.pixels[y][left : left + width]
        if filtered:
            steps = [self.picture.step_of(plane.name, field) for plane in self.planes]
            filter_block(self.planes, self.shown, steps, left, top, width, height)

    def square(self, plane, x, y, size):
        n = 4 << size
        if x >= plane.width or y >= plane.height:
            return
        luma = self.planes[0] if plane.is_chroma else None
        cut = size > 0 and (x + n > plane.width or y + n > plane.height)
        if cut or size > 0 and decode_split(self.coder, plane, luma, x, y, size):
            for dy in (0, n // 2):
                for dx in (0, n // 2):
                    self.square(plane, x + dx, y + dy, size - 1)
        else:
            self.leaf(plane, luma, x, y, size)

    def leaf(self, plane, luma, x, y, size):
        coder, n = self.coder, 4 << size
        mode = decode_mode(coder, plane, luma, x, y, size)
        count = decode_count(coder, plane, luma, x, y, size, mode)
        sine = 0
        if not luma and size < 3 and mode > 0 and count > 0:
            sine = coder.ask(SINE_SIZE + size, SINE_MODE + class_of(mode))
        energies = self.energies(plane, x, y)
        weights, leaf = decode_weights(coder, size, mode, count, int(plane.is_chroma), energies)
        lumas = None
        if luma:
            rows = [row[x : x + n] for row in luma.pixels[y : y + n]]
            lumas = rows, border(luma, x, y, size)
        pixels = predict(mode, size, border(plane, x, y, size), lumas)
        if count > 0:
            step = self.picture.step_of(plane.name, self.common[0])
            values = {(u, v): value(w, state, u, v, size, step, self.picture.falloff)
                      for u, v, w, state in weights}
            add_weights(pixels, values, size, sine, plane.is_chroma)
        for i, row in enumerate(pixels):
            plane.pixels[y + i][x : x + n] = row
        plane.done(x, y, n, n, leaf)

    def energies(self, plane, x, y):
        """What is expected of the four bands."""
        if plane.is_chroma:
            before = self.planes[0 if plane.name == CO else 1].cell(x, y)
            return [e // 2 for e in before.energy]
        both = [cell.energy for cell in (plane.cell(x - 1, y), plane.cell(x, y - 1)) if cell]
        return [sum(es) * 2 // len(both) for es in zip(*both)] if both else [0] * 4


def decode(picture):
    """The samples, row by row."""
    rows = [[None] * picture.width for _ in range(picture.height)]
    for (left, top, width, height), data in zip(picture.places, picture.tiles):
        if not picture.leaves:
            answers = Answers(Coder(data), picture_drawn.STARTS)
            tile = picture_drawn.Drawn(answers, picture.drawn, width, height)
            tile.all()
            for row, colours in zip(rows[top:], tile.pixels):
                row[left : left + width] = map(tile.samples, colours)
            continue
        planes = Tile(picture, data, width, height).shown
        for y in range(height):
            for x in range(width):
                pixel = [plane.pixels[y][x] for plane in planes]
                rows[top + y][left + x] = samples(pixel, picture.orthogonal)
    return bytes(sample for row in rows for pixel in row for sample in pixel)


def pam_of(path):
    """The picture as a PAM file."""
    picture = Picture(Path(path).read_bytes())
    kind = ["GRAYSCALE", "GRAYSCALE_ALPHA", "RGB", "RGB_ALPHA"][picture.channels - 1]
    head = (f"P7\nWIDTH {picture.width}\nHEIGHT {picture.height}\nDEPTH {picture.channels}\n"
            f"MAXVAL 255\nTUPLTYPE {kind}\nENDHDR\n")
    return head.encode() + decode(picture)


def same(path, reference):
    is_same = pam_of(path) == Path(reference).read_bytes()
    print(f"{path}: {'same bits' if is_same else 'DIFFERENT'}")
    return is_same


def main(args):
    if len(args) > 2 and args[0] == "--compare" and len(args) % 2 == 1:
        return 0 if all([same(*pair) for pair in zip(args[1::2], args[2::2])]) else 1
    if len(args) != 2 or args[0].startswith("-"):
        sys.exit(__doc__)
    Path(args[1]).write_bytes(pam_of(args[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
