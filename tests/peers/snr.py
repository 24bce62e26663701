#!/usr/bin/env python3
"""How close is one WAV file to another? Python's standard library only.

Prints the signal-to-noise ratio in dB; fails below --at-least.
"""
import argparse
import math
import struct
import sys
import wave


def samples(path):
    with wave.open(path) as f:
        if f.getsampwidth() != 2:
            sys.exit(f"error: {path}: {8 * f.getsampwidth()}-bit samples; 16-bit ones are needed")
        data = f.readframes(f.getnframes())
        values = struct.unpack(f"<{len(data) // 2}h", data)
        return (f.getframerate(), f.getnchannels()), values


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("original")
    args.add_argument("decoded")
    args.add_argument("--at-least", type=float, metavar="DB")
    args.add_argument("--shorter", action="store_true",
                      help="compare only as far as both go (codecs pad the last block)")
    args = args.parse_args()
    (shape_a, a), (shape_b, b) = samples(args.original), samples(args.decoded)
    if args.shorter and shape_a == shape_b:
        a, b = a[:len(b)], b[:len(a)]
    if shape_a != shape_b or len(a) != len(b):
        sys.exit(f"error: the files differ in rate, channels or length: "
                 f"{shape_a} x {len(a)} and {shape_b} x {len(b)}")
    signal = sum(x * x for x in a)
    noise = sum((x - y) ** 2 for x, y in zip(a, b))
    db = math.inf if noise == 0 else 10 * math.log10(signal / noise) if signal else -math.inf
    print(f"{args.decoded}: {db:.2f} dB")
    if args.at_least is not None and db < args.at_least:
        sys.exit(f"error: below {args.at_least} dB")


main()
