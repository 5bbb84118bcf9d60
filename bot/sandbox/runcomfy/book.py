"""The stand-in's memory, and the bell that wakes whoever waits for something to happen.

Holds every call, submit, problem and fault. A problem is something that the program under test must never do.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from bot.sandbox.runcomfy.faults import Fault
from bot.sandbox.runcomfy.records import Call, JsonObject, RemoteJob, Submit


class Book:
    """What happened so far. Of one event loop."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.jobs: dict[str, RemoteJob] = {}
        self.submits: list[Submit] = []
        self.calls: list[Call] = []
        self.problems: list[str] = []
        self.faults: list[Fault] = []
        self.closing = asyncio.Event()
        self._bell = asyncio.Event()

    def ring(self) -> None:
        """Wake all who wait: something has changed."""
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()

    async def wait_for(self, predicate: Callable[[], object], timeout: float) -> None:
        """Return when the predicate holds; it is asked again at every change.

        Raises TimeoutError that tells what there was instead.
        """
        try:
            async with asyncio.timeout(timeout):
                while not predicate():
                    await self._bell.wait()
        except TimeoutError:
            raise TimeoutError(f"not within {timeout:g} s; {self.summary()}") from None

    def summary(self) -> str:
        """Say in one line what happened, without any input."""
        jobs = dict(Counter(job.status.value for job in self.jobs.values()))
        calls = dict(Counter(f"{call.name} {call.status}" for call in self.calls))
        return f"jobs {jobs}, submits {len(self.submits)}, calls {calls}, problems {self.problems}"

    def problem(self, text: str) -> None:
        """Note something that must never happen."""
        self.problems.append(text)
        self.ring()

    def call(self, method: str, path: str, name: str) -> Call:
        """Note a call; its status is filled in later."""
        call = Call(method, path, name, self.now())
        self.calls.append(call)
        self.ring()
        return call

    def submit(self, model_id: str, body: JsonObject) -> Submit:
        """Note a submit that was read whole."""
        submit = Submit(model_id, body, self.now())
        self.submits.append(submit)
        self.ring()
        return submit

    def fault_for(self, name: str, path: str) -> Fault | None:
        """Take the fault that this call meets, if any."""
        return next((fault for fault in self.faults if fault.takes(name, path)), None)
