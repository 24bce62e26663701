"""Markdown tables whose columns line up in a terminal too."""

import math


def mean(values):
    """Of what is there; not a number if nothing is."""
    values = [v for v in values if v is not None and not math.isnan(v)]
    return sum(values) / len(values) if values else math.nan


def table(heads, left, rows):
    """Prints rows; the first `left` columns hold words, the others numbers."""
    rows = [heads] + [["-" if str(cell) in ("nan", "+nan") else str(cell) for cell in row] for row in rows]
    widths = [max(3, *(len(row[i]) for row in rows)) for i in range(len(heads))]
    for number, row in enumerate(rows):
        cells = (c.ljust(w) if i < left else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths)))
        print("| " + " | ".join(cells) + " |")
        if number == 0:
            print("|" + "|".join("-" * (w + 2) if i < left else "-" * (w + 1) + ":" for i, w in enumerate(widths)) + "|")
    print()
