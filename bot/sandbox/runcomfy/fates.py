"""What a test or the demo may ask of the stand-in: how fast it works and what becomes of a job.

Values only; nothing here acts. `Fate` is about one job and its file, `Pace` about all of them. Faults of the
line between caller and service are in `faults.py`, the spellings of the contract in `wire.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds that a job waits in the queue, and seconds that its making takes at least."""

    queue: float = 0.3
    work: float = 1.0


class Ending(StrEnum):
    """How a job ends by itself."""

    WELL = "well"
    FAILED = "failed"
    """Both the status and the result say so."""
    FAILED_IN_RESULT = "failed in result"
    """The status says completed; only the result tells the truth."""
    NEVER = "never"
    """Stays in progress until `finish` is called."""
    CANCELLED = "cancelled"
    """Cancelled by the service when its turn comes."""


class BadPicture(StrEnum):
    """When the service looks at a picture, and so how it says that it is no good."""

    FAILS = "fails"
    """After acceptance: the job fails with a message."""
    REFUSED = "refused"
    """Before acceptance: the submit answers 422."""


class Served(StrEnum):
    """How the result's file is served."""

    WHOLE = "whole"
    HTML = "html"
    """A web page under the video's name and content type."""
    EMPTY = "empty"
    CUT_LENGTH = "cut length"
    """Content-Length promises the whole file, half of it comes."""
    CUT_CHUNKED = "cut chunked"
    """Chunked, and the connection ends before the last chunk."""
    CUT_CLOSE = "cut close"
    """No length: the end of the connection is the end of the file, and it comes at the half, with 200."""
    OVERLONG = "overlong"
    """More bytes come than Content-Length declares, so that what it declares is only half a file."""
    ENDLESS = "endless"
    DRIP = "drip"
    """One byte at a time."""
    HANG = "hang"
    """Never answers."""
    REDIRECT = "redirect"
    GONE = "gone"
    """404 with an XML page, as object stores answer for an expired address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of one job; the default ends well at the general pace."""

    ends: Ending = Ending.WELL
    queue: float | None = None
    """Seconds in the queue; None: as the pace says."""
    work: float | None = None
    error: str | Mapping[str, str] = "Model run failed"
    """What a failed job says; services answer with a text or an object."""
    bad_picture: BadPicture = BadPicture.FAILS
    relapses: int = 0
    """After `in_progress` was read once, so many status reads say `in_queue` again."""
    result_late: int = 0
    """After completion, so many result reads still say that the job is not finished."""
    output_late: int = 0
    """After completion, so many result reads have no output."""
    served: Served = Served.WHOLE
    served_times: int | None = None
    """So many downloads go as `served` says and later ones go well; None: all of them."""
    size: int | None = None
    """Exact size of the file in bytes: playable, padded with a sparse tail."""
    film: Path | None = None
    """Serve this very file as the result, without making one; it is only read."""
    cost: float | None = None
    """USD that the result tells, of a failed job too; None: by the catalogue's price, if it went well."""
    tells_cost: bool = True
    """Whether the result tells it at all."""
    outputs: int = 1
    """So many results, each with a file and an address of its own, told as `videos` or `images`."""
    address: str | None = None
    """Told as the first result's address instead of the real one (another host, file://, http ...)."""
    redirect_to: str | None = None
    """Target for `Served.REDIRECT`; None: the same file under the host name `localhost`."""
