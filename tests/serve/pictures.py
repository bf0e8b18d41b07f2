"""Pictures for tests of takt serve: drawn, made, and as parts of messages."""
import base64
import struct
import subprocess
import zlib

from tap import path as scratch

ASK = "What do you see?"


def drawn(seed):
    """A picture as ./demo draws it, and the words of what it shows: ["blue triangle", ...]."""
    file = scratch(f"scene-{seed}.bmp")
    shown = subprocess.run(["tools/draw-scene", file, str(seed)], capture_output=True, text=True,
                           check=True).stdout
    with open(file, "rb") as f:
        return f.read(), [" ".join(t.split()[:2])
                          for t in shown.strip().removeprefix("Drawn: ").split(", ")]


def png(width, height, rows=None, level=-1):
    """A grey PNG; with ROWS only so many of them are there; LEVEL of compression, 0: none."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    lines = (b"\0" + b"\x80" * width) * (height if rows is None else rows)
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(lines, level)) + chunk(b"IEND", b""))


def url(data, kind="image/bmp"):
    return f"data:{kind};base64," + base64.b64encode(data).decode()


def part(data, **more):
    address = data if isinstance(data, str) else url(data)
    return {"type": "image_url", "image_url": {"url": address, **more}}


def says(*parts, text=ASK):
    return [{"role": "user", "content": [*parts, {"type": "text", "text": text}]}]
