#!/usr/bin/env python3
"""Exports a folder on a Ray cluster whose machines share a file system.

    pip install ray
    ray_batch.py IN_FOLDER OUT_FOLDER [--parts N] [-- OPTIONS of ne-train export]

Each part is a task of --cpus cores; Ray runs a part anew if its machine fails,
and it goes on where it was.
"""

import argparse
import subprocess
import sys

import ray


@ray.remote(max_retries=3)
def export(folder, out, part, parts, cpus, options):
    command = ["ne-train", "export", folder, out, "--batch", "--jobs", str(cpus)]
    command += ["--shard", f"{part}/{parts}", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return part, done.returncode, done.stdout + done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder")
    parser.add_argument("out")
    parser.add_argument("--parts", type=int, default=8)
    parser.add_argument("--cpus", type=int, default=8)
    parser.add_argument("options", nargs="*", help="options of ne-train export, after --")
    args = parser.parse_args()
    ray.init()
    task = export.options(num_cpus=args.cpus)
    waiting = [
        task.remote(args.folder, args.out, part + 1, args.parts, args.cpus, args.options)
        for part in range(args.parts)
    ]
    worst = 0
    while waiting:
        ready, waiting = ray.wait(waiting)
        part, code, text = ray.get(ready[0])
        print(f"part {part} of {args.parts}: exit code {code}\n{text}", flush=True)
        worst = max(worst, code)
    sys.exit(worst)


if __name__ == "__main__":
    main()
