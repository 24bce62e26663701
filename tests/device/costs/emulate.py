"""What does a firmware print and count when the emulator runs it with a file?"""

import struct
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .tools import DEVICE, ROOT, WORK, Failure, newer, run


@dataclass(frozen=True)
class Target:
    """A processor, the compiler's name for it and the board that emulates it."""

    name: str
    title: str
    triple: str
    board: str
    machine: str
    cpu: str


TARGETS = [
    Target("cortex-m4f", "Cortex-M4F", "thumbv7em-none-eabihf", "mps2-an386", "mps2-an386", "cortex-m4"),
    Target("cortex-m7", "Cortex-M7", "thumbv7em-none-eabihf", "mps2-an386", "mps2-an500", "cortex-m7"),
    Target("cortex-m33", "Cortex-M33", "thumbv8m.main-none-eabihf", "mps2-an505", "mps2-an505", "cortex-m33"),
    Target("cortex-m0plus", "Cortex-M0+", "thumbv6m-none-eabi", "lm3s6965evb", "lm3s6965evb", "cortex-m0"),
]
# By the features that are built in.
FIRMWARE = {"compact,resampler": ("bench-resampled",),
            "compact": ("bench-compact", "bench-player", "size-compact", "size-const",
                        "size-player", "size-empty"),
            "neural": ("bench-neural", "size-neural")}


def build(target):
    """Builds the firmware for a target; returns the folder with it."""
    for features, names in FIRMWARE.items():
        folder = build_some(target, features, names)
    return folder


def build_some(target, features, names, levels=None):
    """Builds some of it, with other features or levels of optimisation: that of
    nex-kernels and of the rest."""
    # QEMU's Cortex-M33 has the DSP instructions, as most parts that are sold.
    more = ",arm-dsp" if target.name == "cortex-m33" else ""
    bins = [word for name in names for word in ("--bin", name)]
    config = []
    if levels:
        profile = "profile.release"
        for key, level in zip((f"{profile}.package.nex-kernels", profile), levels):
            config += ["--config", f"{key}.opt-level={level}"]
    run(ROOT / "tests/cross", target.triple, "build", "--release", "--features", features + more,
        *config, *bins, cwd=DEVICE, env={"NEX_BOARD": target.board}, timeout=1800)
    return DEVICE / "target" / target.triple / "release"


def plugin():
    """The plugin that counts, built if its source is newer."""
    made = WORK / "count.so"
    source = DEVICE / "count.c"
    if not newer(made, source):
        WORK.mkdir(parents=True, exist_ok=True)
        run("cc", "-shared", "-fPIC", "-O2", "-o", made, source)
    return made


def symbol(firmware, name):
    for line in run("arm-none-eabi-nm", firmware).decode().splitlines():
        if line.split()[-1] == name:
            return int(line.split()[0], 16)
    raise Failure(f"{firmware} has no symbol {name}")


@dataclass
class Run:
    """One run: printed values by name, counted regions, the folder's output."""

    values: dict
    counts: list
    output: bytes


def emulate(target, firmware, file, timeout=180):
    """Runs a firmware with a file beside it in flash.

    The firmware prints lines of a name and a value, marks regions, and may
    write `out.raw` into its folder.
    """
    job = b"NEXJ" + struct.pack("<I", len(file)) + file
    at = symbol(firmware, "_job")
    with tempfile.TemporaryDirectory(prefix="nex-costs-") as folder:
        folder = Path(folder)
        (folder / "job").write_bytes(job)
        command = [
            "qemu-system-arm", "-M", target.machine, "-cpu", target.cpu, "-nographic",
            "-monitor", "none", "-serial", "none",
            "-semihosting-config", "enable=on,target=native",
            "-plugin", plugin(), "-d", "plugin", "-D", "log",
            "-device", f"loader,file=job,addr={at:#x},force-raw=on", "-kernel", firmware,
        ]
        printed = run(*command, cwd=folder, timeout=timeout).decode(errors="replace")
        log = folder / "log"
        counts = [int(n) for n in log.read_text().split()] if log.exists() else []
        raw = folder / "out.raw"
        output = raw.read_bytes() if raw.exists() else b""
    values = dict(line.split(maxsplit=1) for line in printed.splitlines() if " " in line)
    if not counts:
        raise Failure(f"{firmware} on {target.cpu} marked no region:\n{printed[-500:]}")
    return Run(values, counts, output)


def sections(firmware):
    """Bytes by section of a firmware."""
    lines = run("arm-none-eabi-size", "-A", firmware).decode().splitlines()
    rows = [line.split() for line in lines]
    return {r[0]: int(r[1]) for r in rows if len(r) == 3 and r[0].startswith(".")}


def flash_bytes(firmware, empty):
    """Code, constants and initial values that a firmware has and `empty` has not."""
    def total(path):
        by_name = sections(path)
        return sum(by_name.get(name, 0) for name in (".text", ".rodata", ".data"))

    return total(firmware) - total(empty)


def qemu_version():
    done = subprocess.run(["qemu-system-arm", "--version"], capture_output=True, text=True, check=True)
    return done.stdout.split()[3]
