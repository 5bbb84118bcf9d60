"""Real pictures and videos, small and made on the spot, and a few that lie."""

import io
import struct
import subprocess
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeAlias

import imageio_ffmpeg
import pillow_heif
from PIL import Image, ImageCms, PngImagePlugin

TELLTALES = (b"SECRETMAKER", b"Secret", b"GPS-PLACE", b"Exif\0", b"eXIf", b"EXIF", b"xpacket", b"photoshop")
"""What must not be found in a file that leaves; the pictures below carry what their format can."""

Draw: TypeAlias = Callable[[], bytes]
"""Draws a file when its test begins, not when tests are collected."""

_XMP = b'<?xpacket begin=""?><x:xmpmeta>SECRETMAKER at GPS-PLACE</x:xmpmeta><?xpacket end="w"?>'


@cache
def a_picture(name: str = "PNG", size: tuple[int, int] = (640, 480), mode: str = "RGB") -> bytes:
    """Draw something that does not compress to nothing."""
    return written(Image.effect_noise(size, 60).convert(mode), name)


def written(picture: Image.Image, name: str, **options: object) -> bytes:
    """Return a picture as a file of a format, which may be HEIC."""
    file = io.BytesIO()
    pillow_heif.register_heif_opener()  # pyright: ignore[reportUnknownMemberType] (its options are not typed)
    picture.save(file, "HEIF" if name == "HEIC" else name, **options)
    return file.getvalue()


def a_map(width: int = 640, height: int = 480) -> Image.Image:
    """Draw red above green on the left, blue above white on the right: every turn shows."""
    picture = Image.new("RGB", (width, height), "white")
    half = width // 2, height // 2
    picture.paste("red", (0, 0, *half))
    picture.paste("blue", (half[0], 0, width, half[1]))
    picture.paste("green", (0, half[1], half[0], height))
    return picture


def a_telling_picture(name: str, orientation: int = 1, size: tuple[int, int] = (640, 480)) -> bytes:
    """Draw the map, and write beside it who took it, with what and where, in every way the format has."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "SECRETMAKER", "Secret 7", orientation
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[29] = "N", (52.0, 31.0, 12.0), "GPS-PLACE"
    options: dict[str, object] = {"exif": exif.tobytes()}
    if name in {"JPEG", "WEBP", "AVIF", "HEIC"}:
        options["xmp"] = _XMP
    if name == "JPEG":
        options["comment"] = b"SECRETMAKER"
    if name == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Author", "SECRETMAKER")
        text.add_itxt("XML:com.adobe.xmp", _XMP.decode(), zip=False)
        options["pnginfo"] = text
    return written(a_map(*size), name, **options)


def a_swapped_profile() -> bytes:
    """Return a profile by which red is green and green is red, under a name of its own."""
    swapped = an_srgb_profile().replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    return swapped.replace("sRGB".encode("utf-16-be"), "Swap".encode("utf-16-be"))


def an_srgb_profile() -> bytes:
    # Pillow does not tell the type.
    core = ImageCms.createProfile("sRGB")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return ImageCms.ImageCmsProfile(core).tobytes()  # pyright: ignore[reportUnknownArgumentType]


def an_animation(name: str, frames: int = 3, size: tuple[int, int] = (400, 400)) -> bytes:
    file = io.BytesIO()
    first, *rest = (Image.effect_noise(size, 20 + frame).convert("RGB") for frame in range(frames))
    first.save(file, name, save_all=True, append_images=rest, duration=100)
    return file.getvalue()


def a_deep_picture() -> bytes:
    """Draw a PNG of 16 bits."""
    file = io.BytesIO()
    Image.frombytes("I;16", (400, 400), bytes(range(250)) * 1280).save(file, "PNG")
    return file.getvalue()


def a_phones_picture() -> bytes:
    """Draw a JPEG that carries a second picture behind the first, as phones make them."""
    file = io.BytesIO()
    pictures = [Image.effect_noise((640, 480), 50).convert("RGB") for _ in range(2)]
    pictures[0].save(file, "MPO", save_all=True, append_images=pictures[1:])
    return file.getvalue()


@cache
def a_bomb(side: int, mode: str = "1") -> bytes:
    """Draw a PNG of a few kilobytes that decodes to side x side black pixels."""
    file = io.BytesIO()
    Image.new(mode, (side, side)).save(file, "PNG", compress_level=1)
    return file.getvalue()


def a_moving_bomb() -> bytes:
    """Draw a PNG of 51 frames that have a million pixels each."""
    file = io.BytesIO()
    first, *rest = (Image.new("L", (1000, 1000), frame) for frame in range(51))
    first.save(file, "PNG", save_all=True, append_images=rest)
    return file.getvalue()


def a_boast(width: int, height: int) -> bytes:
    """Write a PNG whose header promises much more than there is."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def make_video(path: Path, *options: str, seconds: int = 2) -> bytes:
    """Have ffmpeg make a film of 320 x 240 pixels and 12 frames a second; the suffix says which container."""
    source = f"testsrc=size=320x240:rate=12:duration={seconds}"
    return _run_ffmpeg(path, "-f", "lavfi", "-i", source, *options, "-pix_fmt", "yuv420p")


def turn_video(path: Path, turned: Path) -> bytes:
    """Have a film shown on its side, as phones do it: by a note in the file, its frames unchanged."""
    return _run_ffmpeg(turned, "-display_rotation", "90", "-i", str(path), "-c", "copy")


def _run_ffmpeg(path: Path, *arguments: str) -> bytes:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *arguments, str(path)]
    subprocess.run(command, check=True, timeout=60)
    return path.read_bytes()
