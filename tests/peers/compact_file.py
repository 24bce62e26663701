"""What compact files have in common, as format/SPEC.md has it; for decode_compact.py,
decode_picture.py and decode_shape.py."""

import struct
import zlib

POWER = [round(2**15 * 2 ** (i / 32)) for i in range(32)]
# Of the quantiser, by the parity of a magnitude.
NEXT = [[0, 2], [2, 0], [1, 3], [3, 1]]
HALF = 1 << 15


class NexError(ValueError):
    pass


def clamp(x, low, high):
    return low if x < low else high if x > high else x


def log2(x):
    return x.bit_length() - 1


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

    def chunks(self, count):
        """The table of lengths, and the data; the last one's length is not stored."""
        lengths = [self.varint() for _ in range(count - 1)]
        chunks = [self.take(n) for n in lengths]
        return chunks + [self.take(len(self.data) - self.at)]


def open_file(data, kind):
    """Header and payload of a file of a kind, and its sections."""
    if data[:3] != b"NEX":
        raise NexError("bad magic")
    if len(data) < 9:
        raise NexError("truncated")
    if data[3] != 1:
        raise NexError("unsupported version")
    if zlib.crc32(data[:-4]) != struct.unpack("<I", data[-4:])[0]:
        raise NexError("checksum")
    if data[4] & 127 != kind:
        raise NexError("another kind of file")
    reader = Reader(data[5:-4])
    return reader, read_sections(reader) if data[4] & 128 else {}


def read_sections(reader):
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
    sections = {section: data.take(length) for section, length in table}
    sections.get(128, b"").decode("utf-8")
    return sections


class Coder:
    """The range decoder of a chunk or tile."""

    def __init__(self, data):
        self.data, self.at = data, 4
        self.r, self.c = 0xFFFF_FFFF, int.from_bytes((data[:4] + bytes(4))[:4], "big")

    def decide(self, p):
        b = (self.r >> 16) * p
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


LOGISTIC = [round(2**16 / (1 + 2.718281828459045 ** (-i / 16))) for i in range(129)]
assert sum(LOGISTIC) == 7711196


class Answers:
    """A list of them, and decisions whose probabilities are sums of theirs."""

    def __init__(self, coder, starts):
        self.decide, self.raw = coder.decide, coder.raw
        self.answer = [256 * start for start in starts]

    def ask(self, *places, rate=4):
        z = sum(self.answer[place] for place in places)
        i, f = divmod(min(abs(z), 2**15 - 1), 256)
        p = LOGISTIC[i] + (((LOGISTIC[i + 1] - LOGISTIC[i]) * f) >> 8)
        bit = self.decide(2**16 - p if z < 0 else p)
        wrong = 2**16 * bit - (2**16 - p if z < 0 else p)
        move = (wrong + 2 ** (rate + 3)) >> (rate + 4)
        for place in places:
            self.answer[place] = clamp(self.answer[place] + move, -(2**15), 2**15 - 1)
        return bit
