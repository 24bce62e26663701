"""Drawn pictures, pixel by pixel, written from format/SPEC.md alone."""

from picture_pixels import numbers

STARTS = numbers("format/coding/src/picture/drawn/models.rs", "STARTS")

# Tables: first answer of each.
HIT_RUN, HIT_EQUAL, HIT_NEAR = 0, 256, 384
COPY_EQUAL, COPY_NEAR, COPY_ASKED = 640, 896, 1152
RECENT_EQUAL, RECENT_SIDE, RECENT_COUNT, RECENT_TREE = 1192, 1256, 1272, 1280
BLEND_EQUAL, BLEND_SIDE, BLEND_COUNT = 1408, 1472, 1488
PAIR_TREE, COVER_TREE, COVER_LOW = 1493, 1501, 1565
MORE_BUSY, MORE, DIGIT, SIGN, SOLID, ANSWERS = 1567, 1887, 1919, 2015, 2055, 2071
assert len(STARTS) == ANSWERS
PAIRS = [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)]
NOTHING = (0, 0, 0, 0)
WORD = 0xffffffff


def mix(h, colour):
    h = (h << 5 | h >> 27) & WORD
    return ((h ^ int.from_bytes(bytes(colour), "little")) * 0x9e3779b1) & WORD


def end(h):
    return ((h ^ h >> 15) * 0x2c1b3c6d) & WORD


class Drawn:
    """A tile's colours."""

    def __init__(self, coder, form, width, height):
        self.coder, self.width = coder, width
        self.memory_log2, self.display, self.gray, self.alpha = form
        self.pixels = [[None] * width for _ in range(height)]
        self.entries = [(NOTHING, 0, 0)] * (1 << self.memory_log2)
        self.recent, self.flat, self.run = [], [], 0

    def all(self):
        width, height = self.width, len(self.pixels)
        for top in range(0, height, 32):
            for left in range(0, width, 32):
                self.block(left, top, min(left + 32, width), min(top + 32, height))

    def samples(self, colour):
        r, g, b, a = colour
        return ([r] if self.gray else [r, g, b]) + ([a] if self.alpha else [])

    def colour(self, sample):
        """The other way round."""
        r, g, b = [sample[0]] * 3 if self.gray else sample[:3]
        return self.shown((r, g, b, sample[-1] if self.alpha else 0))

    def ask(self, *places):
        return self.coder.ask(*places, rate=3)

    def block(self, left, top, right, bottom):
        coded = {}
        for y in range(top, bottom):
            x = left
            while x < right:
                def at(dx, dy):
                    column, row = x + dx, y + dy
                    if row < 0 or column < 0:
                        return NOTHING
                    edge = right if row >= top else self.width
                    return self.pixels[row][min(column, edge - 1)]

                if (x - left) % 4 == 0 and x + 4 <= right and self.solid(at):
                    self.pixels[y][x:x + 4] = [at(-1, 0)] * 4
                    x += 4
                    continue
                how = [coded.get(place, 0) for place in ((x - 1, y), (x, y - 1), (x + 1, y - 1))]
                self.pixels[y][x], coded[x, y] = self.pixel(at, how)
                x += 1

    def solid(self, at):
        """Whether four pixels have the one colour around them."""
        around = {at(-1, 0), at(-2, 0)}
        around |= {at(dx, dy) for dy in (-1, -2) for dx in range(-2, 6)}
        if len(around) > 1 or not self.ask(SOLID + min(self.run, 15)):
            return False
        self.run += 1
        self.flat = self.to_front(self.flat, 4, at(-1, 0))
        self.recent = self.to_front(self.recent, 64, at(-1, 0))
        return True

    def pixel(self, at, how):
        w, n, nw, ne, ww, nn = at(-1, 0), at(0, -1), at(-1, -1), at(1, -1), at(-2, 0), at(0, -2)
        equal = ((w == n) + 2 * (w == nw) + 4 * (n == nw) + 8 * (n == ne)
                 + 16 * (w == ww) + 32 * (n == nn))
        near, side = 16 * how[0] + 4 * how[1] + how[2], 4 * how[0] + how[1]
        h6 = 0
        for colour in (w, n, nw, ne, ww, nn):
            h6 = mix(h6, colour)
        h10 = h6
        for colour in (at(-2, -1), at(2, -1), at(-1, -2), at(1, -2)):
            h10 = mix(h10, colour)
        close, far = end(h6), end(h10 ^ 0x5bd1e995)
        by_close, by_far = self.says(close), self.says(far)
        said, kind = (by_far, 1) if by_far else (by_close, 0)
        found = None
        if said:
            like = (said[0] == w) + 2 * (said[0] == n)
            if self.ask(HIT_RUN + (16 * kind + min(self.run, 15)) * 8 + said[1],
                        HIT_EQUAL + 64 * kind + equal, HIT_NEAR + 64 * like + near):
                found = said[0], 0
        if found:
            self.run += 1
        else:
            self.run = 0
            found = self.other(said, (w, n, nw, ne), equal, near, side)
        colour = found[0]
        if by_far or not by_close or by_close[0] != colour:
            self.learn(far, by_far, colour)
        self.learn(close, by_close, colour)
        if colour == w and colour == n:
            self.flat = self.to_front(self.flat, 4, colour)
        self.recent = self.to_front(self.recent, 64, colour)
        return found

    @staticmethod
    def to_front(colours, most, colour):
        return [colour] + [c for c in colours if c != colour][: most - 1] \
            if colour in colours else [colour] + colours[: most - 1]

    def place(self, h):
        return h >> (32 - self.memory_log2), h >> (27 - self.memory_log2) & 31

    def says(self, h):
        number, tag = self.place(h)
        colour, own, count = self.entries[number]
        return (colour, count) if count and own == tag else None

    def learn(self, h, said, colour):
        number, tag = self.place(h)
        own, own_tag, count = self.entries[number]
        if said and said[0] == colour:
            self.entries[number] = own, own_tag, min(count + 1, 7)
        elif not said and count > 1:
            self.entries[number] = own, own_tag, count >> 1
        else:
            self.entries[number] = colour, tag, 1

    def tree(self, first, bits):
        node = 1
        for _ in range(bits):
            node = 2 * node + self.ask(first + node - 1)
        return node - (1 << bits)

    def other(self, said, neighbours, equal, near, side):
        asked = known = 1 if said else 0
        before = [said[0]] if said else []
        for i, colour in enumerate(neighbours):
            if colour in before:
                continue
            if self.ask(COPY_EQUAL + 64 * i + equal, COPY_NEAR + 64 * i + near,
                        COPY_ASKED + (5 * i + asked) * 2 + known):
                return colour, 1
            before.append(colour)
            asked += 1
        n = len(self.recent)
        if n and self.ask(RECENT_EQUAL + equal, RECENT_SIDE + side,
                          RECENT_COUNT + n.bit_length()):
            b = (n - 1).bit_length()
            return self.recent[min(self.tree(RECENT_TREE + (1 << b) - 1, b), n - 1)], 2
        m = len(self.flat)
        p = (0, 0, 1, 3, 6)[m]
        if p and self.ask(BLEND_EQUAL + equal, BLEND_SIDE + side, BLEND_COUNT + m):
            pair = 0 if p == 1 else min(self.tree(PAIR_TREE, 3), p - 1)
            c = 4 * self.tree(COVER_TREE, 6)
            c += 2 * self.ask(COVER_LOW + 1)
            c += self.ask(COVER_LOW)
            f, g = (self.flat[i] for i in PAIRS[pair])
            return self.shown(((256 - c) * a + c * b + 128) >> 8 for a, b in zip(f, g)), 2
        return self.remainder(*neighbours), 3

    def shown(self, colour):
        r, g, b, a = colour
        if self.display:
            r, g, b = r & 248 | r >> 5, g & 252 | g >> 6, b & 248 | b >> 5
        return r, g, b, a

    def remainder(self, w, n, nw, ne):
        plane = [min(max(a + b - c, min(a, b)), max(a, b)) for a, b, c in zip(w, n, nw)]
        busy = [abs(a - c) + abs(b - c) + abs(b - e) for a, b, c, e in zip(w, n, nw, ne)]
        s = (3, 2, 3, 0) if self.display else (0, 0, 0, 0)

        def byte(channel, less, number):
            return (((plane[channel] >> s[channel]) + less + number) << s[channel]) % 256

        g = self.number(0, sum(busy[:3]))
        green = byte(1, 0, g)
        red = blue = green
        if not self.gray:
            less = g >> 1 if self.display else g
            r = self.number(1, abs(g))
            red = byte(0, less, r)
            blue = byte(2, less, self.number(2, abs(r)))
        alpha = byte(3, 0, self.number(3, busy[3])) if self.alpha else 0
        return self.shown((red, green, blue, alpha))

    def number(self, channel, around):
        busy, d = min(around.bit_length(), 9), 0
        while d < 8 and self.ask(MORE_BUSY + (10 * channel + busy) * 8 + d, MORE + 8 * channel + d):
            d += 1
        if d == 0:
            return 0
        v = 1
        for i in range(d - 1):
            v = 2 * v + (self.ask(DIGIT + (8 * channel + d - 1) * 3 + i) if i < 3
                         else self.coder.raw(1))
        if self.ask(SIGN + 10 * channel + busy):
            v = -v
        return (v + 128) % 256 - 128
