#!/usr/bin/env python3
"""Neural Experts on one picture in PyTorch, with the constants of
`ne-train reproduce`: the peer for its curves and its speed.

    python3 paper_torch.py PICTURE.png [--model experts|base|wider] [--steps N]
        [--rate R] [--device cpu|cuda] [--tf32] [--log-every N]

Prints a line of JSON for every report, and one at the end with the seconds of a
step. Needs torch, numpy and pillow. Draws its own random numbers, so curves
agree with ours as far as two seeds do.
"""

import argparse
import json
import math
import time

from needed import need

need("numpy", "torch", "PIL")
import numpy as np  # noqa: E402
import torch  # noqa: E402
from PIL import Image  # noqa: E402

OMEGA = 30.0


def picture(path, side):
    image = Image.open(path).convert("RGB")
    side = side or min(image.size) // 4
    factor = side / min(image.size)
    width, height = (int(length * factor) for length in image.size)
    image = image.resize((width, height), Image.LANCZOS)
    left, top = (width - side) // 2, (height - side) // 2
    image = image.crop((left, top, left + side, top + side))
    axis = torch.linspace(-1, 1, side)
    coords = torch.stack(torch.meshgrid(axis, axis, indexing="ij"), -1).reshape(-1, 2)
    target = torch.from_numpy(np.asarray(image).copy()).float().reshape(-1, 3) / 127.5 - 1
    return coords, target


class Layers(torch.nn.Module):
    """Linear layers, `copies` times, each followed by a sine but perhaps the last."""

    def __init__(self, sizes, copies=1, last_linear=False):
        super().__init__()
        self.last_linear = last_linear
        self.weights, self.biases = torch.nn.ParameterList(), torch.nn.ParameterList()
        for fan_in, fan_out in zip(sizes, sizes[1:]):
            bound = 1 / fan_in if fan_in in (2, 3) else math.sqrt(6 / fan_in) / OMEGA
            weight = torch.empty(copies, fan_in, fan_out).uniform_(-bound, bound)
            self.weights.append(torch.nn.Parameter(weight))
            self.biases.append(torch.nn.Parameter(torch.zeros(copies, 1, fan_out)))

    def forward(self, x):
        for i, (weight, bias) in enumerate(zip(self.weights, self.biases)):
            x = x @ weight + bias
            if not (self.last_linear and i == len(self.weights) - 1):
                x = torch.sin(OMEGA * x)
        return x


class Experts(torch.nn.Module):
    def __init__(self, experts, last=128, width=128):
        super().__init__()
        w = width
        self.encoder = Layers([2, w, w, w, w])
        self.many = experts > 1
        if self.many:
            self.manager_encoder = Layers([2, w, w, w, w])
            self.manager = Layers([2 * w, w, w, w, experts], last_linear=True)
        self.experts = Layers([w, last, last, last, 3], experts, last_linear=True)

    def forward(self, coords):
        features = self.encoder(coords)
        if not self.many:
            return None, self.experts(features)
        own = self.manager_encoder(coords)
        return self.manager(torch.cat([own, features], -1)), self.experts(features)

    def logits(self, coords):
        own = self.manager_encoder(coords)
        return self.manager(torch.cat([own, self.encoder(coords)], -1))


def segmentation(logits, labels):
    """What pretraining minimises, of logits [1, points, N]."""
    logits = logits[0]
    experts = logits.shape[1]
    entropy = torch.nn.functional.cross_entropy(logits, labels, label_smoothing=0.01)
    q = logits.softmax(-1).clamp(1e-7, 1 - 1e-7)
    uniform = torch.full_like(q, 1 / experts)
    return entropy + 0.1 * torch.nn.functional.binary_cross_entropy(q, uniform)


def reconstruction(logits, outputs, target):
    errors = ((outputs - target) ** 2).mean(-1)
    if logits is None:
        return 1000 * errors.mean()
    q = logits[0].softmax(-1).T
    return 1000 * (q * errors).sum(0).mean() / q.shape[0]


def psnr(model, coords, target):
    with torch.no_grad():
        logits, outputs = model(coords)
        if logits is not None:
            best = logits[0].argmax(-1)
            outputs = outputs[best, torch.arange(len(best), device=best.device)]
        else:
            outputs = outputs[0]
        mse = ((outputs - target) ** 2).mean()
        return (10 * torch.log10(target.max() ** 2 / mse)).item()


def train(parameters, rate, steps, loss, report=None):
    optimiser = torch.optim.Adam(parameters, lr=rate, betas=(0.9, 0.999), eps=1e-8)
    for step, rate in steps:
        optimiser.param_groups[0]["lr"] = rate
        optimiser.zero_grad(set_to_none=True)
        loss().backward()
        optimiser.step()
        if report:
            report(step + 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("picture")
    parser.add_argument("--model", choices=["experts", "base", "wider"], default="experts")
    parser.add_argument("--size", type=int)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--pretrain-steps", type=int)
    parser.add_argument("--rate", type=float, default=1e-5)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--tf32", action="store_true", help="let matrix products use tf32")
    parser.add_argument("--log-every", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = args.tf32
    torch.manual_seed(args.seed)
    coords, target = (t.to(args.device) for t in picture(args.picture, args.size))
    experts, last = {"experts": (4, 128), "base": (1, 128), "wider": (1, 512)}[args.model]
    model = Experts(experts, last).to(args.device)
    coords = coords[None]
    synchronise = torch.cuda.synchronize if args.device.startswith("cuda") else lambda: None

    started = time.perf_counter()
    if experts > 1:
        steps = args.steps // 10 if args.pretrain_steps is None else args.pretrain_steps
        labels = torch.randint(0, experts, (coords.shape[1],)).to(args.device)
        shared = [p for n, p in model.named_parameters() if not n.startswith("experts")]
        rates = [(i, args.rate * 0.9999**i) for i in range(steps)]
        train(shared, args.rate, rates, lambda: segmentation(model.logits(coords), labels))
    synchronise()
    pretrain_seconds = time.perf_counter() - started

    def report(step):
        if step % args.log_every == 0 or step == args.steps:
            print(json.dumps({"step": step, "psnr_paper": psnr(model, coords, target)}), flush=True)

    rates = [(i, args.rate * 0.9999**i) for i in range(args.steps)]
    switch = math.ceil(0.8 * args.steps) if experts > 1 else args.steps
    started = time.perf_counter()
    loss = lambda: reconstruction(*model(coords), target)
    train(list(model.parameters()), args.rate, rates[:switch], loss, report)
    synchronise()
    seconds = time.perf_counter() - started
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name.startswith("experts"))
    train(list(model.experts.parameters()), args.rate, rates[switch:], loss, report)
    synchronise()
    name = torch.cuda.get_device_name() if args.device.startswith("cuda") else "cpu"
    print(json.dumps({
        "model": args.model,
        "parameters": sum(p.numel() for p in model.parameters()),
        "points": coords.shape[1],
        "steps": args.steps,
        "rate": args.rate,
        "psnr_paper": psnr(model, coords, target),
        "ms_per_step": 1e3 * seconds / switch,
        "pretrain_seconds": pretrain_seconds,
        "seconds": time.perf_counter() - started,
        "device": name,
        "torch": torch.__version__,
        "tf32": args.tf32,
        "threads": torch.get_num_threads(),
    }))


if __name__ == "__main__":
    main()
