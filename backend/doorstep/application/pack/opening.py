"""Open somebody's pack safely: a ZIP in which nothing is hidden, doubled, or grows beyond what a pack has.

Nothing is ever written to disk, so no name in it can lead anywhere; names that no pack has are refused all the same.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from stat import S_ISLNK
from typing import Final

MOST_FILES: Final = 20_000
MOST_FILE_BYTES: Final = 64 * 2**20
MOST_WHOLE_BYTES: Final = 2**30
PACKINGS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED: Final = 0x1
_CHUNK: Final = 2**20


class PackUnread(ValueError):
    """The file is no pack that can be read; the message says why."""


def open_pack(path: Path) -> dict[str, bytes]:
    """Every file in the pack by its name. Raises PackUnread."""
    try:
        if path.stat().st_size > MOST_WHOLE_BYTES:
            raise PackUnread("it is larger than 1 GB")
        with zipfile.ZipFile(path) as opened:
            return _read_all(opened)
    except OSError as fault:
        raise PackUnread(f"{path} cannot be opened ({fault.strerror or fault})") from None
    except (zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError, EOFError, zlib.error) as fault:
        if isinstance(fault, PackUnread):
            raise
        raise PackUnread("it is not a ZIP file, or was cut off") from None


def _read_all(opened: zipfile.ZipFile) -> dict[str, bytes]:
    listed = opened.infolist()
    if len(listed) > MOST_FILES:
        raise PackUnread("it holds too many files")
    if sum(info.file_size for info in listed) > MOST_WHOLE_BYTES:
        raise PackUnread("unpacked it would be larger than 1 GB")
    files: dict[str, bytes] = {}
    for info in listed:
        _check_name(info)
        if info.filename in files:
            raise PackUnread(f"it holds {info.filename} twice")
        if not info.is_dir():
            files[info.filename] = _read_one(opened, info)
    return files


def _check_name(info: zipfile.ZipInfo) -> None:
    # `orig_filename` is as it stands in the ZIP: the other one ends at its first NUL, and so could hide what it is.
    name = info.orig_filename
    is_odd = name.startswith("/") or "\\" in name or ".." in name.split("/") or not name.isprintable()
    if not name or is_odd or S_ISLNK(info.external_attr >> 16):
        raise PackUnread(f"it holds a file with a name or of a kind that no pack has: {name!r}")


def _read_one(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """One file, and no byte more than the ZIP's list promises: a small one that unpacks for ever fills no memory."""
    name = info.filename
    if info.file_size > MOST_FILE_BYTES:
        raise PackUnread(f"{name} is larger than 64 MB")
    if info.flag_bits & _ENCRYPTED:
        raise PackUnread("it is encrypted")
    if info.compress_type not in PACKINGS:
        raise PackUnread(f"{name} is packed in a way not known here")
    parts, left = [], info.file_size
    with opened.open(info) as file:
        while left and (part := file.read(min(left, _CHUNK))):
            parts.append(part)
            left -= len(part)
        if left or file.read(1):
            raise PackUnread(f"{name} is not as long as the list says")
    return b"".join(parts)
