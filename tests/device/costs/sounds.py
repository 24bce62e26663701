"""Which files are decoded, and what should come out of them?"""

import hashlib
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from .tools import ROOT, WORK, Failure, newer, run, say

SOUNDS = ROOT / "examples" / "sounds"

# 16 kHz speech: the wideband recording of the prompt that lies in SOUNDS.
PACKAGE = "asterisk-core-sounds-en-g722"
PACKAGE_SHA256 = "38c5261820b406dcb0ecb37675720da2b0864850690690352ca52707eb623806"
PROMPT = "usr/share/asterisk/sounds/en_US_f_Allison/hello-world.g722"

EXPERTS = (2, 4, 8, 16)
WIDTHS = (8, 16, 32)
PRECISIONS = ("i8", "i16", "f32")


@dataclass(frozen=True)
class File:
    """A .nex file: what it is called in the tables and how it is made."""

    title: str
    decoder: str
    sound: Path
    options: tuple
    # Of a network: experts and width.
    shape: tuple = field(default=())


def speech16(cache):
    """The wideband prompt as WAV, from Debian's package (10 MB, downloaded once)."""
    made = cache / "hello-world-16k.wav"
    if made.exists():
        return made
    cache.mkdir(parents=True, exist_ok=True)
    packages = sorted(cache.glob(f"{PACKAGE}_*.deb"))
    if not packages:
        say(f"downloading {PACKAGE} by apt-get")
        # As root, apt would download as a user who may not write here.
        run("apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", PACKAGE, cwd=cache)
        packages = sorted(cache.glob(f"{PACKAGE}_*.deb"))
    found = hashlib.sha256(packages[-1].read_bytes()).hexdigest()
    if found != PACKAGE_SHA256:
        raise Failure(f"{packages[-1]} has SHA-256 {found}, expected {PACKAGE_SHA256}")
    run("dpkg-deb", "-x", packages[-1], cache / PACKAGE)
    part = made.with_suffix(".part.wav")
    run("ffmpeg", "-v", "error", "-f", "g722", "-i", cache / PACKAGE / PROMPT,
        "-fflags", "+bitexact", "-flags:a", "+bitexact", "-y", part)
    part.rename(made)
    return made


def compact_files(wide, more):
    """The compact files; `wide` and `more` are WAV files of 16 kHz speech."""
    hello, again = SOUNDS / "hello-world.wav", SOUNDS / "please-try-again.wav"
    complete, bell = SOUNDS / "complete.wav", SOUNDS / "bell-stereo.wav"

    def at(title, sound, *options):
        return File(title, "compact", sound, ("--profile", "compact", *options))

    files = [
        at("speech 8 kHz, 32 kb/s", hello, "--bitrate", "32"),
        at("speech 8 kHz, 13 kb/s", hello, "--bitrate", "13"),
        at("speech 8 kHz, 13 kb/s (please-try-again)", again, "--bitrate", "13"),
    ]
    names = [("speech 16 kHz", wide)] + [(f"{Path(m).stem} 16 kHz", Path(m)) for m in more]
    for name, sound in names:
        files += [at(f"{name}, {r} kb/s", sound, "--rate", "16000", "--mono", "--bitrate", str(r))
                  for r in (12, 16, 24)]
    return files + [
        at("UI sound 16 kHz, 16 kb/s", complete, "--bitrate", "16"),
        at("UI sound 16 kHz, 24 kb/s", complete, "--bitrate", "24"),
        at("bell 44.1 kHz mono, quality 50", bell, "--mono", "--quality", "50"),
        at("bell 44.1 kHz stereo, quality 50", bell, "--quality", "50"),
    ]


def neural_files():
    """Networks of all shapes, trained for a moment: the cost is that of any weights,
    but the manager must send frames to all experts, which it learns first."""
    def network(precision, experts, width):
        shape = f"{width}x1"
        options = ["--profile", "neural", "--precision", precision, "--end", "0.125",
                   "--experts", experts, "--encoder", shape, "--expert", shape,
                   "--steps", 100, "--threads", 1]
        if experts > 1:
            options += ["--manager-encoder", "8x1", "--manager-head", "8x1",
                        "--bake-routing=never"]
        decoder = "neural-float" if precision == "f32" else f"neural-{precision}"
        title = f"{experts} experts of {width}, {precision}" if experts > 1 \
            else f"dense 1-{width}-{width}-1, {precision}"
        return File(title, decoder, SOUNDS / "hello-world.wav",
                    tuple(str(o) for o in options), (experts, width))

    shapes = [(1, 16)] + [(n, w) for n in EXPERTS for w in WIDTHS]
    return [network(p, n, w) for p in PRECISIONS for n, w in shapes]


class Maker:
    """Makes .nex files with the project's own program, and decodes them."""

    def __init__(self, program):
        self.program = Path(program)
        if not self.program.exists():
            raise Failure(f"no program {program}; run: cargo build --release, or give --program")

    def make(self, file):
        """The bytes of a file and the CRC-32 of its samples, decoded on this machine."""
        key = hashlib.sha256(repr((file.sound, file.options)).encode()).hexdigest()[:16]
        made = WORK / "files" / f"{key}.nex"
        wav = made.with_suffix(".wav")
        if not newer(made, self.program, file.sound):
            made.parent.mkdir(parents=True, exist_ok=True)
            # 3: the target was not met; the file is there and as good as any.
            run(self.program, "export", "-q", "-f", *file.options, file.sound, made, ok=(0, 3))
        if not newer(wav, made):
            run(self.program, "decode", "-q", "-f", made, wav)
        return made.read_bytes(), zlib.crc32(samples(wav.read_bytes()))


def samples(wav):
    """The bytes of a WAV file's samples."""
    at = 12
    while at + 8 <= len(wav):
        name, size = wav[at:at + 4], int.from_bytes(wav[at + 4:at + 8], "little")
        if name == b"data":
            return wav[at + 8:at + 8 + size]
        at += 8 + size + size % 2
    raise Failure("a WAV file without samples")
