"""A picture of a shape that no model takes: its owner alone is asked, whatever dies; the answer is kept."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image

from bot.sandbox.discord import EVERYBODY, AnswerLost, Delay, Fault, Interaction, Message, Permission, Upload
from tests.e2e.play import LONG, PROMPT, Play
from tests.e2e.sent import COLOURS, colour_of, coloured, fetched, png

CROP, BARS, CANCEL = "Crop to the middle", "Add bars", "Cancel"
ASKED = "is asked privately what to do"
QUESTIONS = "/webhooks/[^/]+/[^/]+"  # followups; edits of the card name a message


def a_banner() -> Upload:
    """Return a picture four times as wide as it is high: red, then green for the half of it, then blue."""
    picture = Image.new("RGB", (1600, 400), COLOURS["green"])
    picture.paste(COLOURS["red"], (0, 0, 400, 400))
    picture.paste(COLOURS["blue"], (1200, 0, 1600, 400))
    return Upload(png(picture), "banner.png", "image/png")


async def asked_about(play: Play, picture: Upload | None = None) -> tuple[Interaction, Message]:
    """Have Ana send the banner, and return her command and the question that follows."""
    command = await play.animate(image=picture or a_banner())
    await play.card_says(command.message, ASKED)
    return command, await the_question(play, command)


async def the_question(play: Play, command: Interaction, number: int = 1) -> Message:
    """Return the newest question once there are so many."""

    def look() -> Message | None:
        questions = [one for one in command.followups if one.buttons]
        return questions[-1] if len(questions) == number else None

    return await play.discord.bell.until(look, timeout=LONG, what=f"{number} questions")


async def pressed(play: Play, message: Message, label: str) -> Interaction:
    return await (await play.ana.press(message, label)).answered(LONG)


def framing(play: Play) -> str | None:
    """Return what the one job's row says of the answer."""
    connection = sqlite3.connect(f"file:{play.bot.database}?mode=ro", uri=True)
    (found,) = connection.execute("SELECT framing FROM jobs").fetchone()
    connection.close()
    return None if found is None else str(found)


def as_cropped(play: Play) -> None:
    (file,) = fetched(play)
    assert (file.width or 0) / (file.height or 1) < 2.5
    assert file.height == 400
    assert [colour_of(file, across) for across in (0.02, 0.5, 0.98)] == ["red", "green", "blue"]
    assert [colour_of(file, 0.5, down) for down in (0.02, 0.98)] == ["green", "green"]


def as_barred(play: Play) -> None:
    (file,) = fetched(play)
    assert (file.width or 0) / (file.height or 1) < 2.5
    assert file.width == 1600
    assert [colour_of(file, 0.5, down) for down in (0.02, 0.5, 0.98)] == ["black", "green", "black"]
    assert [colour_of(file, across) for across in (0.02, 0.98)] == ["red", "blue"]


@pytest.mark.parametrize(
    ("label", "judge", "words"),
    [(CROP, as_cropped, "Mended: cropped to the middle"), (BARS, as_barred, "Mended: bars added")],
    ids=["crop", "bars"],
)
async def test_the_owner_alone_sees_both_ways_and_the_chosen_one_is_sent(
    play: Play, label: str, judge: Callable[[Play], None], words: str
) -> None:
    bo = play.discord.add_member("bo", play.stage.guild)
    command, question = await asked_about(play)

    assert question in play.ana.sees(play.channel)
    assert question not in bo.sees(play.channel)
    assert [shown.description for shown in question.gallery] == [CROP, BARS]
    crop, bars = question.attachments
    assert [colour_of(crop, 0.5, 0.02), colour_of(bars, 0.5, 0.02)] == ["green", "black"]
    assert [button.label for button in question.buttons] == [CROP, BARS, CANCEL]
    assert "4.00 to 1" in question.text
    assert command.message is not None
    assert command.message.mentions == frozenset()
    assert [(row.state, row.hold) for row in play.rows()] == [("preparing", "reserved")]
    assert play.runcomfy.submits == []

    await pressed(play, question, label)
    assert "It goes on" in question.text
    assert question.attachments == question.buttons == []
    await play.result_of(command.message)
    card = await play.card_says(command.message, "Done in")
    assert words in card.text
    judge(play)
    assert len(play.runcomfy.submits) == 1
    assert [(row.state, row.hold, row.cost) for row in play.rows()] == [("delivered", "charged", 5)]


async def test_of_several_pictures_only_the_one_that_is_out_of_shape_is_asked_about_and_changed(
    play: Play,
) -> None:
    command = await play.ask("seedream-edit", prompt="mix", image=coloured("red"), image2=a_banner())
    question = await the_question(play, command)
    assert "`banner.png`" in question.text
    await pressed(play, question, BARS)
    await play.result_of(command.message)
    await play.card_says(command.message, "Mended: picture 2: bars added")
    plain, barred = fetched(play)
    assert (plain.width, plain.height) == (640, 480)
    assert [colour_of(barred, 0.5, down) for down in (0.02, 0.5)] == ["black", "green"]


async def test_a_covered_picture_out_of_a_messages_menu_is_asked_about_too_and_stays_covered(
    play: Play,
) -> None:
    banner = replace(a_banner(), spoiler=True)
    bo = play.discord.add_member("bo", play.stage.guild)
    chosen = await (await play.ana.menu(await bo.post(play.channel, "", banner), "Animate image")).answered(
        LONG
    )
    assert chosen.modal is not None
    sent = await (await play.ana.submit(chosen.modal, {"prompt": PROMPT})).answered(LONG)
    question = await the_question(play, sent)
    assert [shown.spoiler for shown in question.gallery] == [True, True]
    await pressed(play, question, CROP)
    result = await play.result_of(sent.message)
    assert [shown.spoiler for shown in result.gallery] == [True]
    as_cropped(play)


async def test_cancelling_instead_costs_nothing_and_the_question_is_over(play: Play) -> None:
    command, question = await asked_about(play)
    await (await play.ana.press(question, CANCEL)).answered(LONG)
    assert question.buttons == []
    await question.wait_for(
        lambda message: "Cancelled. Nothing was charged: 5 credits given back." in message.text, LONG
    )
    card = await play.card_says(command.message, "Cancelled. Nothing was charged")
    assert card.buttons == []
    # A client that still shows the buttons.
    custom_id = f"zoetrope:crop:{play.rows()[0].id}"
    late = await (await play.ana.press(question, custom_id, checked=False)).final(LONG)
    assert late.ephemeral
    assert "no longer open" in late.text
    assert play.runcomfy.submits == []
    assert [(row.state, row.hold) for row in play.rows()] == [("cancelled", "returned")]


async def test_a_stranger_cannot_answer_and_a_manager_can(play: Play) -> None:
    command, _ = await asked_about(play)
    card = command.message
    assert card is not None
    custom_id = f"zoetrope:crop:{play.rows()[0].id}"
    bo = play.discord.add_member("bo", play.stage.guild)
    refused = await (await bo.press(card, custom_id, checked=False)).final(LONG)
    assert refused.ephemeral
    assert "Only the member who started this job" in refused.text
    assert framing(play) is None

    chief = EVERYBODY | Permission.MANAGE_GUILD
    boss = play.discord.add_member("boss", play.stage.guild, permissions=chief)
    await (await boss.press(card, custom_id, checked=False)).answered(LONG)
    await play.result_of(card)
    as_cropped(play)


async def test_after_a_kill_it_is_asked_again_and_the_old_questions_button_still_answers(play: Play) -> None:
    command, first = await asked_about(play)
    await play.revive()
    second = await the_question(play, command, 2)
    assert second is not first
    await pressed(play, first, CROP)
    await play.result_of(command.message)
    await play.card_says(command.message, "Done in")

    late = await pressed(play, second, BARS)
    assert late.message is not None
    assert "answered already" in late.message.text
    as_cropped(play)
    assert len(play.runcomfy.submits) == len(play.results(command.message)) == 1
    assert [(row.state, row.hold) for row in play.rows()] == [("delivered", "charged")]


@pytest.mark.parametrize("action", [Delay(20.0), AnswerLost()], ids=["before it was asked", "answer lost"])
async def test_a_kill_while_it_asks_leaves_a_question_to_answer(
    play: Play, action: Delay | AnswerLost
) -> None:
    fault = play.discord.faults.add(Fault("POST", QUESTIONS, action))
    command = await play.animate(image=a_banner())
    await play.until(lambda _: fault.fired)
    before = len(command.followups)
    await play.bot.kill()
    play.discord.faults.clear()
    await play.start()
    question = await the_question(play, command, before + 1)
    await pressed(play, question, BARS)
    await play.result_of(command.message)
    as_barred(play)
    assert len(play.runcomfy.submits) == 1


async def test_an_answer_outlives_a_kill_that_follows_it_at_once(play: Play) -> None:
    command, question = await asked_about(play)
    fault = play.discord.faults.add(Fault("GET", "/ephemeral-attachments/.*", Delay(20.0)))
    await pressed(play, question, BARS)
    await play.until(lambda _: fault.fired)
    await play.bot.kill()
    play.discord.faults.clear()
    await play.start()
    await play.result_of(command.message)
    as_barred(play)
    assert sum(bool(one.buttons) for one in command.followups) == 0


OVERDUE = {
    "no answer for ten minutes": "UPDATE jobs SET asked_at = asked_at - 600000000",
    "nobody can be asked any more": "UPDATE jobs SET token_good_until = 0",
}


@pytest.mark.parametrize("statement", OVERDUE.values(), ids=OVERDUE.keys())
async def test_what_is_never_answered_ends_and_gives_the_credits_back(play: Play, statement: str) -> None:
    command, _ = await asked_about(play)
    assert play.reserved() == 5
    await play.bot.kill()
    play.change(statement)
    await play.start()
    await play.until(lambda play: [row.state for row in play.rows()] == ["failed"])
    assert [(row.hold, row.cost) for row in play.rows()] == [("returned", 5)]

    def told() -> Message | None:
        spoken = [*play.channel.messages, *command.followups]
        return next((one for one in spoken if "Nothing was charged" in one.text and not one.buttons), None)

    message = await play.discord.bell.until(told, timeout=LONG, what="the reason")
    assert "4.00 to 1" in message.text
    assert play.runcomfy.submits == []
