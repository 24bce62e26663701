"""Fails with the command that installs it if a script's Python lacks a package."""

import importlib.util
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
PIP_NAMES = {"PIL": "pillow"}
# Those of requirements.txt beside this file.
PINNED = {"pesq", "pystoi", "zimtohrli"}


def there(module):
    spec = importlib.util.find_spec(module)
    # pesq.py beside this file is not the package.
    return spec is not None and (spec.origin is None or pathlib.Path(spec.origin).parent != HERE)


def need(*modules):
    missing = [m for m in modules if not there(m)]
    if not missing:
        return
    # tests/setup installs NumPy; the others are large, and no test needs them.
    more = [PIP_NAMES.get(m, m) for m in missing if m != "numpy" and m not in PINNED]
    more += ["--require-hashes -r tests/peers/requirements.txt"] if PINNED & set(missing) else []
    install = "tests/setup host"
    if more:
        install += f" && target/python/bin/python3 -m pip install {' '.join(more)}"
    sys.exit(f"error: {', '.join(missing)} missing; run: {install}\n"
             f"and then: target/python/bin/python3 {' '.join(sys.argv)}")
