"""Which jobs take about as long: those of one kind, and how far others can be compared with them. Pure."""

from collections.abc import Iterator
from typing import Final, get_args

from bot.core.models import EditResolution, Kind, Request, VideoResolution, lengths

Likeness = tuple[str, str, int | None]

# Lines of a frame, or pixels of a side: how much there is to make.
_SIZES: Final = {"480p": 480.0, "720p": 720.0, "1080p": 1080.0, "1K": 1024.0, "2K": 2048.0, "4K": 4096.0}
_USUAL_SIZE: Final = 2048.0


def likeness(request: Request) -> Likeness:
    """Return what jobs must share to be of one kind: the command, the resolution, the length."""
    return request.command, request.resolution, _length(request)


def others(request: Request) -> Iterator[Request]:
    """Yield a request of each other kind of the same command."""
    sizes = get_args(EditResolution if request.makes is Kind.IMAGE else VideoResolution)
    for size in sizes:
        for length in lengths(type(request)) or (None,):
            if (request.command, size, length) != likeness(request):
                wanted = {"resolution": size} | ({} if length is None else {"duration": length})
                yield request.model_copy(update=wanted)


def scale(one: Request, other: Request) -> float:
    """Return by what a duration of `one` is to be multiplied to stand for `other`, of the same command.

    A guess, until `other` has durations of its own: a side counts in proportion, a length by its root.
    """
    return _effort(other) / _effort(one)


def _effort(request: Request) -> float:
    return _SIZES.get(request.resolution, _USUAL_SIZE) * (_length(request) or 1) ** 0.5


def _length(request: Request) -> int | None:
    length = request.settings().get("duration")
    return length if isinstance(length, int) else None
