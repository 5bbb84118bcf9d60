"""Who is asking when something leaves the process: found from the running stack, never from a list.

What leaves is put down to the port's method around it, or else to the innermost function that speaks without
a port. `wrapping` wraps both.
"""

import sys
from collections.abc import Iterator, Sequence
from contextvars import ContextVar, Token
from dataclasses import dataclass, field, fields
from types import CodeType, FrameType, TracebackType
from typing import Any, Final, Self, cast

import discord

from bot.core.job import Job
from bot.store.numbered import Migration
from proof.inside.adapters import TRANSPARENT
from proof.inside.crossings import Crossing, Crossings

# Addresses that are signed anew are the same ones within a second.
_BOOKKEEPING: Final = frozenset({"version", "state", "pictures"})


@dataclass(eq=False)
class Visit:
    """One call of somebody who may speak to the outside. A context; on leaving, the asker knows."""

    crossings: Crossings
    name: str
    about: str
    is_port: bool
    crossed: list[Crossing] = field(default_factory=list[Crossing])
    _token: Token["Visit | None"] | None = None

    def __enter__(self) -> Self:
        if self.is_port:
            self._token = _PORT.set(self)
            self.crossings.visited(self.name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._token is not None:
            _PORT.reset(self._token)
        if kind is not None and not issubclass(kind, Exception):
            return
        # Taken out first: what was asked for is answered once.
        crossed, self.crossed = self.crossed, []
        for crossing in crossed:
            self.crossings.returned(crossing)

    @property
    def title(self) -> str:
        """The name with what it is about, where that tells two calls apart."""
        return f"{self.name} {self.about}" if self.about else self.name


_PORT: ContextVar[Visit | None] = ContextVar("port", default=None)
"""The port's method that is being called, also in the tasks that it begins."""

WRAPPERS: Final = set[CodeType]()
"""The code of wrapped functions, in whose frames a local `visit` stands for the call."""


def port_visit() -> Visit | None:
    """Return the port's method that this task works for."""
    return _PORT.get()


def work_for(visit: Visit | None) -> None:
    """Have what this thread does from now on be put down to a method that another thread calls."""
    _PORT.set(visit)


def innermost() -> Visit | None:
    """Return who is asking, as far as this task's stack tells."""
    if (visit := _PORT.get()) is not None:
        return visit
    for frame in _frames():
        if frame.f_code in WRAPPERS:
            return cast("Visit", frame.f_locals["visit"])
    return None


def effects(call: str) -> tuple[str, ...]:
    """Return the functions of the bot on the stack, the innermost first: `chat.answers.add: send`.

    `call` is what is called where no library is between the innermost and what leaves.
    """
    found: list[str] = []
    for frame in _frames():
        name = str(frame.f_globals.get("__name__", ""))
        package = name.partition(".")[0]
        if name in TRANSPARENT or package == "proof":
            continue
        if package in ("bot", "cogs"):
            found.append(f"{site(name, frame.f_code.co_qualname)}: {call}")
        elif not found and package != "aiohttp":
            call = frame.f_code.co_name
    return tuple(found)


def site(module: str, qualname: str) -> str:
    """Return how a function is named: functions inside it, and lambdas, are a part of it."""
    return f"{module.removeprefix('bot.')}.{qualname.partition('.<locals>')[0]}"


def _frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(1)  # pyright: ignore[reportPrivateUsage] (the documented way to the stack)
    while frame is not None:
        yield frame
        frame = frame.f_back


def about(arguments: Sequence[object]) -> str:
    """Return what tells one call from another: the job's move, the command or button, the migration."""
    jobs = [argument for argument in arguments if isinstance(argument, Job)]
    if jobs:
        return _move(jobs[0], jobs[-1])
    for argument in arguments:
        if isinstance(argument, discord.Interaction):
            return _wanted(cast("discord.Interaction[Any]", argument))
        if isinstance(argument, Migration):
            return argument.name
    return ""


def _move(before: Job, after: Job) -> str:
    if before is after:
        return before.state.value
    if before.state is not after.state:
        return f"{before.state}>{after.state}"
    names = [one.name for one in fields(Job) if one.name not in _BOOKKEEPING]
    return f"{before.state} {'+'.join(n for n in names if getattr(before, n) != getattr(after, n))}"


def _wanted(interaction: "discord.Interaction[Any]") -> str:
    data = interaction.data or {}
    verb = str(data.get("custom_id", "")).split(":", 2)[1:2]
    kind = "form " if interaction.type is discord.InteractionType.modal_submit else ""
    return kind + (verb[0] if verb else str(data.get("name", "")))
