"""How evenly does a player work, buffer by buffer?"""

import os
from concurrent.futures import ThreadPoolExecutor
from statistics import mean

from .emulate import TARGETS, build, emulate
from .limits import TARGET
from .sounds import make
from .tools import Failure, say

# By firmware: its ways of playing, in its order, by what it prints.
FIRMWARE = {"bench-player": {"whole": "plain", "loop": "loop", "seek": "seek"},
            "bench-resampled": {"whole": "resampled"}}
WAYS = {"plain": "as recorded", "loop": "over and over", "seek": "after a seek",
        "resampled": "at 48 kHz"}
BUFFER = 64


def measure(target, folder, file, bytes_and_crc):
    data, crc = bytes_and_crc
    rows = []
    for firmware, ways in FIRMWARE.items():
        done = emulate(target, folder / firmware, data)
        values = {name: int(value) for name, value in done.values.items()}
        if firmware == "bench-player":
            has_loop = bool(values["has_loop"])
            if values["crc"] != crc:
                raise Failure(f"{file.title}: a player gives other samples than the decoder")
        counts = iter(done.counts)
        for printed, way in ways.items():
            own = sorted(next(counts) for _ in range(values[printed]))
            rows.append({
                "target": target.name, "title": file.title, "way": way,
                "per_frame": mean(own) / BUFFER,
                "has_loop": has_loop,
                "worst": own[-1],
                "worst_ratio": own[-1] / mean(own),
                "p99_ratio": own[len(own) * 99 // 100] / mean(own),
                "waited": values["waited"],
                "rate_hz": values["rate"],
                "ram": values["memory"] + values["state"],
                "stack": values["stack"],
            })
    return rows


def measure_all(files, program, targets=TARGETS):
    """Rows of the mono compact files, on the processors with and without an FPU."""
    files = [f for f in files if f.decoder == "compact" and "stereo" not in f.title]
    made = make(files, program)
    rows = []
    for target in targets:
        if target.name not in (TARGET, "cortex-m0plus"):
            continue
        folder = build(target)
        say(f"playing {len(files)} files on {target.title}, buffer by buffer")
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for found in pool.map(lambda pair, t=target, f=folder: measure(t, f, *pair),
                                  zip(files, made)):
                rows += found
    return rows
