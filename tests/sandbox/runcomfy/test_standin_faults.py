"""Each fault of the line does what it says, as often as it says, and is remembered as it was."""

import asyncio
import time

import aiohttp
import pytest

from bot.sandbox.runcomfy import Action, Fault, RunComfy, When
from tests.sandbox.runcomfy.caller import FAST, Caller, words


def submit_url(runcomfy: RunComfy) -> str:
    return f"{runcomfy.api_url}/v1/models/{FAST}"


@pytest.mark.parametrize(
    ("fault", "error", "read", "bought"),
    [
        (Fault("submit", Action.RESET, when=When.BEFORE), aiohttp.ClientOSError, False, False),
        (Fault("submit", Action.RESET), aiohttp.ClientOSError, True, False),
        (Fault("submit", Action.RESET, when=When.DONE), aiohttp.ClientOSError, True, True),
        (Fault("submit", Action.CLOSE, when=When.BEFORE), aiohttp.ServerDisconnectedError, False, False),
        (Fault("submit", Action.CLOSE), aiohttp.ServerDisconnectedError, True, False),
        (Fault("submit", Action.CLOSE, when=When.DONE), aiohttp.ServerDisconnectedError, True, True),
        (Fault("submit", Action.CUT_HEADER), aiohttp.ServerDisconnectedError, True, True),
        (Fault("submit", Action.CUT), aiohttp.ClientPayloadError, True, True),
    ],
    ids=lambda value: f"{value.action}, {value.stage}" if isinstance(value, Fault) else None,
)
async def test_a_broken_submit_is_remembered_by_what_the_service_knew(
    runcomfy: RunComfy, caller: Caller, fault: Fault, error: type[Exception], *, read: bool, bought: bool
) -> None:
    runcomfy.fault(fault)
    with pytest.raises(error):
        await caller.submit(words())
    assert fault.fired == 1
    assert [(submit.answered, submit.request_id is not None) for submit in runcomfy.submits] == (
        [(False, bought)] if read else []
    )
    assert len(runcomfy.jobs) == bought
    assert (await caller.submit(words()))[0] == 200


@pytest.mark.parametrize(("keep", "whole"), [(0.5, True), (0.05, False)])
async def test_a_cut_answer_holds_the_id_or_not(
    runcomfy: RunComfy, caller: Caller, keep: float, whole: bool
) -> None:
    runcomfy.fault(Fault("submit", Action.CUT, keep=keep))
    async with caller.session.post(submit_url(runcomfy), json=words()) as response:
        received = await response.content.readany()
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()
    assert (next(iter(runcomfy.jobs)).encode() in received) == whole


async def test_an_answer_may_lack_its_id(runcomfy: RunComfy, caller: Caller) -> None:
    runcomfy.fault(Fault("submit", Action.NO_ID))
    assert await caller.submit(words()) == (200, {"status": "in_queue"})
    assert len(runcomfy.jobs) == 1


async def test_a_page_may_come_instead_of_json(runcomfy: RunComfy, caller: Caller) -> None:
    runcomfy.fault(Fault("submit", Action.HTML, when=When.DONE))
    async with caller.session.post(submit_url(runcomfy), json=words()) as response:
        assert (response.status, response.content_type) == (200, "text/html")
    assert (len(runcomfy.jobs), runcomfy.submits[0].answered) == (1, True)


@pytest.mark.parametrize("status", [401, 402, 403, 404, 422, 429, 500, 502, 503, 504])
async def test_any_status_can_be_answered_before_or_after_the_purchase(
    runcomfy: RunComfy, caller: Caller, status: int
) -> None:
    runcomfy.fault(Fault("submit", status=status))
    runcomfy.fault(Fault("submit", status=status, when=When.DONE))
    for bought in (0, 1):
        async with caller.session.post(submit_url(runcomfy), json=words()) as response:
            assert response.status == status
            assert response.content_type == ("text/html" if status in {502, 503, 504} else "application/json")
        assert len(runcomfy.jobs) == bought
    assert [(submit.status, submit.answered) for submit in runcomfy.submits] == [(status, True)] * 2


@pytest.mark.parametrize("pause", ["5", "-1", "1000000000", "Wed, 21 Oct 2015 07:28:00 GMT", "soon"])
async def test_a_429_may_carry_any_retry_after(runcomfy: RunComfy, caller: Caller, pause: str) -> None:
    fault = runcomfy.fault(Fault("submit", status=429, headers={"Retry-After": pause}, times=2))
    for _ in range(2):
        async with caller.session.post(submit_url(runcomfy), json=words()) as response:
            assert (response.status, response.headers["Retry-After"]) == (429, pause)
    assert fault.fired == 2
    assert (await caller.submit(words()))[0] == 200


async def test_a_fault_may_have_its_own_code_and_body(runcomfy: RunComfy, caller: Caller) -> None:
    job = await caller.job()
    runcomfy.fault(Fault("status", status=403, code=403003))
    runcomfy.fault(Fault("status", body='{"error_code": 500001}'))
    status, body = await caller.about(job, "status")
    assert (status, body["error_code"]) == (403, 403003)
    assert await caller.about(job, "status") == (200, {"error_code": 500001})


async def test_faults_alternate_by_after_and_name_one_path(runcomfy: RunComfy, caller: Caller) -> None:
    one, other = await caller.job(), await caller.job()
    runcomfy.fault(Fault(f"/v1/requests/{one.request_id}/status", status=500, after=1, times=None))
    read = [(await caller.about(one, "status"))[0] for _ in range(3)]
    assert read == [200, 500, 500]
    assert (await caller.about(other, "status"))[0] == 200
    runcomfy.heal()
    assert (await caller.about(one, "status"))[0] == 200


async def test_a_hanging_read_is_let_go_when_the_fault_is_healed(runcomfy: RunComfy, caller: Caller) -> None:
    job = await caller.job()
    fault = runcomfy.fault(Fault("*", Action.HANG, times=None))
    reads = [asyncio.create_task(caller.about(job, what)) for what in ("status", "result")]
    await runcomfy.wait_for(lambda: fault.fired >= 2)
    assert not any(read.done() for read in reads)
    runcomfy.heal()
    done = await asyncio.gather(*reads, return_exceptions=True)
    # The client may repeat a GET by itself when its connection drops, and then meets no fault.
    assert all(isinstance(one, aiohttp.ClientOSError | tuple) for one in done)
    assert (await caller.about(job, "status"))[0] == 200


async def test_a_dripping_answer_comes_whole_in_the_end(runcomfy: RunComfy, caller: Caller) -> None:
    job = await caller.job()
    runcomfy.fault(Fault("status", Action.DRIP, every=0.0005))
    began = time.monotonic()
    assert (await caller.about(job, "status"))[1]["status"] == "in_queue"
    assert time.monotonic() - began > 0.05


async def test_a_refusal_that_drips_is_remembered_as_one(runcomfy: RunComfy, caller: Caller) -> None:
    runcomfy.balance = 0.0
    runcomfy.fault(Fault("submit", Action.DRIP, every=0.0005))
    assert (await caller.submit(words()))[0] == 400
    await runcomfy.wait_for(lambda: [submit.status for submit in runcomfy.submits] == [400])


async def test_an_answer_may_come_late(runcomfy: RunComfy, caller: Caller) -> None:
    runcomfy.fault(Fault("submit", Action.PASS, delay=0.05))
    began = time.monotonic()
    assert (await caller.submit(words()))[0] == 200
    assert time.monotonic() - began >= 0.05


async def test_a_caller_who_left_before_the_answer_was_not_answered(
    runcomfy: RunComfy, caller: Caller
) -> None:
    runcomfy.fault(Fault("submit", Action.PASS, delay=0.05))
    with pytest.raises(TimeoutError):
        async with caller.session.post(
            submit_url(runcomfy), json=words(), timeout=aiohttp.ClientTimeout(total=0.02)
        ):
            pass
    await runcomfy.wait_for(lambda: runcomfy.jobs)
    await caller.about(next(iter(runcomfy.jobs.values())), "status")
    assert runcomfy.submits[0].request_id in runcomfy.jobs
    assert not runcomfy.submits[0].answered


async def test_closing_lets_go_of_all_that_hang() -> None:
    async with aiohttp.ClientSession() as session:
        async with RunComfy() as runcomfy:
            fault = runcomfy.fault(Fault("*", Action.HANG, times=None))
            read = asyncio.create_task(session.get(f"{runcomfy.api_url}/v1/models"))
            await runcomfy.wait_for(lambda: fault.fired)
            began = time.monotonic()
        assert time.monotonic() - began < 0.9
        with pytest.raises(aiohttp.ClientError):
            await read
