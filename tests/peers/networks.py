"""Decodes further networks of .nex files, written from format/SPEC.md alone.

Sounds and pictures of float arithmetic with any activation, layers that read
the position, managers that see less, hash grids and stored routing; `nex.py`
has what they share with mixtures of sines.

    python3 networks.py FILE.nex FILE.raw ...    compares every sample

A .raw file holds the samples: 16-bit little-endian of a sound, 8-bit of a
picture, interleaved. Needs numpy, as `nex.py` does.
"""

import sys

from needed import need

need("numpy")
import numpy as np  # noqa: E402

from nex import F16, F32, NEURAL, OSCILLATOR, PICTURE, SOUND, NexError  # noqa: E402
from nex import Layer, dot_f, open_file, read_runs, round_f32, sine_turns  # noqa: E402

SINE, FINER, SOFT_PLUS, RELU = range(4)


def bits(*values):
    return [np.uint32(v).view(np.float32) for v in values]


P = bits(0xBF317218, 0x3E75FDF0, 0xBD635766, 0x3C1D950E, 0xBAAFA460, 0x39222000)
Q = bits(0xBEFFFFDC, 0x3EAAA5EB, 0xBE7F812A, 0x3E495A18, 0xBE1C5C84, 0x3DD7EEF4, 0xBD66E805,
         0x3CA017A7, 0xBB502565)
F30, LOG2_100, HUNDREDTH = bits(0x4098C9EB, 0x431044FE, 0x3C23D70A)
LARGEST = np.float32(65536)


def polynomial(coefficients, x):
    value = np.full_like(x, coefficients[-1])
    for c in coefficients[-2::-1]:
        value = value * x + c
    return value * x + np.float32(1)


def activate(kind, v):
    if kind == SINE:
        return sine_turns(v)
    if kind == FINER:
        z = np.clip(v, np.float32(-116), np.float32(116))
        return sine_turns(((np.abs(z) + np.float32(1)) * z) * F30)
    if kind == RELU:
        return np.clip(v, np.float32(0), LARGEST)
    z = np.clip(v, -LARGEST, LARGEST)
    a = np.clip(np.abs(z) * LOG2_100, np.float32(0), np.float32(64))
    n = round_f32(a)
    e = polynomial(P, a - n) * np.exp2(-n.astype(np.float64)).astype(np.float32)
    return np.clip(z, np.float32(0), LARGEST) + (polynomial(Q, e) * e) * HUNDREDTH


def read_mlp(section, block, inputs, dims, linear_out):
    activation, width, types = block
    layers = []
    for i, t in enumerate(types):
        last = linear_out is not None and i + 1 == len(types)
        rows = linear_out if last else width
        reads = t in (5, 6)
        columns = inputs + dims if reads and i > 0 else inputs
        dtype = {F32: "<f4", F16: "<f2", 5: "<f4", 6: "<f2", OSCILLATOR: "<i4"}[t]
        raw = section.take(rows * columns * np.dtype(dtype).itemsize)
        weights = np.frombuffer(raw, dtype).reshape(rows, columns)
        bias = np.frombuffer(section.take(4 * rows), "<u4" if t == OSCILLATOR else "<f4")
        layer = Layer(t, not last, weights, None, bias)
        layer.reads = reads
        layers.append(layer)
        inputs = rows
    return activation, layers


class File:
    def __init__(self, data):
        signal, profile, r, sections = open_file(data)
        if signal not in (SOUND, PICTURE) or profile != NEURAL:
            raise NexError("neither a neural sound nor a neural picture")
        self.picture = signal == PICTURE
        if self.picture:
            self.points = [r.varint(16), r.varint(16)]
            self.channels = r.byte()
            self.range = (0, 255, 255)
        else:
            r.varint(32)
            self.channels = r.byte()
            self.points = [r.varint(32)]
            peak = r.varint(16)
            self.range = (-peak, min(peak, 32767), 32768)
        r.kind("arithmetic", [1])
        gate = r.kind("gate", [0, 1, 2, 4, 5])
        block = lambda: (r.kind("activation", range(4)), r.varint(16), list(r.take(r.varint(32))))
        own = block() if gate in (1, 4) else None
        head = block() if gate in (1, 4, 5) else None
        encoder = self.grid = None
        if r.kind("encoder", [1, 3]) == 1:
            encoder = block()
            width = encoder[1]
        else:
            levels, features, self.log2, self.type = r.byte(), r.byte(), r.byte(), r.byte()
            self.offset = r.varint(16)
            self.grid = [(r.varint(16), r.varint(32)) for _ in range(levels)]
            self.features = features
            width = levels * features
        r.kind("experts", [0])
        count = r.varint(16)
        expert = block()
        if r.at != len(r.data):
            raise NexError("trailing bytes")
        dims = len(self.points)
        if encoder:
            self.encoder = read_mlp(sections[1], encoder, dims, dims, None)
        else:
            self.read_tables(sections[1], dims)
        self.own = self.head = self.routing = None
        if own:
            self.own = read_mlp(sections[2], own, dims, dims, None)
        self.gate = gate
        if head:
            inputs = {1: width + (own or [0, 0])[1], 4: (own or [0, 0])[1], 5: width}[gate]
            self.head = read_mlp(sections[2], head, inputs, dims, count)
        if gate == 2:
            self.routing = read_runs(sections[4].data, int(np.prod(self.points)), count)
        self.experts = [read_mlp(sections[3], expert, width, dims, self.channels)
                        for _ in range(count)]
        for section in sections.values():
            if section in [sections.get(i) for i in (1, 2, 3)] and section.at != len(section.data):
                raise NexError("a section has the wrong size")

    def read_tables(self, section, dims):
        self.tables = []
        dtype = {0: "<f4", 1: "<f2", 3: "i1"}[self.type]
        for vertices, _ in self.grid:
            entries = min(vertices**dims, 2**self.log2)
            size = entries * self.features * np.dtype(dtype).itemsize
            values = np.frombuffer(section.take(size), dtype).reshape(entries, self.features)
            multiplier = np.float32(1)
            if self.type == 3:
                multiplier = np.frombuffer(section.take(4), "<f4")[0]
            self.tables.append((values.astype(np.float32), multiplier))

    def looked_up(self, u):
        """Features [width, positions]; u: one array for each axis."""
        shares = [np.clip(u // max(n - 1, 1), 0, 2**32) * (n > 1) for u, n in zip(u, self.points)]
        rows = []
        for (vertices, scale), (values, multiplier) in zip(self.grid, self.tables):
            places = [(int(s) * scale >> 16) + self.offset * 2**16 for s in np.ravel(shares)]
            limit = (vertices - 1) * 2**32 - 1
            places = np.array([min(p, limit) for p in places], np.int64).reshape(len(shares), -1)
            dense = vertices ** len(shares) <= 2**self.log2
            total = np.zeros((self.features, places.shape[1]), np.float32)
            for corner in range(2 ** len(shares)):
                weight = np.ones(places.shape[1], np.float32)
                index = np.zeros(places.shape[1], np.int64)
                for axis, place in enumerate(places):
                    part = (place & 0xFFFFFFFF).astype(np.uint32).astype(np.float32) * np.float32(2**-32)
                    upper = corner >> axis & 1
                    weight = weight * (part if upper else np.float32(1) - part)
                    vertex = (place >> 32) + upper
                    if dense:
                        index = index + vertex * vertices**axis
                    else:
                        index = index ^ (vertex * (1, 2654435761, 805459861)[axis] & 0xFFFFFFFF)
                if not dense:
                    index = index % 2**self.log2
                total = total + weight * values[index].T
            rows.append(total * multiplier)
        return np.concatenate(rows)

    def coordinates(self, u):
        def one(u, n):
            d = u - (n - 1) * 2**31
            span = np.float32(max(n - 1, 1)) * np.float32(2**31)
            return d.astype(np.float32) / span

        return np.stack([one(u, n) for u, n in zip(u, self.points)])

    def run(self, mlp, x, u):
        """An encoder's features if x is None, otherwise a head's outputs."""
        activation, layers = mlp
        for layer in layers:
            if layer.type == OSCILLATOR:
                w = layer.weights.astype(np.int64)
                phase = layer.bias.astype(np.int64)[:, None]
                for axis, u_axis in enumerate(u):
                    whole, part = u_axis >> 32, u_axis & 0xFFFFFFFF
                    turn = w[:, axis : axis + 1] * whole
                    phase = phase + turn + (w[:, axis : axis + 1] * part >> 32)
                phase = (phase & 0xFFFFFFFF).astype(np.uint32).view(np.int32)
                x = sine_turns(phase.astype(np.float32) * np.float32(2.0**-32))
                continue
            if layer.reads:
                place = self.coordinates(u)
                x = place if x is None else np.concatenate([x, place])
            x = dot_f(layer, x)
            if layer.sine:
                x = activate(activation, x)
        return x

    def decode(self):
        if self.picture:
            width, height = self.points
            y, x = np.divmod(np.arange(width * height, dtype=np.int64), width)
            u = [x << 32, y << 32]
        else:
            u = [np.arange(self.points[0], dtype=np.int64) << 32]
        features = self.looked_up(u) if self.grid else self.run(self.encoder, None, u)
        chosen = np.zeros(len(u[0]), np.int64)
        if self.routing is not None:
            chosen = self.routing
        elif self.head:
            seen = {1: lambda: np.concatenate([self.run(self.own, None, u), features]),
                    4: lambda: self.run(self.own, None, u), 5: lambda: features}[self.gate]()
            chosen = self.run(self.head, seen, u).argmax(0)
        out = np.zeros((len(u[0]), self.channels), np.int64)
        low, high, scale = self.range
        for k, expert in enumerate(self.experts):
            at = np.flatnonzero(chosen == k)
            value = self.run(expert, features[:, at], [u[at] for u in u]) * np.float32(scale)
            out[at] = round_f32(np.clip(value, np.float32(low), np.float32(high))).T
        return out


def main(names):
    wrong = 0
    for name, raw in zip(names[::2], names[1::2]):
        file = File(open(name, "rb").read())
        theirs = np.fromfile(raw, "u1" if file.picture else "<i2")
        different = int((file.decode().ravel() != theirs).sum())
        wrong += different > 0
        print(f"{name}: " + (f"{different} samples differ" if different else "same bits"))
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) > 0)
