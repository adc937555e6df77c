"""Makes the pictures that a phone, or somebody who wishes us ill, may send: each as bytes, made here."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

from PIL import ExifTags, Image, ImageDraw, PngImagePlugin

SCRIPT = b"<script>alert(document.cookie)</script>"
PLACE = {1: "N", 2: (51.0, 30.0, 0.0), 3: "W", 4: (0.0, 7.0, 0.0)}

Maker = Callable[[], bytes]


def door(width: int = 320, height: int = 240, mode: str = "RGB") -> Image.Image:
    """A picture whose top left quarter is dark and whose rest is light, so that a turn shows."""
    image = Image.new("RGB", (width, height), (230, 230, 220))
    ImageDraw.Draw(image).rectangle((0, 0, width // 2, height // 2), fill=(20, 30, 40))
    return image.convert(mode)


def saved(image: Image.Image, picture_format: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, picture_format, **options)
    return out.getvalue()


def jpeg() -> bytes:
    return saved(door(), "JPEG")


def phone_photo(orientation: int = 1) -> bytes:
    """A JPEG that says when, with what and where it was taken."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Model] = "Pixel 9a"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:20 09:41:07"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(PLACE)
    return saved(door(), "JPEG", exif=exif, icc_profile=b"P" * 600, comment=b"a comment")


def polyglot() -> bytes:
    """A JPEG that a careless server would serve as HTML: a script in its comment and behind its end."""
    return saved(door(), "JPEG", comment=b"*/" + SCRIPT, xmp=SCRIPT) + b"<html>" + SCRIPT


def huge_profile() -> bytes:
    return saved(door(), "JPEG", icc_profile=b"P" * 5_000_000)


def many_lenses() -> bytes:
    """An MPO: what a phone with two lenses may save under the name of a JPEG."""
    return saved(door(), "MPO", save_all=True, append_images=[door(160, 120)])


def grey_16_bit() -> bytes:
    image = Image.frombytes("I;16", (4, 1), struct.pack("<4H", 0, 0x4000, 0x8000, 0xFFFF))
    return saved(image.resize((400, 100), Image.Resampling.NEAREST), "PNG")


def see_through_palette() -> bytes:
    return saved(door(mode="P"), "PNG", transparency=0)


def see_through_black() -> bytes:
    return saved(Image.new("RGBA", (40, 40), (0, 0, 0, 0)), "PNG")


def cmyk() -> bytes:
    return saved(door(mode="CMYK"), "JPEG")


def animated(picture_format: str) -> bytes:
    return saved(door(), picture_format, save_all=True, append_images=[door(mode="L").convert("RGB").rotate(180)])


def svg() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">' + SCRIPT + b"</svg>"


def noise() -> bytes:
    return bytes((i * i * 37 + i * 11) % 251 for i in range(5_000))


def cut_short() -> bytes:
    whole = jpeg()
    return whole[: len(whole) * 6 // 10]


def header_bomb() -> bytes:
    """30,000 x 30,000 pixels in under 100 bytes."""
    return _png(30_000, 30_000, b"")


def pixel_bomb(width: int = 12_000, height: int = 4_166) -> bytes:
    """As many pixels as are allowed, all alike: about 200 MB from about 200 kB."""
    squeeze = zlib.compressobj(1)
    row = b"\0" + bytes(width * 4)
    return _png(width, height, b"".join(squeeze.compress(row) for _ in range(height)) + squeeze.flush())


def text_bomb(millions: int = 200) -> bytes:
    """A small PNG with one compressed text of so many megabytes."""
    squeeze = zlib.compressobj(9)
    million = b"A" * 1_000_000
    squeezed = b"".join(squeeze.compress(million) for _ in range(millions)) + squeeze.flush()
    return _with_chunks(_chunk(b"zTXt", b"Comment\0\0" + squeezed))


def many_texts() -> bytes:
    """A small PNG with many texts, each just under what one may have."""
    text = _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"A" * 999_000))
    return _with_chunks(text * 2_000)


def profile_bomb() -> bytes:
    return _with_chunks(_chunk(b"iCCP", b"ICC\0\0" + zlib.compress(bytes(50_000_000))))


def lying_text() -> bytes:
    """A JPEG whose EXIF is rubbish: no claims, but a picture."""
    return saved(door(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff" + noise()[:300])


def canvas_bomb() -> bytes:
    """A WebP of one small frame on a canvas of 49 megapixels, for which a decoder takes the memory twice."""
    frame = saved(door(16, 16), "WEBP")[12:]
    size = (7_000 - 1).to_bytes(3, "little") * 2
    place = bytes(6) + (16 - 1).to_bytes(3, "little") * 2 + (100).to_bytes(3, "little") + b"\0"
    chunks = _riff(b"VP8X", b"\x02\0\0\0" + size) + _riff(b"ANIM", bytes(6)) + _riff(b"ANMF", place + frame)
    return _riff(b"RIFF", b"WEBP" + chunks)


def scan_bomb(scans: int = 4_000) -> bytes:
    """A progressive JPEG whose last, nearly empty scan comes thousands of times, and visits every block each time."""
    whole = saved(Image.new("L", (4_000, 4_000), 128), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * scans + b"\xff\xd9"


def with_comment_png() -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", SCRIPT.decode())
    return saved(door(), "PNG", pnginfo=texts)


HOSTILE: dict[str, Maker] = {
    "empty": lambda: b"",
    "noise": noise,
    "svg": svg,
    "html": lambda: b"<html>" + SCRIPT,
    "gif": lambda: saved(door(), "GIF"),
    "animated gif": lambda: animated("GIF"),
    "animated png": lambda: animated("PNG"),
    "animated webp": lambda: animated("WEBP"),
    "tiff": lambda: saved(door(), "TIFF"),
    "cut short": cut_short,
    "cut in its header": lambda: jpeg()[:40],
    "only a signature": lambda: b"\xff\xd8\xff",
    "header bomb": header_bomb,
    "too wide": lambda: _png(12_001, 1, zlib.compress(bytes(12_001 * 4 + 1))),
    "text bomb": text_bomb,
    "many texts": many_texts,
    "profile bomb": profile_bomb,
    "canvas bomb": canvas_bomb,
    "over 12 MB": lambda: jpeg() + bytes(12_000_000),
}

READABLE: dict[str, Maker] = {
    "jpeg": jpeg,
    "png": lambda: saved(door(), "PNG"),
    "webp": lambda: saved(door(), "WEBP"),
    "phone photo": phone_photo,
    "polyglot": polyglot,
    "png with a comment": with_comment_png,
    "huge profile": huge_profile,
    "many lenses": many_lenses,
    "cmyk": cmyk,
    "16-bit grey": grey_16_bit,
    "see-through palette": see_through_palette,
    "black and white": lambda: saved(door(mode="1"), "PNG"),
    "grey with alpha": lambda: saved(door(mode="LA"), "PNG"),
    "rubbish exif": lying_text,
    "one pixel": lambda: saved(door(1, 1), "PNG"),
    "very thin": lambda: saved(door(5_000, 1), "PNG"),
}


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width: int, height: int, squeezed: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", squeezed) + _chunk(b"IEND", b"")


def _with_chunks(chunks: bytes) -> bytes:
    whole = saved(door(16, 16), "PNG")
    return whole[:33] + chunks + whole[33:]


def _riff(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
