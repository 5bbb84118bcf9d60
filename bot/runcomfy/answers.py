"""What RunComfy answered, read from bytes.

Lenient about what else is there and about a field of an odd shape, strict about what is used. Decides
nothing about a job, and never hands raw text of an answer on.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Final, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StrictInt,
    StrictStr,
    StringConstraints,
    ValidationError,
    WrapValidator,
)

from bot.core.errors import OperatorError, PassingError, Problem, ZoetropeError

REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
"""What the vendor's own client lets into a path."""

# Retry-After, in seconds. Beyond a day it is a mistake; beyond five minutes it pays to ask again anyway.
_ABSURD_PAUSE: Final = 86_400.0
_SHORTEST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 300.0

TOO_MANY: Final = 429
# The documented codes that say more than their first three digits.
BALANCE_CODE: Final = 400002
ACCOUNT_CODE: Final = 400004
NOT_READY_CODE: Final = 400005
IDENTIFIER_CODE: Final = 400001

_NAMED: Final = {
    "InvalidResourceIdentifier": IDENTIFIER_CODE,
    "InsufficientResources": BALANCE_CODE,
    "UserAccountError": ACCOUNT_CODE,
    "PermissionDeniedError": 403001,
    "ResourceNotFound": 404001,
}
"""The documentation gives each code a name; a client was seen to meet one in place of the number."""
_ERROR_NUMBER: Final = re.compile(r"[45][0-9]{2,5}")

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as it came."""

    status: int
    body: bytes = field(repr=False)
    whole: bool = True
    """False where the body was cut, or longer than we read."""
    retry_after: str | None = None
    """The header, unread."""


def _or_none(value: object, read: Callable[[object], object]) -> object:
    try:
        return read(value)
    except ValidationError:
        return None


def _word(text: str) -> str:
    return re.sub(r"[\s-]+", "_", text.strip().lower())


Maybe = Annotated[_T | None, WrapValidator(_or_none)]
Word = Annotated[StrictStr, StringConstraints(min_length=1, max_length=64), AfterValidator(_word)]

# More than any job costs, or any account holds, is a mistake; and a database has no room for more.
_DEAREST: Final = 100_000
_RICHEST: Final = 10**15
Usd = Annotated[float, Field(ge=0, le=_DEAREST, allow_inf_nan=False)]
Dollars = Annotated[float, Field(ge=-_RICHEST / 10**6, le=_RICHEST / 10**6, allow_inf_nan=False)]


class Content(BaseModel):
    """A JSON object of RunComfy's: every field that any of its answers may have and that we use."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    request_id: Maybe[Annotated[StrictStr, StringConstraints(pattern=rf"^{REQUEST_ID.pattern}\z")]] = None
    status: Maybe[Word] = None
    outcome: Maybe[Word] = None
    queue_position: Maybe[Annotated[StrictInt, Field(ge=0, le=1_000_000)]] = None
    output: JsonValue = None

    error_code: JsonValue = None
    code: JsonValue = None
    error: JsonValue = None
    error_message: JsonValue = None
    failure_reason: JsonValue = None
    detail: JsonValue = None
    message: JsonValue = None

    cost: Maybe[Usd] = None
    """Of a job."""
    balance_usd: Maybe[Dollars] = None
    balance_microdollars: Maybe[Annotated[StrictInt, Field(ge=-_RICHEST, le=_RICHEST)]] = None

    base_price_usd: Maybe[Usd] = None
    price_unit: Maybe[Word] = None


def read(answer: Answer) -> Content | None:
    """Return what the answer says, or None where it is cut or no JSON object."""
    if not answer.whole:
        return None
    try:
        return Content.model_validate_json(answer.body)
    except ValidationError:
        return None


def error_code(answer: Answer, content: Content | None) -> int | None:
    """Return the body's own error code, which outranks the HTTP status; None if it has none.

    Nought, false and the empty text are read as "no error"; a code that nobody can read makes a 2xx a 500.
    The field is `error_code`; the others were seen elsewhere, and are believed beside an HTTP error or in a
    body that speaks of no job.
    """
    if content is None:
        return None
    refused = answer.status >= 400
    if content.error_code and not refused:
        return _number(content.error_code) or 500
    if not refused and (content.request_id or content.status):
        return None
    numbers = map(_number, (content.error_code, content.code, content.error))
    return next((number for number in numbers if number), None)


def _number(code: JsonValue) -> int | None:
    """Return a code whose first three digits are those of an HTTP error."""
    if not isinstance(code, int | str):
        return None
    return _NAMED.get(str(code)) or (int(code) if _ERROR_NUMBER.fullmatch(str(code)) else None)


def http_status(answer: Answer, code: int | None) -> int:
    """Return the HTTP status that the answer amounts to."""
    return answer.status if code is None else int(str(code)[:3])


def retry_after(answer: Answer) -> float | None:
    """Return the seconds to wait as the server asked, within bounds; None if it did not ask sensibly.

    A date is not read: it would need the server's clock to be right, and ours.
    """
    try:
        seconds = float(answer.retry_after or "")
    except ValueError:
        return None
    if not math.isfinite(seconds) or not 0 <= seconds <= _ABSURD_PAUSE:
        return None
    return min(max(seconds, _SHORTEST_PAUSE), _LONGEST_PAUSE)


def operator_problem(status: int, code: int | None) -> Problem | None:
    """Return what only the operator can mend, if that is what went wrong."""
    if status == 402 or code == BALANCE_CODE:
        return Problem.BALANCE_EMPTY
    if status in {401, 403} or code == ACCOUNT_CODE:
        return Problem.TOKEN_REJECTED
    return None


def trouble(answer: Answer, code: int | None) -> ZoetropeError:
    """Return the error that a failed read amounts to: it told nothing about the job."""
    status = http_status(answer, code)
    if problem := operator_problem(status, code):
        return OperatorError(problem)
    busy = status == TOO_MANY
    return PassingError(
        Problem.GENERATOR_BUSY if busy else Problem.GENERATOR_UNREACHABLE, retry_after(answer), status=status
    )
