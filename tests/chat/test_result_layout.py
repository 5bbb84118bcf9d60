"""The message that brings a result: what it shows, what it says, what leads on, and that it always fits."""

from dataclasses import replace
from pathlib import Path

from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import results
from bot.chat.client import Zoetrope
from bot.chat.courier import DiscordCourier
from bot.core.descent import How
from bot.core.events import Output, Way
from bot.core.job import Job, State
from bot.core.media import MediaFile
from bot.core.models import Kind, SeedancePro, SeedreamEdit
from bot.sandbox.discord import Channel, Member
from tests.builders import a_descent, a_job
from tests.chat.here import here
from tests.chat.shown import gallery, parts, presses, words

VIDEO = MediaFile(Path("a.mp4"), Kind.VIDEO, ".mp4", 9_000_000, 1280, 720, 5.0)
PICTURE = MediaFile(Path("a.png"), Kind.IMAGE, ".png", 2_000_000, 2048, 2048)


def a_ready_job(*urls: str, way: Way = Way.WHOLE, how: How | None = None) -> Job:
    descent = None if how is None else a_descent(a_job(State.DELIVERED), how)
    outputs = tuple(Output(url, Kind.VIDEO) for url in urls or ("https://playgrounds.runcomfy.net/a.mp4",))
    return replace(a_job(State.READY, descent=descent), way=way, size=52_000_000, room=10, outputs=outputs)


def shown(job: Job, *files: MediaFile, apart: bool = False) -> results.Layout:
    files = files or (VIDEO,)
    return results.result(job, files, results.file_names(job, files), apart=apart)


async def test_a_video_leads_to_four_more_things_and_a_picture_to_four_others() -> None:
    job = a_ready_job()
    assert presses(shown(job)) == {
        "Again": f"zoetrope:again:{job.id}",
        "Change": f"zoetrope:change:{job.id}",
        "Extend": f"zoetrope:extend:{job.id}",
        "Delete": f"zoetrope:delete:{job.id}",
    }
    edit = replace(job, request=SeedreamEdit(prompt="a boat"))
    assert list(presses(shown(edit, PICTURE))) == ["Again", "Change", "Animate", "Delete"]


async def test_the_same_buttons_stand_under_a_plain_message() -> None:
    job = a_ready_job()
    assert presses(results.Plain(job)) == presses(shown(job))
    assert len(parts(results.Plain(job))) == 1 + 4


async def test_several_files_come_as_one_gallery_with_the_prompt_as_alt_text() -> None:
    job = replace(a_ready_job(), request=SeedreamEdit(prompt="a boat"))
    layout = shown(job, PICTURE, PICTURE)
    assert gallery(layout) == [
        {
            "media": {"url": f"attachment://zoetrope-{job.id}{end}.png"},
            "description": "a boat",
            "spoiler": False,
        }
        for end in ("", "-2")
    ]
    assert "Your pictures are here." in words(layout)
    assert "Your picture is here." in words(shown(job, PICTURE))


async def test_a_spoiler_covers_every_file() -> None:
    layout = shown(replace(a_ready_job(), spoiler=True), VIDEO, VIDEO)
    assert [item["spoiler"] for item in gallery(layout)] == [True, True]


async def test_a_result_tells_its_settings_its_cost_its_time_and_its_parent() -> None:
    job = a_ready_job(how=How.EXTEND)
    assert job.descent is not None
    told = words(shown(job))
    assert "480p · adaptive · 5 s" in told
    assert "5 credits · took 1 s" in told
    assert f"goes on from [job {job.descent.parent_id}](https://discord.com/channels/7/8/" in told


async def test_a_joined_clip_is_told_from_a_part_that_could_not_be_joined() -> None:
    job = a_ready_job(how=How.JOIN)
    assert "one clip" in words(shown(job)).splitlines()[0]
    assert "could not be joined" in words(shown(job, apart=True)).splitlines()[0]
    assert "could not be joined" not in words(shown(a_ready_job(how=How.EXTEND), apart=True))


async def test_a_fitted_result_links_to_its_original_and_a_whole_one_does_not() -> None:
    url = "https://playgrounds.runcomfy.net/a_(1).mp4?sign=1&x=[2]"
    told = words(shown(a_ready_job(url, way=Way.FITTED)))
    assert "52.0 MB" in told
    assert "[The original](https://playgrounds.runcomfy.net/a_%281%29.mp4?sign=1&x=%5B2%5D)" in told
    assert "riginal" not in words(shown(a_ready_job(url)))


async def test_a_fitted_clip_of_two_parts_links_to_the_new_part() -> None:
    job = a_ready_job(way=Way.FITTED, how=How.JOIN)
    assert "[The new part as RunComfy made it](https://" in words(shown(job))
    assert "52.0 MB" not in words(shown(job))
    assert "52.0 MB" in words(shown(job, apart=True))


async def test_addresses_that_find_no_room_go_into_a_list_while_there_is_room_for_a_file() -> None:
    long = "https://playgrounds.runcomfy.net/".ljust(3500, "a")
    job = a_ready_job(long, way=Way.FITTED)
    assert results.needs_list(job, 1)
    assert {"type": 13, "file": {"url": f"attachment://zoetrope-{job.id}-links.txt"}}.items() <= (
        next(part for part in parts(shown(job)) if part["type"] == 13).items()
    )
    assert not results.needs_list(job, 10)
    assert not any(part["type"] == 13 for part in parts(shown(job, *[PICTURE] * 10)))
    assert not results.needs_list(a_ready_job(long), 1)


@given(
    prompt=st.text("|\\`*_~<>:#@a", min_size=1, max_size=1900),
    lengths=st.lists(st.integers(40, 4096), min_size=1, max_size=10),
    way=st.sampled_from(Way),
    how=st.none() | st.sampled_from(How),
    apart=st.booleans(),
)
async def test_a_result_finds_room_whatever_it_tells(
    prompt: str, lengths: list[int], way: Way, how: How | None, *, apart: bool
) -> None:
    urls = [f"https://playgrounds.runcomfy.net/{n}/".ljust(length, "(") for n, length in enumerate(lengths)]
    job = replace(
        a_ready_job(*urls, way=way, how=how), request=SeedancePro.model_construct(prompt=prompt, seed=2**53)
    )
    files = [VIDEO] * len(urls)
    layout = results.result(job, files, results.file_names(job, files), direct=True, apart=apart)
    assert layout.content_length() < 4000
    assert len(parts(layout)) <= 40
    assert all(len(str(item["description"])) <= 1024 for item in gallery(layout))
    assert layout.is_finished()


async def test_no_result_and_no_plain_message_stays_with_the_library(
    bot: Zoetrope, channel: Channel, ana: Member, courier: DiscordCourier, video: MediaFile
) -> None:
    job = here(channel, ana, State.READY)
    place = bot.get_partial_messageable(channel.id)
    await place.send(view=ui.View(timeout=None).add_item(ui.Button(label="kept", custom_id="kept")))
    assert len(bot.persistent_views) == 1

    await courier.post(job, [video])
    await courier.post_links(replace(job, id=a_job().id))

    assert len(channel.messages) == 3
    assert len(bot.persistent_views) == 1
