#!/usr/bin/env python3
"""Makes the README's result table: real files, measured through the runtime.

    tests/peers/readme_table.py [--steps N] [SOUND.wav ...]

Needs `flac` and `sox` (apt-get install flac sox) and a built ne-train
(cargo build --release). Prints Markdown.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOUNDS = ["hello-world.wav", "bell.wav", "complete.wav"]
FITS = [
    ("tiny", "", "i8", []),
    ("small", "", "i8", []),
    ("small", "", "i16", []),
    ("small", "", "f32", []),
    ("small", ", one expert of 48 units", "i8", ["--experts", "1", "--encoder", "48x3", "--expert", "48x3"]),
]


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--steps", type=int)
    args.add_argument("sounds", nargs="*")
    args = args.parse_args()
    for tool in ("flac", "sox"):
        if not shutil.which(tool):
            sys.exit(f"error: {tool} is missing; run: apt-get install {tool}")
    trainer = ROOT / "target/release/ne-train"
    if not trainer.exists():
        sys.exit("error: ne-train is not built; run: cargo build --release")
    sounds = args.sounds or [ROOT / "examples/sounds" / name for name in SOUNDS]
    print("| sound | as | bytes | dB | MAC | sines | scratch bytes |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for sound in map(pathlib.Path, sounds):
            rows(trainer, sound, pathlib.Path(folder), args.steps)


def rows(trainer, sound, folder, steps):
    def row(name, size, db, macs="", sines="", scratch=""):
        print(f"| {sound.stem} | {name} | {size:,} | {db} | {macs} | {sines} | {scratch} |", flush=True)

    row("16-bit WAV", sound.stat().st_size, "exact")
    flac = folder / "x.flac"
    subprocess.run(["flac", "-s", "-f", "-8", sound, "-o", flac], check=True)
    row("FLAC -8", flac.stat().st_size, "exact")
    adpcm, back = folder / "x.ima.wav", folder / "back.wav"
    subprocess.run(["sox", sound, "-e", "ima-adpcm", adpcm], check=True)
    subprocess.run(["sox", "-D", adpcm, "-b", "16", "-e", "signed", back], check=True)
    row("IMA ADPCM (sox)", adpcm.stat().st_size, f"{snr(sound, back):.1f}")
    for preset, note, precision, more in FITS:
        nex = folder / "x.nex"
        command = [trainer, "-q", "export", sound, nex, "-f", "--json",
                   "--preset", preset, "--precision", precision, *more]
        command += ["--steps", str(steps)] if steps else []
        result = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        info = subprocess.run([trainer, "info", nex, "--json"], check=True, capture_output=True)
        sines = json.loads(info.stdout)["sines_per_sample"]
        row(f"nex {preset}{note} {precision}", result["bytes"], f"{result['snr_db']:.1f}",
            f"{result['macs_per_sample']:,}", sines, result["scratch_bytes"])


def snr(original, decoded):
    script = ROOT / "tests/peers/snr.py"
    out = subprocess.run([sys.executable, script, original, decoded, "--shorter"],
                         check=True, capture_output=True, text=True).stdout
    return float(out.split()[-2])


main()
