"""Copies of a result in other channels: what may be gone on from there, and by whom; what covers them."""

import pytest

from bot.core.job import Job
from bot.core.models import SeedanceFast
from bot.core.source import Borrowed, Place
from bot.sandbox.discord import Channel, Interaction, Member, Message, Modal
from bot.sandbox.discord.wire import walk
from tests.chat.members.scene import EDIT, FILM, Scene, form_of

PICK = "zoetrope:pick"
NOT_FROM_HERE = "Its pictures belong to another channel"


@pytest.fixture
def there(scene: Scene) -> Channel:
    """Another channel of the server."""
    assert scene.channel.guild is not None
    return scene.channel.guild.add_channel("elsewhere")


@pytest.fixture
def ben(scene: Scene) -> Member:
    return scene.platform.add_member("ben", scene.channel.guild)


async def copied(scene: Scene, job: Job, place: Channel) -> Message:
    """Return the copy of a result that its owner has posted in a place."""
    listed = await (await scene.ana.command(place, "jobs")).final()
    shown = await (await scene.ana.choose(listed, PICK, job.id)).final()
    return await (await scene.ana.press(shown, "Post it here again")).final()


def models_in(form: Modal) -> list[str]:
    (field,) = [part for part in walk(form.components) if part.custom_id == "model"]
    return [option.value for option in field.options]


async def refused(interaction: Interaction) -> Message:
    told = await interaction.final()
    assert told.ephemeral
    assert NOT_FROM_HERE in told.text
    return told


@pytest.mark.parametrize("label", ["Again", "Change"])
async def test_nobody_else_brings_the_owners_pictures_into_another_channel(
    scene: Scene, there: Channel, ben: Member, label: str
) -> None:
    job, _ = await scene.delivered(EDIT)
    copy = await copied(scene, job, there)

    await refused(await ben.press(copy, label))

    assert await scene.count(ben) == 0


async def test_a_form_that_was_opened_where_the_pictures_are_does_not_bring_them_elsewhere(
    scene: Scene, there: Channel, ben: Member
) -> None:
    job, result = await scene.delivered(EDIT)
    copy = await copied(scene, job, there)
    opened = await ben.press(copy, "Animate")
    await opened.answered()
    forged = Modal(f"zoetrope:change:{job.id}", "?", (), opened)

    sent = await refused(await ben.submit(forged, {}, checked=False))
    await refused(await ben.press(sent, "Back to the form"))
    # The same by a draft that was begun where it is allowed.
    form = await form_of(await ben.press(result, "Change"))
    told = await (await ben.submit(form, {"prompt": " "}, checked=False)).final()
    reopen = told.buttons[0].custom_id
    assert reopen is not None
    await refused(await ben.press(copy, reopen, checked=False))
    draft = Modal(reopen.replace("reopen", "form"), "?", (), opened)
    await refused(await ben.submit(draft, {}, checked=False))

    assert await scene.count(ben) == 0


async def test_the_picture_before_the_edit_is_not_offered_in_another_channel(
    scene: Scene, there: Channel, ben: Member
) -> None:
    job, result = await scene.delivered(EDIT)
    copy = await copied(scene, job, there)

    form = await form_of(await ben.press(copy, "Animate"))
    assert models_in(form) == ["seedance-pro", "seedance-lite"]
    assert "seedance-lite-from" in models_in(await form_of(await ben.press(result, "Animate")))
    values = {"prompt": "x", "model": "seedance-lite-from"}
    await refused(await ben.submit(form, values, checked=False))
    child = await scene.made(await ben.submit(form, {"prompt": "x"}))

    assert child.sources == (Borrowed(job.id, Place.RESULT, 0),)
    assert child.channel_id == there.id


async def test_the_result_itself_can_be_extended_anywhere(scene: Scene, there: Channel, ben: Member) -> None:
    job, _ = await scene.delivered(FILM)
    copy = await ben.post(there, "a copy")

    pressed = await ben.press(copy, f"zoetrope:extend:{job.id}", checked=False)
    child = await scene.made(await ben.submit(await form_of(pressed), {}))

    assert child.sources == (Borrowed(job.id, Place.RESULT),)


async def test_what_began_with_words_alone_can_be_asked_for_again_anywhere(
    scene: Scene, there: Channel, ben: Member
) -> None:
    job, _ = await scene.delivered(SeedanceFast(prompt="y"))
    copy = await ben.post(there, "a copy")

    pressed = await ben.press(copy, f"zoetrope:again:{job.id}", checked=False)

    assert (await scene.made(pressed)).request == job.request


async def test_the_owner_goes_on_anywhere_and_everybody_where_the_pictures_are(
    scene: Scene, there: Channel, ben: Member
) -> None:
    job, result = await scene.delivered(EDIT)
    thread = scene.channel.add_thread("more")

    for presser, message in (
        (scene.ana, await copied(scene, job, there)),
        (ben, result),
        (ben, await copied(scene, job, thread)),
    ):
        child = await scene.made(await presser.press(message, "Again"))
        assert child.sources == (Borrowed(job.id, Place.CARD, 0),)


async def test_a_result_that_is_posted_again_where_all_is_covered_is_covered(
    scene: Scene, there: Channel, hidden: Channel
) -> None:
    job, _ = await scene.delivered(EDIT)

    for place, covered in ((there, False), (hidden, True), (hidden.add_thread("more"), True)):
        copy = await copied(scene, job, place)
        items = [item for part in walk(copy.components) for item in part.items]
        assert [item.spoiler or False for item in items] == [covered]
