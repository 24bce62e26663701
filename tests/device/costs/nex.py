"""What do our decoders cost on each processor?"""

import os
from concurrent.futures import ThreadPoolExecutor

from .emulate import TARGETS, build, build_some, emulate, flash_bytes
from .fit import fit
from .sounds import make
from .tools import Failure, say

# What a decoder of compact sounds may be made of: features of the firmware.
ALL, MONO = "compact", "narrowband,wideband"
PARTS = {ALL: "`compact`", MONO: "`compact-narrowband`, `compact-wideband`: mono",
         "narrowband,stereo": "`compact-narrowband`, `compact-stereo`: one model",
         "narrowband": "`compact-narrowband`: mono, one model"}
SIZES = {"compact": "with a parser", "const": "a constant file", "player": "player",
         "resampled": "player of any rate"}
# What the instructions of a point (a frame, a pixel) grow with, by decoder; decisions are
# as many as bits, or nearly.
NETWORK = {"per_mac": "mac", "per_sine": "sines"}
TERMS = {"compact": {"per_mac": "mac", "per_bit": "bits"}, "neural-i8": NETWORK,
         "neural-i16": NETWORK, "neural-float": NETWORK,
         "picture": {"per_channel": "channels", "per_bit": "bits"},
         "drawn": {"per_channel": "channels", "per_bit": "bits"},
         "shape": {"per_mac": "mac", "per_bit": "bits"}, "distance": {}}
DECODERS = tuple(decoder for decoder in TERMS if decoder == "compact" or "neural" in decoder)


def measure(target, folder, file, bytes_and_crc):
    """One row: a file decoded on a target, and its output compared with the host's."""
    data, crc = bytes_and_crc
    done = emulate(target, folder / f"bench-{file.decoder.split('-')[0]}", data)
    values, (nothing, parse, decode) = done.values, done.counts
    if int(values["crc"]) != crc:
        raise Failure(f"{file.title}: other samples on {target.title} than on this machine")
    frames = int(values["frames"])
    stacks = int(values["parse_stack"]), int(values["stack"])
    if max(stacks) >= 2**32 - 1:
        raise Failure(f"{file.title}: the stack of {target.title} went past its paint")
    return {
        "target": target.name,
        "decoder": file.decoder,
        "title": file.title,
        "shape": list(file.shape),
        "bytes": len(data),
        "frames": frames,
        "channels": int(values["channels"]),
        "mac_per_frame": int(values["mac"]) / frames,
        "sines_per_frame": int(values["sines"]) / frames,
        "bits_per_frame": 8 * len(data) / frames,
        "per_frame": (decode - nothing) / frames,
        "parse": parse - nothing,
        "memory": int(values["memory"]),
        "state": int(values["state"]),
        "parse_stack": stacks[0],
        "stack": stacks[1],
    }


def slow(target, file):
    """Whether emulation would take minutes: wide float networks without an FPU."""
    return target.name == "cortex-m0plus" and file.decoder == "neural-float" and \
        file.shape[1] > 16


def sizes(targets):
    """Flash of what [`PARTS`] make, by [`SIZES`]."""
    rows = []
    for target in targets:
        say(f"building parts of the decoder for {target.title}")
        for features in PARTS:
            flash = {}
            # The player has one name, with the resampler and without.
            for more, names in ((",resampler", {"resampled": "player"}),
                                ("", {name: name for name in SIZES if name != "resampled"})):
                made = {name: f"size-{own}" for name, own in names.items()}
                folder = build_some(target, features + more, [*made.values(), "size-empty"])
                flash |= {name: flash_bytes(folder / own, folder / "size-empty")
                          for name, own in made.items()}
            rows.append({"target": target.name, "features": features, **flash})
    return rows


def measure_all(files, program, targets=TARGETS):
    """All rows, and flash by target and decoder."""
    say(f"making {len(files)} files")
    made = make(files, program)
    rows, flash = [], {}
    for target in targets:
        say(f"building for {target.title}")
        folder = build(target)
        sizes = {name: flash_bytes(folder / f"size-{name}", folder / "size-empty")
                 for name in ("compact", "neural", "const", "player")}
        flash[target.name] = {d: sizes[d.split("-")[0]] for d in (*DECODERS, "const", "player")}
        say(f"decoding {len(files)} files on {target.title}")
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            rows += pool.map(lambda pair, t=target, f=folder: measure(t, f, *pair),
                             [p for p in zip(files, made) if not slow(target, p[0])])
    return rows, flash


def fitted(rows, flash):
    """For each target and decoder: the formula, and the fixed memory."""
    found = []
    for target in TARGETS:
        for decoder in DECODERS:
            own = [r for r in rows if (r["target"], r["decoder"]) == (target.name, decoder)]
            points = [{**r, "mac": r["mac_per_frame"], "sines": r["sines_per_frame"],
                       "bits": r["bits_per_frame"], "per_point": r["per_frame"]} for r in own]
            found.append(formula(target, decoder, points, flash[target.name][decoder]))
    return found


def formula(target, decoder, points, flash):
    """What fits the rows of a decoder best, and its fixed memory."""
    terms = TERMS[decoder]
    found, worst = fit([((1, *(p[name] for name in terms.values())), p["per_point"])
                        for p in points])
    return {
        "target": target.name,
        "decoder": decoder,
        **dict.fromkeys(COEFFICIENTS, 0.0),
        **dict(zip(("per_point", *terms), found)),
        "flash_bytes": flash,
        "ram_bytes": max(p["state"] for p in points),
        "stack_bytes": max(max(p["stack"], p.get("parse_stack", 0)) for p in points),
        "worst_error_percent": worst,
    }


COEFFICIENTS = ("per_point", "per_channel", "per_mac", "per_sine", "per_bit")
COLUMNS = ("target", "decoder", *COEFFICIENTS, "flash_bytes", "ram_bytes", "stack_bytes",
           "worst_error_percent")


def csv(fits):
    """The fits as the table that the program `ne-train info --target` holds."""
    lines = [
        "# What decoding costs on a microcontroller; made by tests/device/bench.",
        "# Instructions of a point, a sound's frame or a picture's pixel with all its channels, are",
        "# per_point + per_channel * channels + per_mac * MAC + per_sine * sines + per_bit * bits,",
        "# MAC, sines and bits of the file all per point. Of a shape the one point is the whole",
        "# file, and MAC are the coefficients of all polynomials; of a distance a place.",
        "# ram_bytes are the decoder's own values; what a file asks for comes on top.",
        ",".join(COLUMNS),
    ]
    for fit_of in fits:
        words = [f"{v:.3f}" if isinstance(v, float) else str(v) for v in map(fit_of.get, COLUMNS)]
        lines.append(",".join(words))
    return "\n".join(lines) + "\n"
