#!/usr/bin/env python3
"""Writes nex_tables.h: the numbers of format/SPEC.md that a decoder has tables of.

    runtime/c99/make_tables.py          writes it
    runtime/c99/make_tables.py --check  fails if it is not what would be written

Formulas are the specification's; trained numbers come from the files that it names,
which are the ones that the decoder in Rust is compiled with.
"""

import struct
import sys
import zlib
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "../../tests/peers"))

import compact_file
import compact_transform
import decode_compact
import decode_picture
import picture_drawn
import picture_pixels

HEAD = """/*
 * Numbers of format/SPEC.md, for nex.c alone. Made by make_tables.py; do not edit.
 */
#ifndef NEX_TABLES_H
#define NEX_TABLES_H

#include <stdint.h>
"""


def flat(values):
    return [x for value in values for x in flat(value)] if isinstance(values, list) else [values]


def table(kind, name, values, doc):
    """A C array of numbers, as many to a line as fit."""
    lengths, inner = "", values
    while isinstance(inner, list):
        lengths += f"[{len(inner)}]"
        inner = inner[0]

    def body(values):
        if isinstance(values[0], list):
            return "{\n" + ",\n".join(body(value) for value in values) + "}"
        lines, line = [], ""
        for number in values:
            if len(line) + len(f"{number}, ") > 96:
                lines.append(line.rstrip())
                line = ""
            line += f"{number}, "
        return "{\n    " + "\n    ".join([*lines, line.rstrip(", ")]) + "\n}"

    return f"\n/* {doc} */\nstatic const {kind} {name}{lengths} = {body(values)};\n"


def checked(crc, form, values):
    """The numbers, if the CRC of their bytes is what the specification says."""
    found = zlib.crc32(b"".join(struct.pack(form, x) for x in flat(values)))
    assert found == crc, f"{found:08x} is not {crc:08x}"
    return values


def sounds():
    models = [decode_compact.read_model(decode_compact.MODELS / name) for name in decode_compact.MODEL_FILES]
    data = b"".join(struct.pack(f"<{len(s)}H", *s) + struct.pack(f"{len(flat(c))}b", *flat(c))
                    for s, c in models)
    assert zlib.crc32(data) == 0xDD1A3D55
    return "".join([
        table("uint16_t", "nex_starts", [s for s, _ in models], "START: classes of a chunk, by model"),
        table("int8_t", "nex_envelopes", [c for _, c in models], "S: envelopes, by model"),
        table("int16_t", "nex_sines", compact_transform.SINE, "Q: sines, negative"),
        table("uint16_t", "nex_slope", compact_transform.SLOPE, "W: the slope of an overlap"),
        table("int16_t", "nex_angles", compact_transform.ANGLE, "A: angles between those of the sines"),
        table("uint8_t", "nex_places", decode_compact.PLACE, "PLACE: of 64 points between the envelope's bands"),
        table("uint8_t", "nex_noises", decode_compact.NOISE, "NOISE: levels"),
        table("uint8_t", "nex_noise_new", decode_compact.NEW, "NEW: of noise, by its fade"),
    ])


def pictures():
    starts = checked(0xB60716CA, "b", decode_picture.STARTS)
    filters = [picture_pixels.LUMA_EXPERTS, picture_pixels.CHROMA_EXPERTS]
    checked(0xD2807A2E, "b", filters)
    sines = [[x for row in picture_pixels.sine_matrix(size) for x in row] for size in range(3)]
    return "".join([
        table("int8_t", "nex_leaf_starts", starts, "START: answers of a tile"),
        table("int8_t", "nex_slopes", picture_pixels.SLOPE, "SLOPE: of directed predictors"),
        table("int8_t", "nex_cosines", [picture_pixels.cosine(k) for k in range(128)], "cosine(k)"),
        table("int8_t", "nex_sines_4", sines[0], "DST-VII of 4, row by row"),
        table("int8_t", "nex_sines_8", sines[1], "of 8"),
        table("int8_t", "nex_sines_16", sines[2], "of 16"),
        table("int8_t", "nex_luma_experts", filters[0], "LUMA: experts of the post filter"),
        table("int8_t", "nex_chroma_experts", filters[1], "CO_CG: likewise"),
    ])


def drawn():
    starts = checked(0x8EB4856C, "b", picture_drawn.STARTS)
    return table("int8_t", "nex_drawn_starts", starts, "START: answers of drawn blocks")


def text():
    return "".join([
        HEAD,
        table("uint16_t", "nex_powers", compact_file.POWER, "POWER: 2^15 * 2^(i/32)"),
        "\n#ifndef NEX_NO_SOUNDS\n", sounds(), "\n#endif\n",
        "\n#ifndef NEX_NO_PICTURES\n",
        table("uint16_t", "nex_logistic", compact_file.LOGISTIC, "LOGISTIC: of an answer, in 1/16"), pictures(),
        drawn(), "\n#endif\n",
        "\n#endif /* NEX_TABLES_H */\n",
    ])


def main(args):
    path = HERE / "nex_tables.h"
    if args == ["--check"]:
        if path.read_text() != text():
            sys.exit(f"error: {path} is not what make_tables.py writes")
    elif args:
        sys.exit(__doc__)
    else:
        path.write_text(text())


if __name__ == "__main__":
    main(sys.argv[1:])
