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
DECODERS = ("compact", "neural-i8", "neural-i16", "neural-float")


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
            # Decisions are as many as bits, or nearly.
            more = "bits_per_frame" if decoder == "compact" else "sines_per_frame"
            terms, worst = fit([((1, r["mac_per_frame"], r[more]), r["per_frame"]) for r in own])
            is_compact = decoder == "compact"
            terms = {"per_frame": terms[0], "per_mac": terms[1],
                     "per_sine": 0.0 if is_compact else terms[2],
                     "per_bit": terms[2] if is_compact else 0.0}
            found.append({
                "target": target.name,
                "decoder": decoder,
                **terms,
                "flash_bytes": flash[target.name][decoder],
                "ram_bytes": max(r["state"] for r in own),
                "stack_bytes": max(max(r["stack"], r["parse_stack"]) for r in own),
                "worst_error_percent": worst,
            })
    return found


COLUMNS = ("target", "decoder", "per_frame", "per_mac", "per_sine", "per_bit", "flash_bytes", "ram_bytes",
           "stack_bytes", "worst_error_percent")


def csv(fits):
    """The fits as the table that the program `ne-train info --target` holds."""
    lines = [
        "# What decoding costs on a microcontroller; made by tests/device/bench.",
        "# Instructions of an output frame, all channels, are",
        "# per_frame + per_mac * MAC + per_sine * sines + per_bit * bits of the file, all per frame.",
        "# ram_bytes are the decoder's own values; what a file asks for comes on top.",
        ",".join(COLUMNS),
    ]
    for fit_of in fits:
        words = [f"{v:.3f}" if isinstance(v, float) else str(v) for v in map(fit_of.get, COLUMNS)]
        lines.append(",".join(words))
    return "\n".join(lines) + "\n"
