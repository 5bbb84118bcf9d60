"""The only place that sends anything to RunComfy: one method, two sessions.

What to send and what an answer means is decided in `calls` and `protocol`. Never sends a paid call twice,
never follows a redirect, never logs a body, and gives the token to nobody but the two addresses of the
configuration: the API's and the balance's.
"""

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final, Self

from aiohttp import ClientConnectorError, ClientError, ConnectionTimeoutError
from yarl import URL

from bot.core.errors import PassingError, Problem, Reason, ZoetropeError
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
from bot.core.models import Kind, ModelId, Request
from bot.core.money import Price
from bot.core.ports import Clock
from bot.flow.permit import LapsedError, may_act
from bot.runcomfy import calls, protocol
from bot.runcomfy.answers import TOO_MANY, Answer, error_code, http_status, read, retry_after
from bot.runcomfy.calls import Call
from bot.runcomfy.rate import CallRate
from bot.runcomfy.sessions import Sessions, open_sessions, read_body

_log = logging.getLogger(__name__)

_PAUSE: Final = 5.0  # seconds to hold off where a 429 names no time
_PATIENCE: Final = 5.0  # seconds of such a pause that a caller sits out; for more it is told to come back
_BALANCE_PATH: Final = "/prod/v2/balance"
_RESULT_WITHIN: Final = 60.0  # seconds that a job may say "completed" and have nothing to show


class RunComfyClient:
    """RunComfy's Model API; implements `ports.Generator`. Made by `open`."""

    def __init__(
        self,
        api: str,
        balance_url: str,
        sessions: Sessions,
        rate: CallRate,
        clock: Clock,
        *,
        result_within: float,
    ) -> None:
        self._api = api
        self._balance_url = balance_url
        self._sessions = sessions
        self._rate = rate
        self._clock = clock
        self._result_within = result_within
        self._missing_since: dict[RequestId, float] = {}
        self.last_answer: datetime | None = None
        """When RunComfy last said anything that could be read."""

    def __repr__(self) -> str:
        return f"<RunComfyClient {self._api}>"

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        api_url: str,
        token: str,
        rate: CallRate,
        clock: Clock,
        *,
        balance_url: str = "",
        submit_timeout: float = 60.0,
        look_timeout: float = 30.0,
        result_within: float = _RESULT_WITHIN,
    ) -> AsyncGenerator[Self, None]:
        """Open the sessions, and close them at the end. The timeouts are of whole calls, in seconds.

        `balance_url`: where the account is read; at the API's own address where none is given. A job that is
        done and has no result is looked at for `result_within` seconds more. Raises
        OperatorError for a token that cannot stand in a header.
        """
        async with open_sessions(token, submit_timeout, look_timeout) as sessions:
            api = api_url.rstrip("/")
            address = balance_url or f"{api}{_BALANCE_PATH}"
            yield cls(api, address, sessions, rate, clock, result_within=result_within)

    async def submit(
        self, request: Request, pictures: Sequence[str]
    ) -> Accepted | Refused | NotSent | Interrupted:
        call = calls.submit(request, pictures)
        # Nobody waits out a pause with an intent to pay on record: a crash would leave the job in doubt.
        held = self._rate.held
        event = NotSent(Reason(Problem.GENERATOR_BUSY), held) if held else await self._pay(call)
        _log.info(
            "submit to %s: %s",
            request.model_id,
            type(event).__name__,
            extra={"action": "submit", "request": getattr(event, "request_id", None)},
        )
        return event

    async def look(self, request_id: RequestId, kind: Kind) -> Progressed | Finished | Failed | Cancelled:
        seen = protocol.judge_status(await self._ask(calls.status(request_id)))
        if seen is None:
            done = protocol.judge_result(await self._ask(calls.result(request_id)), kind)
            return self._patient(request_id, done)
        if isinstance(seen, Failed) and seen.reason.problem is Problem.GENERATION_FAILED:
            return await self._explained(seen, request_id, kind)
        return seen

    async def cancel(self, request_id: RequestId) -> Cancelled | CancelRefused | Progressed:
        event = protocol.judge_cancel(await self._ask(calls.cancel(request_id)))
        _log.info("cancel: %s", type(event).__name__, extra={"action": "cancel", "request": request_id})
        return event

    async def catalogue(self, model_id: ModelId) -> protocol.CatalogueEntry | None:
        """Return what RunComfy's catalogue says of a model, None if it has no such model."""
        return protocol.judge_catalogue(await self._ask(calls.model(model_id)))

    async def price(self, model_id: ModelId) -> Price | None:
        """Return a model's price as the catalogue tells it; None where it tells none that can be counted."""
        entry = await self.catalogue(model_id)
        return None if entry is None else entry.price

    async def balance(self) -> int:
        """Return what is on the account, in millionths of a dollar; it may be less than nothing."""
        return protocol.judge_balance(await self._ask(calls.balance(), at=self._balance_url))

    def _patient(
        self, request_id: RequestId, seen: Progressed | Finished | Failed | Cancelled
    ) -> Progressed | Finished | Failed | Cancelled:
        """Take a missing result for a late one at first: it was paid for. A restart starts the wait anew."""
        if not isinstance(seen, Failed) or seen.reason.problem is not Problem.RESULT_MISSING:
            self._missing_since.pop(request_id, None)
            return seen
        now = self._clock.monotonic()
        if now - self._missing_since.setdefault(request_id, now) < self._result_within:
            return Progressed(Phase.IN_PROGRESS)
        del self._missing_since[request_id]
        return seen

    async def _explained(self, failed: Failed, request_id: RequestId, kind: Kind) -> Failed | Finished:
        """Return the failure as the result tells it, with its cost; as it is where that cannot be read.

        Where the result says that the job went well after all, it is believed: it was paid for.
        """
        try:
            told = protocol.judge_result(await self._ask(calls.result(request_id)), kind)
        except ZoetropeError:
            return failed
        match told:
            case Finished():
                return told
            case Failed(Reason(Problem.GENERATION_FAILED, facts), microusd):
                return Failed(told.reason if facts else failed.reason, microusd)
            case _:
                return failed

    async def _pay(self, call: Call) -> Accepted | Refused | NotSent | Interrupted:
        """Send the paid call, and turn whatever happens into an event. Only cancellation passes."""
        try:
            answer = await self._send(call)
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            # No name, no connection, no handshake: the request never left.
            _log.warning("submit not sent: %s", type(error).__name__, extra={"action": "submit"})
            return NotSent(Reason(Problem.GENERATOR_UNREACHABLE))
        except LapsedError:
            _log.warning("submit not sent: somebody else may be at the job", extra={"action": "submit"})
            return NotSent(Reason(Problem.GENERATOR_BUSY))
        except Exception as error:  # noqa: BLE001 (whatever it was, something may have been bought)
            _log.warning("submit unanswered: %s", type(error).__name__, extra={"action": "submit"})
            return Interrupted(Reason(Problem.ANSWER_LOST))
        return protocol.judge_submit(answer)

    async def _ask(self, call: Call, at: str | None = None) -> Answer:
        """Send a call that may be repeated; PassingError where there is no answer, or no turn soon."""
        if (held := self._rate.held) > _PATIENCE:
            raise PassingError(Problem.GENERATOR_BUSY, held)
        try:
            return await self._send(call, at)
        except (ClientError, OSError) as error:
            raise PassingError(Problem.GENERATOR_UNREACHABLE) from error

    async def _send(self, call: Call, at: str | None = None) -> Answer:
        """Wait for a turn and send, to the API or to another of our addresses: the one method that does."""
        costly = call.method == "POST"
        await self._rate.turn(urgent=costly)
        if not may_act():
            raise LapsedError
        session = self._sessions.posts if costly else self._sessions.gets
        query = f"?{call.query}" if call.query else ""
        url = URL(f"{at or self._api}{call.path}{query}", encoded=True)
        # A content type without content is refused by some servers.
        headers = {"Content-Type": "application/json"} if call.body else None
        async with session.request(
            call.method, url, data=call.body, headers=headers, allow_redirects=False
        ) as response:
            body, whole = await read_body(response)
        answer = Answer(response.status, body, whole, response.headers.get("Retry-After"))
        self._heed(answer)
        _log.debug("%s %s: %s", call.method, call.path, answer.status, extra={"action": "call"})
        return answer

    def _heed(self, answer: Answer) -> None:
        """Note that RunComfy speaks, and slow everybody down where it wants that."""
        content = read(answer)
        if content is not None:
            self.last_answer = self._clock.now()
        if http_status(answer, error_code(answer, content)) == TOO_MANY:
            self._rate.hold_off(retry_after(answer) or _PAUSE, tell=True)
