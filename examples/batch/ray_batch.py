#!/usr/bin/env python3
"""Exports a folder on a Ray cluster whose machines share a file system.

    pip install ray
    ray_batch.py IN_FOLDER OUT_FOLDER [--parts N] [--cpus N] [-- OPTIONS of ne-train export]

Each part is a task of --cpus cores; Ray runs a part anew if its machine fails,
and it goes on where it was. Without a cluster (RAY_ADDRESS) this machine is one.
"""

import argparse
import pathlib
import shutil
import socket
import subprocess
import sys

import ray


def arguments(words):
    """The options, and behind `--` those of ne-train."""
    end = words.index("--") if "--" in words else len(words)
    title, usage = __doc__.split("\n\n")[:2]
    usage = usage.splitlines()[1].strip()
    parser = argparse.ArgumentParser(description=title, usage=usage)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--parts", type=int, default=8, help="[default: 8]")
    parser.add_argument(
        "--cpus", type=int, help="cores of a part [default: those of the smallest machine]"
    )
    args = parser.parse_args(words[:end])
    if args.parts < 1 or (args.cpus is not None and args.cpus < 1):
        parser.error("--parts and --cpus must be 1 or more")
    if not args.folder.is_dir():
        parser.error(f"{args.folder}: no such folder")
    return args, words[end + 1 :]


def cores(asked):
    """Cores of a part: a task that no machine has room for would wait for ever."""
    machines = [node["Resources"].get("CPU", 0) for node in ray.nodes() if node["Alive"]]
    machines = [int(count) for count in machines if count >= 1]
    if not machines:
        sys.exit("error: no machine of the cluster has a core for tasks")
    if asked is None:
        return min(machines)
    if asked > max(machines):
        sys.exit(
            f"error: --cpus {asked}: the largest machine of the cluster has {max(machines)} cores; "
            "ask for as many or fewer"
        )
    return asked


@ray.remote(max_retries=3)
def export(folder, out, part, parts, cpus, options):
    program = shutil.which("ne-train")
    if program is None:
        return part, 127, f"error: {socket.gethostname()}: ne-train is not in its PATH\n"
    command = [program, "export", folder, out, "--batch", "--jobs", str(cpus)]
    command += ["--shard", f"{part}/{parts}", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return part, done.returncode, done.stdout + done.stderr


def main():
    args, options = arguments(sys.argv[1:])
    ray.init(logging_level="warning")
    cpus = cores(args.cpus)
    task = export.options(num_cpus=cpus)
    # A machine's tasks work in folders of Ray's own.
    folder, out = str(args.folder.resolve()), str(args.out.resolve())
    waiting = [
        task.remote(folder, out, part + 1, args.parts, cpus, options)
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
