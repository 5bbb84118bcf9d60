"""Whole jobs of the real bot, as they are seen on the page; and every fate, once it has struck."""

import os
import signal
from typing import cast

import pytest

from bot.sandbox.pictures import POND
from bot.sandbox.stage import Stage
from bot.sandbox.web import Site
from tests.sandbox.web.tab import Event, Tab, addresses, says

PICTURE = ("image", "pond.jpg", POND.read_bytes())
LOST = "its answer was lost"


async def orders(tab: Tab, prompt: str = "The boat drifts away") -> Event:
    """Order a video and return its card, which everybody sees."""
    place = await tab.place()
    options: Event = {"prompt": prompt, "duration": 4}
    await tab.done("command", PICTURE, channel=place, name="seedance-pro", options=options)
    return await tab.message(lambda one: says(prompt)(one) and says("cancel")(one))


def button(message: Event, verb: str) -> str:
    """Return the custom id of a button by its verb."""
    found = str(message).split(f"zoetrope:{verb}:")[1]
    return f"zoetrope:{verb}:{found.partition(chr(39))[0]}"


def is_dead(event: Event) -> bool:
    return cast("Event", event["bot"])["state"] == "dead"


def is_running(event: Event) -> bool:
    return cast("Event", event["bot"])["state"] == "running"


@pytest.mark.usefixtures("living")
async def test_a_command_with_a_picture_becomes_a_video_that_plays(ana: Tab, ben: Tab) -> None:
    await orders(ana)
    video = await ana.message(lambda one: one["pings_me"])
    assert addresses(video, ".mp4")
    async with ben.http.get(addresses(video, ".mp4")[0], headers={"Range": "bytes=4-7"}) as answer:
        assert (answer.status, await answer.read()) == (206, b"ftyp")
    seen = await ben.message(lambda one: one["id"] == video["id"])
    assert (seen["pings_me"], cast("Event", seen["reply"])["id"]) == (
        False,
        cast("Event", video["reply"])["id"],
    )
    card = await ana.message(
        lambda one: one["id"] == cast("Event", video["reply"])["id"] and not says("cancel")(one)
    )
    assert cast("int", card["revision"]) > 0
    assert card["edited"] is True
    assert cast("Event", card["command"])["name"] == "seedance-pro"


async def test_a_stranger_may_not_cancel_and_the_owner_may(living: Site, ana: Tab, ben: Tab) -> None:
    await ana.fate("queue", 600)
    card = await orders(ana)
    await ben.done("press", message=card["id"], custom_id=button(card, "cancel"))
    refused = await ben.message(lambda one: one["ephemeral"])
    await ana.done("press", message=card["id"], custom_id=button(card, "cancel"))
    await ana.message(lambda one: one["id"] == card["id"] and says("Cancelled")(one))

    assert not [one for one in ana.events if one["type"] == "message" and str(refused["id"]) in str(one)]
    assert living.life.is_alive


@pytest.mark.usefixtures("living")
async def test_the_message_menu_opens_its_form_and_its_answer_is_a_job(ana: Tab, ben: Tab) -> None:
    await ana.done("post", ("file1", "pond.jpg", PICTURE[2]), channel=await ana.place(), text="my pond")
    posted = await ben.message(says("my pond"))
    await ben.done("menu", message=posted["id"], name="Animate image")
    form = await ben.event("modal")
    assert form["nonce"]
    values: Event = {"prompt": "The moon sinks"}
    await ben.done("submit", interaction=form["interaction"], values=values)
    assert addresses(await ben.message(lambda one: one["pings_me"]), ".mp4")
    assert not [one for one in ana.events if one["type"] == "modal"]


async def test_a_bot_that_is_killed_answers_nobody_and_finishes_in_its_next_life(
    living: Site, ana: Tab, ben: Tab, scenery: Stage
) -> None:
    await ana.fate("queue", 600)
    card = await orders(ana)
    await scenery.runcomfy.wait_for(lambda: scenery.runcomfy.jobs, 10)
    pid = scenery.bot.pid
    await ana.fate("kill")
    dead = await ben.event("bot", is_dead)
    assert cast("Event", dead["bot"])["pid"] is None
    await ben.told("SIGKILL")
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    scenery.discord.answer_window = 0.2
    await ben.done("command", channel=await ben.place(), name="quota")
    await ben.event("interaction", lambda one: one["state"] == "failed")
    scenery.discord.answer_window = 3.0

    await ana.fate("speed", 20)
    ben.forget()
    await ana.fate("start")
    await ben.event("bot", is_running)
    for job in list(scenery.runcomfy.jobs):
        scenery.runcomfy.finish(job)
    video = await ana.message(lambda one: one["pings_me"])
    assert cast("Event", video["reply"])["id"] == card["id"]
    assert len(scenery.runcomfy.submits) == 1
    assert living.life.is_running


async def test_a_restart_is_polite_and_ends_in_a_new_process(living: Site, ana: Tab, scenery: Stage) -> None:
    pid = scenery.bot.pid
    ana.forget()
    await ana.fate("restart")
    await ana.told("exit code 0")
    await ana.event("bot", lambda one: is_running(one) and cast("Event", one["bot"])["pid"] != pid)
    assert living.life.is_running


async def test_a_bot_that_dies_by_itself_is_told(living: Site, ana: Tab, scenery: Stage) -> None:
    os.kill(scenery.bot.pid, signal.SIGTERM)
    await ana.told("left by itself, with exit code 0")
    await ana.event("bot", is_dead)
    assert not living.life.is_alive


@pytest.mark.parametrize("name", ["kill", "drop_gateway"])
async def test_a_fate_for_a_dead_bot_is_refused(ana: Tab, name: str) -> None:
    async with ana.http.post("/api/fate", json={"name": name}) as answer:
        assert answer.status == 409


@pytest.mark.usefixtures("living")
async def test_a_bot_cannot_be_started_twice(ana: Tab) -> None:
    async with ana.http.post("/api/fate", json={"name": "start"}) as answer:
        assert answer.status == 409


@pytest.mark.parametrize(
    ("name", "value"),
    [("speed", 0), ("speed", 21), ("speed", None), ("queue", -1), ("work", 601), ("rain", 1), ("queue", "1")],
)
async def test_a_fate_that_there_is_not_is_refused(
    ana: Tab, name: str, value: float | str | None, scenery: Stage
) -> None:
    before = (scenery.runcomfy.speed, scenery.runcomfy.pace)
    async with ana.http.post("/api/fate", json={"name": name, "value": value}) as answer:
        assert answer.status == 400
    assert (scenery.runcomfy.speed, scenery.runcomfy.pace) == before


async def test_the_settings_are_told_to_everybody(ana: Tab, ben: Tab, scenery: Stage) -> None:
    await ana.fate("speed", 4)
    await ana.fate("queue", 7)
    await ana.fate("work", 9)
    told = await ben.event("fates", lambda one: cast("Event", one["fates"])["work"] == 9)
    assert {"speed": 4, "queue": 7}.items() <= cast("Event", told["fates"]).items()
    assert (scenery.runcomfy.speed, scenery.runcomfy.pace.queue) == (4, 7)


@pytest.mark.usefixtures("living")
async def test_the_next_job_fails_and_the_page_says_so(ana: Tab, ben: Tab) -> None:
    await ben.fate("fail_next")
    await ana.event("fates", lambda one: cast("Event", one["fates"])["fail_next"] == 1)
    card = await orders(ana)
    await ben.told("RunComfy failed the job")
    await ana.message(lambda one: one["id"] == card["id"] and not says("cancel")(one))
    await ana.event("fates", lambda one: cast("Event", one["fates"])["fail_next"] == 0)


@pytest.mark.usefixtures("living")
async def test_a_lost_answer_is_told_and_nothing_is_bought_twice(ana: Tab, scenery: Stage) -> None:
    await ana.fate("lose_answer")
    await orders(ana)
    await ana.told(LOST)
    await ana.message(lambda one: one["pings_me"])
    assert len(scenery.runcomfy.submits) == 1


@pytest.mark.usefixtures("living")
async def test_what_discord_refuses_is_counted_down_and_tried_again(ana: Tab, scenery: Stage) -> None:
    await ana.fate("queue", 600)
    await orders(ana)
    await scenery.runcomfy.wait_for(lambda: scenery.runcomfy.jobs, 10)
    await ana.fate("discord_503")
    scenery.runcomfy.finish(next(iter(scenery.runcomfy.jobs)))
    told = await ana.told("Discord answered 503 to ")
    assert "_id}" in str(told["text"])
    await ana.event("fates", lambda one: cast("Event", one["fates"])["discord_503"] == 4)
    # The library waits longer before each further try: 25 s for all five.
    scenery.discord.faults.clear()
    assert addresses(await ana.message(lambda one: one["pings_me"]), ".mp4")


@pytest.mark.usefixtures("living")
async def test_what_runcomfy_refuses_is_counted_down(ana: Tab, scenery: Stage) -> None:
    await ana.fate("queue", 600)
    await orders(ana)
    await scenery.runcomfy.wait_for(lambda: scenery.runcomfy.jobs, 10)
    await ana.fate("runcomfy_503")
    await ana.told("RunComfy answered 503, 1 of 5 times")
    await ana.event("fates", lambda one: cast("Event", one["fates"])["runcomfy_503"] == 4)


async def test_a_lost_gateway_comes_back(living: Site, ana: Tab) -> None:
    await ana.fate("drop_gateway")
    await ana.told("gateway was lost")
    await ana.told("connected again")
    assert living.life.is_running


@pytest.mark.usefixtures("living")
async def test_a_job_outlives_the_tokens_of_its_interaction(ana: Tab) -> None:
    await ana.fate("queue", 1)
    await orders(ana)
    await ana.fate("expire_tokens")
    await ana.told("tokens")
    assert addresses(await ana.message(lambda one: one["pings_me"]), ".mp4")


@pytest.mark.usefixtures("living")
async def test_a_video_that_discord_takes_in_no_size_is_shown_behind_its_link(
    ana: Tab, scenery: Stage
) -> None:
    await ana.fate("queue", 600)
    await orders(ana)
    await scenery.runcomfy.wait_for(lambda: scenery.runcomfy.jobs, 10)
    scenery.discord.refuse_files(above=0)
    scenery.runcomfy.finish(next(iter(scenery.runcomfy.jobs)))
    linked = await ana.message(lambda one: one["pings_me"])
    embed = cast("list[Event]", linked["embeds"])[0]
    assert (embed["type"], str(embed["url"]) in str(linked["content"])) == ("video", True)
    async with ana.http.get(addresses(linked, ".mp4")[0], headers={"Range": "bytes=4-7"}) as answer:
        assert (answer.status, await answer.read()) == (206, b"ftyp")
