"""RunComfy on loopback: two ports, one account, and the strings by which a test moves it.

Speaks the public wire contract and imports nothing else of the program that it judges. All of it lives on the
event loop that entered it, so it outlives the restarts of a bot in another process.
"""

import tempfile
import uuid
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from aiohttp import web

from bot.sandbox.runcomfy import catalogue
from bot.sandbox.runcomfy.api import Account, Api
from bot.sandbox.runcomfy.book import Book
from bot.sandbox.runcomfy.fates import Fate, Pace
from bot.sandbox.runcomfy.faults import Fault
from bot.sandbox.runcomfy.media import Media
from bot.sandbox.runcomfy.records import Call, RemoteJob, Submit
from bot.sandbox.runcomfy.studio import Studio
from bot.sandbox.runcomfy.wire import Wire
from bot.sandbox.runcomfy.works import Works

_HOST = "127.0.0.1"


class RunComfy:
    """The stand-in; use it as an asynchronous context."""

    def __init__(
        self,
        *,
        fates: Iterable[Fate] = (),
        fate: Fate | None = None,
        pace: Pace | None = None,
        wire: Wire | None = None,
        studio: Studio | None = None,
        token: str = "stand-in-token",  # noqa: S107 - accepted on loopback only
        port: int = 0,
        media_port: int = 0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        self.account = Account(token=token, wire=wire or Wire(), fate=fate or Fate())
        """Token, balance, wire and fate; `balance`, `reject_token` and `wire` are mirrored here."""
        self.next(*fates)
        self._ports = (port, media_port)
        self._pace, self._studio, self._new_id = pace or Pace(), studio or Studio(), new_id
        self._book = Book(now)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="runcomfy-")))
            self._models = models = catalogue.load()
            self._works = Works(
                book=self._book,
                pace=self._pace,
                studio=self._studio,
                folder=folder,
                models=models,
                new_id=self._new_id,
            )
            stack.push_async_callback(self._works.close)
            media = Media(self._book)
            api = Api(
                book=self._book,
                works=self._works,
                account=self.account,
                models=models,
                file_urls=media.urls_of,
            )
            self.api_url = api.url = await _serve(stack, api.application(), self._ports[0])
            self.media_url = media.url = await _serve(stack, media.application(), self._ports[1])
            stack.callback(self._let_go)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def _let_go(self) -> None:
        self.heal()
        self._book.closing.set()

    @property
    def token(self) -> str:
        """The bearer token that is accepted."""
        return self.account.token

    @property
    def media_host(self) -> str:
        """The host of result addresses, as `download_hosts` wants it; `media_url` has the port too."""
        return _HOST

    @property
    def balance_url(self) -> str:
        """Where the account is read; the service has a host of its own for it."""
        return f"{self.api_url}/prod/v2/balance"

    @property
    def jobs(self) -> dict[str, RemoteJob]:
        """All jobs by request id, in the order of their acceptance."""
        return self._book.jobs

    @property
    def submits(self) -> list[Submit]:
        """All submits that were read whole, accepted or not, answered or not."""
        return self._book.submits

    @property
    def calls(self) -> list[Call]:
        """All requests to both ports."""
        return self._book.calls

    @property
    def problems(self) -> list[str]:
        """What the program under test must never have done; a good run leaves this empty."""
        return self._book.problems

    @property
    def balance(self) -> float:
        """USD on the account; jobs do not lower it. At 0 or below submits are refused."""
        return self.account.balance

    @balance.setter
    def balance(self, usd: float) -> None:
        self.account.balance = usd

    @property
    def reject_token(self) -> bool:
        """Whether the token is refused from now on."""
        return self.account.reject_token

    @reject_token.setter
    def reject_token(self, yes: bool) -> None:
        self.account.reject_token = yes

    @property
    def wire(self) -> Wire:
        """The spellings in force."""
        return self.account.wire

    @wire.setter
    def wire(self, wire: Wire) -> None:
        self.account.wire = wire

    @property
    def pace(self) -> Pace:
        """The pace of jobs from now on."""
        return self._pace

    @pace.setter
    def pace(self, pace: Pace) -> None:
        self._pace = self._works.pace = pace

    @property
    def speed(self) -> float:
        """How much faster than real time jobs wait and are made, those under way included."""
        return self._works.timeline.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._works.timeline.speed = speed

    def set_price(self, model_id: str, usd: float | None, unit: str = "second") -> None:
        """Have the catalogue tell another price of a model from now on; None: none at all."""
        self._models[model_id] = replace(self._models[model_id], price=usd, unit=unit)

    def next(self, *fates: Fate) -> None:
        """Script the fates of the next accepted submits, in order."""
        self.account.next_fates.extend(fates)

    def fault(self, fault: Fault) -> Fault:
        """Script a fault; the one given first takes a call first."""
        self._book.faults.append(fault)
        return fault

    def heal(self) -> None:
        """End all faults and drop the calls that hang by them."""
        for fault in self._book.faults:
            fault.heal()
        self._book.faults.clear()

    def hold(self) -> None:
        """Freeze all jobs where they are; `start` and `finish` still move them."""
        self._works.timeline.hold()

    def release(self) -> None:
        """Let the jobs go on."""
        self._works.timeline.release()

    def start(self, request_id: str) -> None:
        """Move a queued job into progress, at once."""
        self._works.start(self.jobs[request_id])

    def finish(self, request_id: str) -> None:
        """End a job as its fate says; its file is made first, so wait for its status to be final."""
        self._works.finish(self.jobs[request_id])

    def forget(self, request_id: str) -> None:
        """Drop a job's record: from now on it is 404001."""
        self._works.forget(self.jobs[request_id])

    def expire(self, request_id: str) -> None:
        """Let the addresses of a job's results lead nowhere, as after RunComfy has deleted the files."""
        self.jobs[request_id].expired = True

    async def wait_for(self, predicate: Callable[[], object], timeout: float = 20.0) -> None:
        """Return when the predicate holds, asked at every change. A TimeoutError tells what there was."""
        await self._book.wait_for(predicate, timeout)


async def _serve(stack: AsyncExitStack, app: web.Application, port: int) -> str:
    # A second is ample: whatever holds a connection is told to let go before the ports close.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, _HOST, port)
    await site.start()
    bound: int = runner.addresses[0][1]
    return f"http://{_HOST}:{bound}"
