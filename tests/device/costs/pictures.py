"""What do pictures cost, as a display is filled with them?"""

from .emulate import TARGETS, build_some, emulate, flash_bytes
from .nex import formula
from .sounds import File, crcs, made_by
from .tools import ROOT, Failure, say

# Files that are kept, by their titles in the tables; a quick check measures the first.
KEPT = {
    "cat, 320 x 240, .75 bit": ROOT / "examples/clips/chelsea.nex",
    "hills, 60 x 40": ROOT / "examples/clips/hills.nex",
}
QUICK = next(iter(KEPT))
# Drawn pictures, for which a decoder has more, with memories of 4k entries at most.
DRAWN = {
    "watch face, 240 x 240": ROOT / "examples/clips/watch.nex",
    "page of text in gray, 320 x 240": ROOT / "examples/clips/page.nex",
    "icon with alpha, 48 x 48": ROOT / "examples/clips/icon.nex",
    **{f"golden {name}": ROOT / f"tests/golden/images/compact-picture-drawn-{name}.nex"
       for name in ("colours", "gray", "hidden", "display", "forged-noise")},
}
# Others, which the program makes of pictures.
CAT, CUP = (ROOT / f"examples/pictures/{name}.png" for name in ("chelsea", "coffee"))
MADE = {
    "cat, 320 x 240, default": (CAT, ("--lossy",)),
    "cat, 320 x 240, .3 bit": (CAT, ("--lossy", "--size", "2880")),
    "cat, 320 x 240, 2 bit": (CAT, ("--lossy", "--size", "19200")),
    "cup, 320 x 240, .75 bit": (CUP, ("--lossy", "--size", "7200")),
    "hills in gray, 60 x 40": (ROOT / "tests/pictures/gray-16-bits.png", ("--lossy",)),
}
# Features of the firmware for each of the two.
FEATURES = {"picture": "compact-core", "drawn": "drawn"}
BINS = ("bench-picture", "size-picture", "size-empty")


def decoder(path):
    """Which decoder a file takes: bit 7 of its form says so, behind two numbers of varying
    length."""
    data = path.read_bytes()
    at = 5
    for _ in range(2):
        while data[at] & 0x80:
            at += 1
        at += 1
    return "drawn" if data[at] & 0x80 else "picture"


def measure(target, folder, title, path, crc):
    """One row: a file decoded on a target, in 16 bits a pixel, window by window."""
    data = path.read_bytes()
    done = emulate(target, folder / "bench-picture", data)
    values, (nothing, parse, decode) = done.values, done.counts
    if int(values["crc"]) != crc:
        raise Failure(f"{title}: other pixels on {target.title} than on this machine")
    stacks = int(values["parse_stack"]), int(values["stack"])
    if max(stacks) >= 2**32 - 1:
        raise Failure(f"{title}: the stack of {target.title} went past its paint")
    pixels = int(values["pixels"])
    return {
        "target": target.name,
        "decoder": decoder(path),
        "title": title,
        "bytes": len(data),
        "pixels": pixels,
        "channels": int(values["channels"]),
        "bits_per_pixel": 8 * len(data) / pixels,
        "per_pixel": (decode - nothing) / pixels,
        "parse": parse - nothing,
        "flash": flash_bytes(folder / "size-picture", folder / "size-empty"),
        "memory": int(values["memory"]),
        "state": int(values["state"]),
        "stack": max(stacks),
    }


def files(program):
    """All files of the tables, by their titles."""
    made = {title: made_by(program, File(title, "picture", path, options))
            for title, (path, options) in MADE.items()}
    return {**KEPT, **made, **DRAWN}


def fitted(rows):
    """For each target the formula of a pixel's instructions."""
    found = []
    for target in TARGETS:
        for name in FEATURES:
            own = [r for r in rows if (r["target"], r["decoder"]) == (target.name, name)]
            points = [{**r, "bits": r["bits_per_pixel"], "per_point": r["per_pixel"]} for r in own]
            found.append(formula(target, name, points, own[0]["flash"]))
    return found


def measure_all(pictures, targets=TARGETS):
    """Rows of files, by their titles, on processors."""
    found = crcs(pictures.values())
    rows = []
    for target in targets:
        say(f"decoding {len(pictures)} pictures on {target.title}")
        for name, features in FEATURES.items():
            own = {title: path for title, path in pictures.items() if decoder(path) == name}
            if own:
                folder = build_some(target, features, BINS)
                rows += [measure(target, folder, title, path, found[str(path)])
                         for title, path in own.items()]
    return rows
