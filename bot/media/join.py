"""Several clips as one: their pictures without loss where they are alike, encoded anew where not.

Works in a folder that its caller owns and removes. The sound is always encoded anew, as what encoders add
before and after it would be heard at every joint. The result is measured before it is handed on.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from bot.core.errors import LostError, Problem
from bot.core.media import MediaFile
from bot.core.models import Kind
from bot.media.boxes import Torn, read_movie
from bot.media.encode import BARE, MP4_OUT, ONE_CORE, TOLD, X264, Encoder, Meter, size_of
from bot.media.probing import read_signature
from bot.media.signatures import MP4, VIDEOS, Signature
from bot.media.streams import Streams, read_streams
from bot.media.tracks import read_tracks
from bot.media.videos import opening

_log = logging.getLogger(__name__)

_COPY_SHARE: Final = 0.1
"""Of the meter, as copying takes a moment."""
# Hardly to be told from its source; twice the bits of what is usual.
_QUALITY: Final = ("-preset", "veryfast", "-crf", "18")
# A clip may be joined to a joined one, and that again: the sound is to survive it.
_SOUND: Final = ("-c:a", "aac", "-b:a", "192k")
# Only ours are ever listed, and what they are has been seen: nothing else may be opened through the list.
_LISTED: Final = ("-protocol_whitelist", "file", "-format_whitelist", "concat,mov", "-f", "concat")
_GUARDS: Final = ("-v", "error", "-nostdin", "-y", "-xerror")


@dataclass(frozen=True, slots=True)
class _Part:
    file: MediaFile
    signature: Signature
    streams: Streams


@dataclass(frozen=True, slots=True)
class Joining:
    """Makes one clip of several."""

    encoder: Encoder

    async def join(self, files: Sequence[MediaFile], folder: Path, meter: Meter) -> MediaFile:
        """Write the clip into the folder.

        Raises LostError where the parts cannot be joined, PassingError where a later try may do.
        """
        parts = [await self._opened(file) for file in files]
        target = folder / f"joined{MP4.suffix}"
        sides = (files[0].width, files[0].height)
        if not (_are_alike(parts) and await self._copied(parts, target, meter.part(0.0, _COPY_SHARE))):
            sides = _even(files[0])
            if not await self._encoded(parts, target, meter.part(_COPY_SHARE, 1.0)):
                _log.warning("%d clips cannot be joined", len(parts), extra={"action": "join"})
                raise LostError(Problem.RESULT_BROKEN)
        meter.tell(1.0)
        seconds = read_movie(target).seconds
        return MediaFile(target, Kind.VIDEO, MP4.suffix, size_of(target), *sides, seconds)

    async def _opened(self, file: MediaFile) -> _Part:
        signature = read_signature(file.path)
        if signature in VIDEOS and (streams := await self._streams(file.path, signature)):
            return _Part(file, signature, streams)
        raise LostError(Problem.RESULT_BROKEN)

    async def _streams(self, path: Path, signature: Signature = MP4) -> Streams | None:
        return await read_streams(self.encoder.child, self.encoder.ffmpeg, path, signature)

    async def _copied(self, parts: Sequence[_Part], target: Path, meter: Meter) -> bool:
        """Put the pictures behind one another as they are."""
        listed = ["-threads", "1", *_LISTED, "-i", f"file:{_list(parts, target.with_suffix('.txt'))}"]
        # The list is the first input, so the parts, which give the sound, begin with the second.
        graph = _sound_graph(parts, first_input=1)
        sound = ["-filter_complex", ";".join(graph), "-map", "[a]", *_SOUND] if graph else []
        chosen = ["-map", "0:v:0", "-c:v", "copy", *sound]
        found = await self._written([*listed, *_inputs(parts), *chosen], parts, target, meter)
        return found is not None and found.frames == sum(part.streams.frames for part in parts)

    async def _encoded(self, parts: Sequence[_Part], target: Path, meter: Meter) -> bool:
        """Turn out the pictures with the sides and the speed of the first part's."""
        sound = _sound_graph(parts, first_input=0)
        graph = ["-filter_complex", ";".join([*_picture_graph(parts), *sound])]
        chosen = ["-map", "[v]", *X264, *_QUALITY, *(["-map", "[a]", *_SOUND] if sound else [])]
        return await self._written([*_inputs(parts), *graph, *chosen], parts, target, meter) is not None

    async def _written(
        self, arguments: list[str], parts: Sequence[_Part], target: Path, meter: Meter
    ) -> Streams | None:
        """Run ffmpeg, and read its clip; None unless it plays as long as the parts, a frame a joint aside."""
        seconds = sum(part.streams.seconds for part in parts)
        written = [*ONE_CORE, *BARE, *MP4_OUT, f"file:{target}"]
        reads = [part.file.path for part in parts]
        told = [*_GUARDS, *TOLD, *arguments, *written]
        if not await self.encoder.encode(*told, reads=reads, seconds=seconds, meter=meter):
            return None
        found = await self._streams(target)
        frame = float(1 / parts[0].streams.rate)
        slack = (len(parts) - 1) * frame + 0.001
        return found if found is not None and abs(found.seconds - seconds) <= slack else None


def _are_alike(parts: Sequence[_Part]) -> bool:
    """Tell whether one decoder, told once, can read the pictures of all parts."""
    if any(part.signature != MP4 for part in parts):
        return False
    try:
        found = [[each for each in read_tracks(part.file.path) if each.is_pictures] for part in parts]
    except Torn:
        return False
    first = found[0]
    return len(first) == 1 and first[0].is_upright and all(tracks == first for tracks in found)


def _list(parts: Sequence[_Part], path: Path) -> Path:
    """Write the list for ffmpeg. It names links beside it, so that no path has to be quoted.

    Each part begins at its own zero and lasts as long as its pictures; otherwise the sound would decide.
    """
    lines = ["ffconcat version 1.0"]
    for number, part in enumerate(parts, start=1):
        name = f"part-{number}{MP4.suffix}"
        (path.parent / name).symlink_to(part.file.path.absolute())
        lines += [f"file {name}", "inpoint 0", f"duration {part.streams.seconds:.6f}"]
    path.write_text("\n".join(lines) + "\n")
    return path


def _inputs(parts: Sequence[_Part]) -> list[str]:
    return list(chain.from_iterable(opening(part.file.path, part.signature) for part in parts))


def _picture_graph(parts: Sequence[_Part]) -> list[str]:
    """Return the steps by which the pictures of all parts become `[v]`."""
    width, height = _even(parts[0].file)
    steps = [
        f"[{number}:v:0]fps={parts[0].streams.rate}:start_time=0,"
        f"scale={width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2,"
        f"pad={width}:{height}:-1:-1,setsar=1,format=yuv420p[v{number}]"
        for number in range(len(parts))
    ]
    joints = "".join(f"[v{number}]" for number in range(len(parts)))
    return [*steps, f"{joints}concat=n={len(parts)}:v=1:a=0[v]"]


def _sound_graph(parts: Sequence[_Part], first_input: int) -> list[str]:
    """Return the steps by which the sound of all parts becomes `[a]`; none if no part has any."""
    if not any(part.streams.sound for part in parts):
        return []
    steps = [_sounding(number, part, first_input) for number, part in enumerate(parts)]
    joints = "".join(f"[a{number}]" for number in range(len(parts)))
    return [*steps, f"{joints}concat=n={len(parts)}:v=0:a=1[a]"]


def _sounding(number: int, part: _Part, first_input: int) -> str:
    """Return a part's sound, as long as its pictures; silence where it has none."""
    source = f"[{first_input + number}:a:0]" if part.streams.sound else "anullsrc=r=48000:cl=stereo,"
    form = "aresample=48000:async=1:first_pts=0,aformat=sample_fmts=fltp:channel_layouts=stereo"
    seconds = f"{part.streams.seconds:.6f}"
    return f"{source}{form},apad=whole_dur={seconds},atrim=end={seconds}[a{number}]"


def _even(first: MediaFile) -> tuple[int, int]:
    """Return the sides of what is encoded anew, even, as yuv420p needs."""
    return first.width - first.width % 2, first.height - first.height % 2
