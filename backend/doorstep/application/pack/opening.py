"""Open somebody's pack safely: a ZIP in which nothing is hidden, doubled, or grows beyond what a pack has.

Nothing is ever written to disk, so no name in it can lead anywhere; names that no pack has are refused all the same.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Sequence
from os import SEEK_END
from pathlib import Path
from stat import S_ISLNK
from typing import BinaryIO, Final

MOST_FILES: Final = 20_000
MOST_FILE_BYTES: Final = 64 * 2**20
MOST_WHOLE_BYTES: Final = 2**30
LOCAL: Final = struct.Struct("<26xHH")
"""The header before each file: how long its name is, and what stands between that and the bytes."""
END: Final = struct.Struct("<10xHII2x")
"""The ZIP's last record: how many files its list names, how long that is, and where it begins."""
MOST_LIST_BYTES: Final = MOST_FILES * 200
MOST_COMMENT_BYTES: Final = 2**16
LOCATOR_BYTES: Final = 20
_ENCRYPTED: Final = 0x1


class PackUnread(ValueError):
    """The file is no pack that can be read; the message says why."""


def open_pack(path: Path) -> dict[str, bytes]:
    """Every file in the pack by its name. Raises PackUnread."""
    try:
        if path.stat().st_size > MOST_WHOLE_BYTES:
            raise PackUnread("it is larger than 1 GB")
        with path.open("rb") as file:
            _check_list(file)
            with zipfile.ZipFile(file) as opened:
                return _read_all(file, opened.infolist())
    except OSError as fault:
        raise PackUnread(f"it cannot be opened ({fault.strerror or fault})") from None
    except (zipfile.BadZipFile, UnicodeDecodeError, struct.error, NotImplementedError):
        raise PackUnread("it is not a ZIP file, or was cut off") from None


def _check_list(file: BinaryIO) -> None:
    """Look how long the ZIP's list is before all of it is read: a list alone can be made to fill the memory."""
    size = file.seek(0, SEEK_END)
    begin = file.seek(max(0, size - END.size - MOST_COMMENT_BYTES - LOCATOR_BYTES))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) - end < END.size:
        raise PackUnread("it is not a ZIP file, or was cut off")
    count, list_bytes, list_begin = END.unpack_from(tail, end)
    is_large_kind = tail[max(0, end - LOCATOR_BYTES) : end].startswith(b"PK\x06\x07")
    if is_large_kind or count > MOST_FILES or list_bytes > MOST_LIST_BYTES:
        raise PackUnread("it holds too many files")
    if list_begin + list_bytes > begin + end:
        raise PackUnread("it is not a ZIP file, or was cut off")


def _read_all(file: BinaryIO, listed: Sequence[zipfile.ZipInfo]) -> dict[str, bytes]:
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
            files[info.filename] = _read_one(file, info)
    return files


def _check_name(info: zipfile.ZipInfo) -> None:
    # `orig_filename` is as it stands in the ZIP: the other one ends at its first NUL, and so could hide what it is.
    name = info.orig_filename
    is_odd = name.startswith("/") or "\\" in name or ".." in name.split("/") or not name.isprintable()
    if not name or is_odd or S_ISLNK(info.external_attr >> 16):
        raise PackUnread(f"it holds a file with a name or of a kind that no pack has: {name!r}")


def _read_one(file: BinaryIO, info: zipfile.ZipInfo) -> bytes:
    """One file, and no byte more than the ZIP's list promises: a small one that unpacks for ever fills no memory.

    The ZIP's own checksum is passed by: a file that was altered is named by its hash in the manifest, as all others.
    """
    name = info.filename
    if info.file_size > MOST_FILE_BYTES:
        raise PackUnread(f"{name} is larger than 64 MB")
    if info.flag_bits & _ENCRYPTED:
        raise PackUnread("it is encrypted")
    packed = _packed(file, info)
    if info.compress_type == zipfile.ZIP_STORED:
        content = packed
    elif info.compress_type == zipfile.ZIP_DEFLATED:
        try:
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, info.file_size + 1)
        except zlib.error:
            raise PackUnread(f"{name} cannot be unpacked") from None
    else:
        raise PackUnread(f"{name} is packed in a way not known here")
    if len(content) != info.file_size:
        raise PackUnread(f"{name} is not as long as the list says")
    return content


def _packed(file: BinaryIO, info: zipfile.ZipInfo) -> bytes:
    file.seek(info.header_offset)
    header = file.read(LOCAL.size)
    if len(header) < LOCAL.size or not header.startswith(b"PK\x03\x04"):
        raise PackUnread(f"{info.filename} is not where the list says")
    name_bytes, extra_bytes = LOCAL.unpack(header)
    file.seek(info.header_offset + LOCAL.size + name_bytes + extra_bytes)
    packed = file.read(min(info.compress_size, MOST_FILE_BYTES + 1))
    if len(packed) != info.compress_size:
        raise PackUnread(f"{info.filename} is cut off")
    return packed
