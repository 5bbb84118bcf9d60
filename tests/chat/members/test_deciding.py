"""The question about a picture's shape, and results that are taken away: by whom, and what is told."""

import pytest

from bot.core import events as ev
from bot.core.ids import MessageId
from bot.core.job import Job, State, Wish
from bot.core.mending import Framing
from bot.core.models import Kind
from bot.sandbox.discord import EVERYBODY, Guild, Member, Message, Permission
from tests.builders import moved
from tests.chat.members.scene import EDIT, SHAPE, Scene, upload

MANAGER = EVERYBODY | Permission.MANAGE_GUILD


def a_manager(scene: Scene, guild: Guild | None) -> Member:
    return scene.platform.add_member("mia", guild, permissions=MANAGER)


async def asked(scene: Scene) -> tuple[Job, Message]:
    """Return a job whose owner has been asked about its picture, and the question."""
    command = await scene.ana.command(scene.channel, "seedance-pro", prompt="x", image=upload())
    job = await scene.made(command)
    job = await moved(scene.store, job, ev.Asked(SHAPE))
    crop, bars = scene.files(Kind.IMAGE, 2)
    await scene.courier.ask(job, {Framing.CROP: crop, Framing.BARS: bars})
    return job, command.followups[-1]


async def stored(scene: Scene, job: Job) -> Job:
    found = await scene.store.get(job.id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("label", "framing"), [("Crop to the middle", Framing.CROP), ("Add bars", Framing.BARS)]
)
async def test_the_answer_is_noted_and_stands_where_the_question_stood(
    scene: Scene, label: str, framing: Framing
) -> None:
    job, question = await asked(scene)

    await (await scene.ana.press(question, label)).answered()

    assert (await stored(scene, job)).framing is framing
    assert question.buttons == []
    assert question.attachments == []
    assert "It goes on" in question.text
    assert question.ephemeral


async def test_the_first_answer_counts(scene: Scene) -> None:
    job, question = await asked(scene)
    await scene.store.choose_framing(job.id, Framing.BARS)

    await (await scene.ana.press(question, "Crop to the middle")).answered()

    assert (await stored(scene, job)).framing is Framing.BARS
    assert "bars" in question.text


async def test_a_question_that_is_no_longer_open_says_so(scene: Scene) -> None:
    job, question = await asked(scene)
    await moved(scene.store, job, ev.Refused(SHAPE))

    told = await (await scene.ana.press(question, "Add bars")).final()

    assert "no longer open" in told.text
    assert (await stored(scene, job)).framing is None


async def test_the_question_can_be_answered_with_cancel_and_is_over_then(scene: Scene) -> None:
    job, question = await asked(scene)

    await (await scene.ana.press(question, "Cancel")).answered()

    assert (await stored(scene, job)).wish is Wish.WISHED
    assert question.buttons == []
    assert question.attachments == []
    assert "I have asked for it to be cancelled" in question.text
    await moved(scene.store, await stored(scene, job), ev.Cancelled())
    await scene.platform.bell.until(
        lambda: "Nothing was charged" in question.text or None, timeout=10, what="the outcome"
    )
    assert question.ephemeral


async def test_a_question_about_what_has_ended_is_over_when_cancel_is_pressed(scene: Scene) -> None:
    job, question = await asked(scene)
    await moved(scene.store, job, ev.Refused(SHAPE))

    await (await scene.ana.press(question, "Cancel")).answered()

    assert question.buttons == []
    assert "already ended" in question.text


async def test_cancel_on_the_card_leaves_the_card_alone(scene: Scene) -> None:
    command = await scene.ana.command(scene.channel, "seedance-pro", prompt="x", image=upload())
    job = await scene.made(command)
    assert command.message is not None
    pressed = await scene.ana.press(command.message, "Cancel")
    await pressed.answered()
    await moved(scene.store, await stored(scene, job), ev.Cancelled())

    told = await pressed.final()

    assert told.ephemeral
    assert told is not command.message
    assert "Nothing was charged" in told.text


async def test_a_stranger_decides_nothing(scene: Scene) -> None:
    job, question = await asked(scene)
    done, result = await scene.delivered()
    ben = scene.platform.add_member("ben", scene.channel.guild)

    for message, custom_id in ((question, f"zoetrope:crop:{job.id}"), (result, f"zoetrope:delete:{done.id}")):
        told = await (await ben.press(message, custom_id, checked=False)).final()
        assert told.ephemeral
        assert "Only the member who started this job" in told.text
    told = await (await ben.press(result, f"zoetrope:delete-sure:{done.id}", checked=False)).final()
    assert "Only the member" in told.text
    assert (await stored(scene, job)).framing is None
    assert (await stored(scene, done)).deleted_at is None


async def test_delete_asks_before_it_deletes(scene: Scene) -> None:
    job, result = await scene.delivered()

    question = await (await scene.ana.press(result, "Delete")).final()
    assert question.ephemeral
    assert (await stored(scene, job)).deleted_at is None
    await (await scene.ana.press(question, "Delete for everyone")).answered()

    after = await stored(scene, job)
    assert after.deleted_at is not None
    assert after.told_at is None
    assert question.text.startswith("Deleted")
    assert "unless I may no longer act in that channel" in question.text
    assert question.buttons == []


async def test_a_manager_deletes_in_the_own_server_only(scene: Scene) -> None:
    job, result = await scene.delivered(EDIT)
    elsewhere = scene.platform.add_guild("Elsewhere")
    there = elsewhere.add_channel("films")
    stranger = a_manager(scene, elsewhere)
    copy = await stranger.post(there, "a copy")

    told = await (await stranger.press(copy, f"zoetrope:delete-sure:{job.id}", checked=False)).final()
    assert "Only the member" in told.text
    assert (await stored(scene, job)).deleted_at is None

    question = await (await a_manager(scene, scene.channel.guild).press(result, "Delete")).final()
    assert [button.label for button in question.buttons] == ["Delete for everyone"]


async def test_no_press_deletes_what_is_not_a_copy_of_the_result(scene: Scene) -> None:
    job, result = await scene.delivered()
    other, others = await scene.delivered()
    words = await scene.ana.post(scene.channel, "precious")

    question = await (await scene.ana.press(result, "Delete")).final()
    for message in (others, words):
        forged = f"zoetrope:delete-sure:{job.id}:{message.id}"
        await (await scene.ana.press(question, forged, checked=False)).answered()

    looks = {f"/channels/{scene.channel.id}/messages/{message.id}" for message in (others, words)}
    await scene.platform.bell.until(
        lambda: looks <= {call.path for call in scene.platform.log if call.over} or None,
        timeout=10,
        what="looks at both",
    )
    assert not others.deleted
    assert not words.deleted
    assert (await stored(scene, other)).deleted_at is None


async def test_what_has_no_result_cannot_be_deleted(scene: Scene) -> None:
    job = await scene.prepared()
    _, result = await scene.delivered()

    told = await (await scene.ana.press(result, f"zoetrope:delete:{job.id}", checked=False)).final()

    assert "no result" in told.text
    assert job.state is State.QUEUED
    assert MessageId(result.id) != job.result_id
