"""Files made to harm: how each ends, how soon, and that nothing of any is left.

The files are those of the tests, which also look at memory and at every picture that comes out.
"""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from bench.load import percentile
from bench.media.desk import open_desk
from bench.media.sheet import Sheet, judged
from bot.chat.texts import say
from bot.core.errors import MemberError
from bot.core.mending import Framing
from bot.core.models import EDIT_RULE, FRAME_RULE
from bot.core.source import PictureSource
from bot.flow.moves import USUAL_ROOM
from bot.media.desk import MediaDesk
from tests.media.harmful import harmful_files
from tests.media.origin import Origin, answer, saying

HEADINGS: Final = ("what", "figure", "aim", "reached")
AT_ONCE: Final = 2  # as many as the desk mends at a time
SOON: Final = 10.0  # seconds
_STOPPED: Final = (
    "What decodes for ever is stopped after 4 s of processor time, which are more by the clock where other "
    "work wants the same cores."
)
MENDED: Final = "(no refusal: what could be read of it was mended and written anew)"


@dataclass(slots=True)
class Account:
    """How they ended, and after how many seconds."""

    ends: Counter[str] = field(default_factory=Counter[str])
    words: dict[str, str] = field(default_factory=dict[str, str])
    """What the member reads at each end, of the first file that met it."""
    took: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])

    def note(self, what: str, end: str, words: str, took: float) -> None:
        """Enter one file."""
        self.ends[end] += 1
        self.words.setdefault(end, words)
        self.took.append((took, what))


async def measure(seed: int = 7, most: int | None = None) -> Sheet:
    """Have every file brought, two at a time; `most` of them where not all are wanted."""
    files = list(islice(harmful_files(seed), most))
    account, waiting = Account(), iter(enumerate(files))
    async with open_desk() as (desk, folder):

        async def work() -> None:
            for number, (what, content) in waiting:
                start = time.perf_counter()
                end, words = await _bring(desk, content, number)
                account.note(what, end, words, time.perf_counter() - start)

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(work())
        left = _left(folder)
    return _sheet(account, left)


async def _bring(desk: MediaDesk, content: bytes, number: int) -> tuple[str, str]:
    """Return how it ended, and what the member reads then."""
    rule = (FRAME_RULE, EDIT_RULE)[number % 2]
    async with Origin(saying(answer(content))) as origin:
        source = PictureSource(origin.url, "picture", size=1)
        try:
            async with desk.pictures([source], rule, framing=Framing.CROP, room=USUAL_ROOM):
                return MENDED, MENDED
        except MemberError as error:
            return error.reason.problem, say(error.reason)


def _left(folder: Path) -> int:
    return sum(1 for _ in (folder / "media").rglob("*"))


def _sheet(account: Account, left: int) -> Sheet:
    slowest, what = max(account.took)
    middle = percentile([took for took, _ in account.took], 0.5)
    rows = (
        ("files", str(len(account.took)), ">= 200", judged([len(account.took) >= 200])),
        ("slowest answer", f"{slowest:.1f} s ({what})", f"<= {SOON:g} s", judged([slowest <= SOON])),
        ("answer in the middle", f"{1000 * middle:.0f} ms", "", ""),
        ("files and folders left", str(left), "0", judged([left == 0])),
        *((account.words[end], str(count), "", "") for end, count in account.ends.most_common()),
    )
    return Sheet("Files made to harm", HEADINGS, rows, (_STOPPED,))
