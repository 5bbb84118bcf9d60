"""The spellings of the contract that public sources leave open, each a switch.

The defaults are what the vendor's newest client expects. Values only; `answers.py` writes bodies by them.
"""

from dataclasses import dataclass
from enum import StrEnum


class Unfinished(StrEnum):
    """How a result that is not there yet is answered; the sources contradict each other."""

    STATE = "state"
    """HTTP 200 with the current state."""
    ERROR = "error"
    """HTTP 400 with error code 400005."""


class Output(StrEnum):
    """Which keys of `output` a finished job fills."""

    ONE = "one"
    """`video` or `image`."""
    MANY = "many"
    """`videos` or `images`."""
    BOTH = "both"
    """The singular with its address and the plural as an empty list."""


class ErrorBody(StrEnum):
    """Names of the fields of an error body."""

    VENDOR = "vendor"
    """`error_code` and `error_message`."""
    SHORT = "short"
    """`code` and `error`."""
    DETAIL = "detail"
    """`error_code` and `detail`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """How the stand-in spells its answers."""

    submit_code: int = 200
    submit_status: bool = False
    """Whether the answer to a submit carries `status` too."""
    queued: str = "in_queue"
    working: str = "in_progress"
    completed: str = "completed"
    failed: str = "failed"
    cancelled: str = "cancelled"
    succeeded: str = "completed"
    """The word on a finished result; `succeeded` is as likely."""
    first_position: int = 1
    """`queue_position` of the next job in line."""
    unfinished: Unfinished = Unfinished.STATE
    output: Output = Output.ONE
    echoes_inputs: bool = False
    """Whether a result repeats the submitted inputs beside `output`."""
    cancel_outcome: str | None = "cancelled"
    """Outcome of a cancel that worked: `cancelled`, `cancellation_requested`, or None: no such field."""
    not_cancellable_code: int = 200
    error_body: ErrorBody = ErrorBody.VENDOR
    errors_as_200: bool = False
    """Whether refusals come as HTTP 200 with the error in the body."""
    token_code: int = 400
    """HTTP status of a rejected token: 400, 401 or 403; the body says 400004 in each case."""
    balance_code: int = 400
    """HTTP status of an empty balance: 400 or 402; the body says 400002 in both."""
