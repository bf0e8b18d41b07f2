"""Animated GIFs for tests: frames of palette indices, packed without compression."""
import struct

COLOURS = [(245, 245, 245), (220, 30, 30), (30, 80, 220), (30, 150, 60)]
BITS = 6  # of an index: 64 colours
CLEAR, END = 1 << BITS, (1 << BITS) + 1


def packed(indices):
    """LZW codes of BITS + 1 bits; clearing now and then keeps them so short."""
    acc = n = 0
    data = bytearray()
    codes = []
    for i, v in enumerate(indices):
        codes += [CLEAR, v] if i % 32 == 0 else [v]
    for code in codes + [END]:
        acc |= code << n
        n += BITS + 1
        while n >= 8:
            data.append(acc & 255)
            acc >>= 8
            n -= 8
    data.append(acc & 255)
    blocks = [data[i:i + 255] for i in range(0, len(data), 255)]
    return b"".join(bytes([len(b)]) + b for b in blocks) + b"\0"


def gif(frames, width, height, delay=20, screen=None):
    """FRAMES: lists of width * height indices into COLOURS; DELAY: hundredths of a second. SCREEN:
    another size that the header says."""
    palette = b"".join(bytes(c) for c in COLOURS).ljust(3 << BITS, b"\0")
    out = b"GIF89a" + struct.pack("<HHBBB", *(screen or (width, height)), 0x80 | BITS - 1, 0, 0)
    out += palette
    for f in frames:
        out += struct.pack("<BBBBHBB", 0x21, 0xf9, 4, 0, delay, 0, 0)
        out += struct.pack("<BHHHHBB", 0x2c, 0, 0, width, height, 0, BITS) + packed(f)
    return out + b";"


def disc(x, y, radius=13, side=96, colour=1):
    """A disc in a square."""
    return [colour if (i % side - x) ** 2 + (i // side - y) ** 2 <= radius ** 2 else 0
            for i in range(side * side)]


def moving(way, n, radius=13):
    """A disc that moves "left", "right", "up" or "down", in N frames."""
    at = [16 + 64 * i / (n - 1) for i in range(n)]
    at = [96 - t for t in at] if way in ("left", "up") else at
    return [disc(t, 48, radius) if way in ("left", "right") else disc(48, t, radius) for t in at]
