#!/usr/bin/env python3
"""How does speech sound to a listener, as PESQ predicts it?

    ne-train bench prompts/ --keep out
    tests/peers/pesq.py out/bench.json

Scores every row of the bench.json that `ne-train bench --keep` left (ITU-T
P.862: narrow band at 8 kHz, P.862.2: wide band at 16 kHz, each from about 1,
bad, to 4.5, transparent), writes the scores into its rows as `pesq`, and
prints Markdown: means by codec and setting, and nex against its rivals at
equal bytes. PESQ is made for speech; of other sounds its numbers mean little.
Rows that it cannot score get null and are listed. Needs the packages numpy,
pesq, soundfile.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import sys

from needed import need

# This file bears the package's name: its folder must not be searched first.
sys.path[:] = [p for p in sys.path if pathlib.Path(p or ".").resolve() != pathlib.Path(__file__).resolve().parent]
need("numpy", "pesq", "soundfile")
import numpy  # noqa: E402
import pesq  # noqa: E402
import soundfile  # noqa: E402

MODES = {8000: "nb", 16000: "wb"}
NAMES = {"flac": "FLAC", "adpcm": "IMA ADPCM", "gsm": "GSM-FR", "opus": "Opus", "mp3": "MP3",
         "compact": "nex compact", "neural": "nex neural"}


def score(reference, decoded):
    """Mode and PESQ, or no mode and the reason why there is none."""
    (x, rate), (y, other) = (soundfile.read(p, dtype="float32", always_2d=True) for p in (reference, decoded))
    if rate not in MODES:
        return None, f"PESQ takes 8,000 or 16,000 Hz, not {rate}; use --rate"
    if x.shape != y.shape or rate != other:
        sys.exit(f"error: {decoded} is not as long as {reference}; run the bench again")
    if x.shape[1] != 1:
        return None, f"PESQ takes one channel, not {x.shape[1]}; use --mono"
    try:
        value = pesq.pesq(rate, x[:, 0], y[:, 0], MODES[rate])
    except Exception as error:  # of its C code: no utterance, too short, ...
        reason = error.args[0] if error.args else type(error).__name__
        return None, reason.decode() if isinstance(reason, bytes) else str(reason)
    return (MODES[rate], float(value)) if numpy.isfinite(value) else (None, "the score is not a number")


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else float("nan")


def table(heads, left, rows):
    rows = [heads] + [["-" if str(cell) in ("nan", "+nan") else str(cell) for cell in row] for row in rows]
    widths = [max(3, *(len(row[i]) for row in rows)) for i in range(len(heads))]
    for number, row in enumerate(rows):
        cells = (c.ljust(w) if i < left else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths)))
        print("| " + " | ".join(cells) + " |")
        if number == 0:
            print("|" + "|".join("-" * (w + 2) if i < left else "-" * (w + 1) + ":" for i, w in enumerate(widths)) + "|")
    print()


def means(rows):
    groups = collections.OrderedDict()
    for row in sorted(rows, key=lambda row: order(rows, row)):
        groups.setdefault((row["pesq_mode"], row["codec"], row["setting"]), []).append(row)
    print("### Mean PESQ\n")
    table(["codec", "setting", "mode", "sounds", "PESQ", "file bytes", "packet bytes", "kb/s", "SNR dB"], 3,
          [[NAMES[codec], setting, mode, len(group), f"{mean(r['pesq'] for r in group):.3f}",
            f"{mean(r['bytes'] for r in group):,.0f}", f"{mean(r['packet_bytes'] for r in group):,.0f}",
            f"{mean(r['bits_per_second'] for r in group) / 1000:.2f}",
            "exact" if all(r["exact"] for r in group)
            else f"{mean(99 if r['exact'] else r['snr_db'] for r in group):.2f}"]
           for (mode, codec, setting), group in groups.items()])


def order(rows, row):
    """Modes apart; within one as in the bench: the most complete sound's order."""
    if not hasattr(order, "places"):
        by_sound = collections.defaultdict(list)
        for r in rows:
            by_sound[r["sound"]].append((r["codec"], r["setting"]))
        order.places = {}
        for kinds in sorted(by_sound.values(), key=len, reverse=True):
            for kind in kinds:
                order.places.setdefault(kind, len(order.places))
    return row["pesq_mode"], order.places[row["codec"], row["setting"]]


def pairs(rows):
    by_name = {(r["sound"], r["codec"], r["setting"]): r for r in rows}
    groups = collections.OrderedDict()
    for our in sorted(rows, key=lambda row: order(rows, row)):
        against = our["against"]
        if not against or against["equal"] != "bytes":
            continue
        rival = by_name.get((our["sound"], against["codec"], against["setting"]))
        if rival:
            key = our["pesq_mode"], against["codec"], against["setting"], against["tune"]
            groups.setdefault(key, []).append((our, rival))
    if not groups:
        return
    print("### nex compact against rivals at equal bytes (Opus: its packets')\n")
    lines = []
    for (mode, codec, setting, tune), group in groups.items():
        met = [(our, rival) for our, rival in group if our["target_met"] is not False]
        lines.append([
            NAMES[codec], setting, tune, mode, f"{mean(rival['pesq'] for _, rival in met):.3f}",
            f"{mean(our['pesq'] for our, _ in met):.3f}",
            f"{mean(our['pesq'] - rival['pesq'] for our, rival in met):+.3f}",
            f"{mean(rival['packet_bytes'] for _, rival in met):,.0f}",
            f"{mean(our['bytes'] for our, _ in met):,.0f}",
            f"{mean(our['bits_per_second'] for our, _ in met) / 1000:.2f}",
            f"{sum(our['pesq'] > rival['pesq'] for our, rival in met)} of {len(met)}",
            len(group) - len(met)])
    table(["rival", "setting", "tuned for", "mode", "PESQ, rival", "PESQ, nex", "nex - rival",
           "bytes, rival", "bytes, nex", "kb/s, nex", "nex better", "missed"], 4, lines)
    print("missed: sounds whose nex file does not meet the rival's bytes; they are not in the means.\n")


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("json", type=pathlib.Path, help="the bench.json in the folder of --keep")
    args.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: all cores)")
    args = args.parse_args()
    try:
        bench = json.loads(args.json.read_text())
    except OSError as error:
        sys.exit(f"error: {args.json} cannot be read ({error.strerror}); give the bench.json of `ne-train bench --keep`")
    except ValueError as error:
        sys.exit(f"error: {args.json} is not JSON ({error}); give the bench.json of `ne-train bench --keep`")
    rows, folder = bench.get("rows", []), args.json.parent
    files = [(row.get("reference"), row.get("decoded")) for row in rows]
    if not rows or not all(all(pair) for pair in files):
        sys.exit(f"error: {args.json} names no decoded files; run: ne-train bench ... --keep DIR, "
                 f"and give DIR/bench.json")
    paths = [[str(folder / name) for name in pair] for pair in files]
    lost = next((path for pair in paths for path in pair if not os.path.exists(path)), None)
    if lost:
        sys.exit(f"error: {lost} is not there; give the bench.json in the folder of --keep, or run the bench again")
    with concurrent.futures.ProcessPoolExecutor(args.jobs) as pool:
        scores = list(pool.map(score, *zip(*paths), chunksize=4))
    refused = collections.Counter()
    for row, (mode, value) in zip(rows, scores):
        row["pesq_mode"], row["pesq"] = (mode, value) if mode else (None, None)
        if not mode:
            refused[row["sound"], value] += 1
    part = args.json.with_suffix(".part")
    part.write_text(json.dumps(bench, indent=2) + "\n")
    part.replace(args.json)
    scored = [row for row in rows if row["pesq"] is not None]
    means(scored)
    pairs(scored)
    if refused:
        print("### Not scored\n")
        for (sound, reason), count in refused.items():
            print(f"* {sound}, {count} rows: {reason}")
    if not scored:
        sys.exit("error: no row could be scored; the list says why")


if __name__ == "__main__":
    main()
