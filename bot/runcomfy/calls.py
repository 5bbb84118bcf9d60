"""What to ask RunComfy: from a request to an HTTP call, as a value. Sends nothing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote

from bot.core.ids import RequestId
from bot.core.models import ModelId, Request
from bot.runcomfy.answers import REQUEST_ID


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP call, less the host and the token."""

    method: Literal["GET", "POST"]
    path: str
    """Encoded, from the API's root; empty for the root itself."""
    body: bytes | None = field(default=None, repr=False)
    query: str = ""


def submit(request: Request, pictures: Sequence[str]) -> Call:
    """Return the paid call: the model's inputs at top level."""
    body = json.dumps(dict(request.body(pictures)), allow_nan=False).encode()
    return Call("POST", _model_path(request.model_id), body)


def status(request_id: RequestId) -> Call:
    """Return the call that tells where a job is."""
    return Call("GET", _request_path(request_id, "status"))


def result(request_id: RequestId) -> Call:
    """Return the call that tells what a job has made, and what it has cost."""
    return Call("GET", _request_path(request_id, "result"), query="include_cost=true")


def cancel(request_id: RequestId) -> Call:
    """Return the call that asks for a job to be called off; it has no body."""
    return Call("POST", _request_path(request_id, "cancel"))


def model(model_id: ModelId) -> Call:
    """Return the call that reads one entry of the catalogue."""
    return Call("GET", _model_path(model_id))


def balance() -> Call:
    """Return the call that reads the account; it is made at an address of its own."""
    return Call("GET", "")


def _model_path(model_id: ModelId) -> str:
    """Encode each segment by itself: ids hold slashes that stay, dots, and even spaces."""
    segments = model_id.split("/")
    if any(segment in {"", ".", ".."} for segment in segments):
        raise ValueError(f"not a model id: {model_id!r}")
    return "/v1/models/" + "/".join(quote(segment, safe="") for segment in segments)


def _request_path(request_id: RequestId, verb: str) -> str:
    if not REQUEST_ID.fullmatch(request_id):
        raise ValueError("not a request id")
    return f"/v1/requests/{request_id}/{verb}"
