"""Real pictures and videos, small and made on the spot, and a few that lie."""

import io
import struct
import subprocess
import zlib
from pathlib import Path

import imageio_ffmpeg
from PIL import Image


def a_picture(name: str = "PNG", size: tuple[int, int] = (640, 480), mode: str = "RGB") -> bytes:
    """Draw something that does not compress to nothing."""
    file = io.BytesIO()
    noise = Image.effect_noise(size, 60)
    noise.convert(mode).save(file, name)
    return file.getvalue()


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
