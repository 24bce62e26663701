"""The paper's model in plain PyTorch, to fit the same sound for the same time.

Neural Experts (arXiv 2410.21643) as in its authors' description: sine layers
with omega 30 and SIREN's initialisation, a manager with an encoder of its own
that also reads the experts' features, loss 1/N sum q_i (F_i - y)^2, balanced
random labels for the manager, first alone (pretraining), then beside the
reconstruction, then only the experts' own weights with fresh Adam moments.
The presets have the constants of those of `ne-train export`, and the options
its names; training on rounded weights is left out, all is f32 here.

Prints JSON lines: the configuration, then step, elapsed seconds and the
signal-to-noise ratio of the whole clip, each sample from the expert that the
manager picks, in f32. The clock stops while that is computed.

    python3 fit_torch.py --wav clip.wav --time 900 --report 300,900 --threads 2

Needs numpy and torch.
"""

import argparse
import json
import math
import struct
import time

from needed import need

need("numpy", "torch")
import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

OMEGA = 30.0


def read_wav(path):
    """Rate and samples [frames, channels] in f32; 16-bit or float WAV."""
    data = open(path, "rb").read()
    assert data[:4] == b"RIFF" and data[8:12] == b"WAVE", "not a WAV file"
    at, chunks = 12, {}
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        chunks.setdefault(name, data[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunks[b"fmt "])
    if kind == 0xFFFE:
        kind = struct.unpack_from("<H", chunks[b"fmt "], 24)[0]
    dtype, unit = {(1, 16): ("<i2", 32768.0), (3, 32): ("<f4", 1.0)}[kind, bits]
    body = chunks[b"data"]
    samples = np.frombuffer(body[: len(body) // np.dtype(dtype).itemsize * np.dtype(dtype).itemsize], dtype)
    samples = samples[: len(samples) // channels * channels].reshape(-1, channels)
    return rate, samples.astype(np.float32) / np.float32(unit)


class Mlp(torch.nn.Module):
    """Sine layers, then perhaps a linear one."""

    def __init__(self, inputs, width, sine_layers, linear_out=None, first_bound=None):
        super().__init__()
        sizes = [inputs] + [width] * sine_layers + ([linear_out] if linear_out else [])
        self.layers = torch.nn.ModuleList(torch.nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.sine_layers = sine_layers
        for i, layer in enumerate(self.layers):
            bound = math.sqrt(6 / layer.in_features) / OMEGA
            if i == 0 and first_bound is not None:
                bound = first_bound
            torch.nn.init.uniform_(layer.weight, -bound, bound)
            torch.nn.init.zeros_(layer.bias)

    def forward(self, x):
        for i, layer in enumerate(self.layers):
            x = layer(x)
            if i < self.sine_layers:
                x = torch.sin(OMEGA * x)
        return x


class NeuralExperts(torch.nn.Module):
    def __init__(self, args, channels):
        super().__init__()
        n, bound = args.experts, args.first_bound
        self.encoder = Mlp(1, *args.encoder, first_bound=bound)
        self.manager_encoder = Mlp(1, *args.manager_encoder, first_bound=bound)
        features = args.manager_encoder[0] + args.encoder[0]
        self.manager_head = Mlp(features, *args.manager_head, linear_out=n)
        # One after the other: faster on a CPU than one batched product (measured).
        self.experts = torch.nn.ModuleList(
            Mlp(args.encoder[0], *args.expert, linear_out=channels) for _ in range(n)
        )

    def logits(self, x, features):
        if len(self.experts) == 1:
            return features.new_zeros(len(x), 1)
        return self.manager_head(torch.cat([self.manager_encoder(x), features], 1))

    def manager(self, x):
        return self.logits(x, self.encoder(x))

    def forward(self, x):
        """Logits [batch, N] and every expert's output [N, batch, channels]."""
        features = self.encoder(x)
        return self.logits(x, features), torch.stack([e(features) for e in self.experts])

    @torch.no_grad()
    def top1(self, x, channels, part=16384):
        """Outputs [frames, channels], each from its expert, and frames by expert."""
        out, usage = [], torch.zeros(len(self.experts), dtype=torch.int64)
        for x in x.split(part):
            features = self.encoder(x)
            chosen = self.logits(x, features).argmax(1)
            y = torch.empty(len(x), channels)
            for k, expert in enumerate(self.experts):
                at = (chosen == k).nonzero().squeeze(1)
                y[at] = expert(features[at])
            usage += chosen.bincount(minlength=len(usage))
            out.append(y)
        return torch.cat(out), usage


def balanced_labels(frames, experts, generator):
    """A random expert for every frame, each equally often."""
    return torch.randperm(frames, generator=generator) % experts


def label_loss(logits, labels):
    return F.cross_entropy(logits, labels, label_smoothing=0.01)


def block(text):
    width, layers = text.split("x")
    return int(width), int(layers)


def numbers(text):
    return [float(v) for v in text.split(",")]


def preset(name):
    paper = {
        "encoder": (128, 4),
        "manager_encoder": (128, 4),
        "manager_head": (128, 3),
        "expert": (128, 3),
        "domain": [-100.0, 100.0],
        "batch": 0,
        "learning_rate": 1e-5,
        "decay": 0.9999,
        "pretrain_steps": 3000,
        "label_weight": 10.0,
        "expert_stage": 0.8,
        "steps": 30_000,
    }
    if name == "paper":
        return paper
    width = {"tiny": 16, "small": 32}[name]
    return paper | {
        "encoder": (width, 3),
        "manager_encoder": (width // 2, 2),
        "manager_head": (width // 2, 1),
        "expert": (width, 2),
        "domain": None,
        "batch": 4096,
        "learning_rate": 1e-3,
        "final_rate": 0.02,
        "pretrain_steps": 200,
        "label_weight": 0.1,
        "expert_stage": 0.85,
        "steps": 10_000,
    }


def arguments():
    p = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    p.add_argument("--wav", required=True)
    p.add_argument("--start", type=float, default=0.0, metavar="SECONDS")
    p.add_argument("--seconds-of-audio", type=float, metavar="SECONDS", help="default: to the end")
    p.add_argument("--mono", action="store_true", help="mix all channels into one")
    p.add_argument("--preset", choices=["tiny", "small", "paper"], default="paper")
    p.add_argument("--experts", type=int, default=4)
    p.add_argument("--width", type=int, help="of every block")
    p.add_argument("--layers", type=int, help="sine layers of every block")
    p.add_argument("--encoder", type=block, metavar="WxN")
    p.add_argument("--manager-encoder", type=block, metavar="WxN")
    p.add_argument("--manager-head", type=block, metavar="WxN")
    p.add_argument("--expert", type=block, metavar="WxN")
    p.add_argument(
        "--domain", type=numbers, metavar="LO,HI", help="coordinates of the first and last frame"
    )
    p.add_argument(
        "--band", type=float, default=0.03, help="cycles per frame at the start, without a domain"
    )
    p.add_argument("--first-init", choices=["siren", "hidden"], default="siren")
    effort = p.add_mutually_exclusive_group()
    effort.add_argument(
        "--time", type=float, metavar="SECONDS", help="train for this long, pretraining included"
    )
    effort.add_argument("--steps", type=int, help="after pretraining")
    p.add_argument(
        "--batch", type=int, help="frames per step, from an epoch's permutation; 0: all of them"
    )
    p.add_argument("--learning-rate", type=float)
    decay = p.add_mutually_exclusive_group()
    decay.add_argument("--decay", type=float, help="factor on the rate per step")
    decay.add_argument(
        "--final-rate", type=float, help="rate at the end, relative to the start, instead of --decay"
    )
    p.add_argument("--pretrain-steps", type=int)
    p.add_argument("--pretrain-rate", type=float, help="default: --learning-rate")
    p.add_argument("--reconstruction-weight", type=float, default=1000.0)
    p.add_argument("--label-weight", type=float)
    p.add_argument(
        "--balance-weight", type=float, default=0.0, help="of the pretraining's cross entropy to 1/N"
    )
    p.add_argument("--expert-stage", type=float, help="fraction after which only the experts train")
    p.add_argument(
        "--report", type=numbers, default=[], metavar="S,S", help="seconds at which to measure"
    )
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--threads", type=int, default=0, help="0: all cores")
    args = p.parse_args()
    defaults = preset(args.preset)
    if args.decay is not None:
        defaults.pop("final_rate", None)
    for name, value in defaults.items():
        if getattr(args, name) is None:
            setattr(args, name, value)
    args.first_bound = 1.0 if args.first_init == "siren" else math.sqrt(6) / OMEGA
    for name in ("encoder", "manager_encoder", "manager_head", "expert"):
        width, layers = getattr(args, name)
        setattr(args, name, (args.width or width, args.layers or layers))
    return args


def adam(parameters, rate):
    return torch.optim.Adam(parameters, lr=rate, betas=(0.9, 0.999), eps=1e-8)


class Clock:
    """Seconds since the start, without those in `paused`."""

    def __init__(self):
        self.begin, self.out = time.perf_counter(), 0.0

    def elapsed(self):
        return time.perf_counter() - self.begin - self.out

    def paused(self, work):
        begin = time.perf_counter()
        result = work()
        self.out += time.perf_counter() - begin
        return result


def say(**values):
    print(json.dumps(values), flush=True)


class Fit:
    def __init__(self, args):
        self.args = args
        rate, samples = read_wav(args.wav)
        first = round(args.start * rate)
        last = len(samples) if args.seconds_of_audio is None else first + round(args.seconds_of_audio * rate)
        samples = samples[first:last]
        if args.mono:
            samples = samples.mean(1, keepdims=True, dtype=np.float64).astype(np.float32)
        self.y = torch.from_numpy(samples / np.abs(samples).max())
        self.frames = len(samples)
        if args.domain is None:
            half = args.band * (max(self.frames, 2) - 1) * math.pi / (OMEGA * args.first_bound)
            args.domain = [-half, half]
        self.x = torch.linspace(*args.domain, self.frames, dtype=torch.float64).float()[:, None]
        self.generator = torch.Generator().manual_seed(args.seed)
        torch.manual_seed(args.seed)
        self.labels = balanced_labels(self.frames, args.experts, self.generator)
        self.model = NeuralExperts(args, samples.shape[1])
        self.reports = sorted(args.report)
        self.order = torch.empty(0, dtype=torch.int64)
        say(
            peer=f"PyTorch {torch.__version__} eager",
            threads=torch.get_num_threads(),
            parameters=sum(p.numel() for p in self.model.parameters()),
            frames=self.frames,
            channels=samples.shape[1],
            rate_hz=rate,
            **{k: v for k, v in vars(args).items() if k != "threads"},
        )

    def batch(self):
        """All frames, or the next part of an epoch; an incomplete last part is dropped."""
        n = self.args.batch
        if not 0 < n < self.frames:
            return self.x, self.y, self.labels
        if len(self.order) < n:
            self.order = torch.randperm(self.frames, generator=self.generator)
        at, self.order = self.order[:n], self.order[n:]
        return self.x[at], self.y[at], self.labels[at]

    def fraction(self, step):
        if self.args.time:
            return self.clock.elapsed() / self.args.time
        return step / self.args.steps

    def measure(self, stage, step, loss):
        def work():
            y, usage = self.model.top1(self.x, self.y.shape[1])
            noise = (y - self.y).double().square().mean().item()
            return noise, 10 * math.log10(self.y.double().square().mean().item() / noise), usage.tolist()

        seconds = self.clock.elapsed()
        mse, snr, usage = self.clock.paused(work)
        say(stage=stage, step=step, seconds=round(seconds, 3), snr_db=snr, mse=mse, loss=loss, usage=usage)

    def due(self):
        while self.reports and self.clock.elapsed() >= self.reports[0]:
            del self.reports[0]
            return True
        return False

    def pretrain(self):
        args, n = self.args, self.args.experts
        optimiser = adam(self.model.parameters(), args.pretrain_rate or args.learning_rate)
        step = 0
        while step < args.pretrain_steps and n > 1 and not (args.time and self.fraction(0) >= 1):
            x, _, labels = self.batch()
            logits = self.model.manager(x)
            loss = label_loss(logits, labels)
            if args.balance_weight:
                q = logits.softmax(1)
                loss = loss + args.balance_weight * F.binary_cross_entropy(q, torch.full_like(q, 1 / n))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            step += 1
            if self.due():
                self.measure("pretraining", step, loss.item())
        if step > 0:
            self.measure("pretraining", step, loss.item())

    def step(self, optimiser, labelled):
        args = self.args
        x, y, labels = self.batch()
        logits, outputs = self.model(x)
        q = logits.softmax(1)
        error = (outputs - y).square().mean(2)  # [N, batch]
        loss = args.reconstruction_weight * (q.T * error).sum(0).mean() / args.experts
        if labelled:
            loss = loss + args.label_weight * label_loss(logits, labels)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        return loss

    def run(self):
        args = self.args
        self.clock = Clock()
        self.pretrain()
        optimiser, stage, step = adam(self.model.parameters(), args.learning_rate), "all", 0
        loss = torch.tensor(0.0)
        while (done := self.fraction(step)) < 1:
            if stage == "all" and done >= args.expert_stage:
                stage = "experts"
                self.model.requires_grad_(False)
                self.model.experts.requires_grad_(True)
                optimiser = adam(self.model.experts.parameters(), args.learning_rate)
            decayed = args.decay**step if args.final_rate is None else args.final_rate**done
            optimiser.param_groups[0]["lr"] = args.learning_rate * decayed
            loss = self.step(optimiser, stage == "all" and args.experts > 1 and args.label_weight > 0)
            step += 1
            if self.due():
                self.measure(stage, step, loss.item())
        self.measure("end", step, loss.item())


if __name__ == "__main__":
    options = arguments()
    if options.threads:
        torch.set_num_threads(options.threads)
    Fit(options).run()
