#!/usr/bin/env python3
"""Decodes a compact sound to a WAV file, written from format/SPEC.md alone.

Needs nothing but Python: any difference to `ne-train decode` is a mistake in
the specification, here or there. The models' numbers, which the specification
gives by reference, are read from format/coding/src/sound/models/.

    python3 decode_compact.py FILE.nex OUT.wav
    python3 decode_compact.py --compare FILE.nex REFERENCE.wav ...
"""

import re
import struct
import sys
import wave
from pathlib import Path

from compact_file import NEXT, POWER, Coder, NexError, clamp, log2, open_file
from compact_transform import blend, half, rotate, transform

MODELS = Path(__file__).parents[2] / "format/coding/src/sound/models"
MODEL_FILES = ["speech.rs", "wideband.rs"]
BINS, BANDS, ENVELOPES = 10, 16, 32


# The file

class Sound:
    """The header, the sections and the chunks' data."""

    def __init__(self, data):
        reader, self.sections = open_file(data, 0x10)
        self.rate, self.frames = reader.varint(), reader.varint()
        blocks, layout = reader.u8(), reader.u8()
        lead = reader.u8() if layout & 16 else 0
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
        if not 5 <= self.min <= self.max <= 11 or (layout & 16 and not lead):
            raise NexError("blocks")
        if lead >> (layout & 7) or lead << self.max >= self.frames:
            raise NexError("blocks")
        self.unused = (1 << self.chunk) - (lead << self.max) if lead else 0
        if self.step > 800 or self.tilt > 15 or offsets >> 15:
            raise NexError("step")
        count = -(-(self.frames + self.unused) // (1 << self.chunk))
        self.chunks = reader.chunks(count)
        self.has_envelopes = self.gamma > 0

    def begin(self, index):
        """The frame at which a chunk begins."""
        return max((index << self.chunk) - self.unused, 0)


def read_model(path):
    """Starts of the classes, codebook [envelope][band]."""
    text = path.read_text()
    found = re.search(r"starts:(.*)codebook:(.*)\};", text, re.S)
    starts, flat = ([int(n) for n in re.findall(r"-?\d+", part)] for part in found.groups())
    assert len(starts) == CLASSES and len(flat) == ENVELOPES * BANDS
    return starts, [flat[i : i + BANDS] for i in range(0, len(flat), BANDS)]


# Decisions

SAME, LARGER, FURTHER, WIDEST, NARROWER, SAME_LOW, SAME_HIGH = 0, 2, 3, 4, 6, 7, 9
LOW, HIGH, GAIN, END, SAME_NOISE, NOISES, FADE = 11, 43, 75, 80, 85, 86, 91
ESCAPES, WEIGHTS, CLASSES = 96, 112, 304


class ChunkCoder(Coder):
    def __init__(self, data, models):
        super().__init__(data)
        starts, self.codebook = models[self.raw(1)]
        self.p = list(starts)

    def bit(self, number):
        p = self.p[number]
        true = self.decide(p)
        rate = 6 if number >= WEIGHTS else 5
        self.p[number] = p + ((65535 - p) >> rate) if true else p - (p >> rate)
        return true


# Heads

def move(coder, first, x, limit):
    """A number that is near the one before."""
    if coder.bit(first):
        return x
    down = 0 if x == 0 else 1 if x == limit else coder.bit(first + 1)
    room = x if down else limit - x
    d = 1
    while d < room and coder.bit(first + 2 + min(d - 1, 2)):
        d += 1
    return x - d if down else x + d


def code_index(coder, same, tree, x):
    if coder.bit(same):
        return x
    j = 1
    for _ in range(5):
        j = 2 * j + coder.bit(tree + j)
    return j - 32


class Gate:
    """Heads of a chunk's blocks, one after the other."""

    def __init__(self, sound):
        self.sound = sound
        self.was_same = self.was_widest = 0
        self.size = sound.max
        n = sound.channels
        self.gain, self.low, self.high, self.end = [12] * n, [0] * n, [0] * n, [8] * n
        self.noise, self.fade = [[2] * 7 for _ in range(n)], [3] * n
        self.cell = clamp(log2(max(sound.rate // 31, 1)), sound.min, sound.max)

    def head(self, coder, at):
        sound, bit = self.sound, coder.bit
        most = sound.max if at == 0 else min(sound.max, log2(at & -at))
        earlier = self.size
        expected = min(self.size, most)
        if sound.min == most:
            self.size = most
        else:
            self.was_same = bit(SAME + self.was_same)
            if self.was_same:
                self.size = expected
            else:
                if expected == sound.min:
                    up = 1
                elif expected == most:
                    up = 0
                else:
                    up = bit(LARGER)
                room = most - expected if up else expected - sound.min
                d = 1
                while d < room and bit(FURTHER):
                    d += 1
                self.size = expected + d if up else expected - d
        narrow = min(self.size, earlier)
        self.overlap = narrow
        if sound.min != narrow:
            self.was_widest = bit(WIDEST + self.was_widest)
            if not self.was_widest:
                self.overlap = narrow - 1
                while self.overlap > sound.min and bit(NARROWER):
                    self.overlap -= 1
        due = sound.has_envelopes and at % (1 << self.cell) == 0
        for c in range(sound.channels):
            if due:
                g = move(coder, GAIN, self.gain[c], 39)
                low = code_index(coder, SAME_LOW + (g != self.gain[c]), LOW, self.low[c])
                same = SAME_HIGH + (low != self.low[c])
                self.high[c] = code_index(coder, same, HIGH, self.high[c])
                self.gain[c], self.low[c] = g, low
            self.end[c] = move(coder, END, self.end[c], 16)
            if sound.fill > 0 and not bit(SAME_NOISE):
                self.noise[c] = [move(coder, NOISES, level, 7) for level in self.noise[c]]
            if sound.fill > 0:
                self.fade[c] = move(coder, FADE, self.fade[c], 6)


# Weights

class Earlier:
    """A block's magnitudes, and its size."""

    def __init__(self, weights, size):
        self.s = size
        self.m = [min(abs(w), 255) for w in weights]

    def at(self, j):
        return self.m[j] if j < len(self.m) else 0

    def beside(self, k, size):
        m, d = self.at, abs(self.s - size)
        if self.s > size:
            return (4 * sum(self.m[k << d : (k + 1) << d])) >> d
        j = k >> d
        return m(max(j - 1, 0)) + 2 * m(j) + m(j + 1)


def energy_of(h0, h1, near):
    e = 1 + 8 * h0 + 4 * h1 + 3 * near
    o = log2(e)
    return 0 if o < 2 else min(2 * o + ((e >> (o - 1)) & 1) - 3, 15)


def code_escape(coder, h0, h1, near):
    mean = (2 * h0 + h1 + (near >> 1)) // 5
    low = 0 if mean < 4 else min(log2(mean) - 1, 12)
    n = 0
    while n < 24 and coder.bit(ESCAPES + min(n, 15)):
        n += 1
    top = (1 << n) + coder.raw(n) - 1
    return (top << low) + coder.raw(low)


def code_weights(coder, size, end, one, other):
    weights = [0] * (1 << size)
    h0 = h1 = state = 0
    for k in range((end << size) >> 4):
        near = one.beside(k, size) if one else 0
        if other:
            near = (3 * near + other.beside(k, size)) >> 2
        first = WEIGHTS + 12 * energy_of(h0, h1, near)
        odd = 1 if state >= 2 else 0
        m = 0
        while m < BINS and coder.bit(first + (2 * m + odd if m < 2 else m + 2)):
            m += 1
        if m == BINS:
            m = min(10 + code_escape(coder, h0, h1, near), 1 << 23)
        if m > 0:
            weights[k] = -m if coder.raw(1) else m
        state = NEXT[state][m & 1]
        h0, h1 = m, h0
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
NOISE = [0, 1, 2, 3, 4, 6, 9, 13]
NEW = [128, 124, 111, 85]


def point(k, size):
    return ((2 * k + 1) << 5) >> size


def band_of(point):
    """The band of noise."""
    if point < 8:
        return 0
    o = log2(point)
    return 2 * o + (point >> (o - 1) & 1) - 5


def scale_factors(sound, codebook, gain, low, high, size):
    """Exponent and quiet on 64 points."""
    lift = 16 if size % 2 == 0 else 0
    if not sound.has_envelopes:
        tilted = [sound.step + ((sound.tilt * number) >> 2) for number in range(64)]
        return [(step - lift, 64) for step in tilted]
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
        factors.append((step - lift, quiet))
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
        self.last = self.fade = 0

    def begin(self, fade):
        """A block of a channel."""
        self.last, self.fade = 0, fade - 3

    def next(self, loud):
        self.g = (self.g * 1664525 + 1013904223) & 0xFFFF_FFFF
        n = self.g >> 16
        n = n - (1 << 16) if n >= 1 << 15 else n
        n = (NEW[abs(self.fade)] * n + 32 * self.fade * self.last) >> 7
        self.last = clamp(n, -(1 << 15), (1 << 15) - 1)
        return half(loud, self.last)


def coefficients(sound, weights, size, factors, levels, noise):
    out, state = [], 0
    for k, weight in enumerate(weights):
        where = point(k, size)
        exponent, quiet = factors[where]
        m = abs(weight)
        if m > 0:
            v = 64 * (2 * m - (1 if state >= 2 else 0)) + sound.offsets[min(m, 3) - 1]
            out.append(scale(-v if weight < 0 else v, exponent))
        else:
            peak = (quiet * ((sound.fill * NOISE[levels[band_of(where)]] * 7) >> 2)) >> 7
            loud = scale(2 * peak, exponent)
            is_heard = loud != 0 and not any(weights[max(k - 2, 0) : k + 3])
            out.append(noise.next(loud) if is_heard else 0)
        state = NEXT[state][m & 1]
    return out


# The whole

def decode_chunk(sound, models, index, data):
    """Yields the blocks: size, overlap, and the values of every channel."""
    coder = ChunkCoder(data, models)
    angle = coder.raw(4) if sound.channels == 2 else 0
    gate, noise = Gate(sound), Noise(index)
    past = [None] * sound.channels
    at = 0
    begin, end = sound.begin(index), min(sound.begin(index + 1), sound.frames)
    while begin + at < end:
        gate.head(coder, at)
        size, other, block = gate.size, None, []
        for c in range(sound.channels):
            envelope = gate.gain[c], gate.low[c], gate.high[c]
            factors = scale_factors(sound, coder.codebook, *envelope, size)
            weights = code_weights(coder, size, gate.end[c], past[c], other)
            past[c] = other = Earlier(weights, size)
            noise.begin(gate.fade[c])
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
