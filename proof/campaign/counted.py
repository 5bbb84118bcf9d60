"""Has what is scripted happen at the n-th call of a kind, exactly, however many things happen at one call.

The stand-ins let one fault strike a call and the others not see it; here each is counted by all calls.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot.sandbox.discord import Call
from bot.sandbox.discord import Fault as DiscordsFault
from bot.sandbox.discord.arrival import Answer
from bot.sandbox.discord.faults import Action as DiscordsAction
from bot.sandbox.runcomfy import Action
from bot.sandbox.runcomfy import Fault as RunComfysFault
from proof.campaign.moments import FROM_DISCORD
from proof.campaign.script import DiscordFault, Moment, RunComfyFault

EVERY_BYTE: Final = 0.004
"""Seconds between two bytes of an answer that comes slowly: a status takes more than a second."""

Turn = Callable[[], None]
_PATTERNS: Final = {name: (method, re.compile(path)) for name, (method, path) in FROM_DISCORD.items()}


@dataclass(frozen=True, slots=True)
class Nested:
    """Several actions at one call, the first outermost."""

    actions: Sequence[DiscordsAction]

    async def around(self, answer: Answer) -> web.StreamResponse:
        """Do the first around the others, and those around the answer."""
        first, *others = self.actions
        return await first.around((lambda: Nested(others).around(answer)) if others else answer)


class Turns:
    """What turns the world at which moment, and how often each kind of call has come."""

    def __init__(self) -> None:
        self.counts = Counter[str]()
        self.is_healed = False
        self._turns: list[tuple[Moment, Turn]] = []

    def at(self, moment: Moment, turn: Turn) -> None:
        """Turn the world just before this call is handled."""
        self._turns.append((moment, turn))

    def count(self, calls: Sequence[str]) -> None:
        """Count a call under these names, and turn the world where that was to be."""
        self.counts.update(calls)
        for moment, turn in self._turns:
            if moment.call in calls and moment.nth == self.counts[moment.call]:
                turn()

    def is_due(self, moment: Moment, times: int, calls: Sequence[str]) -> bool:
        """Tell whether something that begins at a moment and lasts for some calls strikes this one."""
        if self.is_healed or moment.call not in calls:
            return False
        return moment.nth <= self.counts[moment.call] < moment.nth + times


class OfDiscord(DiscordsFault):
    """All that is scripted for Discord, as its one and only fault."""

    def __init__(self, turns: Turns, faults: Sequence[DiscordFault]) -> None:
        super().__init__("*", ".*", Nested(()), times=None)
        self._turns = turns
        self._faults = faults
        self.fired_by = Counter[int]()
        """How often each has struck, by its place in the script."""

    def strikes(self, call: Call) -> bool:
        """Count the call, turn the world, and say whether anything is done to the call itself."""
        calls = [name for name, (method, path) in _PATTERNS.items() if _is(call, method, path)]
        self._turns.count(calls)
        due = [
            number
            for number, fault in enumerate(self._faults)
            if self._turns.is_due(fault.moment, fault.times, calls)
        ]
        self.fired_by.update(due)
        self.action = Nested([self._faults[number].action for number in due])
        return bool(due)


def _is(call: Call, method: str, path: re.Pattern[str]) -> bool:
    return method in ("*", call.method) and path.fullmatch(call.path) is not None


class CountsRunComfy(RunComfysFault):
    """Counts every call to RunComfy and strikes none; the first of its faults."""

    def __init__(self, turns: Turns) -> None:
        super().__init__("*", times=None)
        self._turns = turns

    def takes(self, name: str, path: str) -> bool:  # noqa: ARG002 (as the others take it)
        """Count the call."""
        self._turns.count([name])
        return False


class OfRunComfy(RunComfysFault):
    """One thing that is scripted for RunComfy."""

    def __init__(self, turns: Turns, scripted: RunComfyFault) -> None:
        super().__init__(
            scripted.moment.call,
            scripted.action,
            when=scripted.when,
            times=None,
            status=scripted.status,
            headers=scripted.headers,
            body=scripted.body,
            delay=scripted.delay,
            keep=scripted.keep,
            every=EVERY_BYTE,
        )
        self._turns = turns
        self.scripted = scripted

    def takes(self, name: str, path: str) -> bool:  # noqa: ARG002 (as the others take it)
        """Tell whether this call is its own; it was counted before."""
        is_due = self._turns.is_due(self.scripted.moment, self.scripted.times, [name])
        self.fired += is_due
        return is_due

    @property
    def loses_the_answer(self) -> bool:
        """Whether a submit that it strikes may have been sold without anybody's knowing."""
        if self.scripted.moment.call != "submit" or self.action in (Action.PASS, Action.DRIP):
            return False
        is_clear_no = self.action is Action.ANSWER and 400 <= self.status < 500
        return not is_clear_no
