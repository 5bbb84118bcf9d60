"""The parts of the demo that decide what is shown and what is said to be good."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sandbox.discord import Revision
from bot.sandbox.discord.wire import Component
from bot.sandbox.pictures import POND
from bot.sandbox.play import film, reading
from bot.sandbox.play.summary import Row, faults

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def a_revision(*texts: str) -> Revision:
    parts = tuple(Component(type=10, content=text) for text in texts)
    frame = Component.model_validate({"type": 17, "accent_color": 0x2E9E5B, "components": parts})
    return Revision(0.0, components=(frame,))


def a_row(*, state: str = "delivered", submits: int = 1, posts: int = 1, credits: int = 4) -> Row:  # noqa: A002 - the program's word
    return Row("1", "abc", state, submits, posts, credits)


def test_a_message_is_read_as_a_client_shows_it() -> None:
    soon = int(NOW.timestamp()) + 90
    revision = a_revision(
        "### A title", "> five \\> four, \\*really\\*", f"<@7> **left**: [see](https://a.b/c) <t:{soon}:R>"
    )
    lines = [line.plain for line in reading.message(revision, {7: "Ana"}, NOW)]
    assert lines == ["A title", "│ five > four, *really*", "@Ana left: see in 2 minutes"]
    assert reading.colour(revision) == "#2e9e5b"


def test_the_status_is_the_last_text_without_its_small_print() -> None:
    revision = a_revision("### A title", "Working on it.\nSoon.\n-# job abc")
    assert reading.status(revision, {}, NOW) == "Working on it. Soon."


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (a_row(submits=2), "submitted 2 times"),
        (a_row(submits=0), "submitted 0 times"),
        (a_row(posts=2), "2 videos were posted"),
        (a_row(posts=0), "0 videos were posted"),
        (a_row(credits=0), "0 credits were charged"),
        (a_row(state="cancelled", posts=0), "4 credits were charged"),
        (a_row(state="failed", credits=0), "1 videos were posted"),
    ],
)
def test_a_broken_promise_is_named(row: Row, complaint: str) -> None:
    assert len(faults([a_row(), row])) == 1
    assert complaint in faults([row])[0]


def test_promises_that_were_kept_are_not_complained_about() -> None:
    assert faults([a_row(), a_row(state="cancelled", posts=0, credits=0)]) == []


async def test_what_is_no_film_does_not_open(tmp_path: Path) -> None:
    page, nothing = tmp_path / "page.mp4", tmp_path / "nothing.mp4"
    page.write_text("<html>not found</html>")
    nothing.touch()
    assert await film.inspect(page) is None
    assert await film.inspect(nothing) is None
    assert await film.inspect(tmp_path / "missing.mp4") is None


async def test_the_shipped_picture_can_be_shown_in_few_pixels() -> None:
    shown = await film.frames(POND, width=8, height=4, fps=1)
    assert [(frame.width, frame.height, len(frame.pixels)) for frame in shown] == [(8, 4, 96)]
    assert POND.stat().st_size < 300_000
