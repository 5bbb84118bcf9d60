"""What leads on from a result: again, change, animate, extend; each a job of whoever pressed."""

import pytest

from bot.core.descent import Descent, How
from bot.core.events import Deleted
from bot.core.ids import ChannelId, MessageId
from bot.core.models import SeedanceFast, SeedanceLite, SeedancePro, SeedreamEdit
from bot.core.source import Borrowed, Place
from bot.sandbox.discord import Message, Modal
from bot.sandbox.discord.wire import walk
from tests.builders import moved
from tests.chat.members.scene import EDIT, FILM, Scene, fields_of, form_of


def descent(job_id: object, how: How, message: Message) -> Descent:
    return Descent(job_id, how, ChannelId(message.channel.id), MessageId(message.id))  # type: ignore[arg-type]


def defaults(form: Modal, name: str) -> list[str]:
    (field,) = [part for part in walk(form.components) if part.custom_id == name]
    return [option.value for option in field.options if option.default]


async def test_again_orders_the_same_with_the_parents_pictures(scene: Scene) -> None:
    parent, result = await scene.delivered(SeedreamEdit(prompt="red", resolution="2K"), spoiler=True)

    child = await scene.made(await scene.ana.press(result, "Again"))

    assert child.request == parent.request
    assert child.sources == (Borrowed(parent.id, Place.CARD, 0),)
    assert child.descent == descent(parent.id, How.AGAIN, result)
    assert child.spoiler


async def test_anybody_may_go_on_from_a_result_with_a_job_of_their_own(scene: Scene) -> None:
    _, result = await scene.delivered()
    ben = scene.platform.add_member("ben", scene.channel.guild)

    child = await scene.made(await ben.press(result, "Again"))

    assert child.owner_id == ben.id
    assert await scene.count() == 1


async def test_change_shows_what_was_asked_before_and_orders_what_was_changed(scene: Scene) -> None:
    parent, result = await scene.delivered(FILM)

    form = await form_of(await scene.ana.press(result, "Change"))
    assert fields_of(form) == ["prompt", "resolution", "ratio", "duration", "options"]
    assert defaults(form, "options") == ["fixed_camera"]
    child = await scene.made(
        await scene.ana.submit(form, {"prompt": "the boat sinks", "options": ["audio", "spoiler"]})
    )

    assert child.request == SeedancePro(prompt="the boat sinks", duration=7, audio=True, fixed_camera=False)
    assert child.sources == (Borrowed(parent.id, Place.CARD, 0),)
    assert child.descent == descent(parent.id, How.CHANGE, result)
    assert child.spoiler


async def test_a_form_that_is_sent_untouched_asks_for_the_same(scene: Scene) -> None:
    for request in (FILM, SeedanceLite(prompt="x", duration=10), EDIT, SeedanceFast(prompt="y", seed=-7)):
        _, result = await scene.delivered(request)
        form = await form_of(await scene.ana.press(result, "Change"))
        assert (await scene.made(await scene.ana.submit(form, {}))).request == request


async def test_the_form_of_words_alone_is_full_and_its_seed_can_be_taken_out(scene: Scene) -> None:
    _, result = await scene.delivered(SeedanceFast(prompt="y", seed=7), spoiler=True)

    form = await form_of(await scene.ana.press(result, "Change"))
    assert fields_of(form) == ["prompt", "resolution", "ratio", "duration", "seed"]
    child = await scene.made(await scene.ana.submit(form, {"seed": "", "duration": "12"}))

    assert child.request == SeedanceFast(prompt="y", duration=12)
    assert child.sources == ()
    assert child.spoiler


async def test_animate_takes_the_picture_of_the_result(scene: Scene) -> None:
    parent, result = await scene.delivered(EDIT)

    form = await form_of(await scene.ana.press(result, "Animate"))
    assert fields_of(form) == ["prompt", "model", "resolution", "duration", "options"]
    child = await scene.made(await scene.ana.submit(form, {"prompt": "it sails away", "resolution": "720p"}))

    assert child.request == SeedancePro(prompt="it sails away", resolution="720p")
    assert child.sources == (Borrowed(parent.id, Place.RESULT, 0),)
    assert child.descent == descent(parent.id, How.ANIMATE, result)


async def test_animate_can_go_from_the_picture_before_the_edit_to_the_one_after(scene: Scene) -> None:
    parent, result = await scene.delivered(EDIT, files=3)

    form = await form_of(await scene.ana.press(result, "Animate"))
    assert fields_of(form) == ["picture", "prompt", "model", "resolution", "duration"]
    child = await scene.made(
        await scene.ana.submit(
            form, {"picture": "2", "prompt": "it turns red", "model": "seedance-lite-from", "duration": "10"}
        )
    )

    assert child.request == SeedanceLite(prompt="it turns red", duration=10)
    assert child.sources == (Borrowed(parent.id, Place.CARD, 0), Borrowed(parent.id, Place.RESULT, 2))


@pytest.mark.parametrize(("ticked", "how"), [(None, How.JOIN), (["audio"], How.EXTEND)])
async def test_extend_goes_on_from_the_last_frame(scene: Scene, ticked: list[str] | None, how: How) -> None:
    parent, result = await scene.delivered(FILM.model_copy(update={"ratio": "9:16"}))

    form = await form_of(await scene.ana.press(result, "Extend"))
    assert fields_of(form) == ["prompt", "resolution", "duration", "options"]
    assert defaults(form, "options") == ["fixed_camera", "joined"]
    child = await scene.made(await scene.ana.submit(form, {} if ticked is None else {"options": ticked}))

    assert isinstance(child.request, SeedancePro)
    assert (child.request.ratio, child.request.duration) == ("adaptive", 7)
    assert child.request.audio is (ticked is not None)
    assert child.sources == (Borrowed(parent.id, Place.RESULT, 0),)
    assert child.descent == descent(parent.id, how, result)


async def test_a_video_of_words_alone_is_extended_by_the_model_that_takes_a_picture(scene: Scene) -> None:
    _, result = await scene.delivered(SeedanceFast(prompt="y", resolution="720p", duration=2, seed=5))

    form = await form_of(await scene.ana.press(result, "Extend"))
    child = await scene.made(await scene.ana.submit(form, {}))

    assert child.request == SeedancePro(prompt="y", resolution="720p", duration=4)


@pytest.mark.parametrize(("request_", "label"), [(EDIT, "Animate"), (FILM, "Extend")])
async def test_nothing_goes_on_from_a_result_that_was_deleted(
    scene: Scene, request_: SeedancePro | SeedreamEdit, label: str
) -> None:
    parent, result = await scene.delivered(request_)
    form = await form_of(await scene.ana.press(result, label))
    await moved(scene.store, parent, Deleted())

    pressed = await (await scene.ana.press(result, label)).final()
    sent = await (await scene.ana.submit(form, {"prompt": "a dear wish"})).final()

    assert pressed.ephemeral
    assert "no result any more" in pressed.text
    assert "no result any more" in sent.text
    reopened = await (await scene.ana.press(sent, "Back to the form")).final()
    assert "a dear wish" in reopened.text
    assert await scene.count() == 1


async def test_a_result_can_be_gone_on_from_although_its_post_is_not_noted_yet(scene: Scene) -> None:
    job = await scene.finished(EDIT)
    await scene.courier.post(job, scene.files(EDIT.makes))

    form = await form_of(await scene.ana.press(scene.channel.messages[-1], "Animate"))
    child = await scene.made(await scene.ana.submit(form, {"prompt": "it sails"}))

    assert child.sources == (Borrowed(job.id, Place.RESULT, 0),)


async def test_a_button_works_without_a_memory_of_the_library(scene: Scene) -> None:
    _, result = await scene.delivered()
    await form_of(await scene.ana.press(result, "Change"))
    # There is no public way to what the library remembers.
    views = scene.bot._connection._view_store  # pyright: ignore[reportPrivateUsage]
    assert views._modals == {}  # pyright: ignore[reportPrivateUsage] (as above)
    assert views._views == {}  # pyright: ignore[reportPrivateUsage] (as above)


async def test_everything_of_ours_that_is_not_understood_is_answered(scene: Scene) -> None:
    job, result = await scene.delivered()
    for custom_id in (
        "zoetrope:dance:" + job.id,
        "zoetrope:again:nobody",
        "zoetrope:",
        "zoetrope:delete-sure::",
    ):
        told = await (await scene.ana.press(result, custom_id, checked=False)).final()
        assert told.text == "This button is no longer in use."
    lost = Modal("zoetrope:cancel:" + job.id, "?", (), await scene.ana.press(result, "Again"))
    assert (await (await scene.ana.submit(lost, {}, checked=False)).final()).ephemeral
