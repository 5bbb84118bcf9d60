"""The judge is judged: what was bought and what was charged (I1, I3, I5), each forged in one place."""

import copy
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.sandbox.runcomfy import RemoteJob, Status, Submit
from proof.judging.judge import Caps, judge
from proof.judging.ledgers import rows
from tests.proof.good_run import Forgery, Run, broken

pytestmark = pytest.mark.asyncio(loop_scope="module")


def submit_of(run: Run, state: str) -> Submit:
    request_id = run.row(state).request_id
    return next(one for one in run.play.runcomfy.submits if one.request_id == request_id)


@pytest.fixture
def submits(run: Run) -> Iterator[list[Submit]]:
    """The submits, restored afterwards."""
    submits = run.play.runcomfy.submits
    before = list(submits)
    yield submits
    submits[:] = before


@pytest.fixture
def jobs(run: Run) -> Iterator[dict[str, RemoteJob]]:
    """RunComfy's jobs, restored afterwards."""
    jobs = run.play.runcomfy.jobs
    before = dict(jobs)
    yield jobs
    jobs.clear()
    jobs.update(before)


async def test_a_second_submit_of_a_job_is_found(run: Run, submits: list[Submit]) -> None:
    again = copy.copy(submit_of(run, "delivered"))
    again.request_id = "another"
    submits.append(again)
    assert broken(run.evidence) == {"I1"}


async def test_a_submit_that_is_repeated_on_a_guess_is_found(run: Run, submits: list[Submit]) -> None:
    again = copy.copy(submit_of(run, "delivered"))
    again.request_id, again.status = None, 502
    submits.append(again)
    assert broken(run.evidence) == {"I1"}


async def test_a_submit_that_was_clearly_refused_may_be_repeated(run: Run, submits: list[Submit]) -> None:
    again = copy.copy(submit_of(run, "delivered"))
    again.request_id, again.status = None, 429
    submits.append(again)
    assert judge(run.evidence) == []


async def test_a_remote_job_that_nobody_knows_is_found(run: Run, jobs: dict[str, RemoteJob]) -> None:
    lost = copy.copy(next(iter(jobs.values())))
    lost.body = {**lost.body, "prompt": "a boat that nobody has"}
    jobs["lost"] = lost
    assert broken(run.evidence) == {"I5"}


async def test_a_remote_job_of_one_in_doubt_is_not_forgotten_but_a_second_one_is(
    run: Run, jobs: dict[str, RemoteJob]
) -> None:
    names = {row.request_id for row in rows(run.evidence.stage.bot.database)}
    (nameless,) = (job for request_id, job in jobs.items() if request_id not in names)
    jobs["second"] = nameless
    assert broken(run.evidence) == {"I5"}


async def test_a_name_that_runcomfy_never_gave_is_found(run: Run, forgery: Forgery) -> None:
    forgery.change("UPDATE jobs SET request_id = 'made up' WHERE id = ?", run.row("delivered").id)
    assert broken(forgery.without_history) == {"I5"}


async def test_two_jobs_that_have_each_others_requests_are_found(forgery: Forgery) -> None:
    one, other = (row for row in rows(forgery.database) if row.state == "delivered")
    forgery.change("UPDATE jobs SET request_id = ? WHERE id = ?", other.request_id, one.id)
    forgery.change("UPDATE jobs SET request_id = ? WHERE id = ?", one.request_id, other.id)
    assert "I5" in broken(forgery.without_history)


async def test_a_reservation_that_was_never_closed_is_found(run: Run, forgery: Forgery) -> None:
    forgery.change("UPDATE jobs SET hold = 'reserved' WHERE id = ?", run.row("delivered").id)
    assert broken(forgery.without_history) == {"I3"}


async def test_a_failure_that_was_charged_is_found(run: Run, forgery: Forgery) -> None:
    forgery.change("UPDATE jobs SET hold = 'charged' WHERE id = ?", run.row("failed").id)
    assert broken(forgery.without_history) == {"I3"}


async def test_a_command_that_was_charged_twice_is_found(run: Run, forgery: Forgery) -> None:
    forgery.change(
        "INSERT INTO jobs SELECT * FROM jobs WHERE id = ?", run.row("failed", "picture_unreadable").id
    )
    assert broken(forgery.without_history) == {"I3"}


async def test_usage_above_the_cap_is_found(run: Run, forgery: Forgery) -> None:
    forgery.change("UPDATE jobs SET cost = 601 WHERE id = ?", run.row("delivered").id)
    assert broken(forgery.without_history) == {"I3"}


async def test_an_acceptance_above_a_cap_is_found_in_the_history(run: Run) -> None:
    for caps in (Caps(daily=8, monthly=600, active=9), Caps(daily=600, monthly=8, active=9)):
        assert broken(replace(run.evidence, caps=caps)) == {"I3"}
    assert broken(replace(run.evidence, caps=Caps(daily=600, monthly=600, active=0))) == {"I3"}


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED, Status.IN_PROGRESS])
async def test_a_charge_for_what_runcomfy_did_not_finish_is_found(
    run: Run, monkeypatch: pytest.MonkeyPatch, status: Status
) -> None:
    remote = run.play.runcomfy.jobs[run.row("delivered").request_id or ""]
    monkeypatch.setattr(remote, "status", status)
    assert broken(run.evidence) == {"I3"}
