"""Where a picture comes from: an address that Discord gave with it, or an earlier job of ours."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.ids import JobId


@dataclass(frozen=True, slots=True)
class PictureSource:
    """A picture as the interaction describes it; only its bytes, fetched later, are believed."""

    url: str
    filename: str
    size: int
    """Bytes."""
    width: int | None = None
    height: int | None = None
    """Pixels."""
    content_type: str | None = None
    """As declared, if it was."""
    others: tuple[str, ...] = ()
    """More addresses of the same file, to be tried where the first has nothing."""
    of_video: bool = False
    """It is a video of ours, of which the last frame is wanted."""


class Place(StrEnum):
    """Which of a job's messages holds a file."""

    CARD = "card"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A picture of an earlier job. Its address is asked for when it is needed: Discord signs it for a day."""

    job_id: JobId
    place: Place
    number: int = 0
    """The first is 0."""

    @property
    def filename(self) -> str:
        """What a member can be told of it."""
        what = "picture" if self.place is Place.CARD else "result"
        return f"{what} {self.number + 1} of job {self.job_id}"


Source = PictureSource | Borrowed
