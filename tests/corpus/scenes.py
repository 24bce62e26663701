"""Pictures as a device's interface draws them: watch faces, lists, charts, splash
screens, dials, text. Each is a function of a random source, the fonts and the icons."""

import math

from PIL import Image, ImageDraw, ImageFont

SMOOTH = 8
WORDS = ("Settings Wi-Fi Bluetooth Display Sound Battery Storage About device Language Alarm "
         "Timer Heart rate Steps Calories Distance Pump Valve Pressure Temperature Humidity "
         "Start Stop Pause Menu Back Network Update available Error sensor offline Kitchen "
         "Bedroom Living room Garage Schedule Weather Sunday Profile Reset Firmware").split()


class Hand:
    """Draws with two fonts, plain and bold, and some icons."""

    def __init__(self, random, plain, bold, icons):
        self.random, self.plain, self.bold, self.icons = random, plain, bold, icons

    def font(self, size, bold=False):
        return ImageFont.truetype(str(self.bold if bold else self.plain), size,
                                  layout_engine=ImageFont.Layout.BASIC)

    def words(self, count):
        return " ".join(self.random.sample(WORDS, count))

    def colour(self, low=0, high=255):
        return tuple(self.random.randint(low, high) for _ in range(3))

    def sheet(self):
        """Background, text, faint text, lines and an accent: dark or light."""
        accent = self.colour(20, 220)
        if self.random.random() < .5:
            return (24, 24, 28), (235, 235, 235), (140, 140, 148), (50, 50, 56), accent
        return (246, 246, 248), (25, 25, 30), (120, 120, 125), (205, 205, 210), accent


def smooth(width, height, draw, ground=None, mode="RGB"):
    """What `draw` draws with smooth edges; it is given the scale."""
    size = (width * SMOOTH, height * SMOOTH)
    image = Image.new(mode, size, ground or (0,) * len(mode))
    draw(ImageDraw.Draw(image), SMOOTH)
    return image.resize((width, height), Image.BOX)


def watch(hand, width=240, height=240):
    random = hand.random
    ground, text = random.choice([((0, 0, 0), (255, 255, 255)), ((12, 14, 20), (255, 255, 255)),
                                  ((250, 250, 250), (20, 20, 30))])
    rings = [hand.colour(40) for _ in range(3)]
    ends = [random.randint(0, 250) for _ in range(3)]

    def draw(d, s):
        for i in range(3):
            m = (12 + 16 * i) * s
            d.arc([m, m, width * s - m, height * s - m], -90, ends[i], rings[i], 12 * s)
        for k in range(12):
            x, y = math.cos(k * math.pi / 6), math.sin(k * math.pi / 6)
            at = [width * s / 2 + x * 118 * s, height * s / 2 + y * 118 * s,
                  width * s / 2 + x * 112 * s, height * s / 2 + y * 112 * s]
            d.line(at, text, 2 * s)

    image = smooth(width, height, draw, ground)
    d = ImageDraw.Draw(image)
    time = f"{random.randint(0, 23):02}:{random.randint(0, 59):02}"
    d.text((width / 2, height / 2 - 6), time, text, hand.font(38, True), "mm")
    d.text((width / 2, height / 2 + 26), f"TUE {random.randint(1, 31)} MAR", rings[0],
           hand.font(13), "mm")
    d.text((width / 2, height / 2 + 46), f"{random.randint(50, 140)} bpm", rings[1],
           hand.font(13), "mm")
    return image


def listing(hand, width=320, height=240):
    random = hand.random
    ground, text, faint, line, accent = hand.sheet()
    image = Image.new("RGB", (width, height), ground)
    d = ImageDraw.Draw(image)
    d.rectangle([0, 0, width, 32], accent)
    d.text((12, 16), hand.words(2), (255, 255, 255), hand.font(16, True), "lm")
    d.text((width - 10, 16), f"{random.randint(1, 12)}:{random.randint(0, 59):02}",
           (255, 255, 255), hand.font(13), "rm")
    for top in range(36, height, 41):
        icon = random.choice(hand.icons)
        image.paste(icon, (8, top + 4), icon)
        d.text((50, top + 13), hand.words(2), text, hand.font(14), "lm")
        d.text((50, top + 29), hand.words(3), faint, hand.font(10), "lm")
        d.line([50, top + 40, width, top + 40], line)
        on = random.random() < .5

        def switch(d, s, on=on):
            d.rounded_rectangle([2 * s, 3 * s, 38 * s, 21 * s], 9 * s,
                                accent if on else (160, 160, 165))
            x = (20 if on else 3) * s
            d.ellipse([x, 4 * s, x + 16 * s, 20 * s], (255, 255, 255))

        image.paste(smooth(40, 24, switch, ground), (width - 48, top + 8))
    return image


def chart(hand, width=320, height=240):
    random = hand.random
    ground, text, _, line, _ = hand.sheet()

    def draw(d, s):
        for k in range(6):
            d.line([40 * s, (20 + k * 36) * s, (width - 10) * s, (20 + k * 36) * s], line, s)
        for _ in range(3):
            value, points = random.uniform(50, 180), []
            for x in range(40, width - 10, 4):
                value = min(196, max(24, value + random.gauss(0, 8)))
                points.append((x * s, value * s))
            d.line(points, hand.colour(0, 200), 2 * s, joint="curve")
        d.line([40 * s, 20 * s, 40 * s, 200 * s], text, s)
        d.line([40 * s, 200 * s, (width - 10) * s, 200 * s], text, s)

    image = smooth(width, height, draw, ground)
    d = ImageDraw.Draw(image)
    for k in range(6):
        d.text((36, 20 + k * 36), str(100 - 20 * k), text, hand.font(10), "rm")
    for k in range(7):
        d.text((40 + k * 44, 208), f"{8 + k}:00", text, hand.font(10), "mt")
    d.text((width / 2, 8), hand.words(3), text, hand.font(12, True), "mm")
    return image


def splash(hand, width=240, height=240):
    first, last = hand.colour(), hand.colour()
    rows = [tuple(round(a + (b - a) * y / (height - 1)) for a, b in zip(first, last))
            for y in range(height)]
    image = Image.new("RGB", (1, height))
    image.putdata(rows)
    image = image.resize((width, height), Image.NEAREST)
    sun, peak = hand.colour(120), hand.colour(0, 160)

    def draw(d, s):
        d.ellipse([70 * s, 40 * s, 170 * s, 140 * s], (*sun, 255), (255,) * 4, 3 * s)
        d.polygon([(120 * s, 55 * s), (160 * s, 120 * s), (80 * s, 120 * s)], (*peak, 255))

    mark = smooth(width, height, draw, mode="RGBA")
    image.paste(mark, (0, 0), mark)
    d = ImageDraw.Draw(image)
    d.text((width / 2, 170), hand.words(2), (255, 255, 255), hand.font(20, True), "mm")
    d.text((width / 2, 200), f"version 1.{hand.random.randint(0, 30)}", (255, 255, 255),
           hand.font(12), "mm")
    return image


def tiles(hand, width=320, height=240):
    """A start screen: cards with an icon, a value and a bar."""
    random = hand.random
    ground, text, faint, line, accent = hand.sheet()
    values = [random.random() for _ in range(6)]

    def draw(d, s):
        for i, value in enumerate(values):
            x, y = 8 + i % 3 * 104, 8 + i // 3 * 116
            d.rounded_rectangle([x * s, y * s, (x + 96) * s, (y + 108) * s], 10 * s, line)
            d.rounded_rectangle([(x + 10) * s, (y + 92) * s, (x + 86) * s, (y + 98) * s], 3 * s,
                                ground)
            d.rounded_rectangle([(x + 10) * s, (y + 92) * s, (x + 16 + 70 * value) * s,
                                 (y + 98) * s], 3 * s, accent)

    image = smooth(width, height, draw, ground)
    d = ImageDraw.Draw(image)
    for i, value in enumerate(values):
        x, y = 8 + i % 3 * 104, 8 + i // 3 * 116
        icon = random.choice(hand.icons)
        image.paste(icon, (x + 10, y + 10), icon)
        d.text((x + 86, y + 26), f"{100 * value:.0f}%", text, hand.font(18, True), "rm")
        d.text((x + 10, y + 62), hand.words(1), text, hand.font(13), "lm")
        d.text((x + 10, y + 78), hand.words(1), faint, hand.font(10), "lm")
    return image


def dial(hand, width=240, height=240):
    """A gauge with a needle."""
    random = hand.random
    ground, text, faint, line, accent = hand.sheet()
    value = random.random()
    middle = width / 2, height / 2

    def at(turn, radius):
        angle = math.radians(135 + 270 * turn)
        return [middle[0] + math.cos(angle) * radius, middle[1] + math.sin(angle) * radius]

    def draw(d, s):
        box = [10 * s, 10 * s, (width - 10) * s, (height - 10) * s]
        d.arc(box, 135, 405, line, 14 * s)
        d.arc(box, 135, 135 + 270 * value, accent, 14 * s)
        for k in range(31):
            ends = at(k / 30, 92) + at(k / 30, 84 if k % 5 else 78)
            d.line([c * s for c in ends], text if k % 5 == 0 else faint, 2 * s)
        d.line([c * s for c in at(value, 70) + list(middle)], (220, 60, 50), 4 * s)
        d.ellipse([(middle[0] - 9) * s, (middle[1] - 9) * s, (middle[0] + 9) * s,
                   (middle[1] + 9) * s], text)

    image = smooth(width, height, draw, ground)
    d = ImageDraw.Draw(image)
    for k in range(7):
        d.text(at(k / 6, 64), str(20 * k), faint, hand.font(11), "mm")
    d.text((middle[0], 190), f"{120 * value:.1f}", text, hand.font(24, True), "mm")
    d.text((middle[0], 214), random.choice(["bar", "km/h", "°C", "rpm"]), faint, hand.font(12), "mm")
    return image


def page(hand, width=320, height=240):
    """Text, black on white or the other way round."""
    random = hand.random
    paper = random.choice([255, 255, 0])
    size = random.choice([11, 12, 13])
    image = Image.new("RGB", (width, height), (paper,) * 3)
    d, font = ImageDraw.Draw(image), hand.font(size)
    for top in range(6, height - size - 1, size + 3):
        line = ""
        while d.textlength(line, font=font) < width - 60:
            line += random.choice(WORDS) + " "
        d.text((8, top), line, (255 - paper,) * 3, font)
    return image


def grey(hand, width=200, height=120):
    """A page for a display without colours."""
    return listing(hand, width, height).convert("L")


SCENES = [watch, listing, chart, splash, tiles, dial, page, grey]
