"""Decodes a .nex file with PyTorch: the network in f32, top-1, one thread.

The file's weights are dequantised and the whole clip is evaluated in batches:
encoder and manager for every sample, then each expert for the samples that
chose it. The first layer's phases are integers, as in the file; everything
after is f32 with `torch.sin`. Prints JSON with samples per second, the median
of the repeats. With --reference, a WAV made by `ne-train decode`: whether the
NumPy decoder of `nex.py` gives the same bits, and the signal-to-noise ratio of
PyTorch's samples. Where two experts are all but tied, f32 may pick the other
one (`switched` frames); `snr_db_same_expert` leaves those out.

    python3 decode_torch.py clip.nex --reference clip.wav

Needs numpy and torch.
"""

import argparse
import json
import math
import statistics
import time

from needed import need

need("numpy", "torch")
import numpy as np  # noqa: E402
import torch  # noqa: E402

import nex  # noqa: E402

TAU = 2 * math.pi


def tensor(layer, unit):
    """Weights and biases of a sine layer in radians, of a linear one in `unit`s."""
    weights, bias = layer.weights.astype(np.float64), layer.bias.astype(np.float64)
    if layer.multiplier is not None:
        step = layer.multiplier.astype(np.float64)[:, None] * 2.0**-17  # Q15 inputs, 2^-32 units
        weights = weights * step
        bias = bias * 2.0**-16
    scale = TAU if layer.sine else unit
    return torch.tensor(weights * scale).float(), torch.tensor(bias * scale).float()


class Oscillators:
    def __init__(self, layer):
        self.frequency = torch.tensor(layer.weights[:, 0].astype(np.int64))
        self.phase = torch.tensor(layer.bias.astype(np.int64))

    def __call__(self, frames):
        phase = torch.addcmul(self.phase, frames[:, None], self.frequency)
        return torch.sin((phase & 0xFFFFFFFF).float() * (TAU * 2.0**-32))


class Mlp:
    def __init__(self, layers, unit=1.0):
        self.layers = [(*tensor(layer, unit), layer.sine) for layer in layers]

    def __call__(self, x):
        for weights, bias, sine in self.layers:
            x = torch.nn.functional.linear(x, weights, bias)
            if sine:
                x = torch.sin_(x)
        return x


class Clip:
    def __init__(self, file):
        self.frames, self.channels, self.peak = file.frames, file.channels, file.peak
        self.first, self.rest = Oscillators(file.encoder[0]), Mlp(file.encoder[1:])
        self.manager = None
        self.routing = None if file.routing is None else torch.tensor(file.routing)
        if file.manager_head is not None:
            own = file.manager_encoder
            self.manager = Oscillators(own[0]), Mlp(own[1:]), Mlp(file.manager_head)
        # In sample steps: an integer file's output unit is one already.
        unit = 1.0 if file.arithmetic == nex.INTEGER else 32768.0
        self.experts = [Mlp(e, unit) for e in file.experts]

    def batch(self, frames):
        features = self.rest(self.first(frames))
        if len(self.experts) == 1:
            return self.experts[0](features), torch.zeros(len(frames), dtype=torch.int64)
        if self.routing is not None:
            chosen = self.routing[frames]
        else:
            first, rest, head = self.manager
            chosen = head(torch.cat([rest(first(frames)), features], 1)).argmax(1)
        out = torch.empty(len(frames), self.channels)
        for k, expert in enumerate(self.experts):
            at = (chosen == k).nonzero().squeeze(1)
            if len(at) > 0:
                out.index_copy_(0, at, expert(features.index_select(0, at)))
        return out, chosen

    @torch.inference_mode()
    def decode(self, batch):
        frames = torch.arange(self.frames)
        parts = [self.batch(part) for part in frames.split(batch)]
        out = torch.cat([part[0] for part in parts])
        out = out.clamp(-self.peak, min(self.peak, 32767)).round().short()
        return out, torch.cat([part[1] for part in parts])


def snr_db(reference, other):
    reference, other = reference.astype(np.float64), other.astype(np.float64)
    noise = np.square(reference - other).sum()
    return 10 * math.log10(np.square(reference).sum() / noise) if noise > 0 else None


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    args.add_argument("file")
    args.add_argument("--reference", metavar="WAV", help="what ne-train decoded")
    args.add_argument("--at-least", type=float, metavar="DB", help="fail below this SNR")
    args.add_argument("--batch", type=int, default=4096)
    args.add_argument("--threads", type=int, default=1)
    args.add_argument("--repeats", type=int, default=5)
    args = args.parse_args()
    torch.set_num_threads(args.threads)
    file = nex.parse(open(args.file, "rb").read())
    clip = Clip(file)
    samples, chosen = (t.numpy() for t in clip.decode(args.batch))  # also warms up
    seconds = []
    for _ in range(args.repeats):
        begin = time.perf_counter()
        clip.decode(args.batch)
        seconds.append(time.perf_counter() - begin)
    result = {
        "decoder": f"PyTorch {torch.__version__}",
        "threads": args.threads,
        "batch": args.batch,
        "frames": clip.frames,
        "frames_per_second": clip.frames / statistics.median(seconds),
        "fastest": clip.frames / min(seconds),
        "slowest": clip.frames / max(seconds),
    }
    failed = False
    if args.reference:
        rate, reference = nex.read_wav(args.reference)
        assert rate == file.rate_hz and reference.shape == samples.shape, "another sound"
        exact, owners = nex.decode_all(file)
        same = owners == chosen
        snr = snr_db(reference[same], samples[same])
        result["numpy_bit_exact"] = bool((exact == reference).all())
        result["snr_db"] = snr_db(reference, samples)  # null: identical
        result["snr_db_same_expert"] = snr
        result["switched"] = int((~same).sum())
        failed = not result["numpy_bit_exact"]
        failed |= args.at_least is not None and snr is not None and snr < args.at_least
    print(json.dumps(result))
    return 3 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
