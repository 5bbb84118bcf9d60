"""A message's menu: wherever its picture is, a form leads from it to a result, and nothing typed is lost."""

from collections.abc import Awaitable, Callable

import pytest

from bot.sandbox.discord import Foreign, Interaction, Member, Message, Modal, Quoted
from bot.sandbox.discord.modal import Entry
from tests.e2e.play import LONG, PROMPT, Play
from tests.e2e.sent import colour_of, coloured, fetched

LITE: dict[str, Entry] = {
    "prompt": PROMPT,
    "model": "seedance-lite",
    "resolution": "720p",
    "duration": "10",
}
LITE_BODY = {"prompt": PROMPT, "resolution": "720p", "duration": 10}


@pytest.fixture
def bo(play: Play) -> Member:
    return play.discord.add_member("bo", play.stage.guild)


async def form_about(play: Play, message: Message, menu: str = "Animate image") -> Modal:
    """Have Ana choose an entry of a message's menu, and return the form that opens."""
    chosen = await (await play.ana.menu(message, menu)).answered(LONG)
    assert chosen.modal is not None, chosen.message and chosen.message.text
    return chosen.modal


async def sent_by(play: Play, form: Modal, values: dict[str, Entry]) -> Interaction:
    return await (await play.ana.submit(form, values)).answered(LONG)


def filled_in(form: Modal) -> dict[str, list[str]]:
    """Return what stands in a form as it opens."""
    return {
        name: [part.value] if part.value else [option.value for option in part.options if option.default]
        for name, part in form.fields.items()
    }


Post = Callable[[Play, Member], Awaitable[Message]]


async def with_one_picture(play: Play, bo: Member) -> Message:
    return await bo.post(play.channel, "look", coloured("blue"))


async def with_an_embed(play: Play, bo: Member) -> Message:
    there = Foreign("https://example.org/cats/cat.png", coloured("blue"))
    rich = {"type": "rich", "image": {"url": there.url}}
    return await bo.post(play.channel, "a link", embeds=[rich], foreign=[there])


async def of_another_app(play: Play, _: Member) -> Message:
    app = play.discord.add_app("painter", play.stage.guild)
    gallery = {"type": 12, "items": [{"media": {"url": "attachment://blue.png"}}]}
    framed = [{"type": 17, "components": [gallery]}]
    return await app.post(play.channel, "", coloured("blue"), components=framed)


async def that_replies_to_a_picture(play: Play, bo: Member) -> Message:
    picture = await bo.post(play.channel, "", coloured("blue"))
    return await bo.post(play.channel, "is it not beautiful?", reply_to=picture)


async def of_somebody_with_a_face(play: Play, _: Member) -> Message:
    face = coloured("blue", sides=(256, 256)).source
    assert isinstance(face, bytes)
    cleo = play.discord.add_member("cleo", play.stage.guild, avatar=face)
    return await cleo.post(play.channel, "only words")


MESSAGES: dict[str, Post] = {
    "one picture": with_one_picture,
    "an embed": with_an_embed,
    "another app's components": of_another_app,
    "a reply": that_replies_to_a_picture,
    "only words, the author's face": of_somebody_with_a_face,
}


@pytest.mark.parametrize("post", MESSAGES.values(), ids=MESSAGES.keys())
async def test_a_messages_picture_becomes_a_video_wherever_it_is(play: Play, bo: Member, post: Post) -> None:
    form = await form_about(play, await post(play, bo))
    assert list(form.fields) == ["prompt", "model", "resolution", "duration", "options"]
    sent = await sent_by(play, form, LITE)
    result = await play.result_of(sent.message)
    card = await play.card_says(sent.message, "Done in")

    assert not sent.private
    assert result.mentions == {play.ana.id}
    assert [file.filename.partition(".")[0] for file in card.attachments] == ["picture-1"]
    (submit,) = play.runcomfy.submits
    assert submit.body.items() >= LITE_BODY.items()
    assert [colour_of(file) for file in fetched(play)] == ["blue"]
    assert [(row.state, row.hold, row.cost) for row in play.rows()] == [("delivered", "charged", 8)]


async def test_of_several_pictures_those_are_edited_that_the_member_chose_and_once(
    play: Play, bo: Member
) -> None:
    play.discord.deliver_twice = True
    first = await bo.post(play.channel, "", coloured("red"))
    three = (coloured("green"), coloured("blue"), coloured("white"))
    message = await bo.post(play.channel, "and these", *three, reply_to=first)
    form = await form_about(play, message, "Edit image")
    labels = [option.label for option in form.fields["picture"].options]
    assert [label.partition(" (")[0] for label in labels] == [
        "1. green.png",
        "2. blue.png",
        "3. white.png",
        "4. red.png",
    ]

    sent = await sent_by(play, form, {"prompt": PROMPT, "picture": [labels[1], labels[3]]})
    result = await play.result_of(sent.message)
    await play.card_says(sent.message, "Done in")

    assert [colour_of(file) for file in fetched(play)] == ["blue", "red"]
    assert result.attachments[0].filename.endswith(".png")
    assert len(play.runcomfy.submits) == len(play.rows()) == len(play.results(sent.message)) == 1


@pytest.mark.parametrize("quoted", [Quoted.EMPTY, Quoted.ABSENT])
async def test_where_no_picture_is_told_the_answer_is_private(play: Play, bo: Member, quoted: Quoted) -> None:
    play.discord.quoted = quoted
    reply = await that_replies_to_a_picture(play, bo)
    for menu in ("Animate image", "Edit image"):
        chosen = await (await play.ana.menu(reply, menu)).answered(LONG)
        assert chosen.private
        assert chosen.message is not None
        assert "no picture in that message" in chosen.message.text
    assert play.rows() == []


async def test_a_form_refused_for_quota_is_kept_over_a_restart_and_works_in_the_end(
    play: Play, bo: Member
) -> None:
    await play.bot.terminate()
    await play.start(QUOTA__MAX_ACTIVE_JOBS="1")
    play.runcomfy.hold()
    first = await play.animate()
    await play.card_says(first.message, "In RunComfy's queue")
    message = await bo.post(play.channel, "", coloured("red"), coloured("green"))
    typed: dict[str, Entry] = {**LITE, "picture": "1"}
    refused = await sent_by(play, await form_about(play, message), typed)
    assert refused.private
    assert refused.message is not None
    assert "1 of 1 jobs under way" in refused.message.text
    assert "Nothing was charged" in refused.message.text

    await play.revive()
    play.runcomfy.release()
    await play.card_says(first.message, "Done in")
    back = await (await play.ana.press(refused.message, "Back to the form")).answered(LONG)

    assert back.modal is not None
    assert filled_in(back.modal) == {name: [value] for name, value in typed.items()}
    sent = await sent_by(play, back.modal, {})
    await play.result_of(sent.message)
    assert play.runcomfy.submits[1].body.items() >= LITE_BODY.items()
    assert [colour_of(file) for file in fetched(play)] == ["green"]


async def test_a_form_that_was_open_while_the_bot_died_is_its_openers_alone_and_works(
    play: Play, bo: Member
) -> None:
    form = await form_about(play, await with_one_picture(play, bo))
    await play.revive()
    others = await (await bo.submit(form, LITE)).answered(LONG)
    assert others.private
    assert others.message is not None
    assert "no longer know what this form was about" in others.message.text
    assert PROMPT in others.message.text
    assert play.rows() == []

    sent = await sent_by(play, form, LITE)
    await play.result_of(sent.message)
    assert len(play.runcomfy.submits) == 1


async def test_a_picture_that_is_gone_when_the_form_is_sent_costs_nothing(play: Play, bo: Member) -> None:
    form = await form_about(play, await with_one_picture(play, bo))
    play.discord.expire_attachments()
    sent = await sent_by(play, form, LITE)
    told = await play.discord.bell.until(
        lambda: next(iter(sent.followups), None), timeout=LONG, what="a private answer"
    )
    assert told.ephemeral
    assert "could not fetch `blue.png`" in told.text
    assert "Nothing was charged" in told.text
    assert play.runcomfy.submits == []
    assert [row.hold for row in play.rows()] == ["returned"]
