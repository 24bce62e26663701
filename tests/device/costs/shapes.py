"""What do compact shapes cost that a robot asks for distances?"""

from .emulate import TARGETS, build_some, emulate, flash_bytes
from .nex import formula
from .sounds import File, crcs, made_by
from .tools import ROOT, WORK, Failure, newer, run, say

# A file that is kept, and a quick check measures.
QUICK = "workbench, 2 KB"
KEPT = {QUICK: ROOT / "examples/clips/workbench.nex"}
GOLDEN = {f"golden {name}": ROOT / f"tests/golden/shapes/compact-shape-{name}.nex"
          for name in ("ring", "ring-roughest")}
SCRIPT = ROOT / "examples/clips/workbench.py"
# Others, which the program makes of the same mesh.
MADE = {"workbench, 1 KB": ("--size", "1000"), "workbench, 3.6 KB, default": (),
        "workbench, 64 voxels, default": ("--voxels", "64")}
BINS = ("bench-shape", "size-shape", "size-empty")
# Decoders of the formulas: of all of a shape, and of one distance.
DECODERS = WHOLE, ONE = "shape", "distance"
# What is counted one by one, in this order: where, and what is asked.
KINDS = {"near": "in a cell", "empty": "near one", "far": "far away"}
ASKED = ("sdf", "gradient")


def files(program):
    """All files of the tables, by their titles."""
    mesh = WORK / "files/workbench.obj"
    if not newer(mesh, SCRIPT):
        mesh.parent.mkdir(parents=True, exist_ok=True)
        mesh.write_bytes(run(SCRIPT))
    made = {title: made_by(program, File(title, "shape", mesh, ("--profile", "compact", *options)))
            for title, options in MADE.items()}
    return {**KEPT, **made, **GOLDEN}


def coefficients(data):
    """How many all polynomials have, as the header of a file without sections says."""
    at = 5
    # Voxels, before the cube and the form; step, splits, coefficients.
    for behind in (17, 0, 0, 0):
        value = shift = 0
        while True:
            value |= (data[at] & 0x7F) << shift
            shift += 7
            at += 1
            if data[at - 1] < 0x80:
                break
        at += behind
    return value


def measure(target, folder, title, path, crc):
    """One row: a shape decoded on a target, and asked at places of each kind."""
    data = path.read_bytes()
    done = emulate(target, folder / "bench-shape", data)
    values, (nothing, parse, decode, *each) = done.values, done.counts
    if int(values["crc"]) != crc:
        raise Failure(f"{title}: other distances on {target.title} than on this machine")
    stacks = int(values["parse_stack"]), int(values["stack"])
    if max(stacks) >= 2**32 - 1:
        raise Failure(f"{title}: the stack of {target.title} went past its paint")
    found = {}
    for kind in KINDS:
        for asked in ASKED:
            own = [count - nothing for count in each[:int(values[kind])]]
            each = each[len(own):]
            found[f"{kind}_{asked}"] = sum(own) / len(own) if own else None
            found[f"{kind}_{asked}_worst"] = max(own, default=None)
    return {
        "target": target.name,
        "title": title,
        "bytes": len(data),
        "coefficients": coefficients(data),
        "parse": parse - nothing,
        "decode": decode - nothing,
        **found,
        "flash": flash_bytes(folder / "size-shape", folder / "size-empty"),
        "memory": int(values["memory"]),
        "state": int(values["state"]),
        "parse_stack": stacks[0],
        "stack": stacks[1],
    }


def fitted(rows):
    """For each target the formulas of opening, and of a distance: the mean of places in a
    cell and of those near one."""
    found = []
    for target in TARGETS:
        own = [r for r in rows if r["target"] == target.name]
        flash = own[0]["flash"]
        opened = [{**r, "mac": r["coefficients"], "bits": 8 * r["bytes"],
                   "per_point": r["parse"] + r["decode"]} for r in own]
        asked = [{**r, "per_point": (r["near_sdf"] + r["empty_sdf"]) / 2} for r in own]
        found += [formula(target, WHOLE, opened, flash), formula(target, ONE, asked, flash)]
    return found


def measure_all(shapes, targets=TARGETS):
    """Rows of files, by their titles, on processors."""
    found = crcs(shapes.values())
    rows = []
    for target in targets:
        say(f"asking {len(shapes)} shapes on {target.title}")
        folder = build_some(target, "shape", BINS)
        rows += [measure(target, folder, title, path, found[str(path)])
                 for title, path in shapes.items()]
    return rows
