"""The client against the stand-in: whole lives of jobs, in every spelling that the contract leaves open."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from bot.core.errors import OperatorError, PassingError, Problem, Reason
from bot.core.events import (
    Accepted,
    Cancelled,
    CancelRefused,
    Event,
    Failed,
    Finished,
    Interrupted,
    NotSent,
    Phase,
    Progressed,
    Refused,
)
from bot.core.ids import RequestId
from bot.core.models import MODELS, Kind, ModelId, SeedanceFast
from bot.core.money import Price
from bot.runcomfy.client import RunComfyClient
from bot.runcomfy.rate import CallRate
from bot.sandbox.runcomfy import (
    Action,
    Ending,
    ErrorBody,
    Fate,
    Fault,
    Output,
    Pace,
    RunComfy,
    Unfinished,
    When,
    Wire,
)
from tests.runcomfy.hand_clock import NOON, HandClock
from tests.runcomfy.raw import an_http_answer, raw_server, says
from tests.shelf import quick_studio

FOX = SeedanceFast(prompt="a very secret fox")
GONE = Failed(Reason(Problem.GENERATION_GONE))
WORKING = Progressed(Phase.IN_PROGRESS)


class Desk:
    """A client at a stand-in, with a clock that only moves by hand."""

    def __init__(self, remote: RunComfy, client: RunComfyClient, clock: HandClock) -> None:
        self.remote = remote
        self.client = client
        self.clock = clock

    async def submit(self) -> RequestId:
        event = await self.client.submit(FOX, [])
        assert isinstance(event, Accepted)
        return event.request_id

    async def look(self, request_id: RequestId) -> Event:
        return await self.client.look(request_id, Kind.VIDEO)

    async def end(self, request_id: RequestId) -> None:
        """Have the remote job end as its fate says."""
        self.remote.start(request_id)
        self.remote.finish(request_id)
        await self.remote.wait_for(lambda: self.remote.jobs[request_id].status.final)


@asynccontextmanager
async def a_desk(wire: Wire | None = None, fate: Fate | None = None) -> AsyncGenerator[Desk, None]:
    """Open a stand-in whose jobs stay where they are until a test moves them."""
    clock = HandClock()
    # The hand clock stands still, so the burst has to last for a whole test.
    rate = CallRate(1000, clock, burst=200)
    remote = RunComfy(
        wire=wire, fate=fate, pace=Pace(queue=0, work=0), studio=quick_studio(), token="sk-t0ken"
    )
    async with remote, RunComfyClient.open(remote.api_url + "/", "sk-t0ken", rate, clock) as client:
        remote.hold()
        yield Desk(remote, client, clock)
        assert remote.problems == []


WIRES = {
    "default": Wire(),
    "succeeded": Wire(succeeded="succeeded", output=Output.MANY, submit_code=202, submit_status=True),
    "capitals": Wire(queued="IN_QUEUE", working="IN_PROGRESS", completed="COMPLETED", succeeded="Succeeded"),
    "other words": Wire(queued="pending", working="processing", completed="succeeded", output=Output.BOTH),
    "errors": Wire(unfinished=Unfinished.ERROR, echoes_inputs=True, errors_as_200=True),
}


@pytest.mark.parametrize("name", WIRES)
async def test_a_job_is_followed_from_the_queue_to_its_video(name: str) -> None:
    async with a_desk(WIRES[name]) as desk:
        request_id = await desk.submit()
        assert await desk.look(request_id) == Progressed(Phase.IN_QUEUE, 1)
        desk.remote.start(request_id)
        assert await desk.look(request_id) == WORKING
        await desk.end(request_id)
        done = await desk.look(request_id)
        assert isinstance(done, Finished)
        (output,) = done.outputs
        assert (output.url,) == desk.remote.jobs[request_id].urls
        assert output.kind is Kind.VIDEO
        assert [submit.body["text"] for submit in desk.remote.submits] == ["a very secret fox"]


@pytest.mark.parametrize("unfinished", Unfinished)
async def test_a_result_that_is_late_keeps_the_job_running(unfinished: Unfinished) -> None:
    async with a_desk(Wire(unfinished=unfinished), Fate(result_late=2)) as desk:
        request_id = await desk.submit()
        await desk.end(request_id)
        for _ in range(2):
            assert isinstance(await desk.look(request_id), Progressed)
        assert isinstance(await desk.look(request_id), Finished)


async def test_a_result_without_a_file_is_waited_for_and_given_up_in_the_end() -> None:
    async with a_desk(fate=Fate(output_late=4)) as desk:
        request_id = await desk.submit()
        await desk.end(request_id)
        assert await desk.look(request_id) == WORKING
        await desk.clock.wind(59)
        assert await desk.look(request_id) == WORKING
        await desk.clock.wind(2)
        assert await desk.look(request_id) == Failed(Reason(Problem.RESULT_MISSING), 150_000)
        # The time is over, not the answer remembered: another look would wait anew.
        assert await desk.look(request_id) == WORKING
        assert isinstance(await desk.look(request_id), Finished)


@pytest.mark.parametrize("ending", [Ending.FAILED, Ending.FAILED_IN_RESULT])
@pytest.mark.parametrize("error", ["Blocked by moderation", {"message": "Blocked by moderation"}])
async def test_a_failed_job_says_why(ending: Ending, error: str | dict[str, str]) -> None:
    async with a_desk(fate=Fate(ends=ending, error=error)) as desk:
        request_id = await desk.submit()
        await desk.end(request_id)
        assert await desk.look(request_id) == Failed(
            Reason(Problem.GENERATION_FAILED, {"detail": "Blocked by moderation"})
        )


async def test_a_failure_without_a_word_is_looked_up_in_the_result() -> None:
    async with a_desk(fate=Fate(ends=Ending.FAILED, error="Blocked")) as desk:
        request_id = await desk.submit()
        await desk.end(request_id)
        desk.remote.fault(Fault("status", times=None, body=json.dumps({"status": "failed"})))
        assert await desk.look(request_id) == Failed(Reason(Problem.GENERATION_FAILED, {"detail": "Blocked"}))
        desk.remote.fault(Fault("result", Action.HTML, status=502))
        assert await desk.look(request_id) == Failed(Reason(Problem.GENERATION_FAILED))


async def test_a_failure_that_the_result_contradicts_was_paid_for_and_is_a_success() -> None:
    async with a_desk() as desk:
        request_id = await desk.submit()
        await desk.end(request_id)
        desk.remote.fault(Fault("status", body=json.dumps({"status": "failed"})))
        assert isinstance(await desk.look(request_id), Finished)


async def test_a_status_may_go_backwards() -> None:
    async with a_desk(fate=Fate(relapses=1)) as desk:
        request_id = await desk.submit()
        desk.remote.start(request_id)
        seen = [await desk.look(request_id) for _ in range(3)]
        assert seen == [WORKING, Progressed(Phase.IN_QUEUE, 1), WORKING]


@pytest.mark.parametrize("wire", [Wire(), Wire(errors_as_200=True), Wire(error_body=ErrorBody.SHORT)])
async def test_a_forgotten_job_is_gone(wire: Wire) -> None:
    async with a_desk(wire) as desk:
        request_id = await desk.submit()
        desk.remote.forget(request_id)
        assert await desk.look(request_id) == GONE


@pytest.mark.parametrize("outcome", ["cancelled", "cancellation_requested", None])
async def test_a_queued_job_is_cancelled(outcome: str | None) -> None:
    async with a_desk(Wire(cancel_outcome=outcome)) as desk:
        request_id = await desk.submit()
        assert await desk.client.cancel(request_id) == Cancelled()
        assert await desk.client.cancel(request_id) == Cancelled()
        assert await desk.look(request_id) == Cancelled()


@pytest.mark.parametrize("code", [200, 400, 409])
async def test_a_running_job_goes_on_although_somebody_wants_it_cancelled(code: int) -> None:
    async with a_desk(Wire(not_cancellable_code=code)) as desk:
        request_id = await desk.submit()
        desk.remote.start(request_id)
        assert await desk.client.cancel(request_id) == CancelRefused()
        await desk.end(request_id)
        assert await desk.client.cancel(request_id) == CancelRefused()
        assert isinstance(await desk.look(request_id), Finished)


async def test_a_cancel_whose_answer_is_lost_shows_in_the_next_look() -> None:
    async with a_desk() as desk:
        request_id = await desk.submit()
        desk.remote.fault(Fault("cancel", Action.CLOSE, when=When.DONE))
        with pytest.raises(PassingError):
            await desk.client.cancel(request_id)
        assert await desk.look(request_id) == Cancelled()


@pytest.mark.parametrize("code", [400, 402])
@pytest.mark.parametrize("body", ErrorBody)
@pytest.mark.parametrize("in_200", [False, True])
async def test_an_empty_balance_is_the_operators_and_buys_nothing(
    code: int, body: ErrorBody, *, in_200: bool
) -> None:
    async with a_desk(Wire(balance_code=code, error_body=body, errors_as_200=in_200)) as desk:
        desk.remote.balance = 0
        assert await desk.client.submit(FOX, []) == NotSent(Reason(Problem.BALANCE_EMPTY))
        assert not desk.remote.jobs


@pytest.mark.parametrize("code", [400, 401, 403])
@pytest.mark.parametrize("body", ErrorBody)
async def test_a_rejected_token_is_the_operators(code: int, body: ErrorBody) -> None:
    async with a_desk(Wire(token_code=code, error_body=body)) as desk:
        request_id = await desk.submit()
        desk.remote.reject_token = True
        assert await desk.client.submit(FOX, []) == NotSent(Reason(Problem.TOKEN_REJECTED))
        for call in (
            desk.look(request_id),
            desk.client.cancel(request_id),
            desk.client.catalogue(FOX.model_id),
        ):
            with pytest.raises(OperatorError) as caught:
                await call
            assert caught.value.reason.problem is Problem.TOKEN_REJECTED
        desk.remote.reject_token = False
        assert isinstance(await desk.look(request_id), Progressed)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_server_error_on_the_paid_call_leaves_it_in_doubt(status: int) -> None:
    async with a_desk() as desk:
        desk.remote.fault(Fault("submit", when=When.DONE, status=status))
        assert await desk.client.submit(FOX, []) == Interrupted(Reason(Problem.ANSWER_LOST))
        assert len(desk.remote.submits) == 1


async def test_a_request_that_is_wrong_is_refused_for_good() -> None:
    async with a_desk() as desk:
        desk.remote.fault(Fault("submit", status=422, code=422001))
        assert await desk.client.submit(FOX, []) == Refused(Reason(Problem.REQUEST_REFUSED, {"code": 422001}))


async def test_a_paid_answer_without_an_id_is_in_doubt_and_a_cut_one_with_it_is_not() -> None:
    async with a_desk() as desk:
        desk.remote.fault(Fault("submit", Action.NO_ID))
        assert isinstance(await desk.client.submit(FOX, []), Interrupted)
        desk.remote.fault(Fault("submit", Action.CUT, keep=0.5))
        assert await desk.submit() in desk.remote.jobs


@pytest.mark.parametrize(
    ("header", "pause"), [({}, 5.0), ({"Retry-After": "40"}, 40.0), ({"Retry-After": "-1"}, 5.0)]
)
async def test_one_refusal_for_haste_slows_everybody(header: dict[str, str], pause: float) -> None:
    async with a_desk() as desk:
        request_id = await desk.submit()
        desk.remote.fault(Fault("status", status=429, headers=header))
        with pytest.raises(PassingError) as caught:
            await desk.look(request_id)
        assert caught.value.reason.problem is Problem.GENERATOR_BUSY
        called = len(desk.remote.calls)
        assert await desk.client.submit(FOX, []) == NotSent(Reason(Problem.GENERATOR_BUSY), pause)
        waiting = asyncio.create_task(desk.look(request_id))
        await desk.clock.wind(pause - 0.1)
        assert len(desk.remote.calls) == called
        await desk.clock.wind(0.2)
        if pause > 5:
            # Too long to sit out: told to come back, and when.
            with pytest.raises(PassingError) as caught:
                await waiting
            assert caught.value.retry_after == pause
        else:
            assert isinstance(await waiting, Progressed)
        assert isinstance(await desk.look(request_id), Progressed)


async def test_the_catalogue_tells_prices_and_what_there_is() -> None:
    async with a_desk() as desk:
        for model in MODELS:
            entry = await desk.client.catalogue(model.model_id)
            assert entry is not None
            assert entry.base_price_usd is not None
        assert await desk.client.catalogue(ModelId("bytedance/no/such thing")) is None


async def test_a_job_tells_its_cost_with_its_result_and_a_failed_one_too() -> None:
    async with a_desk() as desk:
        desk.remote.next(Fate(), Fate(cost=0.07), Fate(ends=Ending.FAILED, cost=0.02), Fate(tells_cost=False))
        told = list[int | None]()
        for _ in range(4):
            request_id = await desk.submit()
            await desk.end(request_id)
            seen = await desk.look(request_id)
            assert isinstance(seen, Finished | Failed)
            told.append(seen.microusd)
        # Five seconds at the stand-in's 0.03 dollars; then as the fates say.
        assert told == [150_000, 70_000, 20_000, None]


async def test_a_failure_says_why_by_the_status_where_the_result_gives_no_reason() -> None:
    async with a_desk(fate=Fate(ends=Ending.FAILED, cost=0.02, error="Blocked")) as desk:
        request_id = await desk.submit()
        await desk.end(request_id)
        silent = {"request_id": request_id, "status": "failed", "cost": 0.02}
        desk.remote.fault(Fault("result", body=json.dumps(silent)))
        because = Reason(Problem.GENERATION_FAILED, {"detail": "Blocked"})
        assert await desk.look(request_id) == Failed(because, 20_000)


async def test_prices_and_the_balance_are_read_from_the_account() -> None:
    async with a_desk() as desk:
        assert await desk.client.price(FOX.model_id) == Price(0.03, "second")
        desk.remote.set_price(FOX.model_id, None)
        assert await desk.client.price(FOX.model_id) is None
        assert await desk.client.price(ModelId("bytedance/no/such thing")) is None
        desk.remote.balance = -1.25
        assert await desk.client.balance() == -1_250_000


async def test_the_balance_is_asked_for_at_an_address_of_its_own() -> None:
    async with a_desk() as here, RunComfy(token="sk-t0ken") as there:
        there.balance = 3
        rate = CallRate(1000, here.clock)
        opened = RunComfyClient.open(
            here.remote.api_url, "sk-t0ken", rate, here.clock, balance_url=there.balance_url
        )
        async with opened as client:
            assert await client.balance() == 3_000_000
        assert [call.name for call in there.calls] == ["balance"]
        assert here.remote.calls == []


async def test_it_remembers_when_runcomfy_last_spoke() -> None:
    async with a_desk() as desk:
        assert desk.client.last_answer is None
        request_id = await desk.submit()
        assert desk.client.last_answer == NOON
        await desk.clock.wind(60)
        desk.remote.fault(Fault("status", Action.HTML, status=502))
        with pytest.raises(PassingError):
            await desk.look(request_id)
        assert desk.client.last_answer == NOON
        await desk.look(request_id)
        assert desk.client.last_answer == desk.clock.now() != NOON


async def test_neither_the_token_nor_a_prompt_is_shown_or_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with a_desk(fate=Fate(ends=Ending.FAILED)) as desk:
        request_id = await desk.submit()
        await desk.end(request_id)
        await desk.look(request_id)
        desk.remote.fault(Fault("submit", Action.RESET))
        await desk.client.submit(FOX, [])
        await desk.client.cancel(request_id)
        shown = repr(desk.client) + "".join(repr(vars(record)) for record in caplog.records)
    assert request_id in shown
    assert "t0ken" not in shown
    assert "secret fox" not in shown


async def test_what_goes_over_the_wire() -> None:
    clock = HandClock()
    rate = CallRate(1000, clock, burst=9)
    async with raw_server(says(an_http_answer({"request_id": "3f2a", "status": "in_queue"}))) as server:
        async with RunComfyClient.open(server.url, "sk-t0ken", rate, clock) as client:
            await client.submit(FOX, [])
            await client.look(RequestId("3f2a"), Kind.VIDEO)
            await client.cancel(RequestId("3f2a"))
        submit, look, cancel = (request.decode() for request in server.requests)
    assert submit.startswith("POST /v1/models/bytedance/seedance-1-0/pro/fast/text-to-video HTTP/1.1\r\n")
    assert "\r\nContent-Type: application/json\r\n" in submit
    assert json.loads(submit.partition("\r\n\r\n")[2])["text"] == FOX.prompt
    assert look.startswith("GET /v1/requests/3f2a/status HTTP/1.1\r\n")
    assert cancel.startswith("POST /v1/requests/3f2a/cancel HTTP/1.1\r\n")
    assert cancel.endswith("\r\n\r\n")
    for request in (submit, look, cancel):
        assert request.count("Authorization: Bearer sk-t0ken\r\n") == 1
        assert "Cookie" not in request
    assert "Content-Type" not in look
    assert "Content-Type" not in cancel


@pytest.mark.parametrize("token", ["", "two words", "line\r\nX-Evil: 1", "nötig", "tab\t"])
async def test_a_token_that_cannot_stand_in_a_header_is_the_operators(token: str) -> None:
    clock = HandClock()
    with pytest.raises(OperatorError) as caught:
        async with RunComfyClient.open("http://127.0.0.1:9", token, CallRate(1, clock), clock):
            pass
    assert caught.value.reason.problem is Problem.TOKEN_REJECTED
