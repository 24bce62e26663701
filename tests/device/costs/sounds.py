"""Which files are decoded, and what should come out of them?"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from .tools import DEVICE, ROOT, WORK, Failure, newer, run, say

SOUNDS = ROOT / "examples" / "sounds"

# 16 kHz speech: the wideband recording of the prompt that lies in SOUNDS.
PACKAGE = "asterisk-core-sounds-en-g722"
PACKAGE_SHA256 = "38c5261820b406dcb0ecb37675720da2b0864850690690352ca52707eb623806"
PROMPT = "usr/share/asterisk/sounds/en_US_f_Allison/hello-world.g722"

# What a row is called whose file was made with `export --target`.
DEVICE_WORDS = ", for a device"

NETWORKS = WORK / "networks"
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
        at("UI sound 16 kHz with a loop, 16 kb/s", complete, "--bitrate", "16",
           "--loop=6000..16000"),
        *(at(f"{name}{DEVICE_WORDS}", sound, *options, "--target", "cortex-m4f")
          for name, sound, options in (
              ("speech 8 kHz, 13 kb/s", hello, ("--bitrate", "13")),
              ("speech 16 kHz, 16 kb/s", wide, ("--rate", "16000", "--mono", "--bitrate", "16")),
              ("UI sound 16 kHz, 16 kb/s", complete, ("--bitrate", "16")))),
        at("bell 44.1 kHz mono, quality 50", bell, "--mono", "--quality", "50"),
        at("bell 44.1 kHz stereo, quality 50", bell, "--quality", "50"),
    ]


def golden_files():
    """Files whose bytes never change: what a quick check compares with the table."""
    golden = [File(f"golden {name}", "compact", ROOT / "tests/golden" / f"{name}.nex", ())
              for name in ("compact-speech", "compact-wideband")]
    # examples/sounds/complete.wav at 16 kb/s; by --loop=6000..16000; with --target; and so
    # with --rate 8000 at 10 kb/s. Its author is in ATTRIBUTION.md there.
    complete = [File(f"UI sound {words}", "compact", DEVICE / name, ())
                for words, name in (("16 kHz, kept file", "complete-16k.nex"),
                                    ("16 kHz, kept file with a loop", "complete-16k-loop.nex"),
                                    (f"16 kHz, kept file{DEVICE_WORDS}", "device-16k.nex"),
                                    (f"8 kHz, kept file{DEVICE_WORDS}", "device-8k.nex"))]
    trained = File("trained on speech, 4 experts of 16, i8", "neural-i8",
                   ROOT / "tests/golden/trained-hello-small-i8.nex", (), (4, 16))
    return [*golden, *complete, trained]


def neural_files():
    """Synthetic networks of all shapes; the crate in networks/ writes them."""
    def network(weights, experts, width):
        decoder = "neural-float" if weights == "f32" else f"neural-{weights}"
        dense = experts == 1
        name = f"dense-{width}-{weights}" if dense else f"mixture-{experts}x{width}-{weights}"
        title = f"dense 1-{width}-{width}-1, {weights}" if dense \
            else f"{experts} experts of {width}, {weights}"
        return File(title, decoder, NETWORKS / f"{name}.nex", (), (experts, width))

    shapes = [(1, 16)] + [(n, w) for w in WIDTHS for n in EXPERTS]
    # One sine layer more: what that alone costs.
    deeper = [File(f"dense 1-16-16-16-1, {p}", "neural-float" if p == "f32" else f"neural-{p}",
                   NETWORKS / f"dense-16x2-{p}.nex", (), (1, 16)) for p in PRECISIONS]
    return [network(p, n, w) for p in PRECISIONS for n, w in shapes] + deeper


def make(files, program):
    """For each file its bytes and the CRC-32 of the samples that this machine decodes.

    Compact files are made by the project's own program.
    """
    paths = [made_by(program, f) if f.options else f.sound for f in files]
    found = crcs(paths)
    return [(path.read_bytes(), found[str(path)]) for path in paths]


def crcs(paths):
    """The CRC-32 of what this machine decodes, by path."""
    printed = run("cargo", "run", "--quiet", "--release", "--manifest-path",
                  DEVICE / "networks/Cargo.toml", "--", NETWORKS, *paths,
                  env={"CARGO_TARGET_DIR": str(DEVICE / "target")}, timeout=1800).decode()
    return {path: int(crc) for path, crc in
            (line.rsplit(maxsplit=1) for line in printed.splitlines())}


def made_by(program, file):
    """The path of a file, made by the program if its sound or the program is newer."""
    key = hashlib.sha256(repr((file.sound, file.options)).encode()).hexdigest()[:16]
    made = WORK / "files" / f"{key}.nex"
    if not newer(made, program, file.sound):
        made.parent.mkdir(parents=True, exist_ok=True)
        # 3: the target was not met; the file is there and as good as any.
        run(program, "export", "-q", "-f", *file.options, file.sound, made, ok=(0, 3))
    return made


def samples(wav):
    """The bytes of a WAV file's samples."""
    at = 12
    while at + 8 <= len(wav):
        name, size = wav[at:at + 4], int.from_bytes(wav[at + 4:at + 8], "little")
        if name == b"data":
            return wav[at + 8:at + 8 + size]
        at += 8 + size + size % 2
    raise Failure("a WAV file without samples")
