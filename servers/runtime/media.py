"""Small files that stand for pictures, sounds and documents: valid ones of their kind, as base64."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from collections.abc import Callable

from inftool.servers.runtime.draw import Draw


def file_for(media: str, draw: Draw) -> str:
    """Return a file of a media type as base64; a few bytes of text where none of that type is made here."""
    make = _MAKERS.get(media.partition(";")[0].strip().lower(), _text)
    return b64encode(make(draw)).decode()


def _png(draw: Draw) -> bytes:
    """Return a picture of one pixel."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = bytes([0, draw.below(256), draw.below(256), draw.below(256)])
    # Stored blocks, not compressed ones: these are the same whatever zlib is installed.
    stored = b"\x78\x01\x01" + struct.pack("<HH", len(pixel), 0xFFFF - len(pixel)) + pixel
    data = stored + struct.pack(">I", zlib.adler32(pixel))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _gif(draw: Draw) -> bytes:
    """Return a picture of one pixel."""
    colours = bytes(draw.below(256) for _ in range(3)) + b"\xff\xff\xff"
    return b"GIF89a\x01\0\x01\0\x80\0\0" + colours + b",\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"


def _svg(draw: Draw) -> bytes:
    colour = f"#{draw.below(1 << 24):06x}"
    path = f'<path fill="{colour}" d="M0 0h1v1H0z"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1">{path}</svg>'.encode()


def _wav(draw: Draw) -> bytes:
    """Return eight samples of eight bits."""
    samples = bytes(draw.below(256) for _ in range(8))
    form = struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _text(draw: Draw) -> bytes:
    return bytes(draw.pick((b"hello", b"world", b"garden", b"lantern", b"harbor")))


_MAKERS: dict[str, Callable[[Draw], bytes]] = {
    "image/png": _png,
    "image/gif": _gif,
    "image/svg+xml": _svg,
    "audio/wav": _wav,
    "audio/x-wav": _wav,
    "audio/wave": _wav,
}
