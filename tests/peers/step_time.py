"""Milliseconds per training step beside PyTorch: interleaved, one table.

    cargo build --release -p ne-train --example step_time
    python3 tests/peers/step_time.py --threads 1

Run it in a Python that has torch. The network is the paper's with two inputs
("WxL" blocks, L = 2), N experts and a batch of 16,384 coordinates: forward and
backward of all experts (dense), and of the chosen expert alone with routing
and features known (sparse). In every round each engine runs once in a process
of its own, which takes the median of its repeats; the table gives the median
of the rounds and their spread. The optimiser's step is left out on both sides.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

from decode_speed import processor
from needed import need

HERE = pathlib.Path(__file__).resolve().parent
REPEATS = 10


def torch_step(width, experts, batch, threads):
    import torch

    torch.set_num_threads(threads)

    def block(inputs, sine_layers, outputs=None):
        sizes = [inputs] + [width] * sine_layers + ([outputs] if outputs else [])
        return torch.nn.ModuleList(torch.nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))

    def run(layers, x, sine_layers):
        for i, layer in enumerate(layers):
            x = layer(x)
            if i < sine_layers:
                x = torch.sin(30 * x)
        return x

    encoder, manager_encoder = block(2, 4), block(2, 4)
    head = block(2 * width, 3, experts)
    heads = [block(width, 3, 1) for _ in range(experts)]
    everything = [p for b in [encoder, manager_encoder, head, *heads] for p in b.parameters()]
    coords, targets = torch.rand(batch, 2) * 2 - 1, torch.rand(batch, 1)
    times = []
    for _ in range(REPEATS + 2):
        for p in everything:
            p.grad = None
        begin = time.perf_counter()
        features = run(encoder, coords, 4)
        own = run(manager_encoder, coords, 4)
        gate = run(head, torch.cat([own, features], 1), 3).softmax(1)
        outputs = torch.cat([run(b, features, 3) for b in heads], 1)
        loss = 1000 * (gate * (outputs - targets) ** 2).sum(1).mean() / experts
        loss.backward()
        times.append((time.perf_counter() - begin) * 1e3)
    print(json.dumps({"dense_ms": statistics.median(times[2:])}))


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    args.add_argument("--widths", type=int, nargs="+", default=[32, 128])
    args.add_argument("--experts", type=int, default=4)
    args.add_argument("--batch", type=int, default=16_384)
    args.add_argument("--threads", type=int, default=1)
    args.add_argument("--rounds", type=int, default=5)
    args.add_argument("--torch", type=int, help="run PyTorch once, at this width")
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE.parents[1] / "target"))
    args.add_argument("--bench", default=target / "release/examples/step_time")
    args = args.parse_args()
    if args.torch:
        return torch_step(args.torch, args.experts, args.batch, args.threads)

    def run(command):
        done = subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE)
        return json.loads(done.stdout)

    def cell(values):
        return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"

    need("torch")
    version = "import torch; print(torch.__version__)"
    version = subprocess.check_output([sys.executable, "-c", version], text=True).strip()
    print(f"{processor()}; PyTorch {version} eager; {args.threads} thread(s);")
    print(f"N = {args.experts}, batch {args.batch:,}; median of {args.rounds} interleaved rounds, ms.\n")
    print("| width | ne-train dense | sparse | PyTorch dense | PyTorch / dense | dense / sparse |")
    print("|---|---|---|---|---|---|")
    for width in args.widths:
        shape = [width, args.experts, args.batch, args.threads]
        torch = [sys.executable, __file__, "--torch", width, "--experts", args.experts]
        torch += ["--batch", args.batch, "--threads", args.threads]
        ours, theirs = [], []
        for _ in range(args.rounds):
            ours.append(run([args.bench, *shape]))
            theirs.append(run(torch)["dense_ms"])
        dense, sparse = ([r[key] for r in ours] for key in ("dense_ms", "sparse_ms"))
        a, s, b = map(statistics.median, (dense, sparse, theirs))
        print(f"| {width} | {cell(dense)} | {cell(sparse)} | {cell(theirs)} | {b / a:.2f} | {a / s:.1f} |")


if __name__ == "__main__":
    main()
