#!/usr/bin/env python3
"""Decodes a compact sound to a WAV file, written from format/SPEC.md alone.

Needs nothing but Python: any difference to `ne-train decode` is a mistake in
the specification, here or there. The models' numbers, which the specification
gives by reference, are read from format/coding/src/sound/models/.

    python3 decode_compact.py FILE.nex OUT.wav
    python3 decode_compact.py --compare FILE.nex REFERENCE.wav ...
"""

import math
import re
import struct
import sys
import wave
import zlib
from pathlib import Path

from compact_transform import blend, rotate, transform

MODELS = Path(__file__).parents[2] / "format/coding/src/sound/models"
MODEL_FILES = ["speech.rs", "wideband.rs"]
INPUTS, BINS, EXPERTS, BANDS, ENVELOPES = 14, 10, 16, 16, 32


class NexError(ValueError):
    pass


def clamp(x, low, high):
    return low if x < low else high if x > high else x


def log2(x):
    return x.bit_length() - 1


# The file

class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        if self.at + n > len(self.data):
            raise NexError("truncated")
        self.at += n
        return self.data[self.at - n : self.at]

    def u8(self):
        return self.take(1)[0]

    def varint(self, bits=32):
        value = 0
        for i in range((bits + 6) // 7):
            byte = self.u8()
            value |= (byte & 127) << (7 * i)
            if byte < 128:
                if value >> bits or (byte == 0 and i > 0):
                    break
                return value
        raise NexError("malformed varint")


class Sound:
    """The header, the sections and the chunks' data."""

    def __init__(self, data):
        if data[:3] != b"NEX":
            raise NexError("bad magic")
        if len(data) < 9:
            raise NexError("truncated")
        if data[3] != 1:
            raise NexError("unsupported version")
        if zlib.crc32(data[:-4]) != struct.unpack("<I", data[-4:])[0]:
            raise NexError("checksum")
        if data[4] & 127 != 0x10:
            raise NexError("not a compact sound")
        reader = Reader(data[5:-4])
        self.sections = {}
        if data[4] & 128:
            self.read_sections(reader)
        self.rate, self.frames = reader.varint(), reader.varint()
        blocks, layout = reader.u8(), reader.u8()
        self.step = reader.varint(16)
        shaping = reader.u8()
        self.tilt = reader.u8() if shaping else 0
        offsets = reader.u8() | reader.u8() << 8
        self.min, self.max = blocks & 15, blocks >> 4
        self.chunk = self.max + (layout & 7)
        self.channels = 1 + (layout >> 3 & 1)
        self.gamma, self.fill = shaping & 15, shaping >> 4
        five = [offsets >> shift & 31 for shift in (0, 5, 10)]
        self.offsets = [x - 32 if x > 15 else x for x in five]
        if not 1 <= self.rate <= 768_000 or self.frames == 0:
            raise NexError("rate or frames")
        if layout >> 5:
            raise NexError("unknown models")
        if not 5 <= self.min <= self.max <= 11 or layout & 16:
            raise NexError("blocks")
        if self.step > 800 or self.tilt > 15 or offsets >> 15:
            raise NexError("step")
        count = -(-self.frames // (1 << self.chunk))
        lengths = [reader.varint() for _ in range(count - 1)]
        self.chunks = [reader.take(n) for n in lengths]
        self.chunks.append(reader.take(len(reader.data) - reader.at))
        self.has_envelopes = self.gamma > 0 or self.fill > 0

    def read_sections(self, reader):
        """Takes the table off the front and the sections' data off the end."""
        count = reader.u8()
        if not 1 <= count <= 8:
            raise NexError("sections")
        table = [(reader.u8(), reader.varint()) for _ in range(count)]
        ids = [section for section, _ in table]
        if ids != sorted(set(ids)) or ids[0] < 128:
            raise NexError("sections")
        total = sum(length for _, length in table)
        if total > len(reader.data) - reader.at:
            raise NexError("truncated")
        data = Reader(reader.data[len(reader.data) - total :])
        reader.data = reader.data[: len(reader.data) - total]
        self.sections = {section: data.take(length) for section, length in table}
        self.sections.get(128, b"").decode("utf-8")


def read_model(path):
    """Weights [expert][bin][input], biases [expert][bin], codebook [envelope][band]."""
    text = path.read_text()
    found = re.search(r"weights:(.*)biases:(.*)codebook:(.*)\};", text, re.S)
    numbers = [[int(n) for n in re.findall(r"-?\d+", part)] for part in found.groups()]
    sizes = [EXPERTS * BINS * INPUTS, EXPERTS * BINS, ENVELOPES * BANDS]
    assert [len(n) for n in numbers] == sizes

    def rows(flat, n):
        return [flat[i : i + n] for i in range(0, len(flat), n)]

    w, b, s = numbers
    return rows(rows(w, INPUTS), BINS), rows(b, BINS), rows(s, BANDS)


# Decisions

SHIFT = [1, 2, 2, 3, 3, 4, 4, 5]
HALF = 1 << 14


class Context:
    def __init__(self, p=None):
        self.p, self.n = (HALF, 0) if p is None else (p, 4)


class Coder:
    def __init__(self, data):
        self.data, self.at = data, 4
        self.r, self.c = 0xFFFF_FFFF, int.from_bytes((data[:4] + bytes(4))[:4], "big")

    def decide(self, p):
        b = (self.r >> 15) * p
        if self.c < b:
            self.r, true = b, 1
        else:
            self.c, self.r, true = self.c - b, self.r - b, 0
        while self.r < 1 << 24:
            byte = self.data[self.at] if self.at < len(self.data) else 0
            self.at += 1
            self.r = self.r << 8 & 0xFFFF_FFFF
            self.c = (self.c << 8 | byte) & 0xFFFF_FFFF
        return true

    def raw(self, n):
        value = 0
        for _ in range(n):
            value = 2 * value + self.decide(HALF)
        return value

    def bit(self, context):
        p = context.p
        true = self.decide(p)
        s = SHIFT[context.n]
        p = p + (((1 << 15) - p) >> s) if true else p - (p >> s)
        context.p = clamp(p, 64, (1 << 15) - 64)
        context.n = min(context.n + 1, 7)
        return true


# Heads

class Number:
    """The contexts of a number that is near the one before."""

    def __init__(self):
        self.zero, self.negative = Context(13000), Context()
        self.more = [Context(20000) for _ in range(3)]

    def move(self, coder, x, limit):
        if coder.bit(self.zero):
            return x
        down = 0 if x == 0 else 1 if x == limit else coder.bit(self.negative)
        room = x if down else limit - x
        d = 1
        while d < room and coder.bit(self.more[min(d - 1, 2)]):
            d += 1
        return x - d if down else x + d


class Index:
    def __init__(self):
        self.same = [Context(), Context()]
        self.tree = [Context() for _ in range(32)]

    def code(self, coder, x, moved):
        if coder.bit(self.same[moved]):
            return x
        j = 1
        for _ in range(5):
            j = 2 * j + coder.bit(self.tree[j])
        return j - 32


class Gate:
    """Heads of a chunk's blocks, one after the other."""

    def __init__(self, sound):
        self.sound = sound
        self.same = [Context(13000), Context(20000)]
        self.larger, self.further = Context(), Context(10000)
        self.widest = [Context(16000), Context(22000)]
        self.narrower = Context()
        self.was_same = self.was_widest = 0
        self.c_gain, self.c_end = Number(), Number()
        self.c_noise = [Number(), Number()]
        self.c_low, self.c_high = Index(), Index()
        self.size = sound.max
        n = sound.channels
        self.gain, self.low, self.high, self.end = [12] * n, [0] * n, [0] * n, [8] * n
        self.noise = [[2, 2] for _ in range(n)]
        self.cell = clamp(log2(max(sound.rate // 31, 1)), sound.min, sound.max)

    def head(self, coder, at):
        sound, bit = self.sound, coder.bit
        most = sound.max if at == 0 else min(sound.max, log2(at & -at))
        earlier = self.size
        expected = min(self.size, most)
        if sound.min == most:
            self.size = most
        else:
            self.was_same = bit(self.same[self.was_same])
            if self.was_same:
                self.size = expected
            else:
                if expected == sound.min:
                    up = 1
                elif expected == most:
                    up = 0
                else:
                    up = bit(self.larger)
                room = most - expected if up else expected - sound.min
                d = 1
                while d < room and bit(self.further):
                    d += 1
                self.size = expected + d if up else expected - d
        narrow = min(self.size, earlier)
        self.overlap = narrow
        if sound.min != narrow:
            self.was_widest = bit(self.widest[self.was_widest])
            if not self.was_widest:
                self.overlap = narrow - 1
                while self.overlap > sound.min and bit(self.narrower):
                    self.overlap -= 1
        due = sound.has_envelopes and at % (1 << self.cell) == 0
        for c in range(sound.channels):
            if due:
                g = self.c_gain.move(coder, self.gain[c], 39)
                low = self.c_low.code(coder, self.low[c], int(g != self.gain[c]))
                self.high[c] = self.c_high.code(coder, self.high[c], int(low != self.low[c]))
                self.gain[c], self.low[c] = g, low
            self.end[c] = self.c_end.move(coder, self.end[c], 16)
            if sound.fill > 0:
                for i in range(2):
                    self.noise[c][i] = self.c_noise[i].move(coder, self.noise[c][i], 7)


# Weights

NEXT = [[0, 2], [2, 0], [1, 3], [3, 1]]
LOGISTIC = [round(2**15 / (1 + math.exp(-i / 8))) for i in range(65)]


def logistic(v):
    u = min(abs(v), 2047)
    i, f = u >> 5, u & 31
    q = (LOGISTIC[i] * (32 - f) + LOGISTIC[i + 1] * f + 16) >> 5
    return q if v >= 0 else (1 << 15) - q


def level_of(x):
    o = log2(x + 1)
    return min(127, 8 * o + (((x + 1) * 8 >> o) & 7))


class Earlier:
    """What is known of an earlier block around a weight: near, wide, three."""

    def __init__(self, weights, size):
        self.s = size
        self.m = [min(abs(w), 255) for w in weights]

    def at(self, j):
        return self.m[j] if j < len(self.m) else 0

    def around(self, k, size):
        m, d = self.at, abs(self.s - size)
        if self.s > size:
            sums = [sum(self.m[j << d : (j + 1) << d]) for j in (max(k - 1, 0), k, k + 1)]
            j = k << d
            three = m(max(j - 1, 0)) + m(j) + m(j + 1)
            return (4 * sums[1]) >> d, ((sum(sums) * 107) >> 6) >> d, three
        j = k >> d
        left, middle, right = m(max(j - 1, 0)), m(j), m(j + 1)
        three = left + middle + right
        if self.s == size:
            wide = m(max(j - 2, 0)) + three + m(j + 2)
        else:
            wide = (three * 107) >> 6
        return left + 2 * middle + right, wide, three


def around(block, k, size):
    return block.around(k, size) if block else (0, 0, 0)


class Teacher:
    """What a chunk's weights are decoded with."""

    def __init__(self, coder, model):
        self.coder, (self.w, self.b, _) = coder, model
        self.learned = [[0] * BINS for _ in range(EXPERTS)]
        self.escapes = [Context() for _ in range(16)]

    def decision(self, x, b, inputs):
        total = self.b[x][b] + sum(w * i for w, i in zip(self.w[x][b], inputs))
        p = logistic((total >> 2) + (self.learned[x][b] >> 4))
        true = self.coder.decide(p)
        moved = self.learned[x][b] + (((true << 15) - p) >> 5)
        self.learned[x][b] = clamp(moved, -32768, 32767)
        return true

    def escape(self, h0, h1, near):
        mean = (2 * h0 + h1 + (near >> 1)) // 5
        low = 0 if mean < 4 else min(log2(mean) - 1, 12)
        n = 0
        while n < 24 and self.coder.bit(self.escapes[min(n, 15)]):
            n += 1
        top = (1 << n) + self.coder.raw(n) - 1
        return (top << low) + self.coder.raw(low)

    def weights(self, size, end, factors, one, two, other):
        weights = [0] * (1 << size)
        h0 = h1 = h2 = h3 = state = 0
        for k in range((end << size) >> 4):
            near, wide, _ = around(one, k, size)
            inputs = [
                level_of(near),
                level_of(wide),
                level_of(around(two, k, size)[2]),
                factors[point(k, size)][1],
                ((2 * k + 1) << 6) >> size,
                16 * (size - 5),
                level_of(around(other, k, size)[0]),
                level_of(k),
                level_of(h0),
                level_of(h1),
                level_of(h2),
                level_of(h3),
                64 if state >= 2 else 0,
                level_of(8 * h0 + 4 * h1 + 3 * near),
            ]
            x = clamp((inputs[13] >> 2) - 3, 0, 15)
            m = 0
            while m < BINS and self.decision(x, m, inputs):
                m += 1
            if m == BINS:
                m = min(10 + self.escape(h0, h1, near), 1 << 23)
            if m > 0:
                weights[k] = -m if self.coder.raw(1) else m
            state = NEXT[state][m & 1]
            h0, h1, h2, h3 = m, h0, h1, h2
        return weights


# From weights to coefficients

# fmt: off
PLACE = [
    0, 12, 23, 34, 44, 53, 61, 69, 76, 83, 89, 96, 101, 107, 112, 117,
    122, 127, 131, 135, 140, 144, 148, 151, 155, 159, 162, 165, 168, 172, 175, 178,
    181, 183, 186, 189, 192, 194, 197, 199, 201, 204, 206, 209, 211, 213, 215, 217,
    219, 221, 224, 225, 227, 229, 231, 233, 235, 237, 238, 240, 240, 240, 240, 240,
]
# fmt: on
POWER = [round(2**15 * 2 ** (i / 32)) for i in range(32)]
NOISE = [0, 1, 2, 3, 4, 6, 9, 13]


def point(k, size):
    return ((2 * k + 1) << 5) >> size


def scale_factors(sound, codebook, gain, low, high, size):
    """Exponent, level and quiet on 64 points."""
    lift = 16 if size % 2 == 0 else 0
    if not sound.has_envelopes:
        return [(sound.step - lift, 0, 0)] * 64
    band = codebook[low][:8] + codebook[high][8:]
    factors = []
    for number, place in enumerate(PLACE):
        b, f = place >> 4, place & 15
        loud = ((band[b] * (16 - f) + band[min(b + 1, 15)] * f) >> 4) + 4 * gain
        step = sound.step + ((sound.gamma * max(loud, 40)) >> 2)
        step += (sound.tilt * number) >> 2
        above = 4 * loud + 256 - step
        e = max(above, -512)
        quiet = 64 if above >= 0 else (64 * POWER[e % 32]) >> (15 - (e >> 5))
        factors.append((step - lift, clamp((above >> 2) + 64, 0, 127), quiet))
    return factors


def scale(v, exponent):
    e = clamp(exponent, 0, 1023)
    s = 21 - (e >> 5)
    p = v * POWER[e % 32]
    p = (p + (1 << (s - 1))) >> s if s > 0 else p << -s
    return clamp(p, -(1 << 30), 1 << 30)


class Noise:
    def __init__(self, index):
        self.g = index * 0x9E37_79B9 & 0xFFFF_FFFF

    def next(self, peak):
        self.g = (self.g * 1664525 + 1013904223) & 0xFFFF_FFFF
        n = self.g >> 16
        return ((n - (1 << 16) if n >= 1 << 15 else n) * peak + (1 << 14)) >> 15


def coefficients(sound, weights, size, factors, levels, noise):
    out, state = [], 0
    for k, weight in enumerate(weights):
        exponent, _, quiet = factors[point(k, size)]
        m = abs(weight)
        if m > 0:
            v = 64 * (2 * m - (1 if state >= 2 else 0)) + sound.offsets[min(m, 3) - 1]
            v = -v if weight < 0 else v
        else:
            half = 0 if k < (1 << size) // 2 else 1
            peak = (quiet * ((sound.fill * NOISE[levels[half]] * 7) >> 2)) >> 7
            v = 0
            if peak > 0 and not any(weights[max(k - 2, 0) : k + 3]):
                v = noise.next(peak)
        out.append(scale(v, exponent))
        state = NEXT[state][m & 1]
    return out


# The whole

def decode_chunk(sound, models, index, data):
    """Yields the blocks: size, overlap, and the values of every channel."""
    coder = Coder(data)
    model = models[coder.raw(1)]
    angle = coder.raw(4) if sound.channels == 2 else 0
    gate, teacher, noise = Gate(sound), Teacher(coder, model), Noise(index)
    past = [[None, None] for _ in range(sound.channels)]
    at = 0
    while at < 1 << sound.chunk and (index << sound.chunk) + at < sound.frames:
        gate.head(coder, at)
        size, other, block = gate.size, None, []
        for c in range(sound.channels):
            envelope = gate.gain[c], gate.low[c], gate.high[c]
            factors = scale_factors(sound, model[2], *envelope, size)
            weights = teacher.weights(size, gate.end[c], factors, *past[c], other)
            other = Earlier(weights, size)
            past[c] = [other, past[c][0]]
            block.append(coefficients(sound, weights, size, factors, gate.noise[c], noise))
        if sound.channels == 2:
            rotate(*block, angle)
        yield size, gate.overlap, [transform(x, size) for x in block]
        at += 1 << size


def decode(sound):
    """The samples, channels interleaved."""
    models = [read_model(MODELS / name) for name in MODEL_FILES]
    blocks = []
    for index, data in enumerate(sound.chunks):
        for size, overlap, channels in decode_chunk(sound, models, index, data):
            if blocks:
                before, lefts = blocks[-1]
                for left, right in zip(lefts, channels):
                    blend(left, right, min(overlap, before))
            blocks.append((size, channels))
    samples = []
    for _, channels in blocks:
        for values in zip(*channels):
            samples.extend(clamp((x + 128) >> 8, -32768, 32767) for x in values)
    return samples[: sound.frames * sound.channels]


def wav_of(path):
    """Channels, rate and sample bytes, of the sound decoded here."""
    sound = Sound(Path(path).read_bytes())
    samples = decode(sound)
    return sound.channels, sound.rate, struct.pack(f"<{len(samples)}h", *samples)


def same(path, reference):
    with wave.open(reference) as file:
        have = file.getnchannels(), file.getframerate(), file.readframes(file.getnframes())
        is_same = file.getsampwidth() == 2 and have == wav_of(path)
    print(f"{path}: {'same bits' if is_same else 'DIFFERENT'}")
    return is_same


def main(args):
    if len(args) > 2 and args[0] == "--compare" and len(args) % 2 == 1:
        return 0 if all([same(*pair) for pair in zip(args[1::2], args[2::2])]) else 1
    if len(args) != 2 or args[0].startswith("-"):
        sys.exit(__doc__)
    channels, rate, samples = wav_of(args[0])
    with wave.open(args[1], "wb") as file:
        file.setparams((channels, 2, rate, 0, "NONE", ""))
        file.writeframes(samples)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
