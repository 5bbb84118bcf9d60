"""What may become of a job, and the strings by which a test moves it."""

import pytest

from bot.sandbox.runcomfy import Ending, Fate, Pace, RunComfy, Status, Studio
from tests.sandbox.runcomfy.caller import PRO, Caller, words


async def test_jobs_move_by_themselves_at_the_pace(runcomfy: RunComfy, caller: Caller) -> None:
    runcomfy.pace = Pace(queue=0.05, work=0.05)
    job = await caller.job()
    runcomfy.release()
    await runcomfy.wait_for(lambda: job.status is Status.COMPLETED)
    assert job.started_at
    assert job.finished_at
    assert (job.started_at - job.submitted_at).total_seconds() >= 0.045
    assert (job.finished_at - job.started_at).total_seconds() >= 0.045


async def test_held_jobs_move_by_hand_only(runcomfy: RunComfy, caller: Caller) -> None:
    runcomfy.next(Fate(queue=0.0, work=30.0), Fate(queue=0.0, work=0.0))
    runcomfy.release()
    slow, fast = await caller.job(), await caller.job()
    await runcomfy.wait_for(lambda: fast.status.final)
    runcomfy.hold()
    assert slow.status is Status.IN_PROGRESS
    late = await caller.job()
    runcomfy.finish(slow.request_id)
    await runcomfy.wait_for(lambda: slow.status.final)
    assert late.status is Status.IN_QUEUE


async def test_scripted_fates_are_taken_in_order_and_then_the_default(
    runcomfy: RunComfy, caller: Caller
) -> None:
    runcomfy.next(Fate(ends=Ending.FAILED), Fate(ends=Ending.CANCELLED))
    endings = [(await caller.ended()).status for _ in range(3)]
    assert endings == [Status.FAILED, Status.CANCELLED, Status.COMPLETED]


async def test_a_refused_submit_uses_up_no_fate(runcomfy: RunComfy, caller: Caller) -> None:
    runcomfy.next(Fate(ends=Ending.FAILED))
    await caller.submit(words(duration=99))
    assert (await caller.ended()).status is Status.FAILED


@pytest.mark.parametrize("error", ["Model run failed", {"code": "moderation", "message": "refused"}])
async def test_a_failed_job_tells_why_as_a_text_or_an_object(
    runcomfy: RunComfy, caller: Caller, error: str | dict[str, str]
) -> None:
    runcomfy.next(Fate(ends=Ending.FAILED, error=error))
    job = await caller.ended()
    for what in ("status", "result"):
        status, body = await caller.about(job, what)
        assert (status, body["status"], body["error"]) == (200, "failed", error)
    assert "output" not in body


async def test_a_failure_may_show_only_in_the_result(runcomfy: RunComfy, caller: Caller) -> None:
    runcomfy.next(Fate(ends=Ending.FAILED_IN_RESULT))
    job = await caller.ended()
    _, status = await caller.about(job, "status")
    assert (status["status"], "error" in status) == ("completed", False)
    assert (await caller.about(job, "result"))[1]["status"] == "failed"


async def test_a_job_may_never_end(runcomfy: RunComfy, caller: Caller) -> None:
    runcomfy.pace = Pace(queue=0.0, work=0.0)
    runcomfy.release()
    runcomfy.next(Fate(ends=Ending.NEVER))
    endless, other = await caller.job(), await caller.job()
    await runcomfy.wait_for(lambda: other.status.final)
    assert endless.status is Status.IN_PROGRESS
    runcomfy.finish(endless.request_id)
    await runcomfy.wait_for(lambda: endless.status is Status.COMPLETED)


async def test_a_status_may_go_backwards(runcomfy: RunComfy, caller: Caller) -> None:
    runcomfy.next(Fate(relapses=2))
    job = await caller.job()
    runcomfy.start(job.request_id)
    read = [(await caller.about(job, "status"))[1]["status"] for _ in range(4)]
    assert read == ["in_progress", "in_queue", "in_queue", "in_progress"]


async def test_a_completed_job_may_have_its_result_and_its_output_later(
    runcomfy: RunComfy, caller: Caller
) -> None:
    runcomfy.next(Fate(result_late=1, output_late=1))
    job = await caller.ended()
    results = [(await caller.about(job, "result"))[1] for _ in range(3)]
    assert [{"created_at", "output"} & set(result) for result in results] == [
        set(),
        {"created_at"},
        {"created_at", "output"},
    ]


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "http://example.com/a.mp4", "https://evil.test/a.mp4"]
)
async def test_a_result_may_tell_another_address(runcomfy: RunComfy, caller: Caller, address: str) -> None:
    runcomfy.next(Fate(address=address))
    job = await caller.ended()
    assert await caller.address(job) == address


async def test_waiting_in_vain_tells_what_there_was(runcomfy: RunComfy, caller: Caller) -> None:
    await caller.job()
    with pytest.raises(TimeoutError, match=r"jobs \{'in_queue': 1\}, submits 1"):
        await runcomfy.wait_for(lambda: False, timeout=0.01)


async def test_closing_stops_work_that_is_under_way() -> None:
    async with RunComfy(studio=Studio()) as runcomfy:
        runcomfy.pace = Pace(queue=0.0, work=60.0)
    assert runcomfy.jobs == {}


async def test_an_unreachable_picture_ends_no_job_before_its_time(runcomfy: RunComfy, caller: Caller) -> None:
    job = await caller.job({"prompt": "x", "first_frame_image_url": "https://x.test/a.png"}, PRO)
    runcomfy.start(job.request_id)
    await runcomfy.wait_for(lambda: job.error is not None or job.status is Status.IN_PROGRESS)
    assert job.status is Status.IN_PROGRESS
