"""What do pictures cost, as a display is filled with them?"""

from .emulate import TARGETS, build_some, emulate, flash_bytes
from .sounds import crcs
from .tools import ROOT, Failure, say

# What is measured: compact files, by their titles in the tables.
PICTURES = {
    "hills, 60 x 40": ROOT / "examples/clips/hills.nex",
}
BINS = ("bench-picture", "size-picture", "size-empty")


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
        "title": title,
        "bytes": len(data),
        "pixels": pixels,
        "bits_per_pixel": 8 * len(data) / pixels,
        "per_pixel": (decode - nothing) / pixels,
        "parse": parse - nothing,
        "flash": flash_bytes(folder / "size-picture", folder / "size-empty"),
        "memory": int(values["memory"]),
        "state": int(values["state"]),
        "stack": max(stacks),
    }


def measure_all(pictures=None, targets=TARGETS):
    """Rows of all pictures, or of other files by their titles, on all processors."""
    pictures = pictures or PICTURES
    found = crcs(pictures.values())
    rows = []
    for target in targets:
        say(f"decoding {len(pictures)} pictures on {target.title}")
        folder = build_some(target, "compact-core", BINS)
        rows += [measure(target, folder, title, path, found[str(path)])
                 for title, path in pictures.items()]
    return rows
