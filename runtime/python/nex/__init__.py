"""Small files for the sounds, pictures and shapes of microcontrollers.

    import nex

    samples, rate, loop = nex.decode("hello.nex")            # int16, (frames, channels)
    open("hello.nex", "wb").write(nex.encode(samples, rate=rate, size=2000))

`encode` makes the bytes that `ne-train export` makes with the same options, and `decode`
gives the samples that a microcontroller plays and shows, to the bit. Both leave Python's lock
while they work, and use all cores.
"""

from __future__ import annotations

import os
import warnings
from typing import Any, Literal, NamedTuple, Sequence, Union

import numpy as np
import numpy.typing as npt

from . import _nex
from ._nex import Error, __version__

__all__ = [
    "Error",
    "Picture",
    "Shape",
    "Sound",
    "__version__",
    "decode",
    "encode",
    "encode_picture",
    "encode_shape",
    "encode_sound",
    "info",
]
File = Union[str, "os.PathLike[str]", bytes, bytearray, memoryview]
Effort = Literal["fast", "normal", "best"]


class Sound(NamedTuple):
    """A sound.

    Attributes:
        samples: int16, shape (frames, channels).
        rate: frames per second, 1 to 768,000.
        loop: the frames to play over and over, the first and the one after the last; None if
            the file names none.
    """

    samples: npt.NDArray[np.int16]
    rate: int
    loop: tuple[int, int] | None


class Picture(NamedTuple):
    """A picture.

    Attributes:
        pixels: uint8, shape (height, width, channels). 1 channel: gray; 2: gray and alpha;
            3: red, green, blue; 4: these and alpha, which is not multiplied into the colours.
    """

    pixels: npt.NDArray[np.uint8]


class Shape(NamedTuple):
    """A shape, as the signed distance to its surface in a cube of voxels.

    Attributes:
        distances: float32, shape (n, n, n), indexed [z, y, x]: of the middles of the voxels, in
            the shape's own units, negative inside. Voxel i of an axis has its middle at
            origin + (i + 0.5) * side / n. Exact near the surface; elsewhere the sign is right.
        origin: x, y, z of the cube's corner of the smallest coordinates.
        side: length of the cube's sides.
    """

    distances: npt.NDArray[np.float32]
    origin: tuple[float, float, float]
    side: float


def info(file: File) -> dict[str, Any]:
    """Says what a file holds and what it takes, without decoding it.

    Args:
        file: a path, or the bytes of a .nex file.

    Returns:
        A dict with `signal` ("sound", "picture" or "shape"), `profile` ("compact" or "neural"),
        `file_bytes`, `memory_bytes` (what the decoder in Rust needs at least on a device) and
        `comment` (str or None); of a sound `rate` in Hz, `channels`, `frames`, `seconds` and
        `loop`; of a picture `width`, `height`, `channels` and `tile` (columns and rows that are
        decoded together); of a shape `cells` along a side, `origin` and `side`.

    Raises:
        Error: the file is no .nex file, or damaged.
        OSError: it cannot be read.
    """
    return _nex.info(_bytes(file))


def decode(
    file: File, *, max_samples: int = 1 << 28, resolution: int | None = None
) -> Sound | Picture | Shape:
    """Decodes a whole file, of either profile.

    Args:
        file: a path, or the bytes of a .nex file.
        max_samples: frames or pixels, times channels, that are decoded at most: a file of a few
            bytes may promise days of sound.
        resolution: of a shape, voxels along a side, 1 to 512. None: as many as the file has.

    Returns:
        A Sound, a Picture or a Shape: arrays that may be written to.

    Raises:
        Error: the file is no .nex file, is damaged, or holds more than max_samples.
        OSError: it cannot be read.
    """
    data = _bytes(file)
    signal = _nex.info(data)["signal"]
    if signal == "sound":
        raw, rate, channels, loop = _nex.decode_sound(data, max_samples)
        return Sound(np.frombuffer(raw, np.int16).reshape(-1, channels), rate, loop)
    if signal == "picture":
        raw, height, width, channels = _nex.decode_picture(data, max_samples)
        return Picture(np.frombuffer(raw, np.uint8).reshape(height, width, channels))
    raw, n, (x, y, z), side = _nex.decode_shape(data, resolution)
    return Shape(np.frombuffer(raw, np.float32).reshape(n, n, n), (x, y, z), side)


def encode(
    array: npt.ArrayLike, *, rate: int | None = None, side: float | None = None, **options: Any
) -> bytes:
    """Encodes a sound (give its rate), a shape (give its side) or else a picture.

    Args:
        array: see `encode_sound`, `encode_shape` and `encode_picture`.
        rate: frames per second of a sound.
        side: length of the sides of a shape's cube.
        options: those of the function that is called: a TypeError says which are not.

    Returns:
        The bytes of a .nex file.
    """
    if rate is not None:
        return encode_sound(array, rate, **options)
    if side is not None:
        return encode_shape(array, side, **options)
    given = np.asarray(array)
    if given.dtype == np.int16 or (given.ndim < 3 and given.dtype.kind == "f"):
        raise TypeError("to encode a sound give rate=, its frames per second")
    return encode_picture(given, **options)


def encode_sound(
    samples: npt.ArrayLike,
    rate: int,
    *,
    size: int | None = None,
    bitrate: float | None = None,
    snr: float | None = None,
    quality: float | None = None,
    tune: Literal["perceptual", "snr"] | None = None,
    effort: Effort = "normal",
    loop: bool | Sequence[int] | None = None,
    half_memory: bool = False,
    max_block: int | None = None,
    chunk: int | None = None,
    models: Literal["any", "narrowband", "wideband"] = "any",
    comment: str | None = None,
) -> bytes:
    """Encodes a sound in the compact profile; the options are those of `ne-train export`.

    Args:
        samples: int16, or floats of full scale 1.0; shape (frames,) or (frames, channels), 1 or
            2 channels.
        rate: frames per second, 1 to 768,000.
        size: bytes of the whole file at most.
        bitrate: kilobits (1000) per second at most, the whole file.
        snr: at least this signal-to-noise ratio in dB, in the fewest bytes.
        quality: 0 (rough) to 100 (fine). Of snr and quality only one; without any target 50,
            with a limit alone the best that fits.
        tune: spend the bytes on what is heard, or on the least error. None: by the target.
        effort: how long to search: "best" takes ten times as long as "normal".
        loop: True if the whole sound is played over and over, or two frames: the first that is,
            and the one after the last.
        half_memory: take half the decoder's memory, as `--target` does.
        max_block: samples of the longest block, a power of two, 32 to 2048. None: by the sound.
        chunk: frames between the points that a jump starts from, a power of two, 32 to 131072.
        models: for a decoder with one model alone; "narrowband" is `--features
            compact-narrowband`.
        comment: stored in the file, such as an attribution.

    Returns:
        The bytes of a .nex file.

    Raises:
        Error: no file meets the target.
        ValueError, TypeError: an argument is not as described.
    """
    array = _numbers(samples, "samples")
    if not 1 <= rate <= 768_000:
        raise ValueError(f"rate is 1 to 768000 frames per second, not {rate}")
    if array.dtype == np.int16:
        floats = array.astype(np.float32) / np.float32(32768)
    elif array.dtype.kind == "f":
        floats = array.astype(np.float32)
        beyond = int(np.count_nonzero(np.abs(floats) > 1))
        if beyond:
            warnings.warn(
                f"{beyond} samples exceed full scale, 1.0, and are clipped; lower the volume",
                stacklevel=2,
            )
    else:
        raise TypeError(
            f"samples are {array.dtype}; give int16, or floats of full scale 1.0, such as "
            f"(samples / 2**31).astype('float32') of int32"
        )
    if floats.ndim == 1:
        floats = floats[:, None]
    if floats.ndim != 2 or 0 in floats.shape:
        raise ValueError(f"samples have the shape {array.shape}; give (frames, channels), one frame or more")
    if floats.shape[1] > 8 >= floats.shape[0]:
        raise ValueError(
            f"samples have the shape {array.shape}, (frames, channels); transpose them: samples.T"
        )
    _one_of(snr=snr, quality=quality)
    if bitrate is not None and not bitrate > 0:
        raise ValueError(f"bitrate is above 0, not {bitrate}")
    if loop is None or loop is False:
        points = None
    elif loop is True:
        points = (0, len(floats))
    else:
        start, end = (int(frame) for frame in loop)
        if not 0 <= start < end <= len(floats):
            raise ValueError(f"loop is ({start}, {end}); it begins and ends in 0 to {len(floats)}")
        points = (start, end)
    own = {
        "bitrate": bitrate,
        "snr": snr,
        "tune": tune,
        "effort": effort,
        "models": models,
        "loop": points,
        "half_memory": half_memory,
        "max_block": max_block,
        "chunk": chunk,
    }
    common = _common(size, quality, comment)
    return _nex.encode_sound(floats.tobytes(), rate, floats.shape[1], common, own)


def encode_picture(
    pixels: npt.ArrayLike,
    *,
    size: int | None = None,
    quality: float | None = None,
    psnr: float | None = None,
    lossless: bool | None = None,
    tune: Literal["eye", "psnr"] | None = None,
    effort: Effort = "normal",
    mix: bool = True,
    memory: int | None = None,
    rgb565: bool = False,
    hidden: bool = False,
    tile: int | None = None,
    comment: str | None = None,
) -> bytes:
    """Encodes a picture in the compact profile; the options are those of `ne-train export`.

    Alpha that is opaque everywhere is left out, and colours that are all gray are stored as
    gray: decoded, the picture has fewer channels then.

    Args:
        pixels: uint8, shape (height, width) or (height, width, channels), 1 to 65,535 pixels a
            side. 1 channel: gray; 2: gray and alpha; 3: red, green, blue; 4: these and alpha.
        size: bytes of the whole file at most.
        quality: 0 (rough) to 100 (fine).
        psnr: at least this peak signal-to-noise ratio in dB, in the fewest bytes. Of psnr and
            quality only one; without any target 50, with a limit alone the best that fits.
        lossless: True keeps every pixel, for icons and text; False never does; None where that
            pays.
        tune: spend the bytes on what is seen, or on the least error. None: by the target.
        effort: how long to search: "best" takes ten times as long as "normal".
        mix: parts of a lossy picture may be lossless, where that costs less. The decoder needs
            its part for lossless pictures then.
        memory: colours that a lossless picture's decoder keeps at most, of 5 bytes each; a power
            of two, 16 to 65536. None: 16384.
        rgb565: of a lossless picture only what a display of 16 bits a pixel shows.
        hidden: keep the colours of fully transparent pixels in a lossless picture.
        tile: side of tiles that decode alone, in pixels, a power of two, 32 to 65536. None: the
            picture is one.
        comment: stored in the file, such as an attribution.

    Returns:
        The bytes of a .nex file.

    Raises:
        Error: no file meets the target.
        ValueError, TypeError: an argument is not as described.
    """
    array = _numbers(pixels, "pixels")
    if array.dtype != np.uint8:
        raise TypeError(
            f"pixels are {array.dtype}; give uint8, such as (255 * pixels).round().astype('uint8') "
            "of floats from 0 to 1"
        )
    if array.ndim == 2:
        array = array[:, :, None]
    if array.ndim != 3 or not 1 <= array.shape[2] <= 4 or not 1 <= min(array.shape[:2]):
        raise ValueError(
            f"pixels have the shape {np.shape(pixels)}; give (height, width, channels) of 1 to 4 "
            "channels"
        )
    if max(array.shape) > 65_535:
        raise ValueError(f"a picture has 65535 pixels a side at most, not {max(array.shape)}; cut it")
    _one_of(psnr=psnr, quality=quality)
    if lossless and (psnr is not None or quality is not None or tune is not None):
        raise ValueError("a lossless picture has no psnr, quality or tune; leave them out")
    own = {
        "lossless": lossless,
        "psnr": psnr,
        "tune": tune,
        "effort": effort,
        "mix": mix,
        "memory": memory,
        "rgb565": rgb565,
        "hidden": hidden,
        "tile": tile,
    }
    height, width, channels = array.shape
    common = _common(size, quality, comment)
    return _nex.encode_picture(array.tobytes(), (height, width, channels), common, own)


def encode_shape(
    distances: npt.ArrayLike,
    side: float,
    *,
    origin: Sequence[float] = (0.0, 0.0, 0.0),
    size: int | None = None,
    quality: float | None = None,
    error: float | None = None,
    comment: str | None = None,
) -> bytes:
    """Encodes a shape in the compact profile.

    Args:
        distances: floats, shape (n, n, n), n from 16 to 512, indexed [z, y, x]: see Shape. They
            count within some voxels of the surface, elsewhere only their sign.
        side: length of the cube's sides, above 0.
        origin: x, y, z of the cube's corner of the smallest coordinates.
        size: bytes of the whole file at most.
        quality: 0 (rough) to 100 (fine).
        error: root mean square error of the distances near the surface at most, in the shape's
            units, in the fewest bytes. Of error and quality only one; without any target 50,
            with a limit alone the best that fits.
        comment: stored in the file, such as an attribution.

    Returns:
        The bytes of a .nex file.

    Raises:
        Error: no file meets the target.
        ValueError, TypeError: an argument is not as described.
    """
    array = _numbers(distances, "distances").astype(np.float32)
    if array.ndim != 3 or len(set(array.shape)) != 1 or not 16 <= array.shape[0] <= 512:
        raise ValueError(f"distances have the shape {array.shape}; give (n, n, n), n 16 to 512")
    if not (side > 0 and np.isfinite(side)):
        raise ValueError(f"side is above 0, not {side}")
    _one_of(error=error, quality=quality)
    x, y, z = (float(value) for value in origin)
    common = _common(size, quality, comment)
    return _nex.encode_shape(array.tobytes(), len(array), ((x, y, z), side), common, error)


def _bytes(file: File) -> bytes:
    """The bytes of a file, or those given."""
    if isinstance(file, (bytes, bytearray, memoryview)):
        return bytes(file)
    with open(file, "rb") as stream:
        return stream.read()


def _numbers(given: npt.ArrayLike, what: str) -> npt.NDArray[Any]:
    array = np.asarray(given)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{what} are {array.dtype}; give an array of numbers")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"some {what} are no finite numbers; np.nan_to_num makes them 0")
    return array


def _one_of(**given: float | None) -> None:
    named = {name: value for name, value in given.items() if value is not None}
    if len(named) > 1:
        raise ValueError(f"{' and '.join(named)} are both given; leave one out")
    for name, value in named.items():
        if not np.isfinite(value):
            raise ValueError(f"{name} is a finite number, not {value}")


def _common(size: int | None, quality: float | None, comment: str | None) -> dict[str, Any]:
    if size is not None and size < 1:
        raise ValueError(f"size is in bytes, 1 or more, not {size}")
    if quality is not None and not 0 <= quality <= 100:
        raise ValueError(f"quality is from 0 to 100, not {quality}")
    return {"size": size, "quality": quality, "comment": comment}
