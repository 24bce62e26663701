"""Draws the pictures of this folder; needs Pillow:

    tests/setup host && target/python/bin/python3 -m pip install pillow
    target/python/bin/python3 tests/pictures/make.py

Every pixel is computed here; nothing is taken from elsewhere.
"""

import math
import sys
from pathlib import Path

try:
    from PIL import Image
except ModuleNotFoundError:
    sys.exit("error: pillow is missing; run: tests/setup host && "
             "target/python/bin/python3 -m pip install pillow\n"
             "and then: target/python/bin/python3 tests/pictures/make.py")

WIDTH, HEIGHT = 60, 40
SAMPLES = 4  # along each axis of a pixel


def mix(a, b, t):
    return tuple(x + (y - x) * t for x, y in zip(a, b))


def colour(x, y):
    """Of a point, x and y from 0 to 1: a sky, a sun, two hills, water."""
    sky = mix((40, 70, 150), (250, 190, 130), y ** 1.5)
    distance = math.hypot((x - 0.7) * 1.5, y - 0.42)
    point = (255, 236, 170) if distance < 0.16 else mix(sky, (255, 210, 140), max(0, 0.4 - distance))
    if y > 0.62 - 0.12 * math.sin(5 * x + 0.5):
        point = mix((70, 90, 110), (110, 120, 120), x)
    if y > 0.74 - 0.10 * math.sin(7 * x + 2.6):
        point = mix((24, 60, 40), (60, 100, 50), x)
    if y > 0.86:
        point = mix((30, 60, 110), (90, 120, 150), 0.5 + 0.5 * math.sin(40 * y + 6 * x))
    return point


def pixel(i, j):
    points = [colour((i + (a + 0.5) / SAMPLES) / WIDTH, (j + (b + 0.5) / SAMPLES) / HEIGHT)
              for a in range(SAMPLES) for b in range(SAMPLES)]
    return tuple(round(sum(p[c] for p in points) / len(points)) for c in range(3))


def bell(x, y):
    """Of a point, from 0 to 1: a bell on a blue disc with a ring around it, on nothing."""
    if (distance := math.hypot(x - 0.5, y - 0.5)) > 0.48:
        return None
    if distance > 0.43:
        return (20, 60, 120)
    body = y < 0.66 and abs(x - 0.5) < (0.15 if y < 0.5 else 0.15 + 0.7 * (y - 0.5) ** 1.3)
    dome = math.hypot(x - 0.5, y - 0.38) < 0.15
    clapper = math.hypot(x - 0.5, y - 0.69) < 0.055
    if (body and y > 0.38) or dome:
        return (250, 214, 90) if x < 0.56 else (224, 170, 50)
    return (150, 96, 20) if clapper else (52, 120, 200)


def icon(side):
    """The bell; alpha is the part of a pixel that it covers."""
    picture = Image.new("RGBA", (side, side))
    for i in range(side * side):
        points = [bell((i % side + (a + 0.5) / SAMPLES) / side, (i // side + (b + 0.5) / SAMPLES) / side)
                  for a in range(SAMPLES) for b in range(SAMPLES)]
        seen = [p for p in points if p]
        if seen:
            colour_of = tuple(round(sum(p[c] for p in seen) / len(seen)) for c in range(3))
            alpha = round(255 * len(seen) / len(points))
            picture.putpixel((i % side, i // side), (*colour_of, alpha))
    return picture


def main():
    folder = Path(__file__).parent
    icon(48).save(folder / "icon.png", optimize=True)
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    picture.putdata([pixel(i, j) for j in range(HEIGHT) for i in range(WIDTH)])
    picture.save(folder / "hills.png", optimize=True)
    picture.save(folder / "hills.jpg", quality=95, subsampling=0)
    picture.convert("CMYK").save(folder / "cmyk.jpg", quality=95, subsampling=0)
    picture.quantize(16).save(folder / "palette.png", optimize=True)
    gray = picture.convert("L")
    wide = Image.new("I;16", gray.size)
    wide.putdata([257 * value for value in gray.getdata()])
    wide.save(folder / "gray-16-bits.png", optimize=True)
    # On its side, with a note that says so.
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turn it clockwise by a quarter
    picture.rotate(90, expand=True).save(
        folder / "sideways.jpg", quality=95, subsampling=0, exif=exif)


main()
