"""RunComfy tells of its jobs badly, falsely or never: each ends by a clear word or at its deadline."""

from pathlib import Path
from typing import Final

from bot.sandbox.discord import Message
from bot.sandbox.runcomfy import Action, Ending, Fate, Fault, Unfinished, Wire
from tests.e2e.hurried import all_over, ask_many, hurried, prompts, select, told
from tests.e2e.play import Play

SPEED: Final = 20.0
LOOKS: Final = {"RUNCOMFY__LOOK_MIN": "1", "RUNCOMFY__LOOK_MAX": "4"}

BODIES: Final[tuple[str | bytes, ...]] = (
    "",
    "[]",
    "{}",
    '"completed"',
    '{"status": null}',
    '{"status": 7}',
    '{"status": ""}',
    '{"status": "' + "x" * 2_000_000 + '"}',
    "[" * 200_000,
    b"\xff\xfe\x00",
)
"""What tells nothing about a job."""


def stumbles(on: str) -> list[Fault]:
    """Return faults after which nobody knows more than before."""
    return [
        *(Fault(on, status=status) for status in (500, 502, 503, 504, 408, 429, 418)),
        *(Fault(on, action) for action in (Action.RESET, Action.CLOSE, Action.CUT_HEADER, Action.CUT)),
        *(Fault(on, Action.HTML, status=status) for status in (200, 404)),
        *(Fault(on, body=body) for body in BODIES),
    ]


def untruths() -> list[Fault]:
    """Return what a status may say before it is true, and what nobody understands."""
    return [
        Fault("status", body='{"status": "completed"}'),
        Fault("status", body='{"status": "in_queue", "queue_position": -3}'),
        Fault("status", body='{"status": "in_queue", "queue_position": 1e300}'),
        Fault("status", body='{"status": "pondering"}'),
    ]


async def test_looks_that_tell_nothing_or_the_wrong_thing_only_delay(
    tmp_path: Path, description: Path | None
) -> None:
    async with hurried(tmp_path, description, SPEED, settings=LOOKS) as play:
        play.runcomfy.hold()
        asked = await ask_many(play, 8)
        await play.until(lambda play: {row.state for row in play.rows()} == {"running"})
        faults = [play.runcomfy.fault(fault) for fault in stumbles("status") + untruths()]
        await play.runcomfy.wait_for(lambda: all(fault.spent for fault in faults), 30)
        assert {row.state for row in play.rows()} == {"running"}
        late = [play.runcomfy.fault(fault) for fault in stumbles("result")]
        play.runcomfy.release()
        for one in asked:
            await play.result_of(one.message)
        await all_over(play)
        assert [fault.fired for fault in (*faults, *late)] == [1] * len((*faults, *late))
        assert len(set(prompts(play))) == len(play.runcomfy.submits) == len(asked)
        assert {row.hold for row in play.rows()} == {"charged"}
        assert all(len(play.results(one.message)) == 1 and not told(play, one.message) for one in asked)


FATES: Final = {
    "goes back to the queue": (Fate(relapses=2, work=1.5), "delivered"),
    "is done before there is a result": (Fate(result_late=3), "delivered"),
    "has a result before there is a file": (Fate(output_late=3), "delivered"),
    "is done and never has a file": (Fate(output_late=1_000_000), "failed"),
    "fails with 200": (Fate(ends=Ending.FAILED), "failed"),
    "fails, and only the result says so": (Fate(ends=Ending.FAILED_IN_RESULT), "failed"),
    "is called off by RunComfy": (Fate(ends=Ending.CANCELLED), "cancelled"),
}


async def test_a_job_that_runcomfy_tells_of_in_the_wrong_order_ends_as_it_truly_did(
    tmp_path: Path, description: Path | None
) -> None:
    wires = (Wire(), Wire(unfinished=Unfinished.ERROR, working="warming_up", queued="limbo"))
    for number, wire in enumerate(wires):
        folder = tmp_path / str(number)
        folder.mkdir()
        async with hurried(folder, description, SPEED, settings=LOOKS) as play:
            play.runcomfy.wire = wire
            asked: dict[str, Message | None] = {}
            for count, (name, (fate, _)) in enumerate(FATES.items(), 1):
                play.runcomfy.next(fate)
                asked[name] = (await play.ask("seedance-fast", prompt=name)).message
                await play.runcomfy.wait_for(lambda count=count: len(play.runcomfy.jobs) == count)
            await all_over(play, within=60)
            ends = dict(select(play, "SELECT json_extract(request, '$.prompt'), state FROM jobs"))
            assert ends == {name: end for name, (_, end) in FATES.items()}
            for name, card in asked.items():
                assert len(play.results(card)) == (ends[name] == "delivered"), name
                assert len(told(play, card)) == (ends[name] == "failed"), name
            assert {row.hold for row in play.rows() if row.state != "delivered"} == {"returned"}
            judge_reads(play)


def judge_reads(play: Play) -> None:
    """Assert that the fates have struck."""
    for job in play.runcomfy.jobs.values():
        assert job.times_in_progress_read >= job.fate.relapses
        assert job.times_end_read >= min(job.fate.result_late + job.fate.output_late, 5)


async def test_a_job_that_runcomfy_has_forgotten_ends_once_and_for_good(
    tmp_path: Path, description: Path | None
) -> None:
    async with hurried(tmp_path, description, SPEED, settings=LOOKS) as play:
        play.runcomfy.hold()
        asked = await ask_many(play, 2)
        await play.until(lambda play: {row.state for row in play.rows()} == {"running"})
        # A page with 404 comes from something in between; the API's own word ends it.
        page = play.runcomfy.fault(Fault("status", Action.HTML, status=404, times=3))
        gone = list(play.runcomfy.jobs)
        for request_id in gone:
            play.runcomfy.forget(request_id)
        await all_over(play, within=60)
        assert page.fired == 3
        assert {(row.state, row.hold) for row in play.rows()} == {("failed", "returned")}
        assert all(len(told(play, one.message)) == 1 for one in asked)
        play.runcomfy.release()
        looks = len(play.runcomfy.calls)
        await play.revive()
        await play.result_of((await play.ask("seedance-fast", prompt="another")).message)
        assert not [call for call in play.runcomfy.calls[looks:] if any(one in call.path for one in gone)]


async def test_a_job_that_never_ends_is_told_of_called_off_and_given_up(
    tmp_path: Path, description: Path | None
) -> None:
    patience = {"RUNCOMFY__LATE_AFTER": "20", "RUNCOMFY__GIVE_UP_AFTER": "60"}
    async with hurried(tmp_path, description, SPEED, settings=LOOKS | patience) as play:
        play.runcomfy.next(Fate(ends=Ending.NEVER), Fate(queue=100_000))
        working, queued = await ask_many(play, 2)
        await play.card_says(working.message, "takes longer than usual")
        await all_over(play, within=60)
        ends = {(row.state, row.hold) for row in play.rows()}
        assert ends == {("failed", "returned"), ("cancelled", "returned")}
        assert [job.times_cancel_asked for job in play.runcomfy.jobs.values()] == [1, 1]
        assert len(told(play, working.message)) == len(told(play, queued.message)) + 1 == 1
        assert len(play.runcomfy.submits) == 2


async def test_a_job_that_can_never_be_looked_at_is_given_up_at_its_deadline(
    tmp_path: Path, description: Path | None
) -> None:
    patience = {"RUNCOMFY__LATE_AFTER": "20", "RUNCOMFY__GIVE_UP_AFTER": "60"}
    async with hurried(tmp_path, description, SPEED, settings=LOOKS | patience) as play:
        faults = [
            play.runcomfy.fault(Fault(name, status=503, times=None))
            for name in ("status", "result", "cancel")
        ]
        (asked,) = await ask_many(play, 1)
        await all_over(play, within=60)
        assert [fault.fired > 0 for fault in faults] == [True, False, True]
        assert [(row.state, row.hold) for row in play.rows()] == [("failed", "returned")]
        assert len(told(play, asked.message)) == 1
