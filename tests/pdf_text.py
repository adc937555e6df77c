"""Reads the text out of a PDF that typst made, as somebody's program would: streams, fonts, and their letters."""

from __future__ import annotations

import re
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj(.*?)endobj", re.DOTALL)
STREAM = re.compile(rb"/Length (\d+).*?>>\s*stream\r?\n", re.DOTALL)
SHOWN = re.compile(
    rb"/(?P<font>[A-Za-z0-9]+) [\d.]+ Tf|\[(?P<array>(?:[^\]\\()]|\((?:[^()\\]|\\.)*\))*)\] ?TJ"
    rb"|(?P<one>\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f]*>) ?Tj|(?P<moved>Tm|Td|TD|T\*|BT)(?=\s)",
    re.DOTALL,
)
STRING = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f]*>", re.DOTALL)
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """All text in the order in which it is drawn, a space where a line or a run of letters begins."""
    objects = _objects(pdf)
    pages = [body for body in objects.values() if re.search(rb"/Type\s*/Page\b", body)]
    return " ".join(" ".join(_page(body, objects) for body in pages).split())


def _objects(pdf: bytes) -> dict[int, bytes]:
    found = {int(number): body for number, body in OBJECT.findall(pdf)}
    for body in list(found.values()):
        if re.search(rb"/Type\s*/ObjStm", body):
            inner = _stream(body)
            first, count = (int(re.search(rb"/" + key + rb" (\d+)", body)[1]) for key in (b"First", b"N"))  # type: ignore[index]
            places = [int(each) for each in inner[:first].split()[: 2 * count]]
            ends = [*places[3::2], len(inner) - first]
            for number, (begins, end) in zip(places[::2], zip(places[1::2], ends, strict=True), strict=True):
                found[number] = inner[first + begins : first + end]
    return found


def _stream(body: bytes) -> bytes:
    held = STREAM.search(body)
    assert held
    content = body[held.end() : held.end() + int(held[1])]
    return zlib.decompress(content) if b"FlateDecode" in body[: held.end()] else content


def _page(body: bytes, objects: dict[int, bytes]) -> str:
    contents = re.search(rb"/Contents (\d+) 0 R", body)
    resources = re.search(rb"/Resources (\d+) 0 R", body)
    assert contents
    held = objects[int(resources[1])] if resources else body
    return _drawn(_stream(objects[int(contents[1])]), held, objects)


def _drawn(stream: bytes, resources: bytes, objects: dict[int, bytes]) -> str:
    fonts = {name: int(number) for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources)}
    letters: dict[bytes, dict[int, str]] = {}
    said: list[str] = []
    font = b""
    for token in SHOWN.finditer(stream):
        if token["font"]:
            font = token["font"]
        elif token["moved"]:
            said.append(" ")
        else:
            letters.setdefault(font, _letters(fonts[font], objects))
            strings = STRING.findall(token["array"] or token["one"])
            said += [_read(each, letters[font]) for each in strings]
    return "".join(said)


def _letters(font: int, objects: dict[int, bytes]) -> dict[int, str]:
    """What each code of a font stands for, by its ToUnicode map."""
    place = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    if place is None:
        return {}
    cmap = _stream(objects[int(place[1])]).decode("latin-1")
    found = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for low, high, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            first = int.from_bytes(bytes.fromhex(text), "big")
            for code in range(int(low, 16), int(high, 16) + 1):
                found[code] = chr(first + code - int(low, 16))
    return found


def _read(string: bytes, letters: dict[int, str]) -> str:
    plain = bytes.fromhex(string[1:-1].decode()) if string.startswith(b"<") else _unescaped(string[1:-1])
    codes = [first << 8 | second for first, second in zip(plain[::2], plain[1::2], strict=False)]
    return "".join(letters.get(code, "") for code in codes)


def _unescaped(held: bytes) -> bytes:
    def one(found: re.Match[bytes]) -> bytes:
        escaped = found[1]
        return bytes([int(escaped, 8)]) if escaped.isdigit() else ESCAPES.get(escaped, escaped)

    return re.sub(rb"\\([0-7]{1,3}|.)", one, held, flags=re.DOTALL)
