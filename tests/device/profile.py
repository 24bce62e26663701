#!/usr/bin/env python3
"""Where does the firmware spend its instructions?

    tests/device/profile.py FIRMWARE PROFILE [--lines]

PROFILE is what the plugin `count.c` wrote with `profile=`. Prints the share of
each function, inlined ones as functions of their own; with --lines, of each
line of source.
"""

import argparse
import collections
import subprocess


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("firmware")
    parser.add_argument("profile")
    parser.add_argument("--lines", action="store_true")
    args = parser.parse_args()
    with open(args.profile, encoding="ascii") as file:
        counts = [line.split() for line in file]
    command = ["arm-none-eabi-addr2line", "-fCs", "-e", args.firmware]
    places = subprocess.run(
        command, input="\n".join(a for a, _ in counts), capture_output=True, text=True, check=True
    ).stdout.splitlines()
    shares = collections.Counter()
    for (_, count), name, line in zip(counts, places[::2], places[1::2]):
        shares[f"{name} {line}" if args.lines else name] += int(count)
    total = sum(shares.values())
    print(f"{total:14,}  100.0 %  all")
    for name, count in shares.most_common(60):
        print(f"{count:14,}  {100 * count / total:5.1f} %  {name[:120]}")


if __name__ == "__main__":
    main()
