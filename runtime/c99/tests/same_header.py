#!/usr/bin/env python3
"""Has nex.h the same enums, structs and functions as the library in Rust, where it has them?

    same_header.py runtime/c99/nex.h runtime/c/include/nex.h
"""

import re
import sys
from pathlib import Path


def declarations(path):
    """By name: values of enums, fields of structs, functions; without comments and spaces."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", Path(path).read_text(), flags=re.S)
    found = {}
    for kind, name, body in re.findall(r"\b(enum|struct) (nex_\w+) \{([^{}]*)\}", text):
        found[f"{kind} {name}"] = " ".join(body.replace(",", " , ").split()).removesuffix(" ,")
    for result, name, parameters in re.findall(r"^([\w ]+[ *])(nex_\w+)\(([^()]*)\);", text, flags=re.M):
        found[f"{name}()"] = "".join(f"{result}({parameters})".split())
    for name, value in re.findall(r"#define (NEX_\w+) (.+)", text):
        found[name] = value
    return found


# What the caller sees as opaque memory; what is this library's own.
OWN = re.compile(r"struct nex_x_|struct nex_(decoder|picture)$|NEX_X_")


def main(ours, theirs):
    ours, theirs = declarations(ours), declarations(theirs)
    named = [name for name in ours if not OWN.match(name)]
    differ = [name for name in named if ours[name] != theirs.get(name)]
    for name in differ:
        print(f"error: {name}: {ours[name]}\n  is not {theirs.get(name)}", file=sys.stderr)
    print(f"{len(named)} declarations are those of the library in Rust")
    return 1 if differ or len(named) < 30 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
