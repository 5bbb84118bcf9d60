"""Results posted again that were joined, made to fit, are of another kind, or do not get through."""

import os

import pytest
from PIL import Image

from bot.core import events as ev
from bot.core.descent import Descent, How
from bot.core.ids import ChannelId, MessageId
from bot.core.job import Job
from bot.core.media import MediaFile
from bot.core.models import Kind
from bot.sandbox.discord import AnswerLost, Fault, Message, Reset
from bot.sandbox.discord.faults import Action
from tests.builders import moved
from tests.chat.members.scene import EDIT, FILM, Scene, png, upload
from tests.chat.members.test_looking_back import looked_at

HUGE = 1900  # pixels a side: of noise, more than 10 MiB


async def again(scene: Scene, job: Job) -> Message:
    """Return what came of posting the result of a job again."""
    return await (await scene.ana.press(await looked_at(scene, job), "Post it here again")).final(30)


async def joined(
    scene: Scene, *outputs: ev.Output, reroute: ev.Rerouted | None = None
) -> tuple[Job, Message]:
    """Return a job whose result was joined with the one before, and the message that brought it.

    Both are pictures here, since nothing is joined by what is tested.
    """
    parent, _ = await scene.delivered(EDIT)
    descent = Descent(parent.id, How.JOIN, ChannelId(scene.channel.id), MessageId(1))
    job = await scene.finished(EDIT, descent=descent, outputs=outputs)
    if reroute is not None:
        job = await moved(scene.store, job, reroute)
        job = await moved(scene.store, job, ev.Posting())
    is_linked = reroute is not None and reroute.way is ev.Way.LINKED
    post = scene.courier.post_links(job) if is_linked else scene.courier.post(job, scene.files(Kind.IMAGE))
    job = await moved(scene.store, job, ev.Delivered(await post))
    return job, scene.channel.messages[-1]


async def at_runcomfy(scene: Scene) -> ev.Output:
    """Return a picture that can be fetched from where results may lie."""
    held = await scene.ana.post(scene.channel, "", upload())
    return ev.Output(held.attachments[0].url, Kind.IMAGE)


async def test_a_joined_clip_is_never_taken_for_its_last_part(scene: Scene) -> None:
    job, first = await joined(scene)
    shown = await looked_at(scene, job)
    first.delete()

    told = await (await scene.ana.press(shown, "Post it here again")).final()

    assert "the joined clip is no longer at Discord, and its last part no longer at RunComfy" in told.text
    assert told.ephemeral


async def test_of_a_joined_clip_that_is_gone_the_last_part_is_linked_while_runcomfy_has_it(
    scene: Scene,
) -> None:
    part = await at_runcomfy(scene)
    job, first = await joined(scene, part)
    first.delete()

    copy = await again(scene, job)

    assert copy.content.startswith("The joined clip is no longer at Discord.")
    assert part.url in copy.content
    assert not copy.ephemeral
    assert [button.label for button in copy.buttons] == ["Again", "Change", "Animate", "Delete"]


async def test_a_joined_clip_that_was_made_to_fit_is_not_said_to_be_whole(scene: Scene) -> None:
    job, first = await joined(scene, reroute=ev.Rerouted(ev.Way.FITTED, 10 * 2**20, 1))

    copy = await again(scene, job)

    for message in (first, copy):
        assert "This version was made to fit here." in message.text


async def test_a_part_that_could_only_be_linked_is_said_to_stand_alone_where_it_fits(scene: Scene) -> None:
    part = await at_runcomfy(scene)
    job, _ = await joined(scene, part, reroute=ev.Rerouted(ev.Way.LINKED, 10, len(png())))

    copy = await again(scene, job)

    assert [file.filename for file in copy.attachments] == [f"zoetrope-{job.id}.png"]
    assert "this is the new part alone" in copy.text


async def test_what_runcomfy_made_counts_not_what_was_asked_for(scene: Scene) -> None:
    job = await scene.finished(
        FILM, outputs=(ev.Output("https://playgrounds.runcomfy.net/a.png", Kind.IMAGE),)
    )
    job = await moved(scene.store, job, ev.Delivered(await scene.courier.post(job, scene.files(Kind.IMAGE))))

    copy = await again(scene, job)

    assert [file.filename for file in copy.attachments] == [f"zoetrope-{job.id}.png"]


@pytest.fixture
async def heavy(scene: Scene) -> Job:
    """A result of more than 10 MiB in a server that takes it."""
    assert scene.channel.guild is not None
    scene.channel.guild.boost(2)
    path = scene.folder / "noise.png"
    noise = Image.frombytes("RGB", (HUGE, HUGE), os.urandom(HUGE * HUGE * 3))
    noise.save(path, "PNG", compress_level=0)
    size = path.stat().st_size
    assert size > 10 * 2**20
    job = await scene.finished(EDIT)
    posted = await scene.courier.post(job, [MediaFile(path, Kind.IMAGE, ".png", size, HUGE, HUGE)])
    return await moved(scene.store, job, ev.Delivered(posted))


@pytest.mark.parametrize(("action", "is_linked"), [(Reset(), True), (AnswerLost(), False)])
async def test_a_large_upload_that_never_gets_through_is_linked_unless_it_did(
    scene: Scene, heavy: Job, action: Action, *, is_linked: bool
) -> None:
    scene.platform.faults.add(Fault("PATCH", "/webhooks/.*", action, times=3))

    copy = await again(scene, heavy)

    assert not copy.ephemeral
    assert (heavy.outputs[0].url in copy.content) is is_linked
    assert len(copy.attachments) == (0 if is_linked else 1)


async def test_a_small_upload_that_does_not_get_through_can_be_tried_later(scene: Scene) -> None:
    job, _ = await scene.delivered(EDIT)
    shown = await looked_at(scene, job)
    scene.platform.faults.add(Fault("PATCH", "/webhooks/.*", Reset(), times=3))

    told = await (await scene.ana.press(shown, "Post it here again")).final()

    assert told.ephemeral
    assert "in a few minutes" in told.text
