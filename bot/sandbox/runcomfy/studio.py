"""Makes real results: one niced ffmpeg at a time, into a folder of its own.

A quick studio makes one plain film or picture per kind, size, length and sound and serves it again and again;
given a shelf, it does so for every studio that has the same one.
Never holds a result in memory.
"""

import asyncio
import colorsys
import os
import shutil
import struct
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import imageio_ffmpeg
from PIL import Image

from bot.sandbox.runcomfy import ffmpeg
from bot.sandbox.runcomfy.order import Order

_PATIENCE = 120
"""Seconds for one result; the slowest (12 s of 1080p) takes about 2."""


class StudioError(Exception):
    """A result could not be made."""


class Studio:
    """Makes what is ordered, one at a time. Of one event loop."""

    def __init__(self, *, quick: bool = False, shelf: Path | None = None) -> None:
        """`shelf`: where a quick one keeps what it makes, of one process; else each makes its own."""
        self.quick = quick
        self._shelf = shelf
        self.made = 0
        """How often ffmpeg was run."""
        self._one_at_a_time = asyncio.Lock()

    async def make(self, order: Order, folder: Path, name: str, *, size: int | None = None) -> Path:
        """Make a file in `folder`; `size` pads it to so many bytes. Raises StudioError."""
        if self.quick:
            order = replace(order, pictures=(), last=None, seed=0, moving=True)
            sides = f"{order.width}x{order.height}"
            name = f"{order.kind}-{sides}-{order.seconds}-{order.sound:d}-{order.variant}"
        path = folder / f"{name}.{'mp4' if order.kind == 'video' else 'png'}"
        async with self._one_at_a_time:
            if not path.exists():
                await self._bring(order, path)
        return path if size is None else await asyncio.to_thread(_pad, path, size)

    async def make_heavy(
        self,
        path: Path,
        *,
        seconds: int = 60,
        width: int = 1920,
        height: int = 1080,
        bitrate: int = 13_500_000,
        sound: bool = True,
    ) -> Path:
        """Make a film of about `bitrate` bits per second of picture, none of them padding.

        The defaults come to about 100 MB. Raises StudioError.
        """
        draft = path.with_stem(f"{path.stem}-draft")
        arguments = ffmpeg.heavy(
            str(draft), seconds=seconds, width=width, height=height, bitrate=bitrate, sound=sound
        )
        async with self._one_at_a_time:
            self.made += 1
            try:
                await _run(arguments)
                return draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)

    async def _bring(self, order: Order, path: Path) -> None:
        if self._shelf is None or not self.quick:
            return await self._render(order, path)
        kept = self._shelf / path.name
        if not kept.exists():
            await self._render(order, kept)
        shutil.copyfile(kept, path)
        return None

    async def _render(self, order: Order, path: Path) -> None:
        draft = path.with_stem(f"{path.stem}-draft")
        canvas = draft.with_suffix(".canvas.png")
        if order.kind == "video" and not order.pictures and not self.quick:
            await asyncio.to_thread(_draw_canvas, canvas, order.seed)
        self.made += 1
        try:
            await _run(ffmpeg.arguments(order, str(canvas), str(draft), quick=self.quick))
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
            canvas.unlink(missing_ok=True)


async def _run(arguments: list[str]) -> None:
    nice = shutil.which("nice")
    program = [*([nice, "-n", "10"] if nice else []), imageio_ffmpeg.get_ffmpeg_exe()]
    process = await asyncio.create_subprocess_exec(
        *program,
        *arguments,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(),
    )
    try:
        _, complaint = await asyncio.wait_for(process.communicate(), _PATIENCE)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise StudioError(complaint.decode(errors="replace")[-300:])


def _environment() -> Mapping[str, str]:
    """Give the encoder a bare environment: it needs no secret that this process may hold."""
    return {
        name: os.environ[name]
        for name in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")
        if name in os.environ
    }


def _draw_canvas(path: Path, seed: int) -> None:
    """Draw two colours flowing into each other, for a film that starts from words alone."""

    def colour(turn: float) -> tuple[int, ...]:
        return tuple(round(255 * part) for part in colorsys.hsv_to_rgb((seed % 360) / 360 + turn, 0.7, 0.9))

    light = Image.radial_gradient("L").transform(
        (960, 960), Image.Transform.AFFINE, (256 / 960, 0, 0, 0, 256 / 960, 0)
    )
    sky, glow = Image.new("RGB", light.size, colour(0)), Image.new("RGB", light.size, colour(0.3))
    Image.composite(sky, glow, light).save(path)


def _pad(source: Path, size: int) -> Path:
    """Copy a file and grow it to `size` bytes by a hole: a `free` box in MP4, bytes after the end in PNG."""
    target = source.with_stem(f"{source.stem}-{size}")
    missing = size - source.stat().st_size
    if missing < 16:
        raise StudioError(f"the file has {source.stat().st_size} bytes already, {size} cannot be made")
    draft = target.with_suffix(".draft")
    shutil.copyfile(source, draft)
    with draft.open("ab") as file:
        if source.suffix == ".mp4":
            # The 64-bit form of a box head: size 1, type, true size (ISO/IEC 14496-12, 4.2).
            file.write(struct.pack(">I4sQ", 1, b"free", missing))
        file.truncate(size)
    return draft.replace(target)
