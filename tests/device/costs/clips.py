"""How many bytes does each codec need for a clip of a given quality?"""

import json
import tempfile
from pathlib import Path

from .sounds import SOUNDS
from .tools import Failure, run, say

# The signal-to-noise ratio at which files are compared.
SNR_DB = 20.0
GROUPS = {"prompts": ("hello-world", "please-try-again"), "UI sounds": ("bell", "complete")}
RATES = {
    "compact": (2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32),
    "adpcm": (8,),
    "opus": (6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 28, 32, 40, 48, 56, 64),
    "mp3": (8, 16, 24, 32, 40, 48, 56, 64, 80, 96),
}


def measure(program):
    """For each clip and codec the smallest file with at least `SNR_DB`, by `ne-train bench`."""
    found = []
    clips = [SOUNDS / f"{name}.wav" for names in GROUPS.values() for name in names]
    for codec, rates in RATES.items():
        say(f"encoding {len(clips)} clips as {codec}")
        with tempfile.TemporaryDirectory(prefix="nex-costs-") as folder:
            out = Path(folder) / "bench.json"
            run(program, "bench", *clips, "--codecs", codec, "--matches", "none", "-q",
                "--rates", ",".join(map(str, rates)), "--json", out, timeout=1800)
            report = json.loads(out.read_text())
        if report["failures"]:
            raise Failure(f"{codec}: {report['failures']}")
        for clip in clips:
            found.append(smallest([r for r in report["rows"] if r["sound"] == clip.stem
                                   and r["codec"] == codec]))
    return found


def smallest(rows):
    """The smallest row that is good enough, or the best one, marked by its SNR."""
    good = [r for r in rows if r["snr_db"] is None or r["snr_db"] >= SNR_DB]
    chosen = min(good, key=lambda r: r["packet_bytes"]) if good \
        else max(rows, key=lambda r: r["snr_db"])
    return {"sound": chosen["sound"], "codec": chosen["codec"],
            "setting": chosen["setting"].split(",")[0], "bytes": chosen["packet_bytes"],
            "snr_db": chosen["snr_db"]}
