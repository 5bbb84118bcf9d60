"""From one result to the next: edit, animate, extend, join. Each step is one order with the right picture."""

import subprocess
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.sandbox.discord import Delay, Fault, Message, Upload
from bot.sandbox.pictures import POND
from bot.sandbox.runcomfy import Fate, Pace, RunComfy
from tests.e2e.conftest import judge
from tests.e2e.onward import (
    card_of,
    filled_in,
    form_of,
    job_of,
    link_to,
    opened,
    picked,
    pictures_sent,
    pressed,
    without_pictures,
)
from tests.e2e.play import LONG, PROMPT, Play, upload
from tests.media.films import FFMPEG, watch
from tests.stages import stage

ALIKE, UNLIKE = 8.0, 16.0
"""Of 255, on average: what coding twice may change, and what it never does."""
RATE = 16
"""Frames a second of the stand-in's films."""
FILM = {"resolution": "480p", "duration": 5, "generate_audio": True, "camera_fixed": False}


@pytest.fixture
async def drawn(tmp_path: Path, description: Path | None) -> AsyncGenerator[Play]:
    """A play in which films and pictures are really made of what they begin with."""
    runcomfy = RunComfy(pace=Pace(queue=0.1, work=0.2))
    async with stage(tmp_path, runcomfy=runcomfy, openapi=description) as set_up:
        play = Play(set_up)
        await play.start()
        yield play
        judge(set_up)


def last_frame(film: Path) -> Image.Image:
    """Return the last picture of a film."""
    command = [FFMPEG, "-v", "error", "-sseof", "-1", "-i", film, "-f", "image2pipe", "-c:v", "png", "-"]
    shown = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    return opened(shown[shown.rindex(b"\x89PNG") :])


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return how different two pictures look, from 0 to 255, whatever their sizes."""
    small = [picture.resize((48, 27)) for picture in (one, other)]  # pyright: ignore[reportUnknownMemberType] (numpy's types are not there)
    means: list[float] = ImageStat.Stat(ImageChops.difference(*small)).mean
    return max(means)


async def finished(play: Play, card: Message | None) -> Message:
    """Return the result of a card's job, all done."""
    await play.card_says(card, "Done in")
    return await play.result_of(card)


def path_of(result: Message) -> Path:
    """Return the one file of a result, as it lies at Discord."""
    (file,) = result.attachments
    return file.path


async def test_an_edit_is_animated_extended_and_extended_again_and_comes_as_one_clip(drawn: Play) -> None:
    play = drawn
    image = Upload(POND, "pond.jpg", "image/jpeg")
    asked = await play.ask("seedream-edit", prompt=PROMPT, image=image, resolution="1K")
    edit = await finished(play, asked.message)
    animated = await filled_in(play, edit, "Animate", prompt="it drifts", duration="5", options=["audio"])
    film = await finished(play, card_of(animated))
    # "Joined" is ticked to begin with.
    extended = await filled_in(play, film, "Extend", prompt="it passes the reeds")
    longer = await finished(play, card_of(extended))
    last = await filled_in(play, longer, "Extend", prompt="it is gone", duration="4")
    longest = await finished(play, card_of(last))

    assert_one_right_submit_each(play)
    assert_right_pictures(play, edit, film, longer)
    assert_as_long(film, 5, joints=0)
    assert_as_long(longer, 10, joints=1)
    assert_as_long(longest, 14, joints=2)
    assert "one clip, the earlier part and the new one" in longest.text
    for child, how, parent in (
        (animated, "brings the picture of {} to life", edit),
        (extended, "goes on from {}, both as one clip", film),
        (last, "goes on from {}, both as one clip", longer),
    ):
        link = f"[job {job_of(parent)}]({link_to(parent)})"
        assert how.format(link) in card_of(child).text
    await is_shown(play, longest, [edit, film, longer, longest])
    await is_shown(play, film, [edit, film, longer])
    await adds_up(play)


def assert_one_right_submit_each(play: Play) -> None:
    submits = play.runcomfy.submits
    models = [submit.model_id.split("/")[1] for submit in submits]
    assert models == ["seedream-4-0", *3 * ["seedance-v1.5-pro"]]
    assert [without_pictures(submit) for submit in submits] == [
        {"prompt": PROMPT, "resolution": "1K"},
        {"prompt": "it drifts", "ratio": "adaptive", **FILM},
        {"prompt": "it passes the reeds", "ratio": "adaptive", **FILM},
        {"prompt": "it is gone", "ratio": "adaptive", **FILM, "duration": 4},
    ]


def assert_right_pictures(play: Play, edit: Message, film: Message, longer: Message) -> None:
    """Assert that each step was sent the picture before it, and that the pictures are not all alike."""
    before, edited = opened(POND.read_bytes()), opened(path_of(edit).read_bytes())
    end, later_end = (last_frame(path_of(result)) for result in (film, longer))
    sent = [pictures_sent(play, submit) for submit in play.runcomfy.submits]
    for (picture,), origin in zip(sent, (before, edited, end, later_end), strict=True):
        assert difference(picture, origin) < ALIKE
    assert difference(before, edited) > UNLIKE
    assert difference(edited, end) > UNLIKE


async def adds_up(play: Play) -> None:
    """Assert that every job is charged, and that the quota tells the sum."""
    rows = play.rows()
    assert [(row.state, row.hold) for row in rows] == 4 * [("delivered", "charged")]
    quota = await play.ask("quota")
    assert quota.message is not None
    assert f"Today: {sum(row.cost for row in rows)} of 60 credits used" in quota.message.text


def assert_as_long(result: Message, seconds: int, joints: int) -> None:
    """Assert that a clip has the sum of its parts' lengths, within a frame a joint, sound included."""
    frame = 1 / RATE
    seen = watch(path_of(result))
    assert abs(seen.seconds - seconds) <= joints * frame + 0.001
    assert abs(seen.frames - RATE * seconds) <= joints
    # A frame of sound lasts 1024 samples.
    assert abs(seen.sound_seconds - seconds) <= joints * frame + 1024 / 44100 + 0.001


async def is_shown(play: Play, looked_at: Message, chain: list[Message]) -> None:
    """Assert that /jobs shows a result with all that it came from, and with what came of it."""
    shown = (await picked(play, looked_at)).text
    rows = shown.partition("How it came about")[2].splitlines()[1:-1]
    hows = ("Began as", "animated:", "extended and joined:", "extended and joined:")
    assert len(rows) == len(chain)
    for row, how, result in zip(rows, hows, chain, strict=False):
        assert how in row
        assert link_to(result) in row
        assert row.startswith("➤") == (result is looked_at)


async def test_animate_goes_from_the_picture_before_the_edit_to_one_of_several_after(drawn: Play) -> None:
    play = drawn
    play.runcomfy.next(Fate(outputs=3))
    image = Upload(POND, "pond.jpg", "image/jpeg")
    asked = await play.ask("seedream-edit", prompt=PROMPT, image=image, resolution="1K")
    edit = await finished(play, asked.message)
    second = "Picture 2 of the result"
    form = await form_of(play, edit, "Animate")
    chosen = {"picture": second, "prompt": "it turns", "model": "seedance-lite-from", "duration": "10 s"}
    animated = await (await play.ana.submit(form, chosen)).answered(LONG)
    await finished(play, card_of(animated))

    submit = play.runcomfy.submits[1]
    assert "lite" in submit.model_id
    assert without_pictures(submit) == {"prompt": "it turns", "resolution": "480p", "duration": 10}
    before, after = pictures_sent(play, submit)
    results = [opened(file.path.read_bytes()) for file in edit.attachments]
    assert difference(before, opened(POND.read_bytes())) < ALIKE
    assert [difference(after, result) < ALIKE for result in results] == [False, True, False]


async def a_film(play: Play) -> Message:
    """Return a film of words alone."""
    asked = await play.ask("seedance-fast", prompt=PROMPT, duration=2)
    return await finished(play, asked.message)


async def test_parts_of_different_sizes_and_sounds_come_as_one_clip_like_the_first(play: Play) -> None:
    film = await a_film(play)
    asked = await filled_in(
        play, film, "Extend", resolution="720p", duration="4", options=["audio", "joined"]
    )
    clip = watch(path_of(await finished(play, card_of(asked))))
    assert clip.sides == watch(path_of(film)).sides
    # A film of the quick studio has five frames a second.
    assert abs(clip.seconds - 6) <= 0.2 + 0.001
    assert abs(clip.sound_seconds - 6) <= 0.2 + 0.03


async def test_a_part_whose_beginning_was_deleted_meanwhile_comes_alone_and_says_so(play: Play) -> None:
    film = await a_film(play)
    play.runcomfy.hold()
    asked = await filled_in(play, film, "Extend", duration="4")
    await play.card_says(card_of(asked), "In RunComfy's queue")
    question = await pressed(play, film, "Delete")
    assert question.message is not None
    await pressed(play, question.message, "Delete for everyone")
    await play.discord.bell.until(lambda: film.deleted or None, timeout=LONG, what="the film's end")
    play.runcomfy.release()
    alone = await finished(play, card_of(asked))
    assert watch(path_of(alone)).seconds == 4
    assert "could not be joined with the earlier part" in alone.text


async def test_a_kill_while_parts_are_joined_leaves_one_clip_and_no_files(play: Play) -> None:
    film = await a_film(play)
    # First for its last frame, then to be joined.
    again = f"/attachments/.*/{film.attachments[0].id}/.*"
    fault = play.discord.faults.add(Fault("GET", again, Delay(20.0), skip=1))
    asked = await filled_in(play, film, "Extend", duration="4")
    await play.card_says(card_of(asked), "Joining it with the clip before it")
    await play.until(lambda _: fault.fired)
    await play.bot.kill()
    play.discord.faults.clear()
    await play.start()
    clip = await finished(play, card_of(asked))
    assert abs(watch(path_of(clip)).seconds - 6) <= 0.2 + 0.001
    assert len(play.results(card_of(asked))) == 1
    assert len(play.runcomfy.submits) == 2
    await play.until(lambda play: not list(play.bot.folder.glob("*.media/*")))


async def test_a_result_leads_on_to_a_film_that_another_member_asks_for(play: Play) -> None:
    asked = await play.ask("seedream-edit", prompt=PROMPT, image=upload(), resolution="1K")
    edit = await finished(play, asked.message)
    bo = play.discord.add_member("bo", play.stage.guild)
    animated = await filled_in(play, edit, "Animate", bo, prompt="it drifts")
    film = await finished(play, card_of(animated))
    assert film.mentions == {bo.id}
    shown = await picked(play, film, bo)
    # Of somebody else's part there is the link, and not a word.
    assert link_to(edit) in shown.text
    assert PROMPT not in shown.text
