#!/usr/bin/env python3
"""How close does a decoded sound come to its original, for a listener?

    tests/peers/scores.py a.wav a-decoded.wav b.wav b-decoded.wav
    tests/peers/scores.py originals/ decoded/
    tests/peers/scores.py --self-test

Prints the scores of each pair and the means of each class, the folder that the
original is in. Folders are compared file by file. All scores are better when
they are higher:

  snr        signal-to-noise ratio in dB; an exact copy is inf, and 99 in means
  pesq       ITU-T P.862 at 8 kHz, P.862.2 at 16 kHz; 1 is bad, 4.6 exact; speech
  stoi       intelligibility, 0 to 1; for speech
  zimtohrli  a model of the ear at 48 kHz, as a mean opinion score, 1 to 5; any
             sound. It forgives a wrong level, and delays of a sound's parts.

Both files must be 16-bit WAV of the same rate, channels and length. Needs the
packages of tests/peers/requirements.txt; of a sound that a score is not made
for it is left out, and the reason is printed.
"""
import argparse
import collections
import concurrent.futures
import math
import os
import pathlib
import sys
import tempfile
import warnings
import wave

from needed import need
from tables import mean, table

# pesq.py beside this file bears a package's name: not to be found first.
HERE = pathlib.Path(__file__).resolve().parent
sys.path.sort(key=lambda folder: pathlib.Path(folder or ".").resolve() == HERE)
# By the metric: the package that computes it.
PACKAGES = {"snr": "numpy", "pesq": "pesq", "stoi": "pystoi", "zimtohrli": "zimtohrli"}
METRICS = tuple(PACKAGES)
FORMATS = {"snr": "{:.2f}", "pesq": "{:.3f}", "stoi": "{:.4f}", "zimtohrli": "{:.3f}"}
EXACT_DB = 99.0
ZIMTOHRLI_HZ = 48_000
# Its windows of 94 ms overrun memory in a shorter sound.
ZIMTOHRLI_LEAST = ZIMTOHRLI_HZ // 5


class Unfit(Exception):
    """A sound that a metric is not made for."""


def read(path):
    """Samples `[frames, channels]` in -1 to 1, and the rate."""
    import numpy

    try:
        with wave.open(str(path)) as file:
            if file.getsampwidth() != 2:
                sys.exit(f"error: {path}: {8 * file.getsampwidth()}-bit samples; 16-bit ones are needed")
            data = numpy.frombuffer(file.readframes(file.getnframes()), "<i2")
            return data.reshape(-1, file.getnchannels()) / 32768, file.getframerate()
    except OSError as error:
        sys.exit(f"error: {path}: cannot be read ({error.strerror}); give WAV files, or folders of them")
    except (wave.Error, EOFError) as error:
        sys.exit(f"error: {path}: is no WAV file of 16-bit samples ({error}); convert it, for example with sox")


def resampled(x, rate, to):
    """A channel at another rate: its spectrum, cut off or filled up with zeros."""
    import numpy

    common = math.gcd(rate, to)
    # Zeros at the end: the ends must not run into each other, and the new
    # length must be a whole number.
    room = len(x) + rate // 10
    room += -room % (rate // common)
    spectrum = numpy.fft.rfft(x, room)
    wide = room * to // rate
    bins = min(room, wide) // 2
    out = numpy.fft.irfft(spectrum[:bins], wide) * (wide / room)
    return out[:-(-len(x) * to // rate)]


def snr(x, y, rate):
    noise, signal = ((x - y) ** 2).sum(), (x ** 2).sum()
    if signal == 0:
        raise Unfit("SNR of silence says nothing")
    return math.inf if noise == 0 else 10 * math.log10(signal / noise)


def pesq(x, y, rate):
    import pesq

    mode = {8_000: "nb", 16_000: "wb"}.get(rate)
    if mode is None:
        raise Unfit(f"PESQ takes 8,000 or 16,000 Hz, not {rate}; use --rate")
    if x.shape[1] != 1:
        raise Unfit(f"PESQ takes one channel, not {x.shape[1]}; use --mono")
    try:
        value = pesq.pesq(rate, x[:, 0].astype("f4"), y[:, 0].astype("f4"), mode)
    except Exception as error:  # of its C code: no utterance, too short, ...
        reason = error.args[0] if error.args else type(error).__name__
        raise Unfit("PESQ: " + (reason.decode() if isinstance(reason, bytes) else str(reason))) from None
    if not math.isfinite(value):
        raise Unfit("PESQ's score is not a number")
    return float(value)


def stoi(x, y, rate):
    import pystoi

    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        try:
            return mean(float(pystoi.stoi(x[:, c], y[:, c], rate)) for c in range(x.shape[1]))
        except (RuntimeWarning, ValueError):
            raise Unfit("STOI needs 0.4 s that are not silent") from None


def zimtohrli(x, y, rate):
    import numpy
    import zimtohrli

    ear, scores = zimtohrli.Pyohrli(), []
    for c in range(x.shape[1]):
        a, b = (resampled(s[:, c], rate, ZIMTOHRLI_HZ) for s in (x, y))
        a, b = (numpy.pad(s, (0, max(0, ZIMTOHRLI_LEAST - len(s)))) for s in (a, b))
        scores.append(zimtohrli.mos_from_zimtohrli(ear.distance(a, b)))
    value = mean(scores)
    if not math.isfinite(value):
        raise Unfit("Zimtohrli's score is not a number")
    return float(value)


def score(original, decoded, metrics=METRICS):
    """By metric the score, or none and in the second result why."""
    (x, rate), (y, other) = read(original), read(decoded)
    if x.shape != y.shape or rate != other:
        sys.exit(f"error: {decoded}: {y.shape[0]} frames of {y.shape[1]} channels at {other} Hz, of {original} "
                 f"{x.shape[0]} of {x.shape[1]} at {rate} Hz; decode that sound again")
    values, reasons = {}, []
    for metric in metrics:
        try:
            values[metric] = globals()[metric](x, y, rate)
        except Unfit as reason:
            values[metric] = None
            reasons.append(str(reason))
    return values, reasons


def need_packages(metrics):
    need("numpy", *(PACKAGES[m] for m in metrics if PACKAGES[m] != "numpy"))


def average(metric, values):
    return mean(min(v, EXACT_DB) if metric == "snr" and v is not None else v for v in values)


def shown(metric, value):
    return "-" if value is None or math.isnan(value) else FORMATS[metric].format(value)


def metric_list(text):
    chosen = tuple(text.split(","))
    wrong = [m for m in chosen if m not in METRICS]
    if wrong:
        raise argparse.ArgumentTypeError(f"{', '.join(wrong)}: choose from {', '.join(METRICS)}")
    return chosen


def pairs(paths):
    if len(paths) == 2 and all(p.is_dir() for p in paths):
        found = sorted(p.relative_to(paths[0]) for p in paths[0].rglob("*.wav"))
        return [(paths[0] / p, paths[1] / p) for p in found if (paths[1] / p).exists()]
    if len(paths) % 2:
        sys.exit(f"error: {paths[-1]}: has no partner; give an original, its decoded file, and so on")
    return list(zip(paths[::2], paths[1::2]))


def self_test(metrics):
    """Whether an exact copy scores best, and noise the worse the louder it is."""
    import numpy

    random, rate = numpy.random.default_rng(1), 16_000
    time = numpy.arange(3 * rate) / rate
    # Syllables of a buzz with two formants, as far as such a test needs speech.
    buzz = sum(numpy.sin(2 * numpy.pi * 120 * k * time) / k for k in range(1, 50))
    sound = 0.1 * buzz * numpy.clip(numpy.sin(2 * numpy.pi * 2 * time), 0, 1)
    noises = [0, 0.0005, 0.003, 0.02]
    with tempfile.TemporaryDirectory() as folder:
        names = [f"{folder}/{i}.wav" for i in range(len(noises))]
        for name, noise in zip(names, noises):
            samples = numpy.clip(sound + noise * random.standard_normal(len(sound)), -1, 1)
            with wave.open(name, "wb") as file:
                file.setparams((1, 2, rate, 0, "NONE", None))
                file.writeframes((samples * 32767).astype("<i2").tobytes())
        got = [score(names[0], name, metrics) for name in names]
    for metric in metrics:
        values = [scores[metric] for scores, _ in got]
        print(f"{metric}: {', '.join(shown(metric, v) for v in values)}")
        if None in values or any(a <= b for a, b in zip(values, values[1:])):
            sys.exit(f"error: {metric} does not fall when the noise grows; reinstall its package "
                     f"from tests/peers/requirements.txt ({'; '.join(r for _, rs in got for r in rs)})")


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("files", nargs="*", type=pathlib.Path, help="an original, its decoded file, and so on; or two folders")
    args.add_argument("--metrics", type=metric_list, default=METRICS, metavar="LIST", help=f"of {','.join(METRICS)} (default: all)")
    args.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: all cores)")
    args.add_argument("--self-test", action="store_true", help="check the metrics themselves")
    args = args.parse_args()
    need_packages(args.metrics)
    if args.self_test:
        return self_test(args.metrics)
    compared = pairs(args.files)
    if not compared:
        sys.exit("error: there is nothing to compare; give pairs of WAV files, or two folders with the same names")
    with concurrent.futures.ProcessPoolExecutor(args.jobs) as pool:
        results = list(pool.map(score, *zip(*compared), [args.metrics] * len(compared)))
    heads = list(args.metrics)
    table(["class", "sound"] + heads, 2,
          [[original.parent.name, decoded.name] + [shown(m, values[m]) for m in heads]
           for (original, decoded), (values, _) in zip(compared, results)])
    classes = collections.defaultdict(list)
    for (original, _), (values, _) in zip(compared, results):
        classes[original.parent.name].append(values)
    print("### Means\n")
    table(["class", "sounds"] + heads, 1,
          [[name, len(rows)] + [shown(m, average(m, (r[m] for r in rows))) for m in heads]
           for name, rows in sorted(classes.items())])
    for (_, decoded), (_, reasons) in zip(compared, results):
        for reason in reasons:
            print(f"* {decoded}: {reason}")


if __name__ == "__main__":
    main()
