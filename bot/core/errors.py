"""Everything that can go wrong, by who can act on it.

    ZoetropeError
    |-- MemberError        the member can: change the request, wait for the quota, ask for a permission
    |-- OperatorError      the operator can: token, balance, configuration, disk
    |   `-- StoreUnusable  the database cannot be used, or its last answer is unknown: the process ends
    |-- PassingError       only time can: try again later
    `-- LostError          nobody can: gone for good, another way must be found
        `-- TooLargeError  the place does not take a file of this size

An error carries a Reason, which can also be stored with a job. What a person reads is made from it in
one place, `bot.chat.texts`; nothing here is meant for members' eyes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto

Facts = Mapping[str, str | float]


class Problem(StrEnum):
    """What happened. The comment names the facts that go with it."""

    # The member can act.
    PROMPT_EMPTY = auto()
    PROMPT_TOO_LONG = auto()  # length, limit
    OPTION_INVALID = auto()  # option
    PICTURE_MISSING = auto()
    PICTURE_UNREADABLE = auto()  # filename
    PICTURE_TOO_SLOW = auto()  # filename
    PICTURE_FORMAT = auto()  # filename, format, allowed
    PICTURE_TOO_HEAVY = auto()  # filename, size, limit (bytes)
    PICTURE_TOO_SMALL = auto()  # filename, width, height, limit (pixels)
    PICTURE_TOO_WIDE = auto()  # filename, width, height, limit (pixels)
    PICTURE_ASPECT = auto()  # filename, aspect, low, high
    PICTURE_TOO_MANY_PIXELS = auto()  # filename, limit (pixels)
    PICTURE_GONE = auto()  # filename
    PICTURE_HOST = auto()  # filename
    QUOTA_DAILY = auto()  # cost, left, allowance, renews (unix seconds), granted where any of left is
    QUOTA_MONTHLY = auto()  # cost, left, allowance, renews, granted
    QUOTA_ACTIVE = auto()  # active, allowance
    QUOTA_SERVER = auto()  # cost, left, allowance, renews: the whole server's
    QUOTA_BOT = auto()  # cost, left, allowance, renews: the whole bot's
    BUDGET_SPENT = auto()  # renews
    PRICE_UNKNOWN = auto()
    PAUSED = auto()  # why
    BLOCKED = auto()  # why
    CHANNEL_DENIED = auto()
    ROLE_DENIED = auto()
    ADULTS_ONLY = auto()
    WORDS_REFUSED = auto()
    MODEL_OFF = auto()
    MODEL_RESOLUTION = auto()  # limit
    MODEL_DURATION = auto()  # limit (seconds)
    NOT_ALLOWED = auto()  # who: manager or owner
    NOT_FOR_ONESELF = auto()
    NOT_FROM_THERE = auto()
    ABOVE_SERVER = auto()  # option, limit; or nothing where no bound stops it
    VALUE_INVALID = auto()  # option, expected
    NOT_IN_DOUBT = auto()  # state
    LOG_CLOSED = auto()
    PERMISSION_MISSING = auto()  # permissions
    NOT_YOURS = auto()
    NO_SUCH_JOB = auto()
    NO_SUCH_RESULT = auto()
    NOT_FROM_HERE = auto()
    LOAN_GONE = auto()  # filename
    NO_PICTURE = auto()
    SEED_INVALID = auto()

    # The operator can act.
    TOKEN_REJECTED = auto()
    BALANCE_EMPTY = auto()
    STORE_UNUSABLE = auto()  # detail

    # Only time can.
    GENERATOR_UNREACHABLE = auto()
    GENERATOR_BUSY = auto()
    CHAT_UNREACHABLE = auto()
    STORE_BUSY = auto()

    # How a job ended other than well.
    REQUEST_REFUSED = auto()  # code
    ANSWER_LOST = auto()
    INTERRUPTED = auto()
    GENERATION_FAILED = auto()  # detail
    GENERATION_GONE = auto()
    RESULT_MISSING = auto()
    RESULT_BROKEN = auto()
    RESULT_TOO_LARGE = auto()  # limit (bytes)
    RESULT_GONE = auto()
    GAVE_UP = auto()  # hours
    UNDELIVERABLE = auto()
    NEVER_ACKNOWLEDGED = auto()
    ANSWERED_BY_ANOTHER = auto()
    SETTLED = auto()


@dataclass(frozen=True, slots=True)
class Reason:
    """A problem with the facts that a sentence about it needs. No prompt, no token, no raw answer."""

    problem: Problem
    facts: Facts = field(default_factory=dict[str, str | float])


class ZoetropeError(Exception):
    """The root: catch a subclass, which says who can act."""

    def __init__(self, problem: Problem, **facts: str | float) -> None:
        super().__init__(problem.value)
        self.reason = Reason(problem, facts)

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.reason.facts.items())
        return f"{self.reason.problem.value} ({facts})" if facts else self.reason.problem.value


class MemberError(ZoetropeError):
    """Refused, and nothing was spent: the member can change something."""


class OperatorError(ZoetropeError):
    """Nobody but the operator can mend it; jobs wait meanwhile."""


class StoreUnusable(OperatorError):  # noqa: N818 (a state of the store, as its callers read it)
    """The database cannot be used or the fate of its last commit is unknown: stop, and say why."""

    def __init__(self, detail: str) -> None:
        super().__init__(Problem.STORE_UNUSABLE, detail=detail)


class PassingError(ZoetropeError):
    """Try again later, after `retry_after` seconds if the other side said so."""

    def __init__(self, problem: Problem, retry_after: float | None = None, **facts: str | float) -> None:
        super().__init__(problem, **facts)
        self.retry_after = retry_after


class LostError(ZoetropeError):
    """A place, a file or a right is gone for good: no later try will help, and another way must be found."""


class TooLargeError(LostError):
    """The place does not take a file of this size: nothing was posted, and the next way may do."""
