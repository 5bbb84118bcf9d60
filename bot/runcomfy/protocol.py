"""What RunComfy's answers mean: from an answer to an event, or an error where it told nothing.

Pure. The rule for the paid call is that only a clear word proves that nothing was bought; for all other
calls, that a job ends only by a clear word about it, and anything else is looked at again.
"""

import re
from dataclasses import dataclass
from typing import Final

from bot.core.errors import Problem, Reason
from bot.core.events import (
    Accepted,
    Cancelled,
    CancelRefused,
    Failed,
    Finished,
    Interrupted,
    NotSent,
    Phase,
    Progressed,
    Refused,
)
from bot.core.ids import RequestId
from bot.core.models import Kind
from bot.core.money import Price, microusd
from bot.runcomfy.answers import (
    IDENTIFIER_CODE,
    NOT_READY_CODE,
    REQUEST_ID,
    TOO_MANY,
    Answer,
    Content,
    error_code,
    http_status,
    operator_problem,
    read,
    retry_after,
    trouble,
)
from bot.runcomfy.detail import detail
from bot.runcomfy.outputs import outputs

_DONE: Final = frozenset({"completed", "succeeded"})
_FAILED: Final = frozenset({"failed", "error"})
_CANCELLED: Final = frozenset({"cancelled", "canceled"})
_WAITING: Final = frozenset(
    {"in_queue", "queued", "queueing", "pending", "waiting", "submitted", "scheduled"}
)

# A timeout, and nginx's "client closed request": the call may have gone through behind them.
_AMBIGUOUS: Final = frozenset({408, 499})

# `output` is the documented word; a mock of the vendor's says `image`.
_PIECES: Final = frozenset({"output", "image", "video"})

_SALVAGED_ID: Final = re.compile(rb'"request_id"\s*:\s*"(' + REQUEST_ID.pattern.encode() + rb')"')
_SALVAGED_ERROR: Final = re.compile(rb'"error_code"\s*:(?!\s*null\b)')


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """What the catalogue says of a model. The price is only a base: options can change the bill."""

    base_price_usd: float | None
    price_unit: str | None

    @property
    def price(self) -> Price | None:
        """The price in a unit that can be counted before a job is made; None where it is in no such."""
        if self.base_price_usd is None:
            return None
        if self.price_unit == "second":
            return Price(self.base_price_usd, "second")
        return Price(self.base_price_usd, "output") if self.price_unit in _PIECES else None


def judge_submit(answer: Answer) -> Accepted | Refused | NotSent | Interrupted:
    """Say what became of the paid call. Never raises: no word may be a sale."""
    content = read(answer)
    code = error_code(answer, content)
    status = http_status(answer, code)
    if code is not None and 200 <= answer.status < 300 and content and content.request_id:
        # An id and an error at once: nothing says which of the two holds.
        return Interrupted(Reason(Problem.ANSWER_LOST))
    if 200 <= status < 300:
        request_id = _request_id(answer, content)
        return Accepted(request_id) if request_id else Interrupted(Reason(Problem.ANSWER_LOST))
    if problem := operator_problem(status, code):
        return NotSent(Reason(problem))
    if status == TOO_MANY:
        return NotSent(Reason(Problem.GENERATOR_BUSY), retry_after(answer))
    if 400 <= status < 500 and status not in _AMBIGUOUS:
        return Refused(Reason(Problem.REQUEST_REFUSED, {"code": code or status}))
    return Interrupted(Reason(Problem.ANSWER_LOST))


def _request_id(answer: Answer, content: Content | None) -> RequestId | None:
    """Return the id under which the job runs; salvage it from an answer that is cut or no JSON."""
    if content and content.request_id:
        return RequestId(content.request_id)
    found = set(_SALVAGED_ID.findall(answer.body))
    if len(found) != 1 or _SALVAGED_ERROR.search(answer.body):
        return None
    return RequestId(found.pop().decode())


def judge_status(answer: Answer) -> Progressed | Failed | Cancelled | None:
    """Say where the job is; None if it is done, which is for the result to say.

    Raises OperatorError or PassingError where the answer tells nothing about the job.
    """
    content = _about_job(answer)
    if isinstance(content, Failed):
        return content
    if content.status is None:
        raise trouble(answer, None)
    return None if content.status in _DONE else _going(content, content.status)


def judge_result(answer: Answer, kind: Kind) -> Progressed | Finished | Failed | Cancelled:
    """Say what the job has made, by the result's own status; the addresses alone speak where it has none.

    Raises OperatorError or PassingError where the answer tells nothing about the job.
    """
    if error_code(answer, read(answer)) == NOT_READY_CODE:
        return Progressed(Phase.IN_PROGRESS)
    content = _about_job(answer)
    if isinstance(content, Failed):
        return content
    if content.status is not None and content.status not in _DONE:
        return _going(content, content.status)
    if made := outputs(content.output, kind):
        return Finished(made, _cost(content))
    if content.status is None:
        raise trouble(answer, None)
    return Failed(Reason(Problem.RESULT_MISSING), _cost(content))


def judge_cancel(answer: Answer) -> Cancelled | CancelRefused | Progressed:
    """Say whether the job is called off, by outcome and status and not by the HTTP code.

    Progressed where nothing is decided, and the next look will tell. Raises OperatorError or PassingError
    where the wish may not have arrived.
    """
    content = read(answer)
    status, outcome = (content.status or "", content.outcome) if content else ("", None)
    if status in _CANCELLED or outcome in _CANCELLED or (not outcome and status.startswith("cancel")):
        return Cancelled()
    if outcome == "not_cancellable":
        return CancelRefused()
    code = error_code(answer, content)
    error = http_status(answer, code)
    if 400 <= error < 500 and error not in {408, TOO_MANY} and not operator_problem(error, code):
        return Progressed(Phase.IN_PROGRESS)
    if not 200 <= error < 300:
        raise trouble(answer, code)
    return _progressed(content, status) if content else Progressed(Phase.IN_PROGRESS)


def judge_catalogue(answer: Answer) -> CatalogueEntry | None:
    """Return the model's entry, None if RunComfy has no such model; raises like a look."""
    content = read(answer)
    code = error_code(answer, content)
    status = http_status(answer, code)
    if content and (status == 404 or code == IDENTIFIER_CODE):
        return None
    if content is None or not 200 <= status < 300:
        raise trouble(answer, code)
    return CatalogueEntry(content.base_price_usd, content.price_unit)


def judge_balance(answer: Answer) -> int:
    """Return what is on the account, in millionths of a dollar; it may be less than nothing.

    Raises like a look.
    """
    content = read(answer)
    code = error_code(answer, content)
    if content is None or not 200 <= http_status(answer, code) < 300:
        raise trouble(answer, code)
    if content.balance_microdollars is not None:
        return content.balance_microdollars
    if content.balance_usd is not None:
        return microusd(content.balance_usd)
    raise trouble(answer, None)


def _about_job(answer: Answer) -> Content | Failed:
    """Return what the answer says of the job; Failed where there is no such job any more.

    A failed job's own error code must not be taken for one of the call. A 404 that is no JSON comes from
    something in between, and says nothing.
    """
    content = read(answer)
    code = error_code(answer, content)
    status = http_status(answer, code)
    if content and 200 <= answer.status < 300 and content.request_id and content.status == "failed":
        return content
    if content and status in {404, 410}:
        return Failed(Reason(Problem.GENERATION_GONE))
    if content is None or not 200 <= status < 300:
        raise trouble(answer, code)
    return content


def _going(content: Content, word: str) -> Progressed | Failed | Cancelled:
    if word in _CANCELLED:
        return Cancelled()
    if word in _FAILED:
        text = detail(content)
        return Failed(Reason(Problem.GENERATION_FAILED, {"detail": text} if text else {}), _cost(content))
    return _progressed(content, word)


def _cost(content: Content) -> int | None:
    """Return what a job has cost, in millionths of a dollar, where the answer tells."""
    return None if content.cost is None else microusd(content.cost)


def _progressed(content: Content, word: str) -> Progressed:
    """Take a word that we do not know for work under way: it ends at a deadline, not on a guess."""
    if word in _WAITING:
        return Progressed(Phase.IN_QUEUE, content.queue_position)
    return Progressed(Phase.IN_PROGRESS)
