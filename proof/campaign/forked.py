"""The bot of a stage whose lives are forked off a zygote.

One zygote serves all stages of a process, one after the other or at once.
"""

import asyncio
import os
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket

from bot.sandbox.stage import BotProcess
from proof.campaign.zygote import LONGEST, News, Wanted, hatch
from proof.inside.orders import NAME


@dataclass(eq=False)
class Forked:
    """A life that was forked; to a stage, as good as any process."""

    pid: int
    returncode: int | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self) -> int:
        """Wait for the end and return the code, below zero for a signal."""
        await self.over.wait()
        assert self.returncode is not None
        return self.returncode


class Nursery:
    """The line to a zygote: used on one loop at a time, closed at the end."""

    def __init__(self, hatch: Callable[[], tuple[int, socket]] = hatch) -> None:
        """`hatch`: `zygote.launch` where there are threads already, or a loop."""
        self._zygote, self._line = hatch()
        self._line.setblocking(False)  # noqa: FBT003 (the library's signature)
        self._born = deque[asyncio.Future[Forked]]()
        self._lives: dict[int, Forked] = {}

    def attach(self) -> None:
        """Listen on the running loop."""
        asyncio.get_running_loop().add_reader(self._line, self._hear)

    def detach(self) -> None:
        """Listen no more, and forget who has lived."""
        asyncio.get_running_loop().remove_reader(self._line)
        self._lives.clear()

    async def begin(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        errors: Path | None = None,
    ) -> Forked:
        """Begin a life; what it complains of goes into the log as well, unless told otherwise."""
        wanted = Wanted(arguments=tuple(arguments), environment=dict(environment), log=log, errors=errors)
        born: asyncio.Future[Forked] = asyncio.get_running_loop().create_future()
        self._born.append(born)
        self._line.send(wanted.model_dump_json().encode())
        return await born

    def close(self) -> None:
        """End the zygote and whatever lives."""
        self._line.close()
        if self._zygote:
            os.waitpid(self._zygote, 0)

    def _hear(self) -> None:
        while True:
            try:
                heard = self._line.recv(LONGEST)
            except BlockingIOError:
                return
            if not heard:
                raise ConnectionError("the zygote is gone")
            self._take(News.model_validate_json(heard))

    def _take(self, news: News) -> None:
        if news.code is None:
            life = self._lives[news.pid] = Forked(news.pid)
            born = self._born.popleft()
            if not born.done():
                born.set_result(life)
        elif life := self._lives.pop(news.pid, None):
            life.returncode = news.code
            life.over.set()


class ForkedBot(BotProcess):
    """A bot whose lives begin in a nursery, under the orders of a file in its folder."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str], nursery: Nursery, orders: str = NAME
    ) -> None:
        super().__init__(folder, environment, victim(folder / orders), nursery.begin)


def victim(orders: Path) -> Sequence[str]:
    """Return what Python runs as the bot, under the orders of a file."""
    return "-m", "proof.inside.victim", str(orders)
