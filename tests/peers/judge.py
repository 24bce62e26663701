#!/usr/bin/env python3
"""Is a build of ne-train better than another, on all kinds of sounds?

    tests/corpus/fetch CORPUS
    tests/peers/judge.py --program old/ne-train --corpus CORPUS/test --json old.json -- --bitrate 16
    tests/peers/judge.py --program new/ne-train --corpus CORPUS/test --against old.json -- --bitrate 16

Exports clips of every class (a folder of WAV files) with the options after
`--`, decodes them with the same program, and prints the means of each class:
whole-file bytes and kb/s, SNR in dB (an exact copy counts 99), and what
tests/peers/scores.py says of them: PESQ and STOI in classes of speech (whose
names begin with speech or prompts), Zimtohrli everywhere. Of each class
--clips files are taken, evenly spread over their sorted names, which begin
with their packages: the same ones at every call.

With --against, pairs of the same clip: the mean difference, twice its standard
error (less than that is chance), and how many clips are better than before.
"""
import argparse
import concurrent.futures
import json
import math
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

import scores
from tables import mean, table

SPEECH = ("speech", "prompts")
NOT_MET = 3


def spread(paths, count):
    return [paths[i * len(paths) // count] for i in range(count)] if 0 < count < len(paths) else paths


def clips(corpus, classes, count):
    folders = [f for f in sorted(corpus.iterdir()) if f.is_dir()] if corpus.is_dir() else []
    lost = [name for name in classes or [] if name not in [f.name for f in folders]]
    if lost or not folders:
        sys.exit(f"error: {corpus}: has no folder {', '.join(lost) or 'of WAV files'}; "
                 f"make a corpus with tests/corpus/fetch, and give its folder test")
    return [(f.name, path) for f in folders if not classes or f.name in classes
            for path in spread(sorted(f.glob("*.wav")), count)]


def run(command, allowed):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
    if done.returncode not in (0, *allowed):
        last = [line for line in done.stderr.splitlines() if line.strip()][:3]
        sys.exit(f"error: `{' '.join(command)}` failed ({done.returncode}): {'; '.join(last) or 'it says nothing'}")
    return done.returncode


def cpu_seconds():
    """Of the programs that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def judge(program, options, metrics, kept, kind, clip):
    """A clip's row."""
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(kept or folder) / kind
        place.mkdir(parents=True, exist_ok=True)
        encoded, decoded = place / f"{clip.stem}.nex", place / clip.name
        begin = cpu_seconds()
        code = run([program, "-q", "export", str(clip), str(encoded), "--force", *options], [NOT_MET])
        seconds = cpu_seconds() - begin
        run([program, "-q", "decode", str(encoded), str(decoded), "--force"], [])
        wanted = [m for m in metrics if m in ("snr", "zimtohrli") or kind.startswith(SPEECH)]
        values, reasons = scores.score(clip, decoded, wanted)
        x, rate = scores.read(clip)
        size = encoded.stat().st_size
    return {"class": kind, "clip": clip.name, "bytes": size, "kbps": 8e-3 * size * rate / len(x),
            "seconds": len(x) / rate, "encode_seconds": seconds, "met": code == 0,
            **{m: None for m in metrics}, **values, "reasons": reasons}


def classes_of(rows):
    return [(name, [r for r in rows if r["class"] == name]) for name in dict.fromkeys(r["class"] for r in rows)]


def means(rows, metrics):
    table(["class", "clips", "seconds", "bytes", "kb/s", *metrics, "encode CPU s", "missed"], 1,
          [[name, len(group), f"{sum(r['seconds'] for r in group):.0f}", f"{mean(r['bytes'] for r in group):,.0f}",
            f"{mean(r['kbps'] for r in group):.2f}", *(scores.shown(m, scores.average(m, (r[m] for r in group))) for m in metrics),
            f"{mean(r['encode_seconds'] for r in group):.2f}", sum(not r["met"] for r in group)]
           for name, group in classes_of(rows)])


def difference(metric, pairs):
    """Mean of new less old, two standard errors, and wins, in words."""
    limit = scores.EXACT_DB if metric == "snr" else math.inf
    deltas = [min(new[metric], limit) - min(old[metric], limit) for new, old in pairs
              if None not in (new.get(metric), old.get(metric))]
    if not deltas:
        return "-"
    middle = mean(deltas)
    squares = sum((d - middle) ** 2 for d in deltas)
    error = math.sqrt(squares / (len(deltas) - 1) / len(deltas)) if len(deltas) > 1 else math.nan
    return f"{middle:+.3f} ± {2 * error:.3f}, {sum(d > 0 for d in deltas)}/{len(deltas)}"


def against(rows, before, metrics):
    old = {(r["class"], r["clip"]): r for r in before}
    pairs = [(r, old[r["class"], r["clip"]]) for r in rows if (r["class"], r["clip"]) in old]
    print("### Against the other build: mean difference ± two standard errors, clips that are better\n")
    groups = [(name, [p for p in pairs if p[0]["class"] == name]) for name, _ in classes_of(rows)]
    table(["class", "clips", "bytes", *metrics], 1,
          [[name, len(group), f"{100 * mean(n['bytes'] / o['bytes'] - 1 for n, o in group):+.2f} %",
            *(difference(m, group) for m in metrics)] for name, group in [*groups, ("all", pairs)]])


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--program", type=pathlib.Path, required=True, help="ne-train")
    args.add_argument("--corpus", type=pathlib.Path, required=True, help="a folder of classes, which are folders of WAV files")
    args.add_argument("--classes", type=lambda text: text.split(","), metavar="LIST", help="default: all")
    args.add_argument("--clips", type=int, default=8, help="of a class (default: 8; 0: all)")
    args.add_argument("--metrics", type=scores.metric_list, default=scores.METRICS, metavar="LIST",
                      help=f"of {','.join(scores.METRICS)} (default: all)")
    args.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: all cores)")
    args.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the rows, for --against")
    args.add_argument("--against", type=pathlib.Path, metavar="FILE", help="the rows of another build")
    args.add_argument("--keep", type=pathlib.Path, metavar="DIR", help="leave the files there")
    args.add_argument("options", nargs="*", help="options of ne-train export, after --")
    args = args.parse_args()
    scores.need_packages(args.metrics)
    program = args.program.resolve()
    if not os.access(program, os.X_OK):
        sys.exit(f"error: {args.program}: is no program; build it: "
                 f"cargo build --release -p ne-train --no-default-features")
    before = read_rows(args.against) if args.against else None
    os.environ["RAYON_NUM_THREADS"] = "1"
    rows = []
    with concurrent.futures.ProcessPoolExecutor(args.jobs) as pool:
        jobs = [pool.submit(judge, str(program), args.options, args.metrics, args.keep, kind, clip)
                for kind, clip in clips(args.corpus, args.classes, args.clips)]
        try:
            for done, job in enumerate(jobs, 1):
                rows.append(job.result())
                if sys.stderr.isatty():
                    print(f"\r{done} of {len(jobs)} ", end="", file=sys.stderr)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    if args.json:
        args.json.write_text(json.dumps({"options": args.options, "rows": rows}, indent=1) + "\n")
    print(f"\n### {args.program} export {' '.join(args.options)}\n")
    means(rows, args.metrics)
    if before:
        against(rows, before, args.metrics)
    for row in rows:
        for reason in row["reasons"]:
            print(f"* {row['class']}/{row['clip']}: {reason}")


def read_rows(path):
    try:
        return json.loads(path.read_text())["rows"]
    except OSError as error:
        sys.exit(f"error: {path}: cannot be read ({error.strerror}); make it with --json")
    except (ValueError, KeyError, TypeError):
        sys.exit(f"error: {path}: is not what --json writes; make it with --json")


if __name__ == "__main__":
    main()
