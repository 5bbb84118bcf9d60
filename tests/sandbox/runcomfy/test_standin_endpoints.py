"""Each endpoint, in each of the spellings that the sources allow."""

from dataclasses import replace

import aiohttp
import pytest

from bot.sandbox.runcomfy import ErrorBody, Output, RunComfy, Status, Unfinished, Wire
from tests.sandbox.runcomfy.caller import EDIT, FAST, Caller, Gallery, words


async def test_a_submit_buys_a_job_and_gives_its_addresses(runcomfy: RunComfy, caller: Caller) -> None:
    status, body = await caller.submit(words())
    request_id = str(body["request_id"])
    base = f"{runcomfy.api_url}/v1/requests/{request_id}"
    links = {f"{name}_url": f"{base}/{name}" for name in ("status", "result", "cancel")}
    assert (status, body) == (200, {"request_id": request_id, **links})
    job = runcomfy.jobs[request_id]
    assert (job.model_id, job.body, job.status) == (FAST, words(), Status.IN_QUEUE)
    submit = runcomfy.submits[0]
    assert (submit.model_id, submit.body, submit.request_id) == (FAST, words(), request_id)
    assert (submit.status, submit.answered) == (200, True)
    assert runcomfy.problems == []


async def test_a_submit_may_answer_202_and_tell_the_state(runcomfy: RunComfy, caller: Caller) -> None:
    runcomfy.wire = Wire(submit_code=202, submit_status=True)
    status, body = await caller.submit(words())
    assert (status, body["status"]) == (202, "in_queue")


async def test_the_status_tells_the_place_in_the_queue_and_then_the_state(
    runcomfy: RunComfy, caller: Caller
) -> None:
    first, second = await caller.job(), await caller.job()
    assert (await caller.about(second, "status"))[1]["queue_position"] == 2
    runcomfy.start(first.request_id)
    assert (await caller.about(second, "status"))[1]["queue_position"] == 1
    _, body = await caller.about(first, "status")
    assert body["status"] == "in_progress"
    assert "queue_position" not in body
    runcomfy.finish(first.request_id)
    await runcomfy.wait_for(lambda: first.status.final)
    assert (await caller.about(first, "status"))[1]["status"] == "completed"
    assert (first.times_status_read, second.times_status_read) == (2, 2)


async def test_the_words_of_the_status_can_be_any(runcomfy: RunComfy, caller: Caller) -> None:
    runcomfy.wire = Wire(queued="pending", working="warming_up", completed="succeeded")
    job = await caller.job()
    assert (await caller.about(job, "status"))[1]["status"] == "pending"
    runcomfy.start(job.request_id)
    assert (await caller.about(job, "status"))[1]["status"] == "warming_up"
    runcomfy.finish(job.request_id)
    await runcomfy.wait_for(lambda: job.status.final)
    assert (await caller.about(job, "status"))[1]["status"] == "succeeded"


async def test_a_result_that_is_not_there_is_a_state_or_an_error(runcomfy: RunComfy, caller: Caller) -> None:
    job = await caller.job()
    status, body = await caller.about(job, "result")
    assert (status, body["status"], body["queue_position"]) == (200, "in_queue", 1)
    runcomfy.wire = Wire(unfinished=Unfinished.ERROR)
    status, body = await caller.about(job, "result")
    assert (status, body["error_code"]) == (400, 400005)


@pytest.mark.parametrize("word", ["completed", "succeeded"])
async def test_a_result_has_output_and_times_and_a_cost_when_asked(
    runcomfy: RunComfy, caller: Caller, word: str
) -> None:
    runcomfy.wire = Wire(succeeded=word)
    job = await caller.ended(words(duration=4))
    status, body = await caller.about(job, "result")
    video = f"{runcomfy.media_url}/files/{job.request_id}.mp4"
    assert (status, body["status"], body["output"]) == (200, word, {"video": video})
    assert job.urls == (video,)
    assert {"created_at", "finished_at"} < set(body)
    assert "cost" not in body
    _, priced = await caller.about(job, "result?include_cost=true")
    assert priced["cost"] == job.cost == 0.12


async def test_the_output_of_a_film_or_a_picture_has_one_key_many_or_both(
    runcomfy: RunComfy, caller: Caller, gallery: Gallery
) -> None:
    film = await caller.ended()
    edit = await caller.ended({"prompt": "x", "images": [gallery.hang_up(64, 64)], "resolution": "1K"}, EDIT)
    expected = {
        Output.ONE: ({"video"}, {"image"}),
        Output.MANY: ({"videos"}, {"images"}),
        Output.BOTH: ({"video", "videos"}, {"image", "images"}),
    }
    for output, (of_film, of_edit) in expected.items():
        runcomfy.wire = Wire(output=output)
        assert set((await caller.about(film, "result"))[1]["output"]) == of_film  # type: ignore[arg-type]  # asserted by its keys
        assert set((await caller.about(edit, "result"))[1]["output"]) == of_edit  # type: ignore[arg-type]  # asserted by its keys


async def test_a_result_may_repeat_the_inputs(runcomfy: RunComfy, caller: Caller) -> None:
    runcomfy.wire = Wire(echoes_inputs=True)
    job = await caller.ended()
    assert (await caller.about(job, "result"))[1]["input"] == job.body


@pytest.mark.parametrize("outcome", ["cancelled", "cancellation_requested", None])
async def test_a_queued_job_can_be_cancelled(runcomfy: RunComfy, caller: Caller, outcome: str | None) -> None:
    runcomfy.wire = Wire(cancel_outcome=outcome)
    job = await caller.job()
    status, body = await caller.post(f"/v1/requests/{job.request_id}/cancel")
    assert (status, body["status"], body.get("outcome")) == (200, "cancelled", outcome)
    assert job.cancelled
    assert (await caller.about(job, "result"))[1]["status"] == "cancelled"


@pytest.mark.parametrize("code", [200, 409])
async def test_a_running_or_finished_job_cannot_be_cancelled(
    runcomfy: RunComfy, caller: Caller, code: int
) -> None:
    runcomfy.wire = Wire(not_cancellable_code=code)
    job = await caller.job()
    runcomfy.start(job.request_id)
    status, body = await caller.post(f"/v1/requests/{job.request_id}/cancel")
    assert (status, body["status"], body["outcome"]) == (code, "in_progress", "not_cancellable")
    runcomfy.finish(job.request_id)
    await runcomfy.wait_for(lambda: job.status.final)
    _, body = await caller.post(f"/v1/requests/{job.request_id}/cancel")
    assert (body["status"], body["outcome"]) == ("completed", "not_cancellable")
    assert job.times_cancel_asked == 2


async def test_an_unknown_or_forgotten_request_is_404001(runcomfy: RunComfy, caller: Caller) -> None:
    job = await caller.job()
    runcomfy.forget(job.request_id)
    for path in (f"/v1/requests/{job.request_id}/status", "/v1/requests/nobody/result"):
        status, body = await caller.get(path)
        assert (status, body["error_code"]) == (404, 404001)
    status, body = await caller.post("/v1/requests/nobody/cancel")
    assert (status, body["error_code"]) == (404, 404001)


@pytest.mark.parametrize("code", [400, 401, 403])
async def test_a_wrong_token_is_refused_everywhere(
    runcomfy: RunComfy, caller: Caller, stranger: aiohttp.ClientSession, code: int
) -> None:
    runcomfy.wire = Wire(token_code=code)
    async with stranger.get(f"{runcomfy.api_url}/v1/models") as response:
        assert (response.status, (await response.json())["error_code"]) == (code, 400004)
    runcomfy.reject_token = True
    assert (await caller.submit(words()))[0] == code
    runcomfy.reject_token = False
    assert (await caller.submit(words()))[0] == 200


@pytest.mark.parametrize("code", [400, 402])
async def test_an_empty_balance_is_told_and_buys_nothing(
    runcomfy: RunComfy, caller: Caller, code: int
) -> None:
    runcomfy.wire = Wire(balance_code=code)
    runcomfy.balance = 0
    status, body = await caller.submit(words())
    assert (status, body["error_code"]) == (code, 400002)
    assert runcomfy.jobs == {}
    assert [(submit.request_id, submit.answered) for submit in runcomfy.submits] == [(None, True)]
    _, balance = await caller.get("/prod/v2/balance")
    assert balance == {"balance_usd": 0, "balance_microdollars": 0, "currency": "USD"}


async def test_errors_may_come_as_200_and_under_other_names(runcomfy: RunComfy, caller: Caller) -> None:
    runcomfy.wire = wire = Wire(errors_as_200=True)
    assert (await caller.get("/v1/requests/x/status"))[0] == 200
    runcomfy.wire = replace(wire, error_body=ErrorBody.SHORT)
    assert set((await caller.get("/v1/requests/x/status"))[1]) == {"code", "error"}
    runcomfy.wire = replace(wire, error_body=ErrorBody.DETAIL)
    assert set((await caller.get("/v1/requests/x/status"))[1]) == {"error_code", "detail"}


async def test_the_catalogue_lists_searches_and_pages(caller: Caller) -> None:
    _, everything = await caller.get("/v1/models")
    assert (everything["total"], everything["limit"], everything["offset"]) == (4, 100, 0)
    _, found = await caller.get("/v1/models?search=lite&include_schema=true")
    models = found["models"]
    assert isinstance(models, list)
    assert [isinstance(model, dict) and "input_schema" in model for model in models] == [True]
    assert (await caller.get("/v1/models?category=image-to-video"))[1]["total"] == 2
    assert (await caller.get("/v1/models?kind=workflow"))[1]["total"] == 0
    _, page = await caller.get("/v1/models?limit=1&offset=3")
    assert page["total"] == 4
    assert isinstance(page["models"], list)
    assert len(page["models"]) == 1
    assert (await caller.get("/v1/models?limit=501"))[0] == 422


async def test_one_model_is_told_with_its_price_and_schema(caller: Caller) -> None:
    _, model = await caller.get(f"/v1/models/{FAST}")
    assert (model["model_id"], model["price_unit"], model["required_inputs"]) == (FAST, "second", ["text"])
    assert {"base_price_usd", "input_schema", "kind", "categories", "display_name"} < set(model)
    assert (await caller.get("/v1/models/no/such"))[0] == 404
    assert "text-to-video" in str((await caller.get("/v1/models/categories"))[1]["categories"])


async def test_an_unknown_path_is_a_problem(runcomfy: RunComfy, caller: Caller) -> None:
    status, _ = await caller.get("/v2/anything")
    assert status == 404
    assert runcomfy.problems == ["GET /v2/anything is no endpoint (404)"]
    assert [(call.name, call.status) for call in runcomfy.calls] == [("unknown", 404)]
