#!/usr/bin/env python3
"""Draws how much flash prompts and UI sounds take: decoder and files together.

    tests/device/flash_plot.py

Reads examples/cortex-m/costs.json, which tests/device/bench writes, and writes
examples/cortex-m/flash.svg.
"""

import json
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from costs.clips import GROUPS, SNR_DB  # noqa: E402
from costs.tools import ROOT  # noqa: E402

PAGE = ROOT / "examples/cortex-m"
COUNTS = (1, 5, 20, 100)
CODECS = {"compact": ("nex compact", "#1b6ec2"), "adpcm": ("IMA ADPCM", "#8a8a8a"),
          "opus": ("Opus", "#c2571b"), "mp3": ("MP3", "#6b3fa0")}
TARGET = "cortex-m4f"


def totals(results, group, codec):
    """Flash bytes for each of `COUNTS`: the decoder, and the group's clips in turn."""
    clips = {c["sound"]: c["bytes"] for c in results["clips"] if c["codec"] == codec}
    decoder = results["flash"][TARGET][codec]
    names = GROUPS[group]
    return [decoder + sum(clips[names[i % len(names)]] for i in range(n)) for n in COUNTS]


def draw(results):
    """The plot as SVG: a panel for each group, both axes logarithmic."""
    width, height, left, top, panel_w, panel_h = 980, 400, 64, 62, 290, 270
    gap = 200
    low, high = 3, 6  # 1 KB to 1 MB
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{left}" y="22" font-size="15" font-weight="bold">Flash of a Cortex-M4F for '
        f"decoder and files, each file the smallest with {SNR_DB:.0f} dB SNR</text>",
    ]
    for index, group in enumerate(GROUPS):
        x0 = left + index * (panel_w + gap)

        def x(n, x0=x0):
            return x0 + 12 + math.log10(n) / 2 * (panel_w - 24)

        def y(value):
            return top + panel_h - (math.log10(value) - low) / (high - low) * panel_h

        parts.append(f'<text x="{x0}" y="{top - 12}" font-weight="bold">{group}</text>')
        for exponent in range(low, high + 1):
            at = y(10**exponent)
            parts.append(f'<line x1="{x0}" x2="{x0 + panel_w}" y1="{at:.1f}" y2="{at:.1f}" '
                         'stroke="#ddd"/>')
            word = ("1 KB", "10 KB", "100 KB", "1 MB")[exponent - low]
            parts.append(f'<text x="{x0 - 6}" y="{at + 4:.1f}" text-anchor="end">{word}</text>')
        for n in COUNTS:
            parts.append(f'<text x="{x(n):.1f}" y="{top + panel_h + 18}" text-anchor="middle">'
                         f"{n}</text>")
        parts.append(f'<text x="{x0 + panel_w / 2}" y="{top + panel_h + 38}" '
                     f'text-anchor="middle">number of {group}</text>')
        ends = []
        for codec, (title, colour) in CODECS.items():
            values = totals(results, group, codec)
            points = " ".join(f"{x(n):.1f},{y(v):.1f}" for n, v in zip(COUNTS, values))
            parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" '
                         f'stroke-width="{3 if codec == "compact" else 2}"/>')
            parts += [f'<circle cx="{x(n):.1f}" cy="{y(v):.1f}" r="3.5" fill="{colour}"/>'
                      for n, v in zip(COUNTS, values)]
            ends.append([y(values[-1]), title, values[-1], colour])
        ends.sort()
        for above, below in zip(ends, ends[1:]):
            below[0] = max(below[0], above[0] + 15)
        for at, title, value, colour in ends:
            parts.append(f'<text x="{x0 + panel_w + 2}" y="{at + 4:.1f}" fill="{colour}">{title} '
                         f"{value / 1000:.0f} KB</text>")
    parts.append(f'<text x="{left}" y="{height - 8}" fill="#555">ADPCM has one rate: its SNR is '
                 "what it is (see the table). n sounds are the clips of examples/sounds in turn."
                 "</text></svg>")
    return "\n".join(parts) + "\n"


def main():
    results = json.loads((PAGE / "costs.json").read_text())
    (PAGE / "flash.svg").write_text(draw(results))


if __name__ == "__main__":
    main()
