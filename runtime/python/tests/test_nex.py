#!/usr/bin/env python3
"""Tests the installed package: `test_nex.py PROGRAM`, in the repository, PROGRAM an ne-train.

Files are those that `PROGRAM export` makes of the same samples, samples those that it decodes
and those of the golden files' checksums.
"""

import struct
import subprocess
import sys
import tempfile
import unittest
import warnings
import wave
import zlib
from pathlib import Path

import numpy as np

import nex

PROGRAM = ""
SOUNDS = Path("examples/sounds")
CLIPS = Path("examples/clips")
GOLDEN = Path("tests/golden")


def read_wav(path):
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return samples.reshape(-1, file.getnchannels()), file.getframerate()


def write_png(path, pixels):
    height, width, channels = pixels.shape
    chunk = lambda name, data: (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    )
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts))


def read_png(path):
    """A PNG of 8 bits a sample, of any filters."""
    data = path.read_bytes()
    at, packed = 8, b""
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if name == b"IHDR":
            width, height, depth, kind = struct.unpack_from(">IIBB", body)
            assert depth == 8
        packed += body if name == b"IDAT" else b""
        at += length + 12
    channels = {0: 1, 4: 2, 2: 3, 6: 4}[kind]
    raw = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, -1)
    above, rows = [[0] * channels] * (width + 1), []
    for filtering, *row in raw.tolist():
        line = [[0] * channels]
        for x in range(width):
            pixel = []
            for c in range(channels):
                a, b, corner = line[x][c], above[x + 1][c], above[x][c]
                p = a + b - corner
                near = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - corner), 2, corner))
                guess = (0, a, b, (a + b) // 2, near[2])[filtering]
                pixel.append((row[x * channels + c] + guess) & 255)
            line.append(pixel)
        rows.append(line[1:])
        above = line
    return np.array(rows, np.uint8)


class Nex(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def program(self, *arguments):
        words = [PROGRAM, *map(str, arguments)]
        done = subprocess.run(words, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, f"{words}: {done.stderr}")

    def exported(self, given, *options):
        out = self.folder / "made.nex"
        out.unlink(missing_ok=True)
        self.program("export", given, out, *options)
        return out.read_bytes()

    def same_sound(self, samples, rate, path, asked):
        for options, arguments in asked:
            with self.subTest(**options):
                made = nex.encode(samples, rate=rate, **options)
                self.assertEqual(made, self.exported(path, *arguments))

    def test_sounds_are_those_of_the_program(self):
        path = SOUNDS / "hello-world.wav"
        samples, rate = read_wav(path)
        asked = [
            ({}, []),
            ({"size": 1200}, ["--size", "1200"]),
            ({"bitrate": 9.5, "comment": "by hand"}, ["--bitrate", "9.5", "--comment", "by hand"]),
            ({"snr": 22}, ["--snr", "22"]),
            ({"quality": 30, "effort": "fast"}, ["--quality", "30", "--effort", "fast"]),
            ({"half_memory": True, "tune": "snr"}, ["--target", "rp2040", "--tune", "snr"]),
            ({"models": "wideband"}, ["--features", "compact-wideband"]),
            ({"max_block": 128, "chunk": 1024}, ["--max-block", "128", "--chunk", "1024"]),
            ({"loop": (400, 9000)}, ["--loop=400..9000"]),
            ({"loop": True}, ["--loop"]),
        ]
        self.same_sound(samples, rate, path, asked)
        # One dimension, and floats, are the same sound.
        self.assertEqual(
            nex.encode(samples[:, 0] / 32768, rate=rate), nex.encode(samples, rate=rate)
        )

    def test_stereo_is_that_of_the_program(self):
        path = SOUNDS / "bell-stereo.wav"
        samples, rate = read_wav(path)
        self.assertEqual(samples.shape[1], 2)
        self.same_sound(samples, rate, path, [({"bitrate": 40}, ["--bitrate", "40"])])

    def test_pictures_are_those_of_the_program(self):
        icon = nex.decode(CLIPS / "icon.nex").pixels
        cat = nex.decode(CLIPS / "chelsea.nex").pixels[:100, :140]
        cases = [
            (icon, {}, []),
            (icon, {"rgb565": True, "memory": 1024}, ["--rgb565", "--memory", "1k"]),
            (icon, {"lossless": True, "hidden": True}, ["--lossless", "--hidden"]),
            (icon, {"lossless": False, "mix": False}, ["--lossy", "--mix", "never"]),
            (icon[:, :, 3:], {}, []),
            (cat, {}, []),
            (cat, {"size": 900}, ["--size", "900"]),
            (cat, {"psnr": 31, "tile": 64}, ["--psnr", "31", "--tile", "64"]),
            (cat, {"quality": 20, "tune": "psnr"}, ["--quality", "20", "--tune", "psnr"]),
            (cat[:, :, :1].repeat(3, axis=2), {"effort": "fast"}, ["--effort", "fast"]),
        ]
        for pixels, options, arguments in cases:
            with self.subTest(shape=pixels.shape, **options):
                path = self.folder / "picture.png"
                write_png(path, pixels)
                self.assertEqual(nex.encode(pixels, **options), self.exported(path, *arguments))

    def test_samples_are_those_that_the_program_decodes(self):
        for name in ["hello-world", "bell", "hello-world-neural"]:
            out = self.folder / f"{name}.wav"
            self.program("decode", CLIPS / f"{name}.nex", out)
            samples, rate = read_wav(out)
            sound = nex.decode(CLIPS / f"{name}.nex")
            self.assertEqual(sound.rate, rate)
            self.assertEqual(sound.samples.dtype, np.int16)
            np.testing.assert_array_equal(sound.samples, samples)
        for name in ["icon", "hills"]:
            out = self.folder / f"{name}.png"
            self.program("decode", CLIPS / f"{name}.nex", out)
            np.testing.assert_array_equal(nex.decode(CLIPS / f"{name}.nex").pixels, read_png(out))

    def test_golden_files_have_their_checksums_and_others_are_refused(self):
        decoded = refused = 0
        for folder, name in [(GOLDEN, "golden"), (GOLDEN / "images", "images")]:
            for line in (folder / f"{name}.txt").read_text().splitlines():
                file, said = line.split(": ", 1)
                with self.subTest(file=file):
                    if len(said) == 8:
                        array = nex.decode(folder / file)[0]
                        little = array.astype(array.dtype.newbyteorder("<"))
                        self.assertEqual(f"{zlib.crc32(little.tobytes()):08x}", said)
                        decoded += 1
                    else:
                        with self.assertRaises(nex.Error):
                            nex.decode(folder / file)
                        refused += 1
        self.assertGreater(min(decoded, refused), 20)

    def test_a_sphere_is_stored_as_distances(self):
        n, side, radius = 32, 4.0, 1.25
        origin = (-1.0, 0.0, 5.0)
        middles = [corner + (np.arange(n) + 0.5) * side / n for corner in origin]
        z, y, x = np.meshgrid(*reversed(middles), indexing="ij")
        exact = np.sqrt((x - 1.0) ** 2 + (y - 1.75) ** 2 + (z - 7.25) ** 2) - radius
        data = nex.encode(exact, side=side, origin=origin, error=0.004)
        shape = nex.decode(data)
        self.assertEqual((shape.origin, shape.side), (origin, side))
        near = np.abs(exact) < side / n
        error = shape.distances - exact
        self.assertLess(np.sqrt(np.mean(error[near] ** 2)), 0.0045)
        clear = np.abs(exact) > side / n
        np.testing.assert_array_equal(shape.distances[clear] < 0, exact[clear] < 0)
        self.assertEqual(nex.decode(data, resolution=8).distances.shape, (8, 8, 8))
        self.assertEqual(nex.info(data)["cells"], n)

    def test_facts(self):
        sound = nex.info(CLIPS / "hello-world.nex")
        self.assertEqual((sound["signal"], sound["profile"]), ("sound", "compact"))
        self.assertEqual((sound["rate"], sound["channels"], sound["frames"]), (8000, 1, 11234))
        self.assertEqual(sound["file_bytes"], (CLIPS / "hello-world.nex").stat().st_size)
        self.assertGreater(sound["memory_bytes"], 1000)
        picture = nex.info((CLIPS / "icon.nex").read_bytes())
        self.assertEqual((picture["width"], picture["height"], picture["channels"]), (48, 48, 4))
        ramp = np.arange(-500, 500, dtype=np.int16)
        looped = nex.encode(ramp, rate=8000, loop=(10, 900), comment="ours")
        self.assertEqual(nex.decode(looped).loop, (10, 900))
        self.assertEqual(nex.info(looped)["comment"], "ours")

    def test_errors_say_the_mend(self):
        tone = (np.sin(np.arange(4000)) * 9000).astype(np.int16)
        gray = np.zeros((8, 8), np.uint8)
        noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
        cases = [
            (TypeError, "give rate=", lambda: nex.encode(tone)),
            (TypeError, "psnr", lambda: nex.encode(tone, rate=8000, psnr=30)),
            (TypeError, "full scale", lambda: nex.encode(tone.astype(np.int32), rate=8000)),
            (TypeError, "uint8", lambda: nex.encode(np.zeros((8, 8, 3)))),
            (ValueError, "768000", lambda: nex.encode(tone, rate=0)),
            (ValueError, "transpose", lambda: nex.encode(tone.reshape(1, -1), rate=8000)),
            (ValueError, "leave one out", lambda: nex.encode(tone, rate=8000, snr=9, quality=9)),
            (ValueError, "0 to 100", lambda: nex.encode(tone, rate=8000, quality=101)),
            (ValueError, "power of two", lambda: nex.encode(tone, rate=8000, max_block=100)),
            (ValueError, "'perceptual' or 'snr'", lambda: nex.encode(tone, rate=8000, tune="eye")),
            (ValueError, "0 to 4000", lambda: nex.encode(tone, rate=8000, loop=(5, 4001))),
            (ValueError, "nan_to_num", lambda: nex.encode([0.5, np.nan], rate=8000)),
            (ValueError, "power of two", lambda: nex.encode(gray, tile=33)),
            (ValueError, "leave them out", lambda: nex.encode(gray, lossless=True, quality=3)),
            (ValueError, "cut it", lambda: nex.encode(np.zeros((2, 65536), np.uint8))),
            (ValueError, "n 16 to 512", lambda: nex.encode(np.zeros((8, 8, 8)), side=1)),
            (nex.Error, "allow more", lambda: nex.encode(noise, size=10)),
            (nex.Error, "tune='snr'", lambda: nex.encode(tone, rate=8000, size=30)),
            (nex.Error, "some of them", lambda: nex.encode(np.zeros((9, 3)), rate=8000)),
            (nex.Error, "WAV", lambda: nex.decode(SOUNDS / "bell.wav")),
            (nex.Error, "no .nex file", lambda: nex.info(b"what is this?")),
            (nex.Error, "max_samples", lambda: nex.decode(CLIPS / "bell.nex", max_samples=99)),
            (nex.Error, "1 to 512", lambda: nex.decode(CLIPS / "duck.nex", resolution=0)),
            (FileNotFoundError, "nowhere.nex", lambda: nex.decode("nowhere.nex")),
        ]
        for kind, words, call in cases:
            with self.subTest(words=words):
                with self.assertRaises(kind) as caught:
                    call()
                self.assertIn(words, str(caught.exception))
        self.assertTrue(issubclass(nex.Error, ValueError))
        damaged = bytearray((CLIPS / "bell.nex").read_bytes())
        damaged[100] ^= 1
        with self.assertRaisesRegex(nex.Error, "damaged.*intact copy"):
            nex.decode(damaged)
        with self.assertWarnsRegex(UserWarning, "lower the volume"):
            nex.encode([0.0, 1.5, -1.5, 0.0], rate=8000)

    def test_arrays_may_be_views_and_are_writable(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            icon = nex.decode(CLIPS / "icon.nex").pixels
        mirrored = icon[:, ::-1]
        back = nex.decode(nex.encode(mirrored, lossless=True)).pixels
        seen = mirrored[:, :, 3] > 0
        np.testing.assert_array_equal(back[seen], mirrored[seen])
        back[0, 0] = 7
        self.assertEqual(back[0, 0, 0], 7)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
