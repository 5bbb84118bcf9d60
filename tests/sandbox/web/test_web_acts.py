"""What a member does on the page, judged by what the bot gets and by what each page is told."""

import asyncio
from typing import cast

import pytest

from bot.sandbox.discord import Interaction
from bot.sandbox.discord.wire import Json
from bot.sandbox.pictures import POND
from bot.sandbox.stage import Stage
from bot.sandbox.web import Site
from tests.sandbox.web.hand import Hand
from tests.sandbox.web.tab import Event, Shape, Tab, says

PICTURE = ("image", "ein Täich.jpg", POND.read_bytes())
MESSAGE, DEFER, CHOICES, MODAL = 4, 5, 8, 9
PRIVATE = 1 << 6
FORM: Json = {
    "custom_id": "form",
    "title": "A form",
    "components": [
        {"type": 18, "label": "Words", "component": {"type": 4, "custom_id": "words", "style": 1}},
        {
            "type": 18,
            "label": "Files",
            "component": {"type": 19, "custom_id": "files", "required": False, "max_values": 2},
        },
    ],
}


async def paints(tab: Tab, **options: Shape) -> Event:
    return await tab.done("command", channel=await tab.place(), name="paint", options=options)


def sent(interaction: Interaction) -> dict[str, object]:
    options = cast("list[dict[str, object]]", interaction.data["options"])
    return {str(one["name"]): one["value"] for one in options}


async def test_a_command_arrives_as_it_was_filled_in(hand: Hand, ana: Tab, ben: Tab, scenery: Stage) -> None:
    place = await ana.place()
    guild = cast("dict[str, list[dict[str, str]]]", (await ana.state())["guild"])
    everyone, patrons, _ = (role["id"] for role in guild["roles"])
    options: Event = {"prompt": "a boat", "size": 3, "friend": ben.member, "guild": patrons}
    await ana.done("command", PICTURE, channel=place, name="paint", options=options)
    got = hand.newest()

    resolved = cast("dict[str, dict[str, dict[str, Json]]]", got.data["resolved"])
    number, picture = next(iter(resolved["attachments"].items()))
    assert sent(got) == {**options, "image": number}
    assert resolved["roles"][patrons]["name"] == "patrons"
    assert everyone == str(scenery.guild.id)
    assert (picture["filename"], picture["size"]) == ("ein_Täich.jpg", len(PICTURE[2]))
    assert str(got.member.id) == ana.member


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "prompt is required"),
        ({"prompt": "x" * 21}, "at most 20"),
        ({"prompt": "a", "size": 6}, "above 5"),
        ({"prompt": "a", "size": 0}, "below 1"),
        ({"prompt": "a", "size": "3"}, "takes type 4"),
        ({"prompt": "a", "size": 2.5}, "takes type 4"),
        ({"prompt": "a", "checked": False}, "no option checked"),
        ({"prompt": "a", "other": 1}, "no option other"),
        ({"prompt": "a", "friend": "12"}, "no such member"),
        ({"prompt": "a", "guild": "12"}, "no such role"),
    ],
)
async def test_what_the_client_refuses_never_leaves(
    hand: Hand, ana: Tab, scenery: Stage, options: dict[str, Shape], reason: str
) -> None:
    status, answer = await ana.do("command", channel=await ana.place(), name="paint", options=options)
    assert status in (400, 404)
    assert reason in str(answer["error"])
    assert scenery.discord.interactions == {}
    assert hand


@pytest.mark.parametrize(
    ("path", "act"),
    [
        ("command", {"channel": "1", "name": "paint"}),
        ("press", {"message": "1", "custom_id": "x"}),
        ("choose", {"message": "1", "custom_id": "x", "values": []}),
        ("menu", {"message": "1", "name": "Frame it"}),
        ("submit", {"interaction": "1"}),
        ("post", {"channel": "1", "text": "hello"}),
        ("post", {"text": "hello"}),
        ("locale", {"locale": "xx"}),
        ("press", {"message": 1, "custom_id": "x", "more": 1}),
    ],
)
async def test_an_act_on_what_is_not_there_is_a_sentence(
    hand: Hand, ana: Tab, path: str, act: dict[str, Shape]
) -> None:
    status, answer = await ana.do(path, **act)
    assert status in (400, 404)
    assert set(answer) == {"error"}
    assert hand


async def test_commands_are_shown_to_those_who_may_use_them(hand: Hand, ana: Tab, mara: Tab) -> None:
    def names(state: Event) -> list[Shape]:
        return [one["name"] for one in cast("list[Event]", state["commands"])]

    assert names(await ana.state()) == ["paint", "Frame it"]
    assert names(await mara.state()) == ["paint", "rule", "Frame it"]
    await hand.register()
    assert names(await mara.event("commands")) == ["paint", "rule", "Frame it"]
    status, answer = await ana.do("command", channel=await ana.place(), name="rule")
    assert (status, "hidden" in str(answer["error"])) == (400, True)


async def test_a_private_answer_is_for_its_member_alone(hand: Hand, ana: Tab, ben: Tab) -> None:
    await paints(ana, prompt="a")
    await hand.answer(MESSAGE, content="only you", flags=PRIVATE)
    shown = await ana.message(says("only you"))
    await ben.done("post", channel=await ben.place(), text="afterwards")
    await ben.message(says("afterwards"))

    assert (shown["ephemeral"], shown["command"] is not None) == (True, True)
    assert not [one for one in ben.events if says("only you")(one)]
    assert says("only you")(await ana.state())
    assert not says("only you")(await ben.state())
    for path in ("press", "menu", "choose"):
        act: Event = {"custom_id": "x", "values": [], "name": "Frame it"}
        wanted = {"press": ("custom_id",), "choose": ("custom_id", "values"), "menu": ("name",)}[path]
        status, _ = await ben.do(path, message=shown["id"], **{name: act[name] for name in wanted})
        assert status == 404


async def test_thinking_is_shown_until_there_is_an_answer(hand: Hand, ana: Tab, scenery: Stage) -> None:
    await paints(ana, prompt="a")
    asked = await hand.answer(DEFER)
    thinking = await ana.message(lambda one: one["thinking"])
    assert asked.message is not None
    assert thinking["id"] == str(asked.message.id)
    assert scenery.discord.problems == []


async def test_an_interaction_that_nobody_answers_fails(ana: Tab, hand: Hand, scenery: Stage) -> None:
    scenery.discord.answer_window = 0.2
    answer = await paints(ana, prompt="a")
    first = await ana.event("interaction")
    last = await ana.event("interaction", lambda one: one["state"] != "sent")

    assert (first["state"], last["state"]) == ("sent", "failed")
    assert first["interaction"] == last["interaction"] == answer["interaction"]
    assert first["id"] == last["id"]
    assert hand


async def test_an_answer_in_time_is_told_after_its_message(hand: Hand, ana: Tab) -> None:
    await paints(ana, prompt="a")
    await hand.answer(MESSAGE, content="done")
    await ana.event("interaction", lambda one: one["state"] == "answered")
    kinds = [one["type"] for one in ana.events if one["type"] in ("message", "interaction")]
    assert kinds == ["interaction", "message", "interaction"]


async def test_suggestions_come_back_by_the_nonce(hand: Hand, ana: Tab, ben: Tab, scenery: Stage) -> None:
    act: dict[str, Shape] = {"name": "paint", "focused": "style", "options": {"style": "cu"}}
    await ana.done("autocomplete", channel=await ana.place(), **act, nonce="mine")
    asked = await hand.answer(CHOICES, choices=[{"name": "Cubism", "value": "cubism"}])
    told = await ana.event("choices")

    assert (told["nonce"], told["choices"]) == ("mine", [{"name": "Cubism", "value": "cubism"}])
    assert cast("list[Json]", asked.data["options"])[0]["focused"] is True
    scenery.discord.answer_window = 0.1
    await ana.done("autocomplete", channel=await ana.place(), **act, nonce="silence")
    late = await ana.event("choices", lambda one: one["nonce"] == "silence")
    assert (late["failed"], late["choices"]) == (True, [])
    assert not [one for one in ben.events if one["type"] == "choices"]


async def test_a_form_is_opened_filled_in_and_sent_with_files(hand: Hand, ana: Tab, ben: Tab) -> None:
    asked = await paints(ana, prompt="a")
    await hand.answer(MODAL, **FORM)
    form = await ana.event("modal")
    assert form["interaction"] == asked["interaction"]
    assert cast("Event", form["modal"])["title"] == "A form"

    status, refused = await ben.do("submit", interaction=form["interaction"], values={"words": "b"})
    assert (status, "not open" in str(refused["error"])) == (400, True)
    status, refused = await ana.do("submit", interaction=form["interaction"], values={"words": ""})
    assert (status, str(refused["error"])) == (400, "words: is required")
    status, refused = await ana.do("submit", interaction=form["interaction"], values={"words": True})
    assert (status, "no checkbox" in str(refused["error"])) == (400, True)
    files = [("files", f"{name}.png", b"x") for name in "ab"]
    await ana.done("submit", *files, interaction=form["interaction"], values={"words": "hello"})
    got = hand.newest()
    inner = [cast("Json", one["component"]) for one in cast("list[Json]", got.data["components"])]
    assert inner[0]["value"] == "hello"
    assert len(cast("list[str]", inner[1]["values"])) == 2


async def test_a_message_with_a_file_can_be_chosen_by_everybody(hand: Hand, ana: Tab, ben: Tab) -> None:
    picture = ("file1", "pond.jpg", PICTURE[2])
    posted = await ana.done("post", picture, channel=await ana.place(), text="look **here**")
    seen = await ben.message(says("look **here**"))
    assert seen["id"] == posted["message"]
    assert cast("Event", seen["author"])["id"] == ana.member
    await ben.done("menu", message=seen["id"], name="Frame it")
    got = hand.newest()
    assert got.data["target_id"] == seen["id"]

    await ben.done("post", channel=await ben.place(), text="nice", reply_to=seen["id"])
    reply = cast("Event", (await ana.message(says("nice")))["reply"])
    assert (reply["id"], reply["text"]) == (seen["id"], "look **here**")


@pytest.mark.parametrize(
    ("text", "file", "reason"),
    [
        (" ", None, "text or a file"),
        ("x" * 2001, None, "at most 2000"),
        ("x" * 4001, None, "at most 4000"),
        ("", bytes(11 << 20), "may upload"),
    ],
)
async def test_a_message_that_the_client_does_not_send(
    ana: Tab, text: str, file: bytes | None, reason: str
) -> None:
    files = [] if file is None else [("file1", "film.mp4", file)]
    status, answer = await ana.do("post", *files, channel=await ana.place(), text=text)
    assert (status, reason in str(answer["error"])) == (400, True), answer
    assert await ana.messages() == []


async def test_a_language_is_told_to_everybody_and_to_the_bot(hand: Hand, ana: Tab, ben: Tab) -> None:
    await ana.done("locale", locale="de")
    told = await ben.event("members")
    assert [one["locale"] for one in cast("list[Event]", told["members"])] == ["de", "en-US", "en-US"]
    await paints(ana, prompt="a")
    assert hand.newest().member.locale == "de"


async def test_a_message_that_is_taken_away_is_told(hand: Hand, ana: Tab, ben: Tab, scenery: Stage) -> None:
    posted = await ana.done("post", channel=await ana.place(), text="oh")
    await ben.message(says("oh"))
    message = scenery.channel.find(int(str(posted["message"])))
    assert message is not None
    message.delete()
    for tab in (ana, ben):
        assert (await tab.event("gone"))["id"] == posted["message"]
    assert await ben.messages() == []
    assert hand


async def test_a_page_that_reads_nothing_is_cut_off(opened: Site, ana: Tab, scenery: Stage) -> None:
    host, port = opened.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    handshake = (
        f"GET /api/events?as={ana.member} HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {opened.url}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
    )
    writer.write(handshake.encode())
    await reader.readuntil(b"\r\n\r\n")
    assert len(opened.news.pages) == 4

    async with asyncio.timeout(10):
        while len(opened.news.pages) == 4:
            opened.news.note("x" * 100_000)
            await asyncio.sleep(0)
    writer.transport.abort()
    assert ana.member in {str(one.member.id) for one in opened.news.pages}
    assert scenery.discord.problems == []
