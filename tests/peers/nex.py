"""Reads and decodes .nex files, written from format/SPEC.md alone.

`parse` checks lengths, kinds and checksum; `decode` computes the normative
samples bit by bit with NumPy, so that any difference to `ne-train decode` is
a mistake in the specification, there or here.

    python3 nex.py FILE.nex [REFERENCE.wav]     compares every sample

Needs numpy, as do those that import this: target/python/bin/python3, which
tests/setup installs, has it.
"""

import math
import struct
import sys
import zlib
from dataclasses import dataclass, field

from needed import need

need("numpy")
import numpy as np  # noqa: E402

F32, F16, I16, I8, OSCILLATOR = range(5)
INTEGER, FLOAT = range(2)


class NexError(ValueError):
    pass


@dataclass
class Layer:
    """Weights [rows, cols]; multiplier and bias [rows], as stored."""

    type: int
    sine: bool
    weights: np.ndarray
    multiplier: np.ndarray | None
    bias: np.ndarray


@dataclass
class Nex:
    rate_hz: int
    channels: int
    frames: int
    peak: int
    arithmetic: int
    encoder: list
    manager_encoder: list | None = None
    manager_head: list | None = None
    routing: np.ndarray | None = None  # baked: the expert by frame
    experts: list = field(default_factory=list)
    comment: str | None = None


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        if self.at + n > len(self.data):
            raise NexError("truncated")
        self.at += n
        return self.data[self.at - n : self.at]

    def byte(self):
        return self.take(1)[0]

    def varint(self, bits):
        value = shift = 0
        while True:
            b = self.byte()
            value |= (b & 0x7F) << shift
            if b < 0x80:
                break
            shift += 7
        if value >> bits or (b == 0 and shift):
            raise NexError("a varint is too large or longer than needed")
        return value

    def kind(self, what, known):
        k = self.byte()
        if k not in known:
            raise NexError(f"{what} of kind {k} is unknown")
        return k

    def block(self):
        self.kind("activation", [0])
        width = self.varint(16)
        return width, list(self.take(self.varint(32)))


def read_block(reader, block, inputs, linear_out):
    """Reads one block's tensors from a section."""
    width, types = block
    layers = []
    for i, t in enumerate(types):
        last = linear_out is not None and i + 1 == len(types)
        rows, sine = (linear_out, False) if last else (width, True)
        dtype = {F32: "<f4", F16: "<f2", I16: "<i2", I8: "i1", OSCILLATOR: "<i4"}[t]

        def array(dtype, n):
            return np.frombuffer(reader.take(n * np.dtype(dtype).itemsize), dtype)

        weights = array(dtype, rows * inputs).reshape(rows, inputs)
        multiplier = None
        if t in (I8, I16):
            multiplier = array("<u2" if sine else "<u4", rows)
            bias = array("<u2" if sine else "<i4", rows)
        else:
            bias = array("<u4" if t == OSCILLATOR else "<f4", rows)
        layers.append(Layer(t, sine, weights, multiplier, bias))
        inputs = rows
    return layers


class Bits:
    def __init__(self, data):
        self.bits, self.at = np.unpackbits(np.frombuffer(data, np.uint8)), 0

    def number(self, n):
        if self.at + n > len(self.bits):
            raise NexError("a chunk ends too early")
        value = 0
        for bit in self.bits[self.at : self.at + n]:
            value = 2 * value + int(bit)
        self.at += n
        return value

    def choice(self, m):
        b = m.bit_length() - 1
        u = 2 ** (b + 1) - m
        v = self.number(b)
        return v if v < u else 2 * v + self.number(1) - u

    def length(self, k):
        q = 0
        while self.number(1) == 0:
            q += 1
        return q * 2**k + self.number(k) + 1


def read_runs(data, frames, experts):
    """The expert of every frame, from section 4."""
    r = Reader(data)
    c, k, w = r.byte(), r.byte(), r.byte()
    if c > 31 or not max(0, c - 8) <= k <= c:
        raise NexError("c or k is out of range")
    n = (frames - 1 >> c) + 1
    starts = [0] + [int.from_bytes(r.take(w), "little") for _ in range(n - 1)]
    rest = data[r.at :]
    if w != max(1, (len(rest).bit_length() + 7) // 8):
        raise NexError("an index entry has not the fewest bytes")
    routing = np.zeros(frames, np.int64)
    for chunk, (start, end) in enumerate(zip(starts, starts[1:] + [len(rest)])):
        bits = Bits(rest[start:end])
        at, last = chunk << c, min(chunk + 1 << c, frames)
        expert = None
        for _ in range(128):
            j = bits.choice(experts if expert is None else experts - 1)
            expert = j if expert is None or j < expert else j + 1
            length = bits.length(k)
            routing[at : at + length] = expert
            at += length
            if at >= last:
                break
        if at != last or bits.bits[bits.at :].any() or len(bits.bits) - bits.at > 7:
            raise NexError("a chunk does not end where it should")
    return routing


SOUND, PICTURE, SHAPE = range(3)
NEURAL, COMPACT = range(2)


def open_file(data):
    """Signal, profile, a reader of header and payload, and the sections by id."""
    if data[:3] != b"NEX":
        raise NexError("not a .nex file")
    if len(data) < 9:
        raise NexError("truncated")
    if data[3] != 1:
        raise NexError(f"version {data[3]}")
    checked, crc = data[:-4], struct.unpack("<I", data[-4:])[0]
    if zlib.crc32(checked) != crc:
        raise NexError("the checksum does not match")
    signal, profile = data[4] & 15, data[4] >> 4 & 7
    if signal > SHAPE or profile > COMPACT:
        raise NexError(f"signal {signal} or profile {profile} is unknown")
    r = Reader(checked)
    r.at, table = 5, []
    if data[4] & 128:
        count = r.byte()
        if not 1 <= count <= 8:
            raise NexError(f"{count} sections")
        table = [(r.byte(), r.varint(32)) for _ in range(count)]
    ids = [section for section, _ in table]
    if ids != sorted(set(ids)):
        raise NexError("the sections are not in order")
    at = len(checked) - sum(length for _, length in table)
    if at < r.at:
        raise NexError("truncated")
    body, r.at = Reader(checked[r.at : at]), at
    known = range(1, 5) if profile == NEURAL else ()
    sections = {}
    for section, length in table:
        if section not in known and section < 128:
            raise NexError(f"section {section} is unknown")
        sections[section] = Reader(r.take(length))
    return signal, profile, body, sections


def parse(data):
    signal, profile, r, sections = open_file(data)
    if (signal, profile) != (SOUND, NEURAL):
        raise NexError("not a neural sound")
    rate_hz, channels, frames, peak = r.varint(32), r.byte(), r.varint(32), r.varint(16)
    arithmetic = r.kind("arithmetic", [INTEGER, FLOAT])
    gate = None
    gate_kind = r.kind("gate", [0, 1, 2])
    if gate_kind == 1:
        gate = (r.block(), r.block())
    r.kind("encoder", [1])
    encoder = r.block()
    r.kind("experts", [0])
    count = r.varint(16)
    expert = r.block()
    if r.at != len(r.data):
        raise NexError("trailing bytes")
    nex = Nex(rate_hz, channels, frames, peak, arithmetic, [])
    nex.encoder = read_block(sections[1], encoder, 1, None)
    if gate:
        own, head = gate
        nex.manager_encoder = read_block(sections[2], own, 1, None)
        nex.manager_head = read_block(sections[2], head, own[0] + encoder[0], count)
    nex.experts = [read_block(sections[3], expert, encoder[0], channels) for _ in range(count)]
    for section in (1, 2, 3):
        if section in sections and sections[section].at != len(sections[section].data):
            raise NexError(f"section {section} has the wrong size")
    if (4 in sections) != (gate_kind == 2):
        raise NexError("runs without baked routing, or the other way around")
    if gate_kind == 2:
        nex.routing = read_runs(sections[4].data, frames, count)
    if 128 in sections:
        nex.comment = sections[128].data.decode()
    return nex


# Integer arithmetic.

TABLE = np.array([round(32767 * math.sin(2 * math.pi * i / 256)) for i in range(257)], np.int64)


def sine_q15(phase):
    """Q15 sine of an unsigned phase in 2^-32 turns (int64 array)."""
    i, fraction = phase >> 24, phase >> 10 & 0x3FFF
    return (TABLE[i] * 16384 + (TABLE[i + 1] - TABLE[i]) * fraction + 8192) >> 14


def oscillators(layer, frames, fraction=0):
    frequency = layer.weights[:, 0].astype(np.int64)
    part = frequency * fraction >> 32
    phase = frequency[:, None] * frames + part[:, None] + layer.bias.astype(np.int64)[:, None]
    return phase & 0xFFFFFFFF


def linear_i(layer, x):
    total = layer.weights.astype(np.int64) @ x
    bias = layer.bias.astype(np.int64) << 16
    return total * layer.multiplier.astype(np.int64)[:, None] + bias[:, None]


def sines_i(layer, x):
    total = (layer.weights.astype(np.int64) @ x) & 0xFFFFFFFF
    phase = total * layer.multiplier.astype(np.int64)[:, None]
    return sine_q15((phase + (layer.bias.astype(np.int64)[:, None] << 16)) & 0xFFFFFFFF)


def samples_i(value, peak):
    return np.clip((value + (1 << 31)) >> 32, -peak, min(peak, 32767))


# Float arithmetic: NumPy rounds every float32 operation on its own.

C = [np.uint32(c).view(np.float32) for c in (0x421E2596, 0xC299197D, 0x42A333B7, 0xC2255DDB, 0x40C90FDA)]
ROUND = np.float32(12582912.0)


def round_f32(x):
    return (x + ROUND) - ROUND


def sine_turns(turns):
    """Float sine; turns: float32 array."""
    r = turns - round_f32(turns)
    a = np.abs(r)
    f = np.minimum(a, np.float32(0.5) - a)
    s = f * f
    p = s * C[0] + C[1]
    for c in C[2:]:
        p = p * s + c
    return np.copysign(p * f, r)


def dot_f(layer, x):
    weights = layer.weights.astype(np.float32)
    total = np.repeat(layer.bias[:, None], x.shape[1], 1)
    for i in range(x.shape[0]):
        total = total + weights[:, i : i + 1] * x[i]
    return total


def samples_f(value, peak):
    scaled = np.clip(value * np.float32(32768), np.float32(-peak), np.float32(min(peak, 32767)))
    return round_f32(scaled).astype(np.int64)


def decode(nex, frames=None, fraction=0):
    """Samples [frames, channels] and chosen experts [frames] at frames + fraction / 2^32."""
    if frames is None:
        frames = np.arange(nex.frames)
    frames = np.asarray(frames, np.int64)
    integer = nex.arithmetic == INTEGER
    sines = sines_i if integer else (lambda layer, x: sine_turns(dot_f(layer, x)))
    linear = linear_i if integer else dot_f

    def first(layer):
        phase = oscillators(layer, frames, fraction)
        if integer:
            return sine_q15(phase)
        signed = phase.astype(np.uint32).view(np.int32)
        return sine_turns(signed.astype(np.float32) * np.float32(2.0**-32))

    def encode(layers):
        x = first(layers[0])
        for layer in layers[1:]:
            x = sines(layer, x)
        return x

    def head(layers, x):
        for layer in layers[:-1]:
            x = sines(layer, x)
        return linear(layers[-1], x)

    features = encode(nex.encoder)
    chosen = np.zeros(len(frames), np.int64) if nex.routing is None else nex.routing[frames]
    if nex.manager_head is not None:
        joined = np.concatenate([encode(nex.manager_encoder), features])
        chosen = head(nex.manager_head, joined).argmax(0)  # the first largest
    out = np.zeros((len(frames), nex.channels), np.int64)
    for k, expert in enumerate(nex.experts):
        at = np.flatnonzero(chosen == k)
        value = head(expert, features[:, at])
        out[at] = (samples_i if integer else samples_f)(value, nex.peak).T
    return out, chosen


def decode_all(nex, part=4096):
    """All samples and chosen experts, evaluated part by part."""
    starts = range(0, nex.frames, part)
    parts = [decode(nex, np.arange(n, min(n + part, nex.frames))) for n in starts]
    return tuple(np.concatenate(a) for a in zip(*parts))


def read_wav(path):
    """Rate and 16-bit samples [frames, channels]."""
    import wave

    with wave.open(str(path)) as w:
        assert w.getsampwidth() == 2, "16-bit WAV only"
        data = np.frombuffer(w.readframes(w.getnframes()), "<i2")
        return w.getframerate(), data.reshape(-1, w.getnchannels())


if __name__ == "__main__":
    clip = parse(open(sys.argv[1], "rb").read())
    ours, _ = decode_all(clip)
    if len(sys.argv) > 2:
        rate, theirs = read_wav(sys.argv[2])
        assert rate == clip.rate_hz and theirs.shape == ours.shape, "another sound"
        different = int((ours != theirs).sum())
        print(f"{ours.size} samples, {different} differ")
        sys.exit(different > 0)
    print(ours[:16].tolist())
