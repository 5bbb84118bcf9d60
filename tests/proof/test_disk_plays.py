"""The real bot on a disk that breaks or is full: nothing is sent twice, and what was paid for is kept."""

from pathlib import Path

from bot.sandbox.runcomfy import Action, Fault, When
from proof.crashes.scene import PROMPT, Scene, card_of
from proof.inside.disk import Outcome
from tests.proof.disk_scene import a_scene, judged, record, rows, told, until


async def test_a_refused_command_whose_commit_reappears_is_not_submitted(tmp_path: Path) -> None:
    async with a_scene(tmp_path) as here:
        # What is under way keeps the bot from leaving, and so from tidying its log, until it is killed.
        here.runcomfy.fault(Fault("status", Action.HANG, when=When.READ))
        here.runcomfy.hold()
        card = await here.animate()
        await until(lambda: any(call.name == "status" for call in here.runcomfy.calls))
        await until(lambda: all(shown == version for shown, version in rows(here, "shown, version")))
        told(here, sync_fails_at=len(record(here).lines()) + 1)

        asked = await here.ask("seedance-fast", here.bo, prompt=PROMPT)
        await here.bot.kill()

        assert asked.private
        assert "I cannot reach my memory right now" in card_of(asked).text
        assert record(here).count(Outcome.FAILED) == 1
        assert [state for (state,) in rows(here, "state")] == ["running", "preparing"]
        here.heal()
        await here.start(plain=True)
        await here.done(card)
        await here.rest()
        assert len(here.runcomfy.submits) == 1
        assert rows(here, "state, hold")[1] == ("failed", "returned")
        assert await judged(here, kills=1) == []


async def bought_on_a_full_disk(here: Scene) -> None:
    """Have the disk be full when the answer of a paid call comes."""
    here.runcomfy.hold()
    here.runcomfy.fault(Fault("submit", Action.PASS, delay=2.0))
    await here.animate()
    await until(lambda: any(call.name == "submit" for call in here.runcomfy.calls))
    told(here, disk_is_full=True)
    await until(lambda: record(here).count(Outcome.FULL))


async def test_a_full_disk_refuses_what_is_new_and_keeps_what_was_paid_until_there_is_room(
    tmp_path: Path,
) -> None:
    async with a_scene(tmp_path) as here:
        await bought_on_a_full_disk(here)

        refused = await here.ask("seedance-fast", here.bo, prompt=PROMPT)
        assert refused.private
        assert "I am busy right now. Nothing was charged" in card_of(refused).text
        assert rows(here, "state") == [("submitting",)]

        told(here, disk_is_full=False)
        here.runcomfy.release()
        await here.rest()
        assert rows(here, "state, hold") == [("delivered", "charged")]
        assert await judged(here) == []


async def test_a_bot_that_is_stopped_on_a_full_disk_sends_nothing_a_second_time(tmp_path: Path) -> None:
    async with a_scene(tmp_path) as here:
        await bought_on_a_full_disk(here)

        assert await here.bot.terminate() == 0

        (bought,) = here.runcomfy.jobs
        assert bought in here.bot.log
        here.heal()
        await here.start(plain=True)
        await here.rest()
        assert rows(here, "state, hold") == [("unknown", "returned")]
        assert await judged(here, kills=1) == []


async def test_a_folder_that_takes_no_media_for_a_while_delays_and_loses_nothing(
    tmp_path: Path,
) -> None:
    async with a_scene(tmp_path) as here:
        folder = here.bot.database.with_suffix(".media")
        folder.rmdir()
        folder.touch()
        await here.animate()
        await until(lambda: "cannot make a folder for media" in here.bot.log)
        folder.unlink()
        folder.mkdir()
        await here.until("running")
        folder.rmdir()
        folder.touch()
        await until(lambda: here.bot.log.count("cannot make a folder for media") > 2)
        folder.unlink()
        folder.mkdir()

        await here.rest()
        assert [state for (state,) in rows(here, "state")] == ["delivered"]
        assert await judged(here) == []
