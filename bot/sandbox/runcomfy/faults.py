"""Faults of the line: what goes wrong between a caller and the service, where, and how often.

A value with a counter; the door (`door.py`) asks each waiting fault whether a call is its own.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase


class Action(StrEnum):
    """What is done to a call."""

    ANSWER = "answer"
    """Answer with the fault's status, headers and body."""
    HTML = "html"
    """Answer with a web page, as gateways do."""
    RESET = "reset"
    """Reset the connection."""
    CLOSE = "close"
    """Close the connection without an answer."""
    HANG = "hang"
    """Do not answer until the fault is healed or the stand-in closes."""
    CUT_HEADER = "cut header"
    """Close in the middle of the answer's head."""
    CUT = "cut"
    """Send the head of the real answer and a share of its body, then close."""
    DRIP = "drip"
    """Send the real answer one byte at a time."""
    NO_ID = "no id"
    """Send the real answer without its request_id and links."""
    PASS = "pass"  # noqa: S105 - a word of the contract, not a password
    """Send the real answer: for faults that only delay."""


class When(StrEnum):
    """How far the service got with the request before the fault."""

    BEFORE = "before"
    """The body was not read."""
    READ = "read"
    """The request was read whole; it had no effect."""
    DONE = "done"
    """The request had its effect: a submit has bought its job."""


_NEED_THE_ANSWER = {Action.CUT_HEADER, Action.CUT, Action.DRIP, Action.NO_ID, Action.PASS}


@dataclass(slots=True, eq=False)
class Fault:
    """What happens to the next calls of an endpoint.

    `on` is the name of an endpoint (see `Call.name`) or a path, both with wildcards: "submit", "*",
    "/v1/requests/*/status". The first fault that fits and has not fired often enough takes the call.
    """

    on: str
    action: Action = Action.ANSWER
    when: When | None = field(default=None, kw_only=True)
    """None: DONE where the action needs the real answer, READ otherwise."""
    times: int | None = field(default=1, kw_only=True)
    """How often it fires; None: until it is healed."""
    after: int = field(default=0, kw_only=True)
    """So many calls pass unharmed first."""
    status: int = field(default=200, kw_only=True)
    code: int | None = field(default=None, kw_only=True)
    """`error_code` of the body; None: the documented one for the status."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str], kw_only=True)
    body: str | bytes | None = field(default=None, kw_only=True)
    """None: an error body as the service words it, a gateway's page for 502 to 504."""
    delay: float = field(default=0.0, kw_only=True)
    """Seconds before anything is sent."""
    keep: float = field(default=0.5, kw_only=True)
    """Share of the body that `CUT` sends. In a submit's answer the id is whole at 0.5 and not at 0.05."""
    every: float = field(default=0.1, kw_only=True)
    """Seconds between two bytes of `DRIP`."""
    fired: int = field(default=0, init=False)
    healed: asyncio.Event = field(default_factory=asyncio.Event, init=False, repr=False)
    _seen: int = field(default=0, init=False, repr=False)

    def takes(self, name: str, path: str) -> bool:
        """Tell whether this call is its own, and count it if so."""
        if self.spent or not (fnmatchcase(name, self.on) or fnmatchcase(path, self.on)):
            return False
        self._seen += 1
        if self._seen <= self.after:
            return False
        self.fired += 1
        return True

    @property
    def spent(self) -> bool:
        """Whether it will not fire again."""
        return self.healed.is_set() or (self.times is not None and self.fired >= self.times)

    @property
    def stage(self) -> When:
        """How far the service gets first."""
        return self.when or (When.DONE if self.action in _NEED_THE_ANSWER else When.READ)

    def heal(self) -> None:
        """End the fault now; calls that hang because of it are dropped."""
        self.healed.set()
