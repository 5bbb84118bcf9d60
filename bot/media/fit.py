"""Make a result fit where it is too large: a video anew in two passes, a picture at a lower quality.

Works in a folder that its caller owns and removes, and never changes the file that it is given.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot.core.errors import Problem, TooLargeError
from bot.core.media import MediaFile
from bot.core.models import Kind
from bot.media.encode import BARE, MP4_OUT, ONE_CORE, TOLD, X264, Encoder, Meter, size_of
from bot.media.plan import Clip, Plan, plan_fit
from bot.media.probing import read_signature
from bot.media.signatures import MP4, VIDEOS
from bot.media.stills import shrink_picture
from bot.media.streams import Streams, read_streams
from bot.media.videos import opening

_CHANNELS: Final = "aformat=channel_layouts=mono|stereo"
_TRIES: Final = 2
_AGAIN: Final = 0.98
"""Of what the overshoot of the first try suggests, for the second."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """Makes files smaller."""

    encoder: Encoder

    async def fit(
        self, files: Sequence[MediaFile], room: int, folder: Path, meter: Meter
    ) -> tuple[MediaFile, ...]:
        """Write smaller versions of those that need it into the folder, one after the other.

        Raises TooLargeError where there is none of at most `room` bytes that is worth seeing, PassingError
        where a later try may do.
        """
        heavy = [number for number, file in enumerate(files) if file.size > room]
        fitted = list(files)
        for done, number in enumerate(heavy):
            part = meter.part(done / len(heavy), (done + 1) / len(heavy))
            smaller = await self._fit_one(files[number], room, folder / f"fitted-{number + 1}", part)
            if smaller is None:
                raise TooLargeError(Problem.RESULT_TOO_LARGE, limit=room)
            part.tell(1.0)
            fitted[number] = smaller
        return tuple(fitted)

    async def _fit_one(self, file: MediaFile, room: int, target: Path, meter: Meter) -> MediaFile | None:
        if file.kind is Kind.IMAGE:
            return await shrink_picture(self.encoder.child, file, room, target)
        return await self._fit_video(file, room, target, meter)

    async def _fit_video(self, file: MediaFile, room: int, target: Path, meter: Meter) -> MediaFile | None:
        signature = read_signature(file.path)
        if signature not in VIDEOS:
            return None
        streams = await read_streams(self.encoder.child, self.encoder.ffmpeg, file.path, signature)
        if streams is None:
            return None
        target = target.with_suffix(MP4.suffix)
        reading = [*opening(file.path, signature), *TOLD]
        seconds = max(streams.seconds, file.seconds or 0)
        clip = _clip(file, streams, seconds)
        asked = room
        for _ in range(_TRIES):
            plan = plan_fit(clip, asked)
            if plan is None:
                return None
            work = _Work(file.path, reading, streams, plan, target, seconds)
            if not await self._encode(work, meter):
                return None
            size = size_of(target)
            if 0 < size <= room:
                return _fitted(file, target, size, plan)
            asked = int(asked * min(1.0, room / max(size, 1)) * _AGAIN)
        return None

    async def _encode(self, work: "_Work", meter: Meter) -> bool:
        """Run both passes; false if one failed."""
        halves = meter.part(0.0, 0.5), meter.part(0.5, 1.0)
        for arguments, half in zip(work.passes(), halves, strict=True):
            if not await self.encoder.encode(
                *arguments, reads=[work.source], seconds=work.seconds, meter=half
            ):
                return False
        return True


@dataclass(frozen=True, slots=True)
class _Work:
    """One try at a video, as ffmpeg is told of it."""

    source: Path
    reading: list[str]
    streams: Streams
    plan: Plan
    target: Path
    seconds: float

    def passes(self) -> tuple[list[str], list[str]]:
        """Return the arguments of the pass that measures, and of the pass that writes."""
        log = ["-passlogfile", str(self.target.with_suffix(".log"))]
        rate = ["-preset", self.plan.preset, "-b:v", str(self.plan.video_rate)]
        pictures = [*self.reading, *self._shaped(), *X264, *rate, *log]
        first = [*pictures, "-pass", "1", "-an", "-f", "null", "-"]
        second = [*pictures, "-pass", "2", *self._sounding(), *MP4_OUT, f"file:{self.target}"]
        return first, second

    def _shaped(self) -> list[str]:
        """Choose and shape the pictures; each keeps its time."""
        plan = self.plan
        spared = ["framestep=2"] if plan.is_halved else []
        # Rounding the sides changes their ratio a little, which is not to be made up for by odd pixels.
        square = ["setsar=1"] if self.streams.is_square else []
        steps = [*spared, f"scale={plan.width}:{plan.height}:flags=bicubic", *square]
        return ["-map", "0:v:0", "-vf", ",".join(steps), *ONE_CORE, "-fps_mode", "passthrough", *BARE]

    def _sounding(self) -> list[str]:
        if self.streams.sound is None:
            return ["-an"]
        anew = ["-c:a", "aac", "-b:a", str(self.plan.sound_rate), "-af", _CHANNELS]
        return ["-map", "0:a:0", *(["-c:a", "copy"] if self.plan.sound_rate is None else anew)]


def _clip(file: MediaFile, streams: Streams, seconds: float) -> Clip:
    sound = streams.sound
    return Clip(
        width=file.width,
        height=file.height,
        seconds=seconds,
        frames=streams.frames,
        sound_rate=sound.rate if sound else 0,
        sound_packets=sound.packets if sound else 0,
        is_aac=sound is not None and sound.codec == "aac",
    )


def _fitted(file: MediaFile, path: Path, size: int, plan: Plan) -> MediaFile:
    return replace(file, path=path, suffix=MP4.suffix, size=size, width=plan.width, height=plan.height)
