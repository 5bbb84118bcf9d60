"""The plain messages about a job: honest, and never longer than Discord takes."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat import notes
from bot.core.events import Output
from bot.core.job import Job, State
from bot.core.media import MediaFile
from bot.core.models import Kind
from tests.builders import a_job

DIRECT = "I could no longer post in the channel where you asked"
FILES = [MediaFile(Path("a.png"), Kind.IMAGE, ".png", 20_000_000, 4096, 4096)]


def a_ready_job(count: int, length: int) -> Job:
    urls = [f"https://playgrounds.runcomfy.net/{number}/".ljust(length, "a") for number in range(count)]
    return replace(a_job(State.READY), outputs=tuple(Output(url, Kind.IMAGE) for url in urls))


def test_all_links_stand_in_the_message_where_they_find_room() -> None:
    job = a_ready_job(3, 200)
    found = notes.links(job, FILES, 10_000_000, direct=False)
    assert found.is_whole
    assert all(output.url in found.words for output in job.outputs)
    assert "20.0 MB" in found.words
    assert job.id in found.words


@pytest.mark.parametrize(("count", "length", "shown"), [(10, 400, 4), (2, 1500, 1), (1, 4096, 0)])
@pytest.mark.parametrize("direct", [False, True])
def test_links_that_find_no_room_are_left_out_whole_and_it_is_said(
    count: int, length: int, shown: int, *, direct: bool
) -> None:
    job = a_ready_job(count, length)
    found = notes.links(job, FILES, 10_000_000, direct=direct)
    assert not found.is_whole
    assert len(found.words) <= notes.MESSAGE
    assert [output.url in found.words for output in job.outputs].count(True) == shown
    assert found.words.count("https://") == shown
    assert f"{shown} of {count} addresses" in found.words


def test_what_goes_to_the_owner_directly_says_so_first() -> None:
    links = notes.links(a_ready_job(1, 100), FILES, 10_000_000, direct=True)
    ending = notes.ending(a_job(State.FAILED), direct=True)
    assert links.words.startswith(DIRECT)
    assert ending.startswith(DIRECT)
    assert DIRECT not in notes.ending(a_job(State.FAILED), direct=False)
