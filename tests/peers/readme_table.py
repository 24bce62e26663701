#!/usr/bin/env python3
"""Makes the first table of trainer/src/measure/bench/README.md: real files, measured through the runtime.

    tests/peers/readme_table.py [SOUND.wav ...]

Runs `ne-train bench` on the sounds, and `check` on the .nex files that it
kept, for the cost of decoding. Needs a built ne-train (cargo build --release)
and flac, sox, lame and opus-tools (apt-get install flac sox libsox-fmt-base
lame opus-tools). Prints Markdown.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "target/release/ne-train"
SOUNDS = ["hello-world.wav", "please-try-again.wav", "bell.wav", "complete.wav"]
NAMES = {
    "flac": "FLAC",
    "adpcm": "IMA ADPCM",
    "gsm": "GSM-FR",
    "opus": "Opus",
    "mp3": "MP3",
    "compact": "**nex compact**",
    "neural": "nex neural",
}


def main():
    if not PROGRAM.exists():
        sys.exit("error: ne-train is not built; run: cargo build --release")
    sounds = sys.argv[1:] or [ROOT / "examples/sounds" / name for name in SOUNDS]
    with tempfile.TemporaryDirectory() as work:
        kept = pathlib.Path(work) / "kept"
        bench = [PROGRAM, "bench", *sounds, "--codecs", ",".join(NAMES), "--rates", "12,16", "--keep", kept, "--quiet"]
        subprocess.run(bench, check=True, stdout=subprocess.DEVNULL)
        table(kept, json.loads((kept / "bench.json").read_text()))


def table(kept, bench):
    print("| sound | as | bytes | kb/s | dB | MAC | memory, bytes |")
    print("|---|---|---|---|---|---|---|")
    for row in bench["rows"]:
        # Rows at a ladder of rates are for curves; matched ones say more.
        if row["codec"] == "compact" and not row["against"]:
            continue
        cost = ["", ""]
        encoded = kept / row["encoded"]
        if encoded.suffix == ".nex":
            check = [PROGRAM, "check", encoded, kept / row["reference"], "--json"]
            report = json.loads(subprocess.run(check, check=True, capture_output=True).stdout)
            cost = [f"{report['macs_per_sample']:,}", f"{report['scratch_bytes']:,}"]
        snr = "exact" if row["exact"] else f"{row['snr_db']:.1f}"
        name = f"{NAMES[row['codec']]}, {row['setting']}"
        rate = f"{row['bits_per_second'] / 1000:.1f}"
        cells = [row["sound"], name, f"{row['bytes']:,}", rate, snr, *cost]
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
