"""/jobs: one of the jobs with its chain, and its result once more in a channel."""

import pytest

from bot.core import events as ev
from bot.core.job import Job
from bot.sandbox.discord import Delay, Fault, Html, Message, Status
from tests.builders import moved
from tests.chat.members.scene import EDIT, Scene

PICK = "zoetrope:pick"


async def looked_at(scene: Scene, job: Job) -> Message:
    """Return what /jobs shows of one job."""
    listed = await (await scene.ana.command(scene.channel, "jobs")).final()
    return await (await scene.ana.choose(listed, PICK, job.id)).final()


async def test_the_list_lets_one_job_be_picked(scene: Scene) -> None:
    parent, result = await scene.delivered(EDIT)
    child = await scene.made(await scene.ana.press(result, "Again"))

    shown = await looked_at(scene, parent)

    assert shown.ephemeral
    assert "make the boat red" in shown.text
    assert f"job {parent.id}" in shown.text
    assert "➤ Began as **Seedream 4.0 Edit** · delivered" in shown.text
    assert "again: **Seedream 4.0 Edit** · preparing" in shown.text
    assert str(parent.result_id) in shown.text
    assert [button.label for button in shown.buttons] == ["Post it here again"]
    assert (await looked_at(scene, child)).buttons == []


async def test_a_result_is_posted_again_with_its_files_and_buttons(scene: Scene) -> None:
    job, first = await scene.delivered(EDIT, files=2)
    there = scene.channel.guild.add_channel("elsewhere")  # type: ignore[union-attr]
    listed = await (await scene.ana.command(there, "jobs")).final()
    shown = await (await scene.ana.choose(listed, PICK, job.id)).final()
    scene.platform.expire_attachments()

    copy = await (await scene.ana.press(shown, "Post it here again")).final()

    assert not copy.ephemeral
    assert copy.channel is there
    assert [file.filename for file in copy.attachments] == [file.filename for file in first.attachments]
    assert [button.label for button in copy.buttons] == ["Again", "Change", "Animate", "Delete"]
    assert await scene.count() == 1
    assert not first.deleted


async def test_delete_on_a_copy_takes_both(scene: Scene) -> None:
    job, _ = await scene.delivered(EDIT)
    copy = await (await scene.ana.press(await looked_at(scene, job), "Post it here again")).final()

    question = await (await scene.ana.press(copy, "Delete")).final()
    await (await scene.ana.press(question, "Delete for everyone")).answered()

    await scene.platform.bell.until(lambda: copy.deleted or None, timeout=10, what="the copy's end")
    assert (await scene.store.get(job.id)).deleted_at is not None  # type: ignore[union-attr]


@pytest.mark.parametrize("refusal", [Status(413), Status(400, 40005), Html(413)])
async def test_what_is_too_large_here_is_linked(scene: Scene, refusal: Status | Html) -> None:
    job, _ = await scene.delivered(EDIT)
    shown = await looked_at(scene, job)
    scene.platform.faults.add(Fault("PATCH", "/webhooks/.*", refusal))

    copy = await (await scene.ana.press(shown, "Post it here again")).final()

    assert job.outputs[0].url in copy.text
    assert not copy.ephemeral
    assert [button.label for button in copy.buttons] == ["Again", "Change", "Animate", "Delete"]


async def test_files_that_are_nowhere_any_more_are_told_of_privately(scene: Scene) -> None:
    job, first = await scene.delivered(EDIT)
    shown = await looked_at(scene, job)
    first.delete()

    pressed = await scene.ana.press(shown, "Post it here again")
    told = await pressed.final()

    assert told.ephemeral
    assert "neither at Discord nor at RunComfy" in told.text
    assert pressed.message is not None
    assert pressed.message.deleted


async def test_a_post_that_discord_refuses_is_told_of_privately(scene: Scene) -> None:
    job, _ = await scene.delivered(EDIT)
    shown = await looked_at(scene, job)
    scene.platform.faults.add(Fault("PATCH", "/webhooks/.*", Status(403, 50013), times=None))

    told = await (await scene.ana.press(shown, "Post it here again")).final()

    assert told.ephemeral
    assert "does not let me" in told.text


async def test_nobody_looks_at_or_posts_what_is_anothers(scene: Scene) -> None:
    ben = scene.platform.add_member("ben", scene.channel.guild)
    job, result = await scene.delivered(EDIT, owner=ben)
    await scene.delivered(EDIT)
    listed = await (await scene.ana.command(scene.channel, "jobs")).final()

    picked = await (await scene.ana.choose(listed, PICK, job.id, checked=False)).final()
    pressed = await (await scene.ana.press(result, f"zoetrope:repost:{job.id}", checked=False)).final()

    for told in (picked, pressed):
        assert told.ephemeral
        assert "Only the member who started this job" in told.text


async def test_a_deleted_result_is_not_posted_again(scene: Scene) -> None:
    job, _ = await scene.delivered(EDIT)
    shown = await looked_at(scene, job)
    await moved(scene.store, job, ev.Deleted())

    told = await (await scene.ana.press(shown, "Post it here again")).final()

    assert told.ephemeral
    assert "no result any more" in told.text
    assert (await looked_at(scene, job)).buttons == []
    assert "deleted" in (await looked_at(scene, job)).text


async def test_who_has_no_jobs_is_told_how_to_begin(scene: Scene) -> None:
    told = await (await scene.ana.command(scene.channel, "jobs")).final()
    assert "no jobs yet" in told.text
    assert told.components == ()


async def test_two_results_are_brought_at_a_time_and_who_comes_then_is_told(scene: Scene) -> None:
    job, _ = await scene.delivered(EDIT)
    shown = [await looked_at(scene, job) for _ in range(3)]
    scene.platform.faults.add(Fault("GET", r"/channels/\d+/messages/\d+", Delay(0.5), times=2))

    pressed = [await scene.ana.press(message, "Post it here again") for message in shown]
    told = [await one.final() for one in pressed]

    assert [message.ephemeral for message in told] == [False, False, True]
    assert "other results" in told[2].text
    assert [message.gallery[0].filename for message in told[:2]] == [f"zoetrope-{job.id}.png"] * 2


async def test_what_is_only_linked_is_linked_again(scene: Scene) -> None:
    job = await scene.finished(EDIT)
    job = await moved(scene.store, job, ev.Rerouted(ev.Way.LINKED, 10, 2**40))
    job = await moved(scene.store, job, ev.Posting())
    job = await moved(scene.store, job, ev.Delivered(await scene.courier.post_links(job)))

    copy = await (await scene.ana.press(await looked_at(scene, job), "Post it here again")).final()

    assert job.outputs[0].url in copy.content
    assert [button.label for button in copy.buttons] == ["Again", "Change", "Animate", "Delete"]
