"""How are the results shown? The Markdown page examples/cortex-m/COSTS.md."""

from .clips import GROUPS, SNR_DB
from .emulate import TARGETS
from .even import WAYS
from .limits import TARGET, limits, row, size_of
from .nex import COEFFICIENTS, PARTS, SIZES
from .sounds import EXPERTS, WIDTHS

PEERS = {"adpcm": "IMA ADPCM", "flac": "FLAC (dr_flac)", "mp3": "MP3 (minimp3)",
         "opus": "Opus (libopus 1.6.1, fixed point)"}
OURS = {"compact": "nex compact", "neural-i8": "nex neural", "neural-i16": "nex neural",
        "neural-float": "nex neural"}


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(map(str, r)) + " |" for r in rows]


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def everything(results):
    """Every decoder on the Cortex-M4F, and a sample's instructions on all processors."""
    rows = results["nex"] + results["peers"]
    by_key = {(r["target"], r["decoder"], r["title"]): r for r in rows}
    shown = []
    for r in rows:
        if r["target"] != TARGET or r["decoder"] in ("neural-i16", "neural-float") and \
                "dense" not in r["title"]:
            continue
        others = [by_key.get((t.name, r["decoder"], r["title"])) for t in TARGETS]
        shown.append([
            {**OURS, **PEERS}[r["decoder"]], r["title"],
            *(number(o["per_frame"]) if o else "not measured" for o in others),
            f"{results['flash'][TARGET][r['decoder']]:,}",
            f"{r['memory'] + r.get('state', 0):,}",
            f"{max(r['stack'], r.get('parse_stack', 0)):,}", f"{r['bytes']:,}"])
    head = ["decoder", "sound or network", *(t.title for t in TARGETS), "flash", "RAM", "stack",
            "file"]
    return table(head, shown)


def player(results):
    """How even a player's work is, sound by sound."""
    m0 = {(r["title"], r["way"]): r for r in results["player"] if r["target"] == "cortex-m0plus"}
    shown = []
    for r in results["player"]:
        if r["target"] == TARGET:
            other = m0[r["title"], r["way"]]
            shown.append([
                r["title"], WAYS[r["way"]], number(r["per_frame"]), number(other["per_frame"]),
                f"{r['worst']:,}", f"{r['worst_ratio']:.1f}", f"{r['p99_ratio']:.1f}",
                f"{1000 * r['waited'] / r['rate_hz']:.0f} ms", f"{r['ram']:,}", f"{r['stack']:,}"])
    head = ["sound", "played", "Cortex-M4F", "Cortex-M0+", "worst call", "of the mean",
            "99 % below", "first heard after", "RAM", "stack"]
    return table(head, shown)


def sizes(results):
    """Flash of the decoder by what it is made of, on the processors that were weighed."""
    targets = [t for t in TARGETS if any(s["target"] == t.name for s in results["sizes"])]
    shown = [[PARTS[features], *(f"{size_of(results, features, t.name)[name]:,}"
                                 for name in SIZES for t in targets)] for features in PARTS]
    head = ["features of `nex-runtime`", *(f"{words}, {t.title.removeprefix('Cortex-')}"
                                           for words in SIZES.values() for t in targets)]
    return table(head, shown)


def pictures(rows):
    """What pictures cost, on every processor that was measured; sizes on the first."""
    targets = [t for t in TARGETS if any(r["target"] == t.name for r in rows)]
    found = {(r["title"], r["target"]): r for r in rows}
    shown = []
    for title in dict.fromkeys(r["title"] for r in rows):
        own = [found[title, t.name] for t in targets]
        first = own[0]
        shown.append([title, f"{first['bits_per_pixel']:.2f}",
                      *(number(r["per_pixel"]) for r in own), f"{first['flash']:,}",
                      f"{first['memory'] + first['state']:,}", f"{first['stack']:,}"])
    head = ["picture", "bit a pixel", *(t.title for t in targets), "flash", "RAM", "stack"]
    return table(head, shown)


def mixtures(results):
    shown = []
    for width in WIDTHS:
        found = [row(results, f"{n} experts of {width}, i8") for n in EXPERTS]
        more = 100 * (found[-1]["per_frame"] / found[0]["per_frame"] - 1)
        shown.append([width, *(f"{f['per_frame']:,.0f} ({f['mac_per_frame']:,.0f} MAC)"
                               for f in found), f"{more:+.1f} %"])
    return table(["width", *(f"{n} experts" for n in EXPERTS), "16 against 2"], shown)


def goals(results):
    return table(["what, on the Cortex-M4F", "measured", "goal", ""],
                 [[name, f"{value:,.2f}".removesuffix(".00") + f" {unit}", f"at most {limit:,}",
                   "kept" if value <= limit else "**missed**"]
                  for name, value, limit, unit in limits(results)])


def flash_table(results, counts, codecs, totals):
    lines = []
    for group in GROUPS:
        all_totals = {c: totals(results, group, c) for c in codecs}
        rows = [[codecs[c][0], *(f"{v / 1000:.1f}" for v in values)]
                for c, values in all_totals.items()]
        lines += ["", f"{group}, KB of flash:", ""]
        lines += table([group, *map(str, counts)], rows)
        for i, n in enumerate(counts):
            better = [codecs[c][0] for c in codecs if all_totals[c][i] < all_totals["compact"][i]]
            if better:
                lines += ["", f"With {n}, nex loses to {', '.join(better)}."]
    return lines


def clips(results):
    rows = [[c["sound"], c["codec"], c["setting"], f"{c['bytes']:,}",
             f"{c['snr_db']:.1f}" + (" (too low)" if c["snr_db"] < SNR_DB else "")]
            for c in sorted(results["clips"], key=lambda c: c["sound"])]
    return table(["clip", "codec", "setting", "bytes", "SNR, dB"], rows)


def losses(results):
    """Where another decoder takes fewer instructions than ours, sound by sound."""
    own = [r for r in results["nex"] + results["peers"] if r["target"] == TARGET]
    lines = []
    for sound in ("speech 8 kHz", "speech 16 kHz", "bell 44.1 kHz"):
        ours = [r["per_frame"] for r in own if r["decoder"] == "compact"
                and r["title"].startswith(sound)]
        lines.append(f"- {sound}: nex compact takes {number(min(ours))} to {number(max(ours))} "
                     "instructions a sample; less, at least in some setting: "
                     + cheaper(own, sound, max(ours)) + ".")
    dense = row(results, "dense 1-16-16-1, i8")["per_frame"]
    lines.append(f"- Networks: the dense one of 16 units takes {dense:,.0f} instructions a sample, "
                 f"and the mixtures more; less than that: {cheaper(own, '', dense)}.")
    return lines


def cheaper(rows, sound, bound):
    """The peers with a row of a sound below `bound`, and their range."""
    words = []
    for peer, title in PEERS.items():
        theirs = [r["per_frame"] for r in rows if r["decoder"] == peer
                  and r["title"].startswith(sound)]
        if theirs and min(theirs) < bound:
            words.append(f"{title} ({number(min(theirs))} to {number(max(theirs))})")
    return ", ".join(words) or "none"


def page(results, plot):
    """The page; `plot` is the module that draws the flash plot."""
    tools = results["tools"]
    fits = [[f["target"], f["decoder"], *(f"{f[name]:.2f}" for name in COEFFICIENTS),
             f"{f['flash_bytes']:,}", f"{f['ram_bytes']:,}", f"{f['stack_bytes']:,}",
             f"{f['worst_error_percent']:.1f} %"]
            for f in results["fits"]]
    lines = [
        "# What decoding costs on a microcontroller",
        "",
        "Made by `tests/device/bench`; do not edit. `costs.json` beside it holds every figure, "
        "and `tests/device/bench --check` measures some of them again.",
        "",
        f"Emulated by QEMU {tools['qemu']}; {tools['rustc']}, opt-level z but 3 for nex-kernels; peers by "
        f"{tools['gcc']}, -O2. Instructions are counted exactly by a plugin "
        "(`tests/device/count.c`), over the decoding of the whole sound; QEMU does not know "
        "cycles, so neither does this page. Flash is code, constants and initial values of a "
        "firmware that only decodes, less one that does nothing. RAM is the decoder's state and "
        "the memory that the file asks for, and of codecs that give whole frames one frame. "
        "Stack is painted and read back, the caller's block of 128 samples not counted. Bytes "
        "everywhere. Cortex-M7 runs the program of the Cortex-M4F.",
        "",
        "## Goals", "", *goals(results), "",
        "## Every decoder", "",
        "Instructions per output sample by processor; flash, RAM and stack on the Cortex-M4F.",
        "Stereo counts a frame of two samples as one.", "",
        *everything(results), "",
        "## Flash by features", "",
        "Bytes of the linked decoder, by `tests/device/bench --sizes`: with its parser; of a "
        "file that the compiler has checked, without it; of a player, with parser, queue and "
        "fades, and of one with feature `resampler` too. Each feature adds; a file that needs what is left out is refused when it "
        "is opened, or does not compile.", "",
        *sizes(results), "",
        "## Pictures", "",
        "Compact pictures, whole, window by window in dithered RGB565: instructions a pixel by "
        "processor. Flash is that of a firmware that has this decoder alone, with its parser, on "
        "the Cortex-M4F; RAM does not count the 2 KB of a window's pixels. From the watch face on "
        "they are drawn, and lossless: the firmware has `compact-drawn`, too, with a memory of at "
        "most 4k entries (in RAM, 5 bytes each, 3 of those of a display). Wanted for them are 120 "
        "instructions a pixel on a flat interface, 400 at worst, and 6 KB of flash beside the "
        "others' decoder; all are missed.", "",
        *pictures(results["pictures"]), "",
        "## A player: how even its work is", "",
        "`Player` fills buffers of 64 samples and spreads a block's work over those before it. "
        "Instructions a sample, then what the dearest of all calls takes on the Cortex-M4F, how "
        "many times the mean that is, and how many times the mean 99 % of the calls stay below. "
        "A sound is silent until its first blocks are decoded, at the pace at which it plays. "
        "Over and over: the file's loop, or, where it has none, the second half; a jump there "
        "decodes all that lies before it, of a loop a block or two. "
        "Its flash is above. Sounds at their own rate are played without feature `resampler`, which "
        "at 48 kHz is part of the RAM. Stack is that of `play` and `fill`.", "",
        *player(results), "",
        "## Mixtures: instructions a sample on the Cortex-M4F, 8-bit weights", "",
        "Encoder of three layers, manager half as wide, experts of two layers. Each expert owns "
        "one stretch of the clip. The manager's output layer grows with the experts, the rest "
        "does not.", "",
        *mixtures(results), "",
        "## Formula for any file", "",
        "Instructions of a point, a sound's frame or a picture's pixel = per point + per channel "
        "× channels + per MAC × MAC + per sine × sines + per bit × bits of the file: least squares of "
        "relative errors over the rows measured, no coefficient negative. The last column is "
        "the worst row's error. MAC and sines of the networks grow together, so their two "
        "coefficients share what a layer costs beside them. `ne-train info --target` uses these "
        "(`trainer/src/measure/targets/costs.csv`).", "",
        *table(["target", "decoder", *(name.replace("_", " ") for name in COEFFICIENTS), "flash",
                "RAM", "stack", "worst"], fits), "",
        "## Flash for decoder and files", "",
        "![Flash for 1 to 100 sounds](flash.svg)", "",
        f"Each clip is stored with each codec at the lowest of its bit rates that gives "
        f"{SNR_DB:.0f} dB SNR; ADPCM has one rate, and its own SNR is in the table. Opus counts "
        "packets and a byte each for their lengths, no Ogg container; nex files are tuned for SNR. "
        "n sounds are the clips in "
        "turn, so 100 are not 100 different ones. Equal SNR is not equal to the ear: Opus and "
        "MP3 are made to be heard, not to keep the waveform, and at 20 dB they spend more than "
        "listeners need.",
        *flash_table(results, plot.COUNTS, plot.CODECS, plot.totals), "",
        *clips(results), "",
        "## Where nex loses", "",
        *losses(results), "",
    ]
    return "\n".join(lines)
