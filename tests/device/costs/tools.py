"""Which programs does the measurement call, and what when one is missing?"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

DEVICE = Path(__file__).resolve().parent.parent
ROOT = DEVICE.parent.parent
# Everything that is made on the way; git ignores it.
WORK = DEVICE / "target" / "costs"

PACKAGES = {
    "qemu-system-arm": "apt-get install qemu-system-arm",
    "arm-none-eabi-gcc": "apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi",
    "arm-none-eabi-size": "apt-get install binutils-arm-none-eabi",
    "arm-none-eabi-nm": "apt-get install binutils-arm-none-eabi",
    "cc": "apt-get install gcc libc6-dev",
    "cargo": "install Rust: https://rustup.rs",
    "apt-get": "a Debian system, whose package holds the 16 kHz prompt; or put hello-world-16k.wav into --cache",
    "sox": "apt-get install sox libsox-fmt-base",
    "ffmpeg": "apt-get install ffmpeg",
    "opusenc": "apt-get install opus-tools",
    "lame": "apt-get install lame",
    "flac": "apt-get install flac",
}


class Failure(Exception):
    """What went wrong, for the user."""


def need(*programs):
    missing = [f"{p} is missing; {PACKAGES[p]}" for p in programs if not shutil.which(p)]
    if missing:
        raise Failure("; ".join(missing))


def run(*command, cwd=None, env=None, timeout=600, ok=(0,)):
    """Runs a command and returns what it printed; fails with its words."""
    command = [str(word) for word in command]
    environment = {**os.environ, **(env or {})}
    try:
        done = subprocess.run(
            command, cwd=cwd, env=environment, timeout=timeout, capture_output=True, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise Failure(f"took more than {timeout} s: {' '.join(command)}") from late
    if done.returncode not in ok:
        words = (done.stdout + done.stderr).decode(errors="replace").strip()
        raise Failure(f"exit code {done.returncode}: {' '.join(command)}\n{words[-2000:]}")
    return done.stdout


def first_line(*command):
    return run(*command).decode(errors="replace").splitlines()[0].strip()


def say(words):
    print(words, file=sys.stderr, flush=True)


def newer(made, *sources):
    """Whether `made` exists and is no older than its sources."""
    if not made.exists():
        return False
    return all(made.stat().st_mtime >= Path(s).stat().st_mtime for s in sources)
