"""Small real pictures and sounds, made here: a test needs no file of anybody else's."""

import struct
import zlib
from random import Random

from questionnaires import Questionnaire
from survey.fieldwork.media import File, file, uses

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'
    b'<rect width="40" height="20" fill="#0a6"/></svg>'
)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int = 60, height: int = 30, *, noise: bool = False) -> bytes:
    """A jade rectangle; with noise, one that compresses badly."""
    rng = Random(1)
    row = b"\x00" + bytes((10, 120, 90)) * width
    rows = [b"\x00" + rng.randbytes(3 * width) if noise else row for _ in range(height)]
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(b"".join(rows)))
        + _chunk(b"IEND", b"")
    )


def jpeg(width: int = 60, height: int = 30) -> bytes:
    """The head of a JPEG: what its kind and its size are read from."""
    app = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    frame = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03" + bytes(9)
    return b"\xff\xd8" + app + frame + b"\xff\xd9"


def webp(width: int = 60, height: int = 30, form: bytes = b"VP8X") -> bytes:
    """The head of a WebP of one of its three forms."""
    if form == b"VP8X":
        data = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    elif form == b"VP8L":
        data = b"\x2f" + ((width - 1) | (height - 1) << 14).to_bytes(4, "little")
    else:
        data = bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", width, height)
    chunk = form + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def mp3(frames: int = 40) -> bytes:
    """About a second of silence: frames of 417 bytes at 128 kbit/s, 44.1 kHz."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def ogg() -> bytes:
    return b"OggS\x00\x02" + bytes(22)


def m4a() -> bytes:
    return struct.pack(">I", 24) + b"ftypM4A " + bytes(12)


MADE = {
    "png": png,
    "jpg": jpeg,
    "webp": webp,
    "svg": lambda: SVG,
    "mp3": mp3,
    "ogg": ogg,
    "m4a": m4a,
}


def files_for(questionnaire: Questionnaire) -> dict[str, File]:
    """A file for everything that a form names, each with another content."""
    found = {}
    for number, use in enumerate(uses(questionnaire), 1):
        ending = use.file.rpartition(".")[2]
        content = png(60 + number) if ending == "png" else MADE[ending]()
        found[use.file] = file(use.file, content + (bytes(number) if ending == "mp3" else b""))
    return found
