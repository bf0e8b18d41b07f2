#!/usr/bin/env python3
"""Records what Pillow makes of pictures: tests/data/media/make.py SHARED, once, by hand.

Needs Pillow and NumPy, which no test needs. Writes beside itself:

pictures.tsv  for every file of SHARED/images: its path, then "refused", or width, height, the SHA-256
              of the RGB bytes and, where the file is lossy, the means of 8 x 8 fields in hexadecimal
made/         small pictures of kinds that SHARED has not, and made.tsv about them in the same form
resize.tsv    in width, in height, out width, out height, filter, SHA-256 of the resized pattern()

Pictures are opened, turned upright (exif_transpose) and made RGB, as processors of vision models do.
What is transparent is put over white, and 16-bit grey keeps its high byte: there takt differs from
convert("RGB") on purpose. For a few more see SHOWN and REFUSED.
"""
import hashlib
import io
import struct
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

HERE = Path(__file__).parent
LOSSY = (".jpg", ".jpeg")

# Files that Pillow refuses and takt shows: in BMP, masks and depths that Pillow does not know, and
# palettes with a wrong count; in PNG, metadata that nobody needs. What they show is that of the file
# named beside them, or, without one, was looked at by a person.
SHOWN = {
    "image-rs/bmp__images__rgb32bf.bmp": "image-rs/bmp__images__rgb32.bmp",
    "image-rs/bmp__images__lenient__badpalettesize.bmp": "image-rs/bmp__images__pal8v4.bmp",
    "image-rs/bmp__images__lenient__pal8oversizepal.bmp": "image-rs/bmp__images__pal8v4.bmp",
    "image-rs/bmp__images__lenient__rgb16-880.bmp":
        "5dbfaf6c006ba0d3f37b9ddcb42b6cabd648e3b89922f9713f8d57cebd3420ae",
    "image-rs/bmp__images__pal2color.bmp":
        "60da1abb166a46e626df75273b3795d2c7be392c82b6c3f7a0679a82cf8fad45",
    "image-rs/bmp__images__pal4rlecut.bmp":
        "c2b10ee32d45775c23524fde26fc7255e12495b2674e1811728ad5db0a9c5015",
    "image-rs/bmp__images__rgb16-231.bmp":
        "e79c4f4cc6bfe6467a87cf641e5959518fa37a6b5d0f31967c5ca8e330a81950",
    "wuffs/exif.png": "8ae40a3583aef6697d2c2eff57eb915ed0bda54aaa92812ad97982743ac06f37",
}
# A file that Pillow shows as a muddle: its runs leave their rows.
REFUSED = ["image-rs/bmp__images__lenient__badrle.bmp"]


def upright(im):
    """The picture as takt shows it."""
    im.load()
    im = ImageOps.exif_transpose(im)
    if im.mode.startswith("I"):
        im = Image.fromarray((np.asarray(im).astype(np.uint32) >> 8).astype(np.uint8))
    if im.mode in ("RGBA", "LA", "PA") or "transparency" in im.info:
        im = im.convert("RGBA")
        white = Image.new("RGB", im.size, (255, 255, 255))
        white.paste(im, mask=im.getchannel("A"))
        return white
    return im.convert("RGB")


def fields(pixels):
    """The rounded means of 8 x 8 fields of the picture, each channel."""
    height, width = pixels.shape[:2]
    out = []
    for y in range(8):
        for x in range(8):
            part = pixels[y * height // 8:max((y + 1) * height // 8, y * height // 8 + 1),
                          x * width // 8:max((x + 1) * width // 8, x * width // 8 + 1)]
            out += [int(v) for v in np.floor(part.reshape(-1, 3).mean(axis=0) + 0.5)]
    return bytes(out).hex()


def line(name, data):
    try:
        im = upright(Image.open(io.BytesIO(data)))
    except Exception:  # whatever Pillow says
        return f"{name}\trefused\n"
    lossy = name.endswith(LOSSY) or name.endswith(".webp") and b"VP8 " in data[:64]
    digest = hashlib.sha256(im.tobytes()).hexdigest()
    tail = fields(np.asarray(im)) if lossy else "-"
    return f"{name}\t{im.width}\t{im.height}\t{digest}\t{tail}\n"


def pictures(shared):
    kinds = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp")
    files = [p for p in sorted((shared / "images").rglob("*")) if p.suffix in kinds]
    lines = {}
    for path in files:
        name = str(path.relative_to(shared / "images"))
        lines[name] = f"{name}\trefused\n" if name in REFUSED else line(name, path.read_bytes())
    for name, shown in SHOWN.items():
        if shown in lines:
            lines[name] = lines[shown].replace(shown, name)
        else:
            size = "127\t64" if name.endswith(".bmp") else "1\t1"
            lines[name] = f"{name}\t{size}\t{shown}\t-\n"
    (HERE / "pictures.tsv").write_text("".join(lines[name] for name in sorted(lines)))


def pattern(width, height, channels):
    """Waves with edges: something that scalers and codecs can get wrong."""
    y, x = np.mgrid[0:height, 0:width]
    out = np.stack([(x * 7 + y * 3) % 256, (x * x // 3 + y * 5) % 256,
                    np.where((x // 3 + y // 2) % 2, 240, 12) + (x + y) % 8,
                    (x * 255 // max(width - 1, 1))], axis=-1).astype(np.uint8)
    return out[..., :channels] if channels > 1 else out[..., 0]


def exif(orientation, big):
    order = ">" if big else "<"
    head = b"MM\0*" if big else b"II*\0"
    return (b"Exif\0\0" + head + struct.pack(order + "IHHHIHHI", 8, 1, 0x112, 3, 1, orientation,
                                             0, 0))


def made():
    folder = HERE / "made"
    folder.mkdir(exist_ok=True)
    files = {}

    def save(name, im, **options):
        out = io.BytesIO()
        im.save(out, **options)
        files[name] = out.getvalue()

    rgb, rgba = Image.fromarray(pattern(21, 13, 3)), Image.fromarray(pattern(21, 13, 4))
    grey = Image.fromarray(pattern(21, 13, 1))
    save("cmyk.jpg", rgb.convert("CMYK"), format="JPEG", quality=90)
    save("progressive.jpg", rgb, format="JPEG", quality=90, progressive=True)
    save("grey.jpg", grey, format="JPEG", quality=90)
    save("sampled.jpg", Image.fromarray(pattern(64, 48, 3)), format="JPEG", quality=80,
         subsampling=2)
    save("rgb-stored.jpg", rgb, format="JPEG", quality=90, keep_rgb=True)
    for n in range(1, 9):
        save(f"turned-{n}.jpg", Image.fromarray(pattern(24, 16, 3)), format="JPEG", quality=95,
             subsampling=0, exif=exif(n, n % 2 == 0))
    save("turned.png", rgb, format="PNG", exif=exif(6, True))
    save("turned.webp", rgb, format="WEBP", lossless=True, exif=exif(8, False))
    save("alpha.png", rgba, format="PNG")
    save("alpha-lossless.webp", rgba, format="WEBP", lossless=True, exact=True)
    save("alpha-lossy.webp", rgba, format="WEBP", quality=90)
    save("moving.webp", rgba, format="WEBP", lossless=True, exact=True, save_all=True,
         append_images=[rgba.transpose(Image.Transpose.FLIP_LEFT_RIGHT)], duration=40)
    save("moving.png", rgb, format="PNG", save_all=True,
         append_images=[rgb.transpose(Image.Transpose.FLIP_LEFT_RIGHT)], duration=40)
    save("palette.gif", rgb.quantize(31), format="GIF")
    save("interlaced.gif", grey, format="GIF", interlace=True)
    save("transparent.gif", rgb.quantize(15), format="GIF", transparency=3)
    save("one.png", Image.new("RGB", (1, 1), (1, 2, 3)), format="PNG")
    save("one.gif", Image.new("P", (1, 1)), format="GIF")
    save("rgb.bmp", rgb, format="BMP")
    save("alpha.bmp", rgba, format="BMP")
    save("grey.bmp", grey, format="BMP")
    save("bits.bmp", grey.convert("1"), format="BMP")
    # Nothing in a few bytes: what a decoder needs for it is far more than the file.
    save("large.png", Image.new("1", (3000, 3000), 1), format="PNG")
    save("large.webp", Image.new("RGB", (3000, 3000), (9, 8, 7)), format="WEBP", lossless=True)
    save("passes.jpg", Image.fromarray(pattern(16, 16, 1)), format="JPEG", progressive=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (HERE / "made.tsv").write_text("".join(line(n, d) for n, d in sorted(files.items())))


def resizes():
    """The source is pattern(width, height, 3), which the test computes, too.

    Some versions of Pillow take the rows first where that is less work; all agree when they are asked
    for one axis at a time, columns first. The two orders may differ by one.
    """
    sizes = [(64, 48, 33, 17), (64, 48, 64, 17), (64, 48, 33, 48), (64, 48, 64, 48),
             (33, 17, 90, 70), (1, 1, 5, 7), (7, 1, 3, 9), (100, 75, 1, 1), (97, 61, 96, 60),
             (97, 61, 98, 62), (300, 7, 11, 7), (5, 400, 3, 3), (2, 2, 3, 3), (50, 40, 25, 20),
             (640, 3, 24, 1), (1024, 683, 336, 336), (500, 333, 384, 384), (30, 20, 448, 299),
             (1999, 1333, 512, 341)]
    text = ""
    for in_w, in_h, w, h in sizes:
        im = Image.fromarray(pattern(in_w, in_h, 3))
        for kind in range(6):
            kind = Image.Resampling(kind)
            columns_first = im.resize((w, in_h), kind).resize((w, h), kind)
            off = np.asarray(im.resize((w, h), kind)).astype(int) - np.asarray(columns_first)
            assert abs(off).max() <= 1, (in_w, in_h, w, h, kind, abs(off).max())
            done = columns_first.tobytes()
            text += f"{in_w}\t{in_h}\t{w}\t{h}\t{int(kind)}\t{hashlib.sha256(done).hexdigest()}\n"
    (HERE / "resize.tsv").write_text(text)


if __name__ == "__main__":
    pictures(Path(sys.argv[1]))
    made()
    resizes()
