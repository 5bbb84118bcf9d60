"""Files made to harm whoever opens them, all generated: bombs, polyglots, truncations, headers that lie."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator

from PIL import Image

from tests.media.samples import (
    a_boast,
    a_bomb,
    a_moving_bomb,
    a_picture,
    a_telling_picture,
    an_animation,
    written,
)

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "HEIC", "BMP", "TIFF")
SIDES = (320, 320)


def harmful_files(seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield each file with what it is, the same ones for the same seed."""
    chance = random.Random(seed)
    for name in FORMATS:
        content = _good(name)
        yield from _fuzzed(name, content, chance)
        yield from _truncated(name, content, chance)
    for name in ("JPEG", "PNG", "WEBP", "AVIF", "HEIC", "TIFF"):
        yield from _fuzzed(f"{name} with notes", a_telling_picture(name, 6, SIDES), chance, count=4)
    for name in ("GIF", "PNG", "WEBP", "AVIF", "TIFF"):
        yield from _fuzzed(f"moving {name}", an_animation(name, size=SIDES), chance, count=2)
    yield from _bombs()
    yield from _polyglots()


def _good(name: str) -> bytes:
    return a_picture(name, SIDES, "P" if name == "GIF" else "RGB")


def _fuzzed(what: str, content: bytes, chance: random.Random, count: int = 12) -> Iterator[tuple[str, bytes]]:
    """Change some bytes behind the signature: in the headers mostly, at times anywhere."""
    for number in range(count):
        spoiled = bytearray(content)
        reach = len(content) if number % 3 == 2 else min(len(content), 300)
        for _ in range(chance.choice((1, 2, 8, 30))):
            spoiled[chance.randrange(12, reach)] = chance.choice(
                (0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256))
            )
        yield f"{what}, fuzz {number}", bytes(spoiled)


def _truncated(name: str, content: bytes, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    for end in (13, 30, 64, 200, len(content) // 2, len(content) - 100):
        yield f"{name}, first {end} bytes", content[: end + chance.randrange(8)]


def _bombs() -> Iterator[tuple[str, bytes]]:
    yield "PNG bomb", a_bomb(20_000)
    yield "PNG bomb just within the limit", a_bomb(7999)
    yield "PNG bomb in colour", a_bomb(7000, "RGBA")
    yield "moving PNG bomb", a_moving_bomb()
    yield "PNG boast", a_boast(2_000_000_000, 2_000_000_000)
    yield "PNG long and thin", a_boast(64_000_000, 1)
    yield "PNG of a compressed megabyte of text, many times", _noted_png(b"zTXt", b"a\0\0", 1 << 20, 200)
    yield "PNG with a profile bomb", _noted_png(b"iCCP", b"a\0\0", 64 << 20, 1)
    yield "PNG of many chunks", _noted_png(b"tEXt", b"a\0", 0, 100_000)
    yield "GIF of all pixels", b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x08\x02\0\x01\0;"
    yield "GIF of endless frames", _endless_gif(200_000)
    yield "JPEG boast", _jpeg_of(65_500, 65_500)
    yield "JPEG of many scans", a_jpeg_of_scans(2000)
    yield "WebP boast", _webp_of(16_384, 16_384)
    yield "WebP bomb", written(Image.new("RGB", (7900, 7900)), "WEBP", lossless=True, method=0)
    yield "BMP boast", _bmp_of(2_000_000_000, 2_000_000_000)
    yield "BMP of negative height", _bmp_of(1000, -2_000_000_000)
    yield "TIFF boast", _tiff_of(100_000, 100_000, [])
    yield "TIFF bomb", written(Image.new("1", (7900, 7900)), "TIFF", compression="group4")
    yield "TIFF of a long chain", _tiff_chain(300_000)
    yield "TIFF in a circle", _tiff_of(320, 320, [], following=8)
    yield "TIFF of a tile that is huge", _tiff_of(320, 320, [(322, 4, 1, 1 << 31), (323, 4, 1, 1 << 31)])
    yield "TIFF of a tag that is huge", _tiff_of(320, 320, [(34675, 7, 0xFFFFFFF0, 8)])


def _polyglots() -> Iterator[tuple[str, bytes]]:
    script = b"<script>alert(1)</script>"
    for name in FORMATS:
        content = _good(name)
        archive = io.BytesIO(content)
        with zipfile.ZipFile(archive, "a") as both:
            both.writestr("evil.html", script)
        yield f"{name} and ZIP", archive.getvalue()
        yield f"{name} and HTML", content + b"<html>" + script * 20
    yield "GIF as script", b"GIF89a=1;/*" + b"x" * 400 + b"*/alert(1)"
    yield "JPEG with a script inside", written(Image.new("RGB", SIDES), "JPEG", comment=b"*/" + script)
    for name, other in (("JPEG", "PNG"), ("GIF", "JPEG"), ("PNG", "WEBP"), ("TIFF", "BMP"), ("BMP", "GIF")):
        start = _good(name)[:16]
        yield f"{other} under the head of {name}", start + _good(other)[16:]


def _noted_png(kind: bytes, start: bytes, size: int, count: int) -> bytes:
    """Put chunks behind the header of a PNG, each of so many bytes when unpacked."""
    content = a_picture("PNG", SIDES)
    body = start + (zlib.compress(bytes(size)) if size else b"")
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return content[:33] + chunk * count + content[33:]


def _endless_gif(frames: int) -> bytes:
    head = b"GIF89a\x40\x01\x40\x01\x80\0\0" + bytes(6)
    return head + b",\0\0\0\0\x40\x01\x40\x01\0\x02\x02\x4c\x01\0" * frames


def _jpeg_of(width: int, height: int) -> bytes:
    content = bytearray(a_picture("JPEG", SIDES))
    at = content.index(b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def a_jpeg_of_scans(count: int) -> bytes:
    """Repeat the last scan of an empty picture: few bytes, and each of them walks through all blocks."""
    content = written(Image.new("L", (5900, 5900), 90), "JPEG", progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:last] + content[last:-2] * count + b"\xff\xd9"


def _webp_of(width: int, height: int) -> bytes:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    frame = a_picture("WEBP", SIDES)[12:]
    chunks = b"VP8X" + struct.pack("<I", 10) + bytes(4) + sides + frame
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def _bmp_of(width: int, height: int) -> bytes:
    content = bytearray(a_picture("BMP", SIDES))
    content[18:26] = struct.pack("<ii", width, height)
    return bytes(content)


def _tiff_of(width: int, height: int, more: list[tuple[int, int, int, int]], following: int = 0) -> bytes:
    """Write a TIFF of one directory: tags as (tag, type, count, value)."""
    usual = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    strips = [(273, 4, 1, 400), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, width * height & 0xFFFFFFFF)]
    tags = sorted(usual + strips + more)
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return (b"II*\0\x08\0\0\0" + directory + struct.pack("<I", following)).ljust(400, b"\0") + bytes(
        320 * 320
    )


def _tiff_chain(length: int) -> bytes:
    """Write a good first picture, and behind it directories without end."""
    content = _tiff_of(320, 320, [], following=400 + 320 * 320)
    start = len(content)
    links = (struct.pack("<HI", 0, start + 6 * (number + 1)) for number in range(length))
    return content + b"".join(links)
