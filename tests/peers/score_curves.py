#!/usr/bin/env python3
"""How do codecs' scores grow with the bit rate, class by class?

    tests/peers/score_curves.py out.svg effects=fx/bench.json speech=speech/bench.json ...

Draws a panel for each bench.json that pesq.py has scored: the mean of Zimtohrli's
opinion scores over the mean bit rate, a line for each codec, and dotted the worst sound of
each. Ours are the files of the rivals' bytes. A class whose name begins with "speech" has a
panel of PESQ, too. Needs Matplotlib.
"""
import argparse
import collections
import json
import pathlib
import sys

from needed import need
from tables import mean

NAMES = {"opus": "Opus", "lc3": "LC3", "aac": "AAC-LC", "gsm": "GSM-FR", "compact": "nex"}
COLOURS = {"compact": "black", "opus": "tab:blue", "lc3": "tab:orange", "aac": "tab:green", "gsm": "tab:red"}
METRICS = {"zimtohrli": "Zimtohrli (opinion score)", "pesq": "PESQ"}


def points(rows, metric):
    """By codec: mean kb/s, mean score and worst score of each setting, by kb/s."""
    groups = collections.defaultdict(list)
    for row in rows:
        against = row["against"] or {}
        ours = row["codec"] == "compact"
        if row.get(metric) is None or ours and (
                against.get("equal") != "bytes" or against.get("tune") != "perceptual"):
            continue
        groups[row["codec"], row["setting"]].append(row)
    lines = collections.defaultdict(list)
    for (codec, _), group in groups.items():
        found = [row[metric] for row in group]
        rate = mean(row["bits_per_second"] for row in group) / 1000
        lines[codec].append((rate, mean(found), min(found)))
    return {codec: sorted(line) for codec, line in lines.items()}


def load(text):
    name, _, path = text.partition("=")
    try:
        rows = json.loads(pathlib.Path(path).read_text())["rows"]
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"error: {text}: no rows of a bench ({error!r}); give NAME=DIR/bench.json")
    if not any("zimtohrli" in row for row in rows):
        sys.exit(f"error: {path} has no scores; run: tests/peers/pesq.py {path}")
    return name, rows


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("out", help="a name that ends in .svg or .png")
    args.add_argument("bench", nargs="+", metavar="CLASS=FILE", help="a class's name and its bench.json")
    args = args.parse_args()
    need("matplotlib")
    import matplotlib

    matplotlib.use("Agg")
    # The same file every time, and a small one.
    matplotlib.rcParams.update({"svg.hashsalt": "nex", "svg.fonttype": "none"})
    import matplotlib.pyplot as plt

    panels = [(name, rows, metric) for name, rows in map(load, args.bench) for metric in METRICS
              if metric == "zimtohrli" or name.startswith("speech")]
    columns = min(3, len(panels))
    lines = -(-len(panels) // columns)
    figure, places = plt.subplots(lines, columns, figsize=(4 * columns, 3.2 * lines), squeeze=False)
    for place, panel in zip(places.flat, panels):
        name, rows, metric = panel
        for codec, line in points(rows, metric).items():
            rates, means, worst = zip(*line)
            width = 2.2 if codec == "compact" else 1.2
            drawn, = place.plot(rates, means, marker="o", markersize=3, linewidth=width,
                                color=COLOURS.get(codec), label=NAMES.get(codec, codec))
            place.plot(rates, worst, linestyle=":", linewidth=1, color=drawn.get_color())
        place.set(title=name, xlabel="kb/s", ylabel=METRICS[metric])
        place.grid(alpha=0.3)
        place.legend(fontsize=8)
    for place in list(places.flat)[len(panels):]:
        place.remove()
    figure.tight_layout()
    figure.savefig(args.out, metadata={"Date": None} if args.out.endswith(".svg") else None)


if __name__ == "__main__":
    main()
