"""A cancel that races the work, or whose answer is late, lost or wrong: what RunComfy truly did decides."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from bot.sandbox.discord import Interaction
from bot.sandbox.runcomfy import Action, Fault, RemoteJob, Status, When
from tests.e2e.hurried import all_over, ask_many, hurried, told
from tests.e2e.play import LONG

SPEED: Final = 5.0

Made = Callable[[str], list[Fault]]
STRUCK: Final[dict[str, Made]] = {
    "in good order": lambda path: [Fault(path, Action.PASS)],
    "late": lambda path: [Fault(path, Action.PASS, delay=2.0)],
    "lost on the way there": lambda path: [Fault(path, Action.RESET, when=When.READ)],
    "lost on the way there, twice": lambda path: [Fault(path, Action.CLOSE, when=When.READ, times=2)],
    "lost on the way back": lambda path: [Fault(path, Action.RESET, when=When.DONE)],
    "cut": lambda path: [Fault(path, Action.CUT)],
    "cut in the head": lambda path: [Fault(path, Action.CUT_HEADER)],
    "a page": lambda path: [Fault(path, Action.HTML, when=When.DONE)],
    "not arrived, a page": lambda path: [Fault(path, Action.HTML, when=When.READ)],
    "broken, then busy": lambda path: [Fault(path, status=500), Fault(path, status=429)],
    "broken behind it": lambda path: [Fault(path, status=502, when=When.DONE)],
    "not arrived, empty": lambda path: [Fault(path, body="", when=When.READ)],
}  # fmt: skip
"""What becomes of the call that carries the wish."""


async def test_what_runcomfy_did_decides_about_the_credits_whatever_became_of_the_cancel(
    tmp_path: Path, description: Path | None
) -> None:
    async with hurried(tmp_path, description, SPEED) as play:
        play.runcomfy.hold()
        asked = await ask_many(play, 2 * len(STRUCK))
        await play.until(lambda play: {row.state for row in play.rows()} == {"running"})
        jobs = by_words(list(play.runcomfy.jobs.values()))
        faults: list[Fault] = []
        presses: list[Interaction] = []
        for number, one in enumerate(asked):
            job = jobs[f"number {number}"]
            made = [*STRUCK.values()][number // 2](f"/v1/requests/{job.request_id}/cancel")
            faults += map(play.runcomfy.fault, made)
            card = await play.card_says(one.message, "In RunComfy's queue")
            first = await play.ana.press(card, "Cancel")
            second = await play.ana.press(card, "Cancel")
            if number % 2:
                # The work begins before the wish can arrive.
                play.runcomfy.start(job.request_id)
            for pressed in (first, second):
                await pressed.answered(LONG)
                presses.append(pressed)
        await play.runcomfy.wait_for(lambda: all(fault.spent for fault in faults), LONG)
        play.runcomfy.release()
        await all_over(play)

        ends = {Status.COMPLETED: ("delivered", "charged"), Status.CANCELLED: ("cancelled", "returned")}
        rows = {row.request_id: (row.state, row.hold) for row in play.rows()}
        assert rows == {job.request_id: ends[job.status] for job in jobs.values()}
        assert {job.status for job in jobs.values()} == set(ends)
        for number, one in enumerate(asked):
            delivered = jobs[f"number {number}"].status is Status.COMPLETED
            assert len(play.results(one.message)) == delivered
            assert told(play, one.message) == []
        assert len(play.runcomfy.submits) == len(asked)
        assert all([(await pressed.final(LONG)).text for pressed in presses])


def by_words(jobs: list[RemoteJob]) -> dict[str, RemoteJob]:
    """Return RunComfy's jobs by the words with which they were asked for."""
    return {str(job.body["text"]): job for job in jobs}
