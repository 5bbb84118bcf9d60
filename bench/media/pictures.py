"""Pictures in: what went in, what was sent, what the member reads of it, and how long it took.

Each file goes through the real desk, which fetches it from a server on this machine, once for every kind of
model and several times over.
"""

import io
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PIL import Image

from bench.media.desk import open_desk
from bench.media.samples import OF_NOTE, SAMPLES, Sample
from bench.media.sheet import Sheet, sides, weight
from bot.chat.texts import say, text
from bot.core.errors import MemberError
from bot.core.mending import Framing
from bot.core.models import EDIT_RULE, FRAME_RULE, PictureRule
from bot.core.source import PictureSource
from bot.flow.moves import USUAL_ROOM
from bot.media.desk import MediaDesk
from tests.media.origin import Origin, answer, saying
from tests.media.samples import TELLTALES

RULES: Final = {"a video": FRAME_RULE, "an edit": EDIT_RULE}
HEADINGS: Final = ("picture", "went in", "for", "was sent", "the member reads", "took")
NOTHING: Final = "nothing"
_SECRET: Final = b"SECRETMAKER"


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one picture: its content is empty where it was not taken."""

    content: bytes
    reads: str
    took: tuple[float, ...] = ()
    """Seconds."""

    @property
    def shown(self) -> str:
        """Say what was sent."""
        return shown(self.content) if self.content else NOTHING


async def measure(samples: Sequence[Sample] = SAMPLES, times: int = 5, keep: Path | None = None) -> Sheet:
    """Have every sample brought for each kind of model."""
    rows: list[tuple[str, ...]] = []
    noted = told = 0
    async with open_desk() as (desk, _):
        for number, sample in enumerate(samples):
            content = sample.draw()
            noted += _SECRET in content
            found = {name: sent async for name, sent in _sent(desk, sample, content, times)}
            told += sum(any(word in sent.content for word in TELLTALES) for sent in found.values())
            rows += _rows(sample, content, found)
            if keep is not None:
                _keep(keep, number, found)
    return Sheet("Pictures in", HEADINGS, tuple(rows), _notes(noted, told, times))


async def _sent(
    desk: MediaDesk, sample: Sample, content: bytes, times: int
) -> AsyncIterator[tuple[str, Sent]]:
    async with Origin(saying(answer(content))) as origin:
        for name, rule in RULES.items():
            tries = [await _bring(desk, origin.url, sample.framing, rule) for _ in range(times)]
            yield name, replace(tries[0], took=tuple(took for each in tries for took in each.took))


async def _bring(desk: MediaDesk, url: str, framing: Framing | None, rule: PictureRule) -> Sent:
    source = PictureSource(url, "picture", size=1)
    start = time.perf_counter()
    try:
        async with desk.pictures([source], rule, framing=framing, room=USUAL_ROOM) as (file,):
            took = time.perf_counter() - start
            words = ", ".join(text(f"mending.{mending}") for mending in file.mended)
            return Sent(file.path.read_bytes(), words or "—", (took,))
    except MemberError as error:
        return Sent(b"", say(error.reason), (time.perf_counter() - start,))


def shown(content: bytes) -> str:
    """Write a picture's format, sides and bytes."""
    with Image.open(io.BytesIO(content)) as picture:
        name = picture.format or ""
        return f"{OF_NOTE.get(name, name)}, {sides(*picture.size)}, {weight(len(content))}"


def _rows(sample: Sample, content: bytes, found: dict[str, Sent]) -> list[tuple[str, ...]]:
    """Return a row for each kind of model, or one for both where the same was sent."""
    first, *others = found.values()
    if all((each.content, each.reads) == (first.content, first.reads) for each in others):
        both = Sent(first.content, first.reads, tuple(took for each in found.values() for took in each.took))
        found = {"both": both}
    return [
        (sample.what, shown(content), name, sent.shown, sent.reads, _milliseconds(sent.took))
        for name, sent in found.items()
    ]


def _milliseconds(took: Sequence[float]) -> str:
    return f"{1000 * statistics.median(took):.0f} ms"


def _keep(folder: Path, number: int, found: dict[str, Sent]) -> None:
    for name, sent in found.items():
        if sent.content:
            with Image.open(io.BytesIO(sent.content)) as picture:
                suffix = (picture.format or "").lower()
            (folder / f"{number:02}-{name.replace(' ', '-')}.{suffix}").write_bytes(sent.content)


def _notes(noted: int, told: int, times: int) -> tuple[str, ...]:
    timed = (
        f"Each was brought {times} times and the median is shown: fetched from this machine, opened and "
        "written in a process of its own, read back and judged."
    )
    bounds = (
        "A video may start from JPEG, PNG or WebP with sides of 301 to 5,999 pixels, an edit from JPEG or "
        "PNG with 15 or more. A file may have 10 MiB, as Discord hosts it, and for an edit 10 MB."
    )
    notes = f"Files that name a camera and a place: {noted}. Files sent that hold a word of it: {told}."
    return timed, bounds, notes
