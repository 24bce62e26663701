"""Decoding speed beside PyTorch: one thread each, interleaved, one table.

    cargo build --release -p ne-train --example decode_speed
    python3 tests/peers/decode_speed.py clip.nex [more.nex ...]

Run it in a Python that has torch. In every round each decoder runs once in a
process of its own (which warms up and takes the median of its repeats); the
table gives the median of the rounds and their spread.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

from needed import need

HERE = pathlib.Path(__file__).resolve().parent
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}


def run(command):
    env = {**os.environ, **ONE_THREAD}
    done = subprocess.run(list(map(str, command)), env=env, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def processor():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.processor()


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    args.add_argument("files", nargs="+")
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE.parents[1] / "target"))
    args.add_argument("--bench", default=target / "release/examples/decode_speed")
    args.add_argument("--kernel", help="portable, sse2, avx2 or avx512; default: the best")
    args.add_argument("--rounds", type=int, default=5)
    args.add_argument("--repeats", type=int, default=7)
    args.add_argument("--batch", type=int, default=1024, help="of PyTorch")
    args = args.parse_args()
    kernel = [args.kernel] if args.kernel else []
    need("numpy", "torch")
    rows = []
    for file in args.files:
        ours, theirs = [], []
        for _ in range(args.rounds):
            ours.append(run([args.bench, file, args.repeats, *kernel]))
            torch = [sys.executable, HERE / "decode_torch.py", file]
            theirs.append(run([*torch, "--repeats", args.repeats, "--batch", args.batch]))
        rows.append((file, ours, theirs))
    compiler = subprocess.run(["rustc", "--version"], stdout=subprocess.PIPE, text=True).stdout
    print(f"{processor()}; {compiler.strip()}; {rows[0][2][0]['decoder']}; one thread;")
    print(f"median of {args.rounds} interleaved rounds (lowest to highest), frames per second.\n")
    print("| file | bytes | MAC + sines a frame | kernel | nex-runtime | PyTorch f32 | ratio |")
    print("|---|---|---|---|---|---|---|")
    for file, ours, theirs in rows:

        def speed(runs):
            each = sorted(r["frames_per_second"] for r in runs)
            return statistics.median(each), f"{each[0]:,.0f} to {each[-1]:,.0f}"

        (a, a_range), (b, b_range) = speed(ours), speed(theirs)
        one = ours[0]
        cost = f"{one['macs_per_frame']:,} + {one['sines_per_frame']:,}"
        print(
            f"| {pathlib.Path(file).name} | {one['bytes']:,} | {cost} | {one['kernel']} "
            f"| {a:,.0f} ({a_range}) | {b:,.0f} ({b_range}) | {a / b:.2f} |"
        )


if __name__ == "__main__":
    main()
