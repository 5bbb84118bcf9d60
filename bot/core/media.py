"""What the story needs done to files, as a protocol. `bot.media` does it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.core.events import Output
from bot.core.mending import Framing, Mending
from bot.core.models import Kind, PictureRule
from bot.core.source import PictureSource


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A checked file on disk. It lives as long as the context that gave it."""

    path: Path
    kind: Kind
    suffix: str
    """With the dot, from the file's bytes."""
    size: int
    """Bytes."""
    width: int
    height: int
    seconds: float | None = None
    mended: tuple[Mending, ...] = ()
    """What was done to it since it was fetched."""


Progress = Callable[[float], None]
"""Told the share that is done, from 0 to 1, now and then."""


class Media(Protocol):
    """Fetches and checks what comes from outside. Never trusts a name or a declared size."""

    def pictures(
        self, sources: Sequence[PictureSource], rule: PictureRule, *, framing: Framing | None, room: int
    ) -> AbstractAsyncContextManager[tuple[MediaFile, ...]]:
        """Fetch a member's pictures, mend them as the rule asks, and strip them of all metadata.

        None is larger than `room` bytes. Raises MemberError where one cannot be mended or had, with
        PICTURE_ASPECT where only its owner can say how; PassingError where a later try may do.
        """
        ...

    def previews(
        self, sources: Sequence[PictureSource], rule: PictureRule
    ) -> AbstractAsyncContextManager[Mapping[Framing, MediaFile]]:
        """Show small what each framing would make of the first picture whose shape the rule forbids.

        Raises as `pictures` does.
        """
        ...

    def results(self, outputs: Sequence[Output]) -> AbstractAsyncContextManager[tuple[MediaFile, ...]]:
        """Fetch a job's results, streamed to disk, and check that they are what they claim to be.

        Raises PassingError(RESULT_BROKEN or GENERATOR_UNREACHABLE) where a later try may do,
        LostError where none will, with RESULT_TOO_LARGE where it is more than can be carried.
        """
        ...

    def earlier(
        self, addresses: Sequence[Sequence[str]], kind: Kind
    ) -> AbstractAsyncContextManager[tuple[MediaFile, ...]]:
        """Fetch the files of an earlier result and check them: of each, the first address that has it.

        Raises LostError(RESULT_GONE) where none has, PassingError where a later try may do.
        """
        ...

    def fitted(
        self, files: Sequence[MediaFile], room: int, progress: Progress
    ) -> AbstractAsyncContextManager[tuple[MediaFile, ...]]:
        """Make smaller versions of those that are larger than `room` bytes; the others stay as they are.

        Raises TooLargeError where one cannot be made so small and still be worth seeing.
        """
        ...

    def joined(
        self, parts: Sequence[MediaFile], progress: Progress
    ) -> AbstractAsyncContextManager[MediaFile]:
        """Make one clip of several, in order. Raises LostError(RESULT_BROKEN) where they cannot be joined."""
        ...
