"""Which figures must a decoder keep to, and which does it?"""

from .nex import ALL, MONO
from .pictures import QUICK as PICTURE
from .sounds import DEVICE_WORDS
from .tools import Failure

TARGET = "cortex-m4f"
# What is re-measured by a quick check: the titles of rows.
QUICK = ("golden compact-speech", "golden compact-wideband", "UI sound 16 kHz, kept file",
         "UI sound 16 kHz, kept file with a loop", f"UI sound 16 kHz, kept file{DEVICE_WORDS}",
         f"UI sound 8 kHz, kept file{DEVICE_WORDS}",
         "dense 1-16-16-1, i8", "dense 1-16-16-16-1, i8",
         "2 experts of 16, i8", "16 experts of 16, i8")
TOLERANCE_PERCENT = 3.0


def row(results, title, target=TARGET):
    for found in results["nex"]:
        if (found["target"], found["title"]) == (target, title):
            return found
    raise Failure(f"the table has no row {title!r} of {target}; run tests/device/bench")


def picture(results, title=PICTURE, target=TARGET):
    for found in results["pictures"]:
        if (found["target"], found["title"]) == (target, title):
            return found
    raise Failure(f"the table has no picture {title!r} of {target}; run tests/device/bench")


def dearest(results, way):
    """Of all sounds; loops of those that have one."""
    found = [r["worst_ratio"] for r in results["player"]
             if (r["target"], r["way"]) == (TARGET, way) and (way != "loop" or r["has_loop"])]
    return max(found, default=0)


def player_memory(results, rate_hz):
    """RAM and stack of a player without resampler: the most, of files made for a device."""
    found = [r["ram"] + r["stack"] for r in results["player"]
             if (r["target"], r["rate_hz"]) == (TARGET, rate_hz) and r["way"] != "resampled"
             and r["title"].endswith(DEVICE_WORDS)]
    return max(found, default=0)


def fit_of(results, decoder, target=TARGET):
    return next(f for f in results["fits"] if (f["target"], f["decoder"]) == (target, decoder))


def size_of(results, features, target=TARGET):
    found = (s for s in results["sizes"] if (s["target"], s["features"]) == (target, features))
    return next(found)


def limits(results):
    """Name, figure of the results, limit and unit; all of the Cortex-M4F."""
    own = [r for r in results["nex"] if r["target"] == TARGET]
    mono = [r for r in own if r["decoder"] == "compact" and r["channels"] == 1]
    wide = [r for r in mono if "16 kHz" in r["title"]]
    rams = [r["memory"] + r["state"] + max(r["stack"], r["parse_stack"]) for r in mono]
    ratio = (row(results, "16 experts of 16, i8")["per_frame"]
             / row(results, "2 experts of 16, i8")["per_frame"])
    dense = row(results, "dense 1-16-16-1, i8")["per_frame"]
    deeper = row(results, "dense 1-16-16-16-1, i8")["per_frame"]
    cat = picture(results)
    found = [
        ("whole network 1-16-16-1, i8: 288 MAC and 32 sines", dense, round(288 * 1.6 + 32 * 11),
         "instructions"),
        ("compact: flash with tables", size_of(results, ALL)["compact"], 15_872, "bytes"),
        ("compact: flash of a constant file, mono", size_of(results, MONO)["const"], 12_800,
         "bytes"),
        ("compact: RAM with stack, worst mono file", max(rams), 6 * 1024, "bytes"),
        ("player: RAM with stack at 8 kHz, files made with --target",
         player_memory(results, 8_000), 4_608, "bytes"),
        ("player: RAM with stack at 16 kHz, files made with --target",
         player_memory(results, 16_000), 6 * 1024, "bytes"),
        ("compact: a sample at 16 kHz, worst file", max(r["per_frame"] for r in wide), 300,
         "instructions"),
        ("sine layer 16-16, i8: 256 MAC and 16 sines", deeper - dense, round(256 * 1.6 + 16 * 11),
         "instructions"),
        ("16 experts of 16 against 2", 100 * (ratio - 1), 10, "% more instructions"),
        ("player: the dearest call, as recorded, worst file", dearest(results, "plain"), 2,
         "times the mean"),
        ("player: the dearest call of a loop that the file has", dearest(results, "loop"), 2,
         "times the mean"),
        (f"picture: a pixel of {PICTURE}", cat["per_pixel"], 380, "instructions"),
        ("picture: flash with tables", cat["flash"], 24 * 1024, "bytes"),
        ("picture: RAM with stack, 320 columns", cat["memory"] + cat["state"] + cat["stack"],
         20 * 1024, "bytes"),
    ]
    return found


def check(committed, measured):
    """Compares a quick measurement with the committed table.

    Returns lines to print; fails with what is out of bounds. A limit that the
    table itself does not keep may not get worse than it is there.
    """
    lines, wrong = [], []
    for now in measured["nex"]:
        before = row(committed, now["title"])["per_frame"]
        percent = 100 * (now["per_frame"] / before - 1)
        line = f"{now['title']}: {now['per_frame']:.1f} instructions, {percent:+.2f} % of the table"
        lines.append(line)
        if abs(percent) > TOLERANCE_PERCENT:
            wrong.append(f"{line}: more than {TOLERANCE_PERCENT} % away; run tests/device/bench")
    # Like with like: the table's worst file may be one that is not measured here.
    again = [r for r in committed["nex"] if r["title"] in QUICK]
    played = [r for r in committed["player"] if r["title"] in QUICK]
    before_by_name = {name: value for name, value, _, _
                      in limits({**committed, "nex": again, "player": played})}
    for name, value, limit, unit in limits(measured):
        before = before_by_name[name]
        bound = max(limit, before * (1 + TOLERANCE_PERCENT / 100))
        missed = "" if before <= limit else f" (the table misses the goal of {limit})"
        lines.append(f"{name}: {value:.2f} {unit}, at most {bound:.2f}{missed}")
        if value > bound:
            wrong.append(lines[-1])
    if wrong:
        raise Failure("costs have changed:\n  " + "\n  ".join(wrong))
    return lines
