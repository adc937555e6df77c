"""Opens one untrusted picture and makes the JPEGs that people are shown instead; runs only in the decoder's child."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from io import BytesIO

from PIL import ExifTags, Image, ImageFile, PngImagePlugin, UnidentifiedImageError
from PIL.Image import Resampling, Transpose

from doorstep.application.photos import DERIVATIVE_SIZES, MAX_BYTES, MAX_PIXELS, MAX_SIDE_PIXELS, Decoded, Unreadable

_FORMATS = ("JPEG", "PNG", "WEBP")
# An MPO is a JPEG with further pictures (a depth map, a second lens) behind it: every phone shows only the JPEG.
_NAMES = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP"}
_QUALITY = 80
_MAX_CLAIM_CHARACTERS = 100
HASHED_SIDE = 16
FEWEST_BITS = 24

_UPRIGHT = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}

EMPTY = Unreadable("The photo's file is empty. Take the photo again.")
TOO_MANY_BYTES = Unreadable(f"The photo is over {MAX_BYTES // 1_000_000} MB. Take it again with the app's own camera.")
TOO_MANY_PIXELS = Unreadable(
    f"The photo is over {MAX_PIXELS // 1_000_000} megapixels, or {MAX_SIDE_PIXELS:,} pixels on a side. "
    "Take it again with the app's own camera."
)
NO_PICTURE = Unreadable("The file is not a JPEG, PNG or WebP picture. Take the photo again.")
MANY_FRAMES = Unreadable("The file is an animation, not one picture. Take the photo again.")
DAMAGED = Unreadable("The picture is damaged or cut short. Take the photo again.")
TOO_HEAVY = Unreadable("The picture needs too much memory to open. Take it again with the app's own camera.")
TOO_SLOW = Unreadable("The picture takes too long to open. Take it again with the app's own camera.")


@dataclass(frozen=True, slots=True)
class Derivatives:
    """What a picture claims, and its JPEGs by the limit of their longest side."""

    decoded: Decoded
    jpegs: dict[int, bytes]


def prepare() -> None:
    """Load every parser, and make Pillow itself refuse what we would refuse, before it allocates."""
    # Pillow warns at this many pixels and refuses at twice as many: only its refusal comes before it allocates.
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2
    warnings.simplefilter("ignore")
    PngImagePlugin.MAX_TEXT_CHUNK = 1_000_000
    PngImagePlugin.MAX_TEXT_MEMORY = 4_000_000
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    # Pillow loads its parsers when it first needs them; the child, which may open no file, would be too late.
    Image.init()
    for picture_format in _FORMATS:
        small = BytesIO()
        exif = Image.Exif()
        exif[ExifTags.Base.Model] = "warm"
        Image.new("RGB", (16, 8)).save(small, picture_format, exif=exif)
        derive(small.getvalue())


def derive(data: bytes) -> Derivatives | Unreadable:
    """The derivatives of a picture, or why there are none.

    Lets through MemoryError, ImportError and OSErrors of the system: they tell of the decoder, or of its limits.
    """
    if not data:
        return EMPTY
    if len(data) > MAX_BYTES:
        return TOO_MANY_BYTES
    try:
        return _derive(data)
    except Image.DecompressionBombError:
        return TOO_MANY_PIXELS
    except UnidentifiedImageError:
        return NO_PICTURE
    except (MemoryError, ImportError):
        raise
    except OSError as error:
        if error.errno is not None:
            raise
        return TOO_HEAVY if "memory" in str(error) else DAMAGED
    except Exception:
        # Pillow's parsers raise anything at all (ValueError, SyntaxError, struct.error, IndexError ...) on bad bytes.
        return DAMAGED


def _derive(data: bytes) -> Derivatives | Unreadable:
    with Image.open(BytesIO(data), formats=_FORMATS) as image:
        name = _NAMES.get(image.format or "")
        if name is None:
            return NO_PICTURE
        width, height = image.size
        if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE_PIXELS:
            return TOO_MANY_PIXELS
        if image.format != "MPO" and getattr(image, "n_frames", 1) != 1:
            return MANY_FRAMES
        # A square size would silently do nothing for a picture that is not square.
        image.draft(None, _fitting((width, height), DERIVATIVE_SIZES[0]))
        image.load()
        exif = _exif(image)
        shown = _flat(image, DERIVATIVE_SIZES[0], (width, height))
    # Turned after it is small: to turn 50 megapixels would double the memory.
    orientation = exif.get(ExifTags.Base.Orientation)
    turn = _UPRIGHT.get(orientation) if isinstance(orientation, int) else None
    if turn is not None:
        shown = shown.transpose(turn)
        if turn in (Transpose.TRANSPOSE, Transpose.ROTATE_270, Transpose.TRANSVERSE, Transpose.ROTATE_90):
            width, height = height, width
    jpegs = {}
    for size in sorted(DERIVATIVE_SIZES, reverse=True):
        shown = shown.resize(_fitting(shown.size, size), Resampling.LANCZOS, reducing_gap=2.0)
        jpegs[size] = _encoded(shown)
    return Derivatives(replace(_claims(width, height, name, exif), dhash=_dhash(shown)), jpegs)


def _dhash(shown: Image.Image) -> str:
    """256 bits: in a picture of 17 x 16 greys, whether each is darker than its neighbour to the right.

    Compressing, scaling or brightening a photo changes few of them. One of a wall, or of the dark, has hardly any.
    """
    greys = shown.convert("L").resize((HASHED_SIDE + 1, HASHED_SIDE), Resampling.LANCZOS).tobytes()
    bits = 0
    for row in range(HASHED_SIDE):
        for column in range(HASHED_SIDE):
            left = row * (HASHED_SIDE + 1) + column
            bits = bits << 1 | (greys[left] < greys[left + 1])
    is_plain = not FEWEST_BITS <= bits.bit_count() <= HASHED_SIDE**2 - FEWEST_BITS
    return "" if is_plain else f"{bits:064x}"


def _fitting(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """The size with the same shape whose longest side is at most `longest`; never enlarged."""
    scale = min(1.0, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _flat(image: Image.Image, longest: int, whole: tuple[int, int]) -> Image.Image:
    """A small picture in grey or colour, see-through places white: what a person sees, and nothing behind it."""
    if image.mode.startswith("I;16"):
        # Pillow clips 16-bit greys to white when it converts them: the upper eight bits are the picture.
        image = Image.frombytes("L", image.size, image.tobytes()[1::2])
    elif image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    elif image.mode not in ("L", "RGB", "LA", "RGBA", "CMYK"):
        image = image.convert("L" if image.mode in ("1", "I", "F") else "RGB")
    small = image.resize(_fitting(whole, longest), Resampling.LANCZOS, reducing_gap=2.0)
    if small.mode in ("LA", "RGBA"):
        seen = small.convert("RGBA")
        small = Image.new("RGB", seen.size, "white")
        small.paste(seen, mask=seen.getchannel("A"))
    return small if small.mode in ("L", "RGB") else small.convert("RGB")


def _encoded(image: Image.Image) -> bytes:
    # Pillow copies a JPEG's comment (and profile, and EXIF) into its re-encoding: a <script> survived that way.
    image.info.clear()
    out = BytesIO()
    image.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _exif(image: Image.Image) -> Image.Exif:
    try:
        return image.getexif()
    except MemoryError:
        raise
    except Exception:
        # Claims that cannot be read are no claims; the picture is a picture all the same.
        return Image.Exif()


def _claims(width: int, height: int, name: str, exif: Image.Exif) -> Decoded:
    try:
        detail, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    except MemoryError:
        raise
    except Exception:
        detail, place = {}, {}
    taken_at = _text(detail.get(ExifTags.Base.DateTimeOriginal)) or _text(exif.get(ExifTags.Base.DateTime))
    has_place = ExifTags.GPS.GPSLatitude in place or ExifTags.GPS.GPSLongitude in place
    return Decoded(width, height, name, taken_at, _text(exif.get(ExifTags.Base.Model)), has_place)


def _text(claim: object) -> str | None:
    if not isinstance(claim, str):
        return None
    return "".join(c for c in claim if c.isprintable())[:_MAX_CLAIM_CHARACTERS].strip() or None
