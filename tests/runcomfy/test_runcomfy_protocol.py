"""From an answer to an event: the variants of the wire contract, row by row."""

import json
from collections.abc import Mapping

import pytest
from pydantic import JsonValue

from bot.core.errors import OperatorError, PassingError, Problem, Reason, ZoetropeError
from bot.core.events import (
    Accepted,
    Cancelled,
    CancelRefused,
    Event,
    Failed,
    Finished,
    Interrupted,
    NotSent,
    Output,
    Phase,
    Progressed,
    Refused,
)
from bot.core.ids import RequestId
from bot.core.models import Kind
from bot.core.money import Price
from bot.runcomfy.answers import Answer
from bot.runcomfy.protocol import (
    CatalogueEntry,
    judge_balance,
    judge_cancel,
    judge_catalogue,
    judge_result,
    judge_status,
    judge_submit,
)

Json = Mapping[str, JsonValue]

ID = RequestId("3f2a-b_C")
ACCEPTED = Accepted(ID)
LOST = Interrupted(Reason(Problem.ANSWER_LOST))
NO_BALANCE = NotSent(Reason(Problem.BALANCE_EMPTY))
NO_TOKEN = NotSent(Reason(Problem.TOKEN_REJECTED))
BUSY = NotSent(Reason(Problem.GENERATOR_BUSY))
WORKING = Progressed(Phase.IN_PROGRESS)
QUEUED = Progressed(Phase.IN_QUEUE)
GONE = Failed(Reason(Problem.GENERATION_GONE))
MISSING = Failed(Reason(Problem.RESULT_MISSING))
PAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
VIDEO = "https://files.runcomfy.net/a.mp4"
IMAGE = "https://files.runcomfy.net/a.png"


def an_answer(
    body: Json | bytes, status: int = 200, *, whole: bool = True, retry_after: str | None = None
) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, content, whole, retry_after)


def refused(code: int) -> Refused:
    return Refused(Reason(Problem.REQUEST_REFUSED, {"code": code}))


def failed(detail: str | None = None) -> Failed:
    return Failed(Reason(Problem.GENERATION_FAILED, {"detail": detail} if detail else {}))


def links(**more: JsonValue) -> Json:
    root = f"https://model-api.runcomfy.net/v1/requests/{ID}"
    return {"request_id": ID, "status_url": f"{root}/status", "result_url": f"{root}/result", **more}


# --- submit ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status", "event"),
    [
        (links(), 200, ACCEPTED),
        (links(), 202, ACCEPTED),
        (links(status="in_queue"), 201, ACCEPTED),
        (links(error_code=None), 200, ACCEPTED),
        (links(error_code=0), 200, ACCEPTED),
        (links(code=400001, message="unrelated"), 200, ACCEPTED),
        (links(new_field={"a": [1]}), 200, ACCEPTED),
        ({"request_id": "x" * 128}, 200, Accepted(RequestId("x" * 128))),
        # A 2xx without a usable id may be a paid job.
        ({}, 200, LOST),
        ({"request_id": ""}, 200, LOST),
        ({"request_id": None}, 200, LOST),
        ({"request_id": 7}, 200, LOST),
        ({"request_id": "a/b"}, 200, LOST),
        ({"request_id": "a\n"}, 200, LOST),
        ({"request_id": "x" * 129}, 200, LOST),
        (b"", 204, LOST),
        (b"", 200, LOST),
        (b"null", 200, LOST),
        (b"[]", 200, LOST),
        (b"ok", 200, LOST),
        (PAGE, 200, LOST),
        (b"\xff\xfe", 200, LOST),
        (b"[" * 100_000, 200, LOST),
        # An id can be salvaged from what is no JSON object.
        (b'[{"request_id": "3f2a-b_C"}]', 200, ACCEPTED),
        (b'{"request_id": "3f2a-b_C", "status_url": "\xff"}', 200, ACCEPTED),
        ({"data": {"request_id": ID}}, 200, ACCEPTED),
        (b'[{"request_id": "one"}, {"request_id": "two"}]', 200, LOST),
        (b'[{"request_id": "3f2a-b_C", "error_code": 500001}]', 200, LOST),
        # The code in a body outranks the status.
        (links(error_code=500001), 200, LOST),
        (links(error_code="oops"), 200, LOST),
        (links(error_code={"a": 1}), 200, LOST),
        (links(error_code=True), 200, LOST),
        ({"error_code": 400001}, 200, refused(400001)),
        ({"error_code": "400001"}, 200, refused(400001)),
        ({"error_code": 400002}, 200, NO_BALANCE),
        ({"error_code": 400004}, 200, NO_TOKEN),
        ({"error_code": 403003}, 200, NO_TOKEN),
        ({"error_code": 429001}, 200, BUSY),
        ({"error_code": 422001, "detail": []}, 200, refused(422001)),
        ({"error_code": 408000}, 200, LOST),
        ({"error_code": 500001}, 400, LOST),
        ({"error_code": 400002}, 500, NO_BALANCE),
        ({"error_code": 400002}, 400, NO_BALANCE),
        ({"error_code": 400004}, 400, NO_TOKEN),
        ({"error_code": 400004}, 401, NO_TOKEN),
        ({"error_code": 403001}, 403, NO_TOKEN),
        ({"code": 400002, "error": "InsufficientResources"}, 400, NO_BALANCE),
        ({"code": 400002, "error": "InsufficientResources"}, 200, NO_BALANCE),
        ({"error": "UserAccountError"}, 400, NO_TOKEN),
        ({"error_code": "InsufficientResources"}, 400, NO_BALANCE),
        # Without a code the status decides.
        ({}, 402, NO_BALANCE),
        (PAGE, 402, NO_BALANCE),
        ({}, 401, NO_TOKEN),
        (b"", 401, NO_TOKEN),
        (PAGE, 403, NO_TOKEN),
        ({"error_code": "INVALID"}, 422, refused(422)),
        ({"detail": [{"loc": ["body"], "msg": "wrong"}]}, 422, refused(422)),
        ({}, 400, refused(400)),
        (PAGE, 404, refused(404)),
        ({"detail": "Not Found"}, 404, refused(404)),
        ({}, 409, refused(409)),
        (b"", 413, refused(413)),
        (PAGE, 429, BUSY),
        # None of these says whether anything was bought.
        ({}, 408, LOST),
        ({}, 499, LOST),
        (links(), 302, LOST),
        (b"", 307, LOST),
        (b"", 304, LOST),
        (links(), 500, LOST),
        (PAGE, 500, LOST),
        (PAGE, 502, LOST),
        (b"", 503, LOST),
        (PAGE, 504, LOST),
        (b"", 599, LOST),
    ],
)
def test_the_answer_to_the_paid_call(body: Json | bytes, status: int, event: Event) -> None:
    assert judge_submit(an_answer(body, status)) == event


@pytest.mark.parametrize(
    ("body", "status", "event"),
    [
        (b'{"request_id": "3f2a-b_C", "status_u', 200, ACCEPTED),
        (b'{"request_id":"3f2a-b_C"', 202, ACCEPTED),
        (b'{"request_id": "3f2a-b_C"}', 200, ACCEPTED),
        (b'{"error_code": null, "request_id": "3f2a-b_C"', 200, ACCEPTED),
        (b'{"request_id": "3f2a-b_', 200, LOST),
        (b'{"request_id": "3f2a/b"', 200, LOST),
        (b'{"error_code": 400002, "request_id": "3f2a-b_C"', 200, LOST),
        (b'{"prompt": "\\"request_id\\": \\"evil\\"", "sta', 200, LOST),
        (b'{"request_id": "3f2a-b_C"', 500, LOST),
        (b"", 200, LOST),
        (b"{", 422, refused(422)),
        (b"", 401, NO_TOKEN),
    ],
)
def test_a_cut_answer_to_the_paid_call(body: bytes, status: int, event: Event) -> None:
    assert judge_submit(an_answer(body, status, whole=False)) == event


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        ("2.5", 2.5),
        ("0", 1.0),
        ("3600", 300.0),
        ("86400", 300.0),
        ("-5", None),
        ("1000000000", None),
        ("inf", None),
        ("nan", None),
        ("soon", None),
        ("", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", None),
    ],
)
def test_a_pause_is_taken_within_bounds_and_never_if_absurd(
    header: str | None, seconds: float | None
) -> None:
    event = judge_submit(an_answer({}, 429, retry_after=header))
    assert event == NotSent(Reason(Problem.GENERATOR_BUSY), seconds)
    with pytest.raises(PassingError) as caught:
        judge_status(an_answer({}, 429, retry_after=header))
    assert (caught.value.reason.problem, caught.value.retry_after) == (Problem.GENERATOR_BUSY, seconds)


# --- status ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "event"),
    [
        (links(status="in_queue", queue_position=3), Progressed(Phase.IN_QUEUE, 3)),
        (links(status="in_queue", queue_position=0), Progressed(Phase.IN_QUEUE, 0)),
        (links(status="in_queue"), QUEUED),
        (links(status="IN_QUEUE"), QUEUED),
        (links(status=" In Queue "), QUEUED),
        (links(status="in-queue"), QUEUED),
        (links(status="in_queue", queue_position=-1), QUEUED),
        (links(status="in_queue", queue_position=10**9), QUEUED),
        (links(status="in_queue", queue_position="3"), QUEUED),
        (links(status="in_queue", queue_position=True), QUEUED),
        (links(status="in_queue", queue_position=1.5), QUEUED),
        (links(status="in_queue", queue_position=None), QUEUED),
        (links(status="pending"), QUEUED),
        (links(status="waiting"), QUEUED),
        (links(status="queued"), QUEUED),
        (links(status="in_progress"), WORKING),
        (links(status="in_progress", queue_position=0), WORKING),
        (links(status="starting"), WORKING),
        (links(status="processing"), WORKING),
        (links(status="quantum_leap"), WORKING),
        ({"status": "in_progress"}, WORKING),
        (links(status="in_progress", error_code=None), WORKING),
        (links(status="in_progress", error_code=0), WORKING),
        (links(status="completed"), None),
        (links(status="Succeeded"), None),
        (links(status="cancelled"), Cancelled()),
        (links(status="CANCELED"), Cancelled()),
        (links(status="failed"), failed()),
        (links(status="error"), failed()),
        (links(status="failed", error="Model run failed"), failed("Model run failed")),
        (links(status="failed", error={"message": "Out of memory"}), failed("Out of memory")),
        (links(status="failed", error=None, failure_reason="Moderation"), failed("Moderation")),
        (links(status="failed", error="500"), failed("500")),
        # The failed job's own code is not the call's.
        (links(status="failed", error_code=500001, error_message="Boom"), failed("Boom")),
        (links(status="failed", error_code=400004, detail="Refused"), failed("Refused")),
    ],
)
def test_what_the_status_says_of_a_job(body: Json, event: Event | None) -> None:
    assert judge_status(an_answer(body)) == event


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"error_code": 404001, "error_message": "ResourceNotFound"}, 404),
        ({"error_code": 404001}, 200),
        ({"error_code": 404001}, 400),
        ({"code": 404001, "error": "ResourceNotFound"}, 200),
        ({"detail": "Not Found"}, 404),
        ({}, 410),
    ],
)
def test_a_job_that_runcomfy_no_longer_knows_is_gone(body: Json, status: int) -> None:
    assert judge_status(an_answer(body, status)) == GONE
    assert judge_result(an_answer(body, status), Kind.VIDEO) == GONE


UNREACHABLE = (PassingError, Problem.GENERATOR_UNREACHABLE)
THROTTLED = (PassingError, Problem.GENERATOR_BUSY)
REJECTED = (OperatorError, Problem.TOKEN_REJECTED)
EMPTY = (OperatorError, Problem.BALANCE_EMPTY)

# Answers that tell nothing about a job, whatever was asked.
TROUBLE: list[tuple[Json | bytes, int, tuple[type[ZoetropeError], Problem]]] = [
    (b"", 401, REJECTED),
    (PAGE, 403, REJECTED),
    ({"error_code": 400004}, 400, REJECTED),
    ({"error_code": 400004}, 200, REJECTED),
    ({"error_code": 403001}, 403, REJECTED),
    ({"error_code": 403003}, 200, REJECTED),
    ({"error": "UserAccountError"}, 400, REJECTED),
    ({"error_code": 400002}, 400, EMPTY),
    ({}, 402, EMPTY),
    (PAGE, 429, THROTTLED),
    ({"error_code": 429001}, 200, THROTTLED),
    ({}, 408, UNREACHABLE),
    (PAGE, 500, UNREACHABLE),
    ({"status": "failed"}, 500, UNREACHABLE),
    ({"error_code": 500001}, 200, UNREACHABLE),
    ({"error_code": "odd"}, 200, UNREACHABLE),
    ({"status": "error", "error_code": 500001}, 200, UNREACHABLE),
    ({}, 502, UNREACHABLE),
    (b"", 503, UNREACHABLE),
    (PAGE, 504, UNREACHABLE),
    (b"", 302, UNREACHABLE),
]

# Those besides them that a cancel reads as "arrived".
UNREADABLE: list[tuple[Json | bytes, int, tuple[type[ZoetropeError], Problem]]] = [
    (PAGE, 200, UNREACHABLE),
    (b'{"status": "completed"', 200, UNREACHABLE),
    (b"[]", 200, UNREACHABLE),
    (b"", 200, UNREACHABLE),
    ({}, 200, UNREACHABLE),
    ({"status": 3}, 200, UNREACHABLE),
    ({"status": ""}, 200, UNREACHABLE),
    ({"error_code": 400001}, 400, UNREACHABLE),
    ({}, 400, UNREACHABLE),
    ({}, 422, UNREACHABLE),
    # Something in between, not RunComfy.
    (PAGE, 404, UNREACHABLE),
    (b"", 404, UNREACHABLE),
]


@pytest.mark.parametrize(("body", "status", "error"), TROUBLE + UNREADABLE)
def test_a_look_that_tells_nothing_raises_by_who_can_act(
    body: Json | bytes, status: int, error: tuple[type[ZoetropeError], Problem]
) -> None:
    kind, problem = error
    with pytest.raises(kind) as of_status:
        judge_status(an_answer(body, status))
    with pytest.raises(kind) as of_result:
        judge_result(an_answer(body, status), Kind.VIDEO)
    assert of_status.value.reason.problem is of_result.value.reason.problem is problem


@pytest.mark.parametrize("status", [200, 400, 404, 500])
def test_a_cut_answer_to_a_look_is_no_answer(status: int) -> None:
    answer = an_answer(links(status="failed", error="x"), status, whole=False)
    with pytest.raises(PassingError):
        judge_status(answer)
    with pytest.raises(PassingError):
        judge_result(answer, Kind.VIDEO)


# --- result ------------------------------------------------------------------------------------------


def video(*urls: str) -> Finished:
    return Finished(tuple(Output(url, Kind.VIDEO) for url in urls))


def image(*urls: str) -> Finished:
    return Finished(tuple(Output(url, Kind.IMAGE) for url in urls))


@pytest.mark.parametrize(
    ("body", "event"),
    [
        (links(status="succeeded", output={"video": VIDEO}), video(VIDEO)),
        (links(status="completed", output={"video": VIDEO}), video(VIDEO)),
        (links(status="COMPLETED", output={"videos": [VIDEO]}), video(VIDEO)),
        (links(status="completed", output={"video": VIDEO, "videos": []}), video(VIDEO)),
        (links(status="completed", output={"video": "", "videos": [VIDEO]}), video(VIDEO)),
        (
            links(status="completed", output={"video": VIDEO, "videos": [VIDEO, f"{VIDEO}?2"]}),
            video(VIDEO, f"{VIDEO}?2"),
        ),
        (links(status="completed", output={"video": None, "videos": [VIDEO, VIDEO]}), video(VIDEO)),
        (links(status="completed", output={"video": {"url": VIDEO}}), video(VIDEO)),
        (links(status="completed", output={"videos": [{"url": VIDEO}, 3, None]}), video(VIDEO)),
        (links(status="completed", output={"video": VIDEO, "image": IMAGE}), video(VIDEO)),
        # No address but that of the other kind: it was paid for.
        (links(status="completed", output={"image": IMAGE}), image(IMAGE)),
        # No status of its own: the addresses speak.
        (links(output={"video": VIDEO}), video(VIDEO)),
        (links(status="completed", output={"video": VIDEO}, input={"image": IMAGE}), video(VIDEO)),
        # Done, and nothing there that could be fetched.
        (links(status="completed"), MISSING),
        (links(status="succeeded", output=None), MISSING),
        (links(status="completed", output={}), MISSING),
        (links(status="completed", output=[VIDEO]), MISSING),
        (links(status="completed", output={"url": VIDEO}), MISSING),
        (links(status="completed", output={"video": "file:///etc/passwd"}), MISSING),
        (links(status="completed", output={"video": "/a.mp4"}), MISSING),
        (links(status="completed", output={"video": "https://"}), MISSING),
        (links(status="completed", output={"video": "https:///a.mp4"}), MISSING),
        (links(status="completed", output={"video": f"{VIDEO}\r\nHost: x"}), MISSING),
        (links(status="completed", output={"video": VIDEO + "a" * 5000}), MISSING),
        (links(status="completed", image=IMAGE, input={"video": VIDEO}), MISSING),
        # Not there yet, though the status call said so.
        (links(status="in_queue", queue_position=2), Progressed(Phase.IN_QUEUE, 2)),
        (links(status="in_progress"), WORKING),
        (links(status="in_progress", output={"video": VIDEO}), WORKING),
        (links(status="finalising"), WORKING),
        ({"error_code": 400005}, WORKING),
        # Only the result tells the truth.
        (links(status="failed", error="Model run failed"), failed("Model run failed")),
        (links(status="failed", output={"video": VIDEO}), failed()),
        (links(status="cancelled"), Cancelled()),
        (links(status="canceled", output={}), Cancelled()),
    ],
)
def test_what_the_result_says_of_a_video(body: Json, event: Event) -> None:
    assert judge_result(an_answer(body), Kind.VIDEO) == event


@pytest.mark.parametrize("body", [{"error_code": 400005}, {"code": 400005}, {"error_code": "400005"}])
def test_a_result_that_is_not_ready_may_come_as_an_error(body: Json) -> None:
    assert judge_result(an_answer(body, 400), Kind.VIDEO) == WORKING


@pytest.mark.parametrize(
    ("output", "event"),
    [
        ({"image": IMAGE}, image(IMAGE)),
        ({"images": [IMAGE, f"{IMAGE}?2"]}, image(IMAGE, f"{IMAGE}?2")),
        ({"images": [IMAGE], "image": f"{IMAGE}?2"}, image(IMAGE)),
        ({"images": [], "image": IMAGE}, image(IMAGE)),
        ({"images": IMAGE}, image(IMAGE)),
        ({"image": IMAGE, "video": VIDEO}, image(IMAGE)),
        ({"video": VIDEO}, video(VIDEO)),
        (
            {"images": [f"{IMAGE}?{number}" for number in range(30)]},
            image(*(f"{IMAGE}?{number}" for number in range(10))),
        ),
    ],
)
def test_what_the_result_says_of_an_image(output: JsonValue, event: Event) -> None:
    assert judge_result(an_answer(links(status="completed", output=output)), Kind.IMAGE) == event


# --- cancel ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status", "event"),
    [
        (links(status="cancelled", outcome="cancelled"), 200, Cancelled()),
        (links(status="cancelled", outcome="cancellation_requested"), 200, Cancelled()),
        (links(status="canceled"), 202, Cancelled()),
        (links(status="in_queue", outcome="Cancelled"), 200, Cancelled()),
        (links(outcome="canceled"), 200, Cancelled()),
        (links(status="cancelled_by_user"), 200, Cancelled()),
        (links(status="cancelled", outcome="not_cancellable"), 409, Cancelled()),
        (links(status="in_progress", outcome="not_cancellable"), 200, CancelRefused()),
        (links(status="completed", outcome="not_cancellable"), 400, CancelRefused()),
        (links(status="failed", outcome="NOT_CANCELLABLE", error_code=400001), 400, CancelRefused()),
        (links(status="in_queue", outcome="cancellation_requested", queue_position=4), 200,
         Progressed(Phase.IN_QUEUE, 4)),
        (links(status="in_progress", outcome="cancellation_requested"), 202, WORKING),
        (links(status="in_progress"), 200, WORKING),
        (links(status="cancelling", outcome="cancellation_requested"), 200, WORKING),
        (links(), 200, WORKING),
        # Arrived, or pointless: the next look tells.
        (b"", 204, WORKING),
        (PAGE, 200, WORKING),
        ({"error_code": 404001}, 404, WORKING),
        (PAGE, 404, WORKING),
        ({"error_code": 400001}, 400, WORKING),
        ({}, 409, WORKING),
    ],
)  # fmt: skip
def test_what_came_of_a_wish_to_cancel(body: Json | bytes, status: int, event: Event) -> None:
    assert judge_cancel(an_answer(body, status)) == event


@pytest.mark.parametrize(("body", "status", "error"), TROUBLE)
def test_a_wish_that_may_not_have_arrived_raises(
    body: Json | bytes, status: int, error: tuple[type[ZoetropeError], Problem]
) -> None:
    kind, problem = error
    with pytest.raises(kind) as caught:
        judge_cancel(an_answer(body, status))
    assert caught.value.reason.problem is problem


# --- catalogue ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "entry"),
    [
        ({"model_id": "a/b", "base_price_usd": 0.08, "price_unit": "second"}, CatalogueEntry(0.08, "second")),
        ({"model_id": "a/b", "base_price_usd": 1}, CatalogueEntry(1.0, None)),
        ({"model_id": "a/b"}, CatalogueEntry(None, None)),
        ({"model_id": "a/b", "base_price_usd": "free"}, CatalogueEntry(None, None)),
        ({"model_id": "a/b", "base_price_usd": -1}, CatalogueEntry(None, None)),
        ({"model_id": "a/b", "base_price_usd": 1e300}, CatalogueEntry(None, None)),
        (b'{"model_id": "a/b", "base_price_usd": NaN}', CatalogueEntry(None, None)),
    ],
)
def test_the_price_of_a_model_is_read_where_it_makes_sense(body: Json | bytes, entry: CatalogueEntry) -> None:
    assert judge_catalogue(an_answer(body)) == entry


@pytest.mark.parametrize(
    ("body", "status"),
    [({"error_code": 404001}, 404), ({"error_code": 400001}, 400), ({"error_code": 400001}, 200), ({}, 404)],
)
def test_a_model_that_runcomfy_does_not_have_is_none(body: Json, status: int) -> None:
    assert judge_catalogue(an_answer(body, status)) is None


@pytest.mark.parametrize(("body", "status", "error"), TROUBLE)
def test_a_catalogue_that_cannot_be_read_raises(
    body: Json | bytes, status: int, error: tuple[type[ZoetropeError], Problem]
) -> None:
    kind, problem = error
    with pytest.raises(kind) as caught:
        judge_catalogue(an_answer(body, status))
    assert caught.value.reason.problem is problem


# --- money -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cost", "microusd"),
    [(0.4, 400_000), (0, 0), (1, 1_000_000), (0.000_000_4, 0), (None, None), (-1, None), (1e300, None)],
)
def test_what_a_job_has_cost_is_read_with_its_result_whether_it_went_well_or_not(
    cost: float | None, microusd: int | None
) -> None:
    told = {} if cost is None else {"cost": cost}
    done = judge_result(an_answer(links(status="completed", output={"video": VIDEO}, **told)), Kind.VIDEO)
    failed = judge_result(an_answer(links(status="failed", error="no", **told)), Kind.VIDEO)
    empty = judge_result(an_answer(links(status="completed", **told)), Kind.VIDEO)
    assert isinstance(done, Finished)
    assert isinstance(failed, Failed)
    assert isinstance(empty, Failed)
    assert (done.microusd, failed.microusd, empty.microusd) == (microusd, microusd, microusd)


@pytest.mark.parametrize(
    ("entry", "price"),
    [
        (CatalogueEntry(0.08, "second"), Price(0.08, "second")),
        (CatalogueEntry(0.03, "output"), Price(0.03, "output")),
        (CatalogueEntry(0.03, "image"), Price(0.03, "output")),
        (CatalogueEntry(0.03, "megapixel"), None),
        (CatalogueEntry(0.03, None), None),
        (CatalogueEntry(None, "second"), None),
    ],
)
def test_a_price_counts_only_in_a_unit_that_is_known_before_the_job(
    entry: CatalogueEntry, price: Price | None
) -> None:
    assert entry.price == price


@pytest.mark.parametrize(
    ("body", "microusd"),
    [
        ({"balance_usd": 9.87, "balance_microdollars": 9_870_001, "currency": "USD"}, 9_870_001),
        ({"balance_usd": -0.5}, -500_000),
        ({"balance_usd": 0, "balance_microdollars": "much"}, 0),
    ],
)
def test_the_balance_is_read_to_the_millionth_and_may_be_a_debt(body: Json, microusd: int) -> None:
    assert judge_balance(an_answer(body)) == microusd


def test_a_balance_without_a_number_is_none() -> None:
    with pytest.raises(PassingError):
        judge_balance(an_answer({"balance_usd": "plenty"}))


@pytest.mark.parametrize(("body", "status", "error"), TROUBLE)
def test_a_balance_that_cannot_be_read_raises(
    body: Json | bytes, status: int, error: tuple[type[ZoetropeError], Problem]
) -> None:
    kind, problem = error
    with pytest.raises(kind) as caught:
        judge_balance(an_answer(body, status))
    assert caught.value.reason.problem is problem


def test_an_answer_does_not_show_its_body() -> None:
    assert "secret fox" not in repr(an_answer({"error": "secret fox"}))
