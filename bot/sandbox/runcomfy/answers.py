"""Writes the bodies of the API's answers, by the spellings in force.

Pure: a job in, (HTTP status, body) out.
"""

from collections.abc import Sequence
from typing import TypeAlias

from bot.sandbox.runcomfy.fates import Ending
from bot.sandbox.runcomfy.records import Json, JsonObject, RemoteJob, Status
from bot.sandbox.runcomfy.wire import ErrorBody, Output, Unfinished, Wire

Answer: TypeAlias = tuple[int, JsonObject]

# Numbers and names of the vendor's error page; 400005 is known from one of its tests only. 401001, 422001 and
# 500001 are those of its Serverless API, and stand in for what this one may send.
_NAMES = {
    400001: "InvalidResourceIdentifier",
    400002: "InsufficientResources",
    400004: "UserAccountError",
    400005: "ResultNotReady",
    401001: "Unauthorized",
    403001: "PermissionDeniedError",
    404001: "ResourceNotFound",
    422001: "InvalidInput",
    500001: "InternalError",
}


def error(wire: Wire, code: int, *, status: int | None = None, detail: list[Json] | None = None) -> Answer:
    """Write a refusal; its HTTP status is the first three digits of the code unless another is given."""
    name = _NAMES.get(code, "Error")
    fields: dict[ErrorBody, JsonObject] = {
        ErrorBody.VENDOR: {"error_code": code, "error_message": name},
        ErrorBody.SHORT: {"code": code, "error": name},
        ErrorBody.DETAIL: {"error_code": code, "detail": name},
    }
    body: JsonObject = fields[wire.error_body]
    if detail is not None:
        body = JsonObject(error_code=code, detail=detail)
    return (200 if wire.errors_as_200 else status or code // 1000), body


def submitted(wire: Wire, api_url: str, job: RemoteJob) -> Answer:
    """Write the answer to a submit that bought a job."""
    body = {"request_id": job.request_id, **_links(api_url, job, "status", "result", "cancel")}
    return wire.submit_code, {**body, "status": wire.queued} if wire.submit_status else body


def status(wire: Wire, api_url: str, job: RemoteJob, *, relapsed: bool = False) -> Answer:
    """Write the state of a job; a relapsed one is told as queued again."""
    body: JsonObject = {"request_id": job.request_id, **_links(api_url, job, "status", "result")}
    if relapsed:
        return 200, {**body, "status": wire.queued, "queue_position": wire.first_position}
    if job.queue_position is not None:
        body["queue_position"] = job.queue_position + wire.first_position
    hidden = job.status is Status.FAILED and job.fate.ends is Ending.FAILED_IN_RESULT
    body["status"] = wire.completed if hidden else _word(wire, job.status)
    if job.status is Status.FAILED and not hidden:
        body["error"] = job.error
    return 200, body


def result(
    wire: Wire, api_url: str, job: RemoteJob, *, ready: bool, output: JsonObject | None, cost: bool
) -> Answer:
    """Write the result of a job, or that there is none yet."""
    if not (job.status.final and ready):
        return error(wire, 400005) if wire.unfinished is Unfinished.ERROR else status(wire, api_url, job)
    body: JsonObject = {
        "request_id": job.request_id,
        "model_id": job.model_id,
        "status": wire.succeeded if job.status is Status.COMPLETED else _word(wire, job.status),
        "created_at": job.submitted_at.isoformat(),
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
    }
    if wire.echoes_inputs:
        body["input"] = job.body
    if job.status is Status.FAILED:
        body["error"] = job.error
    if output is not None:
        body["output"] = output
    if cost and job.fate.tells_cost and job.cost is not None:
        body["cost"] = job.cost
    return 200, body


def output(wire: Wire, kind: str, urls: Sequence[str]) -> JsonObject:
    """Write where a finished job's files lie; `kind` is `video` or `image`. Several need the plural."""
    every: JsonObject = {f"{kind}s": list[Json](urls)}
    if wire.output is Output.MANY or (wire.output is Output.ONE and len(urls) > 1):
        return every
    only: JsonObject = {kind: urls[0]}
    if wire.output is Output.ONE:
        return only
    return {**only, **(every if len(urls) > 1 else {f"{kind}s": list[Json]()})}


def cancel(wire: Wire, job: RemoteJob, *, worked: bool) -> Answer:
    """Write what a request to cancel came to."""
    body: JsonObject = {"request_id": job.request_id, "status": _word(wire, job.status)}
    if not worked:
        return wire.not_cancellable_code, {**body, "outcome": "not_cancellable"}
    return 200, body if wire.cancel_outcome is None else {**body, "outcome": wire.cancel_outcome}


def _word(wire: Wire, status: Status) -> str:
    return {
        Status.IN_QUEUE: wire.queued,
        Status.IN_PROGRESS: wire.working,
        Status.COMPLETED: wire.completed,
        Status.FAILED: wire.failed,
        Status.CANCELLED: wire.cancelled,
    }[status]


def _links(api_url: str, job: RemoteJob, *names: str) -> JsonObject:
    return {f"{name}_url": f"{api_url}/v1/requests/{job.request_id}/{name}" for name in names}
