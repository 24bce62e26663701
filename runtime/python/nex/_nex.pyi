"""The part in Rust. What is meant for others is in `nex`."""

from typing import Any

__version__: str

class Error(ValueError):
    """A file that cannot be decoded, or a target that no file meets; the message says the mend."""

def info(bytes: bytes) -> dict[str, Any]: ...
def decode_sound(
    bytes: bytes, most: int
) -> tuple[bytearray, int, int, tuple[int, int] | None]: ...
def decode_picture(bytes: bytes, most: int) -> tuple[bytearray, int, int, int]: ...
def decode_shape(
    bytes: bytes, points: int | None
) -> tuple[bytearray, int, tuple[float, float, float], float]: ...
def encode_sound(
    samples: bytes, rate_hz: int, channels: int, common: dict[str, Any], own: dict[str, Any]
) -> bytes: ...
def encode_picture(
    samples: bytes, size: tuple[int, int, int], common: dict[str, Any], own: dict[str, Any]
) -> bytes: ...
def encode_shape(
    distances: bytes,
    voxels: int,
    cube: tuple[tuple[float, float, float], float],
    common: dict[str, Any],
    error: float | None,
) -> bytes: ...
