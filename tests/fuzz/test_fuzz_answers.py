"""RunComfy's answers: whatever comes, one of the known events or errors, and never a guess about money."""

import json
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st
from yarl import URL

from bot.core import events as ev
from bot.core.errors import OperatorError, PassingError, Problem
from bot.core.ids import RequestId
from bot.core.models import MODELS, Kind, ModelId
from bot.media.hosts import HostRule, host_of
from bot.runcomfy import calls, protocol
from bot.runcomfy.answers import Answer
from bot.runcomfy.detail import LIMIT, one_line
from tests.fuzz.comfy import ID, SECRET, addresses, answers
from tests.fuzz.effort import promptly, tries

_NAMES: Final = rb"InvalidResource|InsufficientRes|UserAccountErr|PermissionDenied|ResourceNotFound"
_FOUR_HUNDRED: Final = re.compile(rb"\b4\d\d|" + _NAMES)
_SECRETIVE: Final = re.compile(rf"{SECRET}|[A-Za-z]://\S|[^\S ]")
DOWNLOADS: Final = HostRule.of(["runcomfy.net", "runcomfy.com"])


@tries(300)
@given(answers())
@example(Answer(200, b'{"request_id": "a", "error_code": 429001}'))
@example(Answer(200, b'{"request_id": "a"} '))
def test_a_paid_call_is_never_taken_for_unsent_on_a_guess(answer: Answer) -> None:
    with promptly():
        event_ = protocol.judge_submit(answer)
    event(type(event_).__name__)
    is_refused = 400 <= answer.status < 500 and answer.status not in (408, 499)
    match event_:
        case ev.Accepted(request_id):
            assert re.fullmatch(r"[A-Za-z0-9_-]{1,128}", request_id, re.ASCII)
            assert request_id.encode() in answer.body
            assert 200 <= answer.status < 300
        case ev.NotSent() | ev.Refused():
            # Something has to say so: the status, or a number or a name in a body that is all there.
            assert is_refused or (answer.whole and _FOUR_HUNDRED.search(answer.body))
            assert not (200 <= answer.status < 300 and says_id(answer))
        case ev.Interrupted(reason):
            assert reason.problem is Problem.ANSWER_LOST
            assert not (says_id(answer) and 200 <= answer.status < 300 and b"code" not in answer.body)


def says_id(answer: Answer) -> bool:
    """Tell, as Python's own reader has it, whether the answer is an object with a usable id."""
    try:
        content: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        return False
    match content:
        case {"request_id": str(request_id)} if answer.whole and is_plain(answer.body):
            return re.fullmatch(r"[A-Za-z0-9_-]{1,128}", request_id, re.ASCII) is not None
        case _:
            return False


def is_plain(body: bytes) -> bool:
    """Tell whether any two readers of JSON read the same."""
    is_flat = body.count(b"[") + body.count(b"{") < 100
    is_finite = not re.search(rb"\d{300}|NaN|Infinity|\\u", body)
    return body.isascii() and body.count(b"request_id") == 1 and is_flat and is_finite


JUDGES: Final[dict[str, Callable[[Answer], object]]] = {
    "status": protocol.judge_status,
    "video": lambda answer: protocol.judge_result(answer, Kind.VIDEO),
    "image": lambda answer: protocol.judge_result(answer, Kind.IMAGE),
    "cancel": protocol.judge_cancel,
    "catalogue": protocol.judge_catalogue,
}


@pytest.mark.parametrize("judge", JUDGES.values(), ids=JUDGES)
@tries(120)
@given(answer=answers())
def test_a_look_ends_a_job_only_by_a_clear_word(judge: Callable[[Answer], object], answer: Answer) -> None:
    with promptly():
        try:
            seen = judge(answer)
        except (OperatorError, PassingError) as told:
            event(type(told).__name__)
            return
    event(type(seen).__name__)
    body = answer.body.lower()
    match seen:
        case ev.Failed(reason):
            word = {
                Problem.GENERATION_FAILED: b"failed|error",
                Problem.RESULT_MISSING: b"completed|succeeded",
            }
            gone = rb"404|410|not ?found"
            assert answer.status in (404, 410) or re.search(
                word.get(reason.problem, gone), body, re.IGNORECASE
            )
            judge_detail(str(reason.facts.get("detail", "")))
        case ev.Cancelled() | ev.CancelRefused():
            assert b"cancel" in body
            assert answer.whole
        case ev.Progressed(_, position):
            assert position is None or 0 <= position <= 1_000_000
        case ev.Finished(outputs):
            judge_outputs(outputs)
        case _:
            assert seen is None or isinstance(seen, protocol.CatalogueEntry)


def judge_detail(line: str) -> None:
    assert len(line) <= LIMIT
    assert line.isprintable()
    assert not _SECRETIVE.search(line)


def judge_outputs(outputs: tuple[ev.Output, ...]) -> None:
    assert 1 <= len(outputs) <= 10
    assert len({output.url for output in outputs}) == len(outputs)
    assert len({output.kind for output in outputs}) == 1
    for output in outputs:
        judge_address(output.url)


@tries(300)
@given(st.text(max_size=200) | st.text(alphabet="token:=1 aé/.-\n", max_size=5000))
@example("token:" * 700)
@example(("secret" + "=" * 9) * 400)
@example("www." * 1000)
@example("+" * 4000 + "://")
def test_what_is_said_of_a_failure_becomes_one_safe_line(text: str) -> None:
    with promptly(0.5):
        line = one_line(f"{text} {SECRET}")
    judge_detail(line)


@tries(500)
@given(addresses)
@example("https://runcomfy.net\\@evil.example/")
@example("https://runcomfy.net:443/a?b#c")
def test_an_address_is_taken_only_if_every_reader_sees_an_allowed_host_in_it(address: str) -> None:
    judge_address(address)


def judge_address(address: str) -> None:
    """Hold the rule against another reader of addresses."""
    with promptly():
        url = DOWNLOADS.admit(address)
        assert "/" not in host_of(address)
    if url is None:
        event("refused")
        return
    event("taken")
    assert isinstance(url, URL)
    parts, sent = urlsplit(address), urlsplit(str(url))
    # Nothing that was signed may be written anew.
    assert (sent.path.rstrip("/"), sent.query) == (parts.path.rstrip("/"), parts.query)
    assert parts.scheme.lower() == "https"
    assert parts.username is parts.password is None
    assert parts.port in (None, 443)
    host = (parts.hostname or "").lower()
    assert host == (url.raw_host or "").lower() == sent.hostname
    assert host in ("runcomfy.net", "runcomfy.com") or host.endswith((".runcomfy.net", ".runcomfy.com"))


@tries(200)
@given(
    st.text(max_size=20) | st.sampled_from((ID, "../me", "a/b", "a?b", "a#b", "%2e%2e", "", "x" * 129, "a\n"))
)
def test_an_id_never_leads_out_of_its_path(text: str) -> None:
    for make, verb in ((calls.status, "status"), (calls.result, "result"), (calls.cancel, "cancel")):
        try:
            path = make(RequestId(text)).path
        except ValueError:
            continue
        assert URL(f"https://api.example{path}", encoded=True).parts == ("/", "v1", "requests", text, verb)
    try:
        path = calls.model(ModelId(text)).path
    except ValueError:
        return
    assert path.startswith("/v1/models/")
    assert path.isascii()
    assert not {".", "..", ""} & set(path.removeprefix("/v1/models/").split("/"))
    assert not re.search(r"[?#\s]", path)


def test_every_model_has_a_path() -> None:
    assert all(calls.model(model.model_id).path for model in MODELS)
