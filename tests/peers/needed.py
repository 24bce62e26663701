"""Fails with the command that installs it if a script's Python lacks a package."""

import importlib.util
import sys

PIP_NAMES = {"PIL": "pillow"}


def need(*modules):
    missing = [m for m in modules if importlib.util.find_spec(m) is None]
    if not missing:
        return
    # tests/setup installs NumPy; the others are large, and no test needs them.
    more = [PIP_NAMES.get(m, m) for m in missing if m != "numpy"]
    install = "tests/setup host"
    if more:
        install += f" && target/python/bin/python3 -m pip install {' '.join(more)}"
    sys.exit(f"error: {', '.join(missing)} missing; run: {install}\n"
             f"and then: target/python/bin/python3 {' '.join(sys.argv)}")
