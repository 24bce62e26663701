#!/usr/bin/env python3
"""How do the sounds of a bench sound to a listener, as models of the ear predict it?

    ne-train bench prompts/ --keep out
    tests/peers/pesq.py out/bench.json

Scores every row of the bench.json that `ne-train bench --keep` left: by PESQ and
STOI, which are made for speech, and by Zimtohrli, for all sounds (scores.py says
what they are). Writes the scores into its rows as `pesq`, `stoi` and
`zimtohrli`, and prints Markdown: means by codec and setting, and nex against its
rivals at equal bytes. Rows that a score is not made for get null and are listed.
Needs the packages of tests/peers/requirements.txt.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import sys

import scores
from tables import mean, table

METRICS = {"pesq": "PESQ", "stoi": "STOI", "zimtohrli": "Zimtohrli"}
MODES = {8000: "nb", 16000: "wb"}
NAMES = {"flac": "FLAC", "adpcm": "IMA ADPCM", "gsm": "GSM-FR", "opus": "Opus", "mp3": "MP3",
         "lc3": "LC3", "aac": "AAC-LC", "vorbis": "Vorbis", "sbc": "SBC", "speex": "Speex", "amr": "AMR-NB", "codec2": "Codec 2",
         "compact": "nex compact", "neural": "nex neural"}


def means(rows):
    groups = collections.OrderedDict()
    for row in sorted(rows, key=lambda row: order(rows, row)):
        groups.setdefault((row["rate_hz"], row["codec"], row["setting"]), []).append(row)
    print("### Means\n")
    table(["codec", "setting", "Hz", "sounds", *METRICS.values(), "file bytes", "packet bytes", "kb/s", "SNR dB"], 2,
          [[NAMES.get(codec, codec), setting, f"{rate:,}", len(group),
            *(scores.shown(m, mean(r[m] for r in group)) for m in METRICS),
            f"{mean(r['bytes'] for r in group):,.0f}", f"{mean(r['packet_bytes'] for r in group):,.0f}",
            f"{mean(r['bits_per_second'] for r in group) / 1000:.2f}",
            "exact" if all(r["exact"] for r in group)
            else f"{mean(99 if r['exact'] else r['snr_db'] for r in group):.2f}"]
           for (rate, codec, setting), group in groups.items()])


def order(rows, row):
    """Rates apart; within one as in the bench: the most complete sound's order."""
    if not hasattr(order, "places"):
        by_sound = collections.defaultdict(list)
        for r in rows:
            by_sound[r["sound"]].append((r["codec"], r["setting"]))
        order.places = {}
        for kinds in sorted(by_sound.values(), key=len, reverse=True):
            for kind in kinds:
                order.places.setdefault(kind, len(order.places))
    return row["rate_hz"], order.places[row["codec"], row["setting"]]


def pairs(rows, metric):
    by_name = {(r["sound"], r["codec"], r["setting"]): r for r in rows}
    groups = collections.OrderedDict()
    for our in sorted(rows, key=lambda row: order(rows, row)):
        against = our["against"]
        if not against or against["equal"] != "bytes":
            continue
        rival = by_name.get((our["sound"], against["codec"], against["setting"]))
        if rival and None not in (our[metric], rival[metric]):
            key = our["rate_hz"], against["codec"], against["setting"], against["tune"]
            groups.setdefault(key, []).append((our, rival))
    if not groups:
        return
    name = METRICS[metric]
    print(f"### nex compact against rivals at equal bytes (Opus: its packets'), by {name}\n")
    lines = []
    for (rate, codec, setting, tune), group in groups.items():
        met = [(our, rival) for our, rival in group if our["target_met"] is not False]
        lines.append([
            NAMES.get(codec, codec), setting, tune, f"{rate:,}", f"{mean(rival[metric] for _, rival in met):.3f}",
            f"{mean(our[metric] for our, _ in met):.3f}",
            f"{mean(our[metric] - rival[metric] for our, rival in met):+.3f}",
            f"{mean(rival['packet_bytes'] for _, rival in met):,.0f}",
            f"{mean(our['bytes'] for our, _ in met):,.0f}",
            f"{mean(our['bits_per_second'] for our, _ in met) / 1000:.2f}",
            f"{sum(our[metric] > rival[metric] for our, rival in met)} of {len(met)}",
            len(group) - len(met)])
    table(["rival", "setting", "tuned for", "Hz", f"{name}, rival", f"{name}, nex", "nex - rival",
           "bytes, rival", "bytes, nex", "kb/s, nex", "nex better", "missed"], 3, lines)
    print("missed: sounds whose nex file does not meet the rival's bytes; they are not in the means.\n")


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("json", type=pathlib.Path, help="the bench.json in the folder of --keep")
    args.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: all cores)")
    args = args.parse_args()
    scores.need_packages(METRICS)
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
    rates = {sound["name"]: sound["rate_hz"] for sound in bench["sounds"]}
    with concurrent.futures.ProcessPoolExecutor(args.jobs) as pool:
        results = list(pool.map(scores.score, *zip(*paths), [tuple(METRICS)] * len(paths), chunksize=4))
    refused = collections.Counter()
    for row, (values, reasons) in zip(rows, results):
        row.update(values, rate_hz=rates[row["sound"]])
        row["pesq_mode"] = MODES[row["rate_hz"]] if row["pesq"] is not None else None
        refused.update((row["sound"], reason) for reason in reasons)
    part = args.json.with_suffix(".part")
    part.write_text(json.dumps(bench, indent=2) + "\n")
    part.replace(args.json)
    scored = [row for row in rows if any(row[m] is not None for m in METRICS)]
    means(scored)
    for metric in METRICS:
        pairs(scored, metric)
    if refused:
        print("### Not scored\n")
        for (sound, reason), count in refused.items():
            print(f"* {sound}, {count} rows: {reason}")
    if not scored:
        sys.exit("error: no row could be scored; the list says why")


if __name__ == "__main__":
    main()
