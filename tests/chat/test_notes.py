"""The plain messages about a job: honest, and never longer than Discord takes."""

from dataclasses import replace

import pytest

from bot.chat import notes
from bot.core import events as ev
from bot.core.descent import How
from bot.core.errors import Problem, Reason
from bot.core.events import Output
from bot.core.job import Job, State, apply
from bot.core.models import PRO_PROMPT_LIMIT, Kind, SeedancePro
from tests.builders import a_descent, a_job

DIRECT = "I could no longer post in the channel where you asked"


def a_ready_job(count: int, length: int) -> Job:
    urls = [f"https://playgrounds.runcomfy.net/{number}/".ljust(length, "a") for number in range(count)]
    outputs = tuple(Output(url, Kind.IMAGE) for url in urls)
    return replace(a_job(State.READY), outputs=outputs, size=20_000_000, room=10_000_000)


def test_all_links_stand_in_the_message_where_they_find_room() -> None:
    job = a_ready_job(3, 200)
    found = notes.links(job, direct=False)
    assert found.is_whole
    assert all(output.url in found.words for output in job.outputs)
    assert "Discord does not take a file of 20.0 MB here" in found.words
    # What was tried last may be less than what the channel takes.
    assert "10.0 MB" not in found.words
    assert job.id in found.words


@pytest.mark.parametrize(("count", "length", "shown"), [(10, 350, 4), (2, 1500, 1), (1, 4096, 0)])
@pytest.mark.parametrize("direct", [False, True])
def test_links_that_find_no_room_are_left_out_whole_and_it_is_said(
    count: int, length: int, shown: int, *, direct: bool
) -> None:
    job = a_ready_job(count, length)
    found = notes.links(job, direct=direct)
    assert not found.is_whole
    assert len(found.words) <= notes.MESSAGE
    assert [output.url in found.words for output in job.outputs].count(True) == shown
    assert found.words.count("https://") == shown
    assert f"{shown} of {count} addresses" in found.words


def test_what_goes_to_the_owner_directly_says_so_first() -> None:
    links = notes.links(a_ready_job(1, 100), direct=True)
    ending = notes.ending(a_job(State.FAILED), direct=True)
    assert links.words.startswith(DIRECT)
    assert ending.startswith(DIRECT)
    assert DIRECT not in notes.ending(a_job(State.FAILED), direct=False)


def test_nothing_is_said_of_a_size_that_is_not_known_or_that_of_another_file_or_no_reason() -> None:
    job = a_ready_job(1, 100)
    joined = replace(job, descent=a_descent(a_job(State.DELIVERED), How.JOIN))
    for unknown in (replace(job, size=None, room=None), replace(job, size=8, room=8), joined):
        words = notes.links(unknown, direct=False).words
        assert "I could not bring the file here" in words
        assert "MB" not in words


def test_another_reason_can_be_told() -> None:
    words = notes.links(a_ready_job(1, 100), direct=False, why="It is gone:").words
    assert words.startswith("It is gone:\nhttps://")


def test_covered_addresses_stand_each_behind_a_cover_of_its_own() -> None:
    job = replace(a_ready_job(2, 100), spoiler=True)
    words = notes.links(job, direct=False).words
    assert all(f"\n||{output.url}||\n" in words for output in job.outputs)


def test_an_address_with_bars_lifts_no_cover() -> None:
    outputs = (Output("https://playgrounds.runcomfy.net/a||b.png?x=(1)", Kind.IMAGE),)
    words = notes.links(replace(a_ready_job(1, 100), outputs=outputs, spoiler=True), direct=False).words
    assert "\n||https://playgrounds.runcomfy.net/a%7C%7Cb.png?x=%281%29||\n" in words


def test_links_of_what_was_to_be_joined_say_that_they_are_the_new_part_alone() -> None:
    job = replace(a_ready_job(1, 100), descent=a_descent(a_job(State.DELIVERED), How.JOIN))
    assert "the new part alone" in notes.links(job, direct=False).words
    assert "the new part alone" not in notes.links(replace(job, descent=None), direct=False).words


def a_refused_job(prompt: str) -> Job:
    job = a_job(request=SeedancePro(prompt=prompt))
    return apply(job, ev.Refused(Reason(Problem.PICTURE_UNREADABLE, {"filename": "x.png"})), job.accepted_at)


def test_a_retraction_gives_the_prompt_back() -> None:
    (words,) = notes.retraction(a_refused_job("a paper boat\nunder the moon"))
    assert "`x.png` is not a picture" in words
    assert words.endswith(">>> a paper boat\nunder the moon")


def test_the_longest_prompt_is_given_back_whole() -> None:
    why, prompt = notes.retraction(a_refused_job("b" * PRO_PROMPT_LIMIT))
    assert "Nothing was charged" in why
    assert prompt == ">>> " + "b" * PRO_PROMPT_LIMIT
