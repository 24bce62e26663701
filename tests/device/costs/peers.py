"""What do other decoders cost on the same processors?"""

import json
import os
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from .emulate import TARGETS, emulate, flash_bytes
from .sounds import SOUNDS, samples
from .tools import DEVICE, WORK, Failure, newer, run, say

HERE = DEVICE / "peers"
FETCHED = WORK / "peers"
VENDORED = FETCHED / "vendor"


@dataclass(frozen=True)
class Source:
    """A package of crates.io that carries the C source, and where in it."""

    crate: str
    version: str
    sha256: str
    folder: str
    title: str

    @property
    def name(self):
        return f"{self.crate}-{self.version}"

    @property
    def path(self):
        return VENDORED / self.name / self.folder


OPUS = Source("opusic-sys", "0.7.7",
              "986d749e9dc12035f11bf3ecc83a2a696ff7534d4143be9469a4a0faa25b9fd1",
              "opus", "libopus 1.6.1, fixed point")
MP3 = Source("minimp3-sys", "0.6.0",
             "aa16a1fbac806d94e230e0a6b9b5a137d051897a188944cf07645da4b73a9fae",
             "minimp3", "minimp3")
FLAC = Source("miniaudio-sys", "0.0.0",
              "1aab13aa3f755160b2eca8f40f34d5dcf39b0af33816a7d290feadb9be3198ea",
              "vendor/extras", "dr_flac")

CPU_FLAGS = {
    "cortex-m4f": ("-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"),
    # As ours, the same program as on the M4F.
    "cortex-m7": ("-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"),
    "cortex-m33": ("-mcpu=cortex-m33", "-mfloat-abi=hard", "-mfpu=fpv5-sp-d16"),
    "cortex-m0plus": ("-mcpu=cortex-m0plus",),
}
FLAGS = ("-mthumb", "-O2", "-ffunction-sections", "-fdata-sections", "-fno-math-errno", "-w",
         "-DNDEBUG")
OPUS_FLAGS = ("-DOPUS_BUILD", "-DFIXED_POINT", "-DDISABLE_FLOAT_API", "-DVAR_ARRAYS",
              "-DHAVE_STDINT_H", '-DPACKAGE_VERSION="1.6.1"')
OPUS_DSP = ("-DOPUS_ARM_ASM", "-DOPUS_ARM_INLINE_ASM", "-DOPUS_ARM_INLINE_EDSP")
PEERS = ("none", "adpcm", "flac", "mp3", "opus")


def fetch(*sources):
    """Has cargo download and unpack packages, once; fails if one is not the pinned one."""
    if not all(source.path.exists() for source in sources):
        say("downloading " + ", ".join(f"{s.crate} {s.version}" for s in sources) + " by cargo")
        FETCHED.mkdir(parents=True, exist_ok=True)
        wanted = "".join(f'{s.crate} = "={s.version}"\n' for s in sources)
        (FETCHED / "Cargo.toml").write_text(
            '[package]\nname = "peers"\nedition = "2024"\n[lib]\npath = "none.rs"\n[workspace]\n'
            f"[dependencies]\n{wanted}")
        (FETCHED / "none.rs").touch()
        run("cargo", "vendor", "--versioned-dirs", VENDORED, cwd=FETCHED)
    for source in sources:
        sums = json.loads((VENDORED / source.name / ".cargo-checksum.json").read_text())
        if sums["package"] != source.sha256:
            raise Failure(f"{source.name} has SHA-256 {sums['package']}, expected {source.sha256}")


def opus_sources():
    """The C files of libopus, without its encoder's float half and the neural parts."""
    found = []
    for part, name in (("celt", "CELT_SOURCES"), ("silk", "SILK_SOURCES"),
                       ("opus", "OPUS_SOURCES")):
        text = (OPUS.path / f"{part}_sources.mk").read_text().replace("\\\n", " ")
        found += next(line.split("=")[1].split() for line in text.splitlines()
                      if line.split("=")[0].strip() == name)
    # The encoders' files take time to compile and would be dropped by the linker.
    unneeded = ("encoder", "enc_API", "encode_", "NSQ", "VAD.c", "multistream", "projection",
                "mapping_matrix", "control_codec", "process_NLSFs", "HP_variable", "debug.c")
    return [f for f in found if not any(word in f for word in unneeded)]


def build_opus(target, folder):
    """libopus as an archive."""
    made = folder / "libopus.a"
    if made.exists():
        return made
    root = OPUS.path
    dsp = () if target.name == "cortex-m0plus" else OPUS_DSP
    include = [f"-I{root / d}" for d in ("include", "celt", "silk", "silk/fixed", ".")]
    objects = folder / "opus-objects"
    objects.mkdir(parents=True, exist_ok=True)

    def compile_one(name):
        out = objects / (name.replace("/", "-")[:-2] + ".o")
        run("arm-none-eabi-gcc", *CPU_FLAGS[target.name], *FLAGS, *OPUS_FLAGS, *dsp, *include,
            "-c", root / name, "-o", out)
        return out

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        built = list(pool.map(compile_one, opus_sources()))
    run("arm-none-eabi-ar", "rcs", made, *built)
    return made


def build(target):
    """The firmware of every peer; returns the folder with them."""
    folder = WORK / "peers-built" / target.name
    folder.mkdir(parents=True, exist_ok=True)
    include = {"flac": [FLAC.path], "mp3": [MP3.path], "opus": [OPUS.path / "include"]}
    sources = [HERE / f for f in ("board.c", "peer.h", "peer.ld")]
    for name in PEERS:
        made = folder / name
        if newer(made, HERE / f"{name}.c", *sources):
            continue
        more = [build_opus(target, folder)] if name == "opus" else []
        run("arm-none-eabi-gcc", *CPU_FLAGS[target.name], *FLAGS, "-nostartfiles",
            "--specs=nano.specs", "-Wl,--gc-sections", "-Wl,--nmagic",
            *(f"-I{i}" for i in include.get(name, [])),
            "-T", DEVICE / "boards" / f"{target.board}.x", "-T", HERE / "peer.ld",
            HERE / "board.c", HERE / f"{name}.c", *more, "-lm", "-o", made)
    return folder


def wav_block(path):
    """The format chunk and the data of a WAV file."""
    data = path.read_bytes()
    at = data.index(b"fmt ")
    return data[at + 8:at + 28], samples(data)


def packets(ogg):
    """The packets of an Ogg file with one stream, without the two head packets."""
    at, found, part = 0, [], b""
    while at < len(ogg):
        count = ogg[at + 26]
        lengths = ogg[at + 27:at + 27 + count]
        at += 27 + count
        for length in lengths:
            part += ogg[at:at + length]
            at += length
            if length < 255:
                found.append(part)
                part = b""
    return found[2:]


def sources(wide, folder):
    """The sounds as WAV files with one channel: name and path."""
    bell = folder / "bell-44.1k.wav"
    run("ffmpeg", "-v", "error", "-y", "-i", SOUNDS / "bell-stereo.wav", "-ac", "1",
        "-fflags", "+bitexact", bell)
    return {"speech 8 kHz": SOUNDS / "hello-world.wav", "speech 16 kHz": wide,
            "bell 44.1 kHz": bell}


def encoded(wide):
    """What is decoded: rows of title, peer, sound, bytes, expected CRC or None."""
    folder = WORK / "peers-files"
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for title, wav in sources(wide, folder).items():
        pcm = samples(wav.read_bytes())
        ima = folder / "ima.wav"
        run("sox", wav, "-e", "ima-adpcm", ima)
        head, blocks = wav_block(ima)
        back = folder / "back.wav"
        run("sox", "-D", ima, "-e", "signed", "-b", "16", back)
        back = samples(back.read_bytes())
        found.append((title, "adpcm", head[12:14] + struct.pack("<I", len(back) // 2) + blocks,
                      zlib.crc32(back)))
        flac = folder / "x.flac"
        run("flac", "-8", "-s", "-f", "--no-padding", "-o", flac, wav)
        found.append((title, "flac", flac.read_bytes(), zlib.crc32(pcm)))
        for rate in {"speech 8 kHz": (16, 24), "speech 16 kHz": (24, 32)}.get(title, (64,)):
            mp3 = folder / "x.mp3"
            run("lame", "--quiet", "-t", "-m", "m", "-b", rate, "--cbr", wav, mp3)
            found.append((f"{title}, {rate} kb/s", "mp3", mp3.read_bytes(), None))
        khz = {"speech 8 kHz": 8, "speech 16 kHz": 16}.get(title, 48)
        modes = (("music", 64),) if khz == 48 else (("speech", 12), ("speech", 16), ("music", 32))
        for mode, rate in modes:
            opus = folder / "x.opus"
            run("opusenc", "--quiet", f"--{mode}", "--bitrate", rate, wav, opus)
            parts = packets(opus.read_bytes())
            # The first bits of a packet say how it was coded.
            kinds = {"SILK" if p[0] >> 3 < 12 else "hybrid" if p[0] >> 3 < 16 else "CELT"
                     for p in parts}
            job = bytes((khz, 1)) + b"".join(struct.pack("<H", len(p)) + p for p in parts)
            found.append((f"{title}, {rate} kb/s, {'+'.join(sorted(kinds))}", "opus", job, None))
    return found


def measure_all(wide, targets=TARGETS):
    """Rows of all peers, and their flash by target and peer."""
    fetch(OPUS, MP3, FLAC)
    jobs = encoded(wide)
    rows, flash = [], {}
    for target in targets:
        say(f"building peers for {target.title}")
        folder = build(target)
        flash[target.name] = {p: flash_bytes(folder / p, folder / "none") for p in PEERS[1:]}
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            rows += pool.map(lambda job, t=target, f=folder: measure(t, f, *job), jobs)
    return rows, flash


def measure(target, folder, title, peer, data, crc):
    done = emulate(target, folder / peer, data)
    if crc is not None and int(done.values["crc"]) != crc:
        raise Failure(f"{peer} on {target.title}, {title}: other samples than expected")
    count = int(done.values["samples"])
    stack = int(done.values["stack"])
    if stack >= 2**32 - 1:
        raise Failure(f"{peer} on {target.title}, {title}: the stack went past its paint")
    nothing, decode = done.counts
    return {"target": target.name, "decoder": peer, "title": title, "bytes": len(data),
            "frames": count, "per_frame": (decode - nothing) / count,
            "memory": int(done.values["memory"]), "stack": stack}

