"""Whoever serves a member is called off at every single wait: no transaction stays open, no credit lost."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from bot.chat.reception import Reception
from bot.core.ids import GuildId, UserId
from bot.core.job import Wish
from bot.core.ledger import Purse
from bot.sandbox.discord import Interaction
from tests.builders import PLENTY
from tests.chat.members.scene import Scene, form_of, upload
from tests.postgres import IS_CHOSEN, chosen_database

MOST: Final = 60
"""Waits of the longest handler, and more."""


class Steps:
    """Drives somebody's work and calls it off at its n-th wait, as a shutdown or a time limit does."""

    def __init__(self, work: Coroutine[Any, Any, object], at: int) -> None:
        self.count = 0
        self._work = work
        self._at = at

    @property
    def was_called_off(self) -> bool:
        return self.count >= self._at

    def __await__(self) -> Generator[Any, Any, object]:
        work = self._work.__await__()
        resume: Callable[[], object] = lambda: work.send(None)  # noqa: E731 (it changes)
        while True:
            try:
                waits_for = resume()
            except StopIteration as done:
                return done.value
            self.count += 1
            if self.count == self._at:
                task = asyncio.current_task()
                assert task is not None
                asyncio.get_running_loop().call_soon(task.cancel)
            try:
                yield waits_for
            except BaseException as error:  # noqa: BLE001 (whatever it is, it is the work's)
                resume = lambda error=error: work.throw(error)  # noqa: E731
            else:
                resume = lambda: work.send(None)  # noqa: E731


class Desk:
    """Stands before the reception: calls the next who serves off at a wait, and tells when that has ended."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = MOST
        self._ended: asyncio.Queue[Steps] = asyncio.Queue()
        for name in ("take", "answer", "show_jobs", "show_quota"):
            monkeypatch.setattr(Reception, name, self._guarded(getattr(Reception, name)))

    async def served(self) -> Steps:
        """Wait until somebody has been served, or called off."""
        async with asyncio.timeout(10):
            return await self._ended.get()

    def _guarded(self, serve: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., Awaitable[None]]:
        async def guarded(*given: object, **options: object) -> None:
            steps = Steps(serve(*given, **options), self.at)
            try:
                await steps
            finally:
                self._ended.put_nowait(steps)

        return guarded


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(monkeypatch)


async def a_command(scene: Scene) -> Interaction:
    return await scene.ana.command(
        scene.channel, "seedance-pro", checked=False, prompt="a boat", image=upload()
    )


async def a_press_on_again(scene: Scene) -> Interaction:
    _, result = await scene.delivered()
    return await scene.ana.press(result, "Again")


async def a_press_on_change(scene: Scene) -> Interaction:
    _, result = await scene.delivered()
    return await scene.ana.press(result, "Change")


async def a_deletion(scene: Scene) -> Interaction:
    job, result = await scene.delivered()
    return await scene.ana.press(result, f"zoetrope:delete-sure:{job.id}", checked=False)


async def a_list(scene: Scene) -> Interaction:
    return await scene.ana.command(scene.channel, "jobs")


async def a_quota(scene: Scene) -> Interaction:
    return await scene.ana.command(scene.channel, "quota")


ACTS: Final = (a_command, a_press_on_again, a_press_on_change, a_deletion, a_list, a_quota)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
async def test_a_handler_called_off_at_any_wait_leaves_no_open_transaction_and_the_quota_intact(
    scene: Scene, desk: Desk, act: Callable[[Scene], Awaitable[Interaction]]
) -> None:
    for desk.at in range(1, MOST):
        await act(scene)
        steps = await desk.served()
        await judge(scene)
        if not steps.was_called_off:
            break
    assert 1 < desk.at < MOST - 1
    # And whoever comes next is served.
    desk.at = MOST
    await scene.made(await a_command(scene))
    await judge(scene)


async def test_a_form_called_off_at_any_wait_makes_one_job_or_none(scene: Scene, desk: Desk) -> None:
    for at in range(1, MOST):
        desk.at = MOST
        opened = await a_press_on_change(scene)
        form = await form_of(opened)
        await desk.served()
        before = await scene.count()
        desk.at = at
        await scene.ana.submit(form)
        steps = await desk.served()
        await judge(scene)
        assert await scene.count() - before <= 1
        if not steps.was_called_off:
            assert await scene.count() == before + 1
            break
    assert 1 < desk.at < MOST - 1


async def test_a_cancel_called_off_at_any_wait_is_a_wish_or_none(scene: Scene, desk: Desk) -> None:
    card = (await (await a_command(scene)).answered()).message
    await desk.served()
    assert card is not None
    wishes = set[Wish]()
    # Beyond these it only reads the row again and again, to tell what came of it.
    for desk.at in range(1, 15):
        job = await scene.prepared()
        await scene.ana.press(card, f"zoetrope:cancel:{job.id}", checked=False)
        steps = await desk.served()
        assert steps.was_called_off
        await judge(scene)
        after = await scene.store.get(job.id)
        assert after is not None
        wishes.add(after.wish)
    assert wishes == {Wish.NONE, Wish.WISHED}


async def judge(scene: Scene) -> None:
    """Judge the database from outside, and what the next reader is told."""
    # What was begun before is committed before this, or never.
    await scene.store.remember("judged", "yes")
    rows = _at_server() if IS_CHOSEN else _in_file(scene.folder / "zoetrope.db")
    spent = sum(cost for _, cost, hold, _ in rows if hold != "returned")
    open_ones = {job_id for job_id, _, _, told_at in rows if told_at is None}
    assert scene.channel.guild is not None
    purse = Purse(UserId(scene.ana.id), GuildId(scene.channel.guild.id))
    usage = await scene.store.office.usage(purse, frozenset(), PLENTY.rates, datetime.now(UTC))
    assert usage.member_account.day.credits == spent
    assert {job_id for job_id, _ in await scene.store.unfinished()} == open_ones


_ROWS: Final = "SELECT id, cost, hold, told_at FROM jobs"


def _in_file(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path, timeout=0.5, isolation_level=None)) as other:
        # Somebody who left a transaction open would hold the lock.
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
        return other.execute(_ROWS).fetchall()


def _at_server() -> list[tuple[Any, ...]]:
    with psycopg.connect(chosen_database()) as other:
        # As above.
        other.execute("SET lock_timeout = '500ms'")
        other.execute("LOCK TABLE jobs IN EXCLUSIVE MODE")
        return other.execute(_ROWS).fetchall()
