"""Told to leave with a thousand jobs under way: nothing new is bought, it leaves in time, all is taken up."""

import asyncio
import json
import signal
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from bot.core import events as ev
from bot.core.ids import ChannelId, GuildId, MessageId, RequestId, UserId, WorkerId
from bot.core.models import SeedanceFast
from bot.runcomfy import calls
from bot.sandbox.runcomfy import Action, Fault, When
from bot.store.opening import open_store
from tests.builders import a_number, a_stored_job, moved
from tests.e2e.hurried import hurried, prompts, select
from tests.e2e.play import LONG, Play
from tests.postgres import IS_CHOSEN
from tests.stages import kept_at

RUNNING: Final = 950
QUEUED: Final = 50
# As many as write at a time: a server makes the others wait, for two seconds at most.
AT_ONCE: Final = 32
FAST: Final = {"RUNCOMFY__CALLS_PER_SECOND": "400", "RUNCOMFY__LOOK_MIN": "5", "RUNCOMFY__LOOK_MAX": "20"}


@pytest.mark.skipif(IS_CHOSEN, reason="its jobs are written past the queue, whose sweep is not what is meant")
async def test_a_bot_with_a_thousand_jobs_leaves_in_time_whatever_it_is_told_and_takes_all_up_again(
    tmp_path: Path, description: Path | None
) -> None:
    async with hurried(tmp_path, description, starts=False, settings=FAST) as play:
        play.runcomfy.hold()
        await a_thousand(play, await bought(play, RUNNING))
        slow = play.runcomfy.fault(Fault("submit", Action.PASS, delay=1.0, times=None))
        await play.start()
        await play.runcomfy.wait_for(lambda: slow.fired > 2, LONG)

        # An answer that comes while it leaves is kept, and nobody else is sent.
        assert await leave(play, signal.SIGTERM) < 5
        assert states(play) == {"running": len(play.runcomfy.jobs), "queued": 1000 - len(play.runcomfy.jobs)}
        assert slow.fired == len(play.runcomfy.submits) - RUNNING

        # Two answers that never come, and a supervisor that asks again.
        hung = hang(play)
        await play.start()
        await play.runcomfy.wait_for(lambda: hung.fired == 2, LONG)
        assert await leave(play, signal.SIGTERM, signal.SIGTERM, signal.SIGINT) < 10
        assert states(play)["submitting"] == 2

        # The same, and a supervisor without patience.
        hung = hang(play)
        await play.start()
        await play.runcomfy.wait_for(lambda: hung.fired == 2, LONG)
        assert await leave(play, signal.SIGTERM, signal.SIGKILL) < 5

        play.runcomfy.heal()
        seen = len(play.runcomfy.calls)
        await play.start()
        await play.until(lambda play: states(play).keys() == {"unknown", "running"})
        running = {row.request_id for row in play.rows() if row.state == "running"}
        assert states(play) == {"unknown": 4, "running": 996}
        await play.runcomfy.wait_for(
            lambda: running <= {call.path.split("/")[3] for call in play.runcomfy.calls[seen:]}, LONG
        )
        for request_id in [*running][:5]:
            play.runcomfy.finish(str(request_id))
        play.runcomfy.release()
        await play.until(lambda play: states(play).get("delivered", 0) >= 5)
        assert max(map(prompts(play).count, prompts(play))) == 1
        assert len(play.runcomfy.submits) == 1000
        assert select(play, "SELECT state, hold, count(*) FROM jobs WHERE hold = 'returned'") == [
            ("unknown", "returned", 4)
        ]


def states(play: Play) -> dict[str, int]:
    """Return how many jobs are in each state."""
    return dict(select(play, "SELECT state, count(*) FROM jobs GROUP BY state"))


def hang(play: Play) -> Fault:
    """Let no paid call be answered any more, although each buys its job."""
    play.runcomfy.heal()
    return play.runcomfy.fault(Fault("submit", Action.HANG, when=When.DONE, times=None))


async def leave(play: Play, *signals: signal.Signals) -> float:
    """Tell the bot to leave, half a second apart, and return the seconds that it took to."""
    began = time.monotonic()
    for sign in signals:
        play.bot.send(sign)
        await asyncio.sleep(0.5)
    code = await play.bot.ended()
    assert code == (-signal.SIGKILL if signal.SIGKILL in signals else 0)
    return time.monotonic() - began


async def bought(play: Play, count: int) -> Sequence[RequestId]:
    """Buy so many jobs at RunComfy, as an earlier life of the bot did, and return their ids."""
    headers = {"Authorization": f"Bearer {play.runcomfy.token}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=20)) as session:

        async def one(number: int) -> RequestId:
            call = calls.submit(SeedanceFast(prompt=f"running {number}"), ())
            async with session.post(play.runcomfy.api_url + call.path, data=call.body) as answer:
                return RequestId(json.loads(await answer.read())["request_id"])

        return await asyncio.gather(*(one(number) for number in range(count)))


async def a_thousand(play: Play, request_ids: Sequence[RequestId]) -> None:
    """Write jobs of many members into the database: some run at RunComfy, the others stand in the line."""
    now, room = datetime.now(UTC), asyncio.Semaphore(AT_ONCE)
    async with open_store(kept_at(play.bot), now) as store:

        async def one(words: str, owner: int, *events: ev.Event) -> None:
            async with room:
                await stored(words, owner, *events)

        async def stored(words: str, owner: int, *events: ev.Event) -> None:
            job = await a_stored_job(
                store,
                owner_id=UserId(owner),
                guild_id=GuildId(play.stage.guild.id),
                channel_id=ChannelId(play.channel.id),
                request=SeedanceFast(prompt=words),
                sources=(),
                accepted_at=now,
                token=None,
            )
            for event in (ev.Acknowledged(MessageId(a_number())), ev.Prepared(()), *events):
                job = await moved(store, job, event)
            await store.note_shown(job.id, job.version)

        claimed = ev.Claimed(WorkerId("of an earlier life"), 60.0)
        await asyncio.gather(
            *(
                one(f"running {number}", 1 + number % 100, claimed, ev.Accepted(request_id))
                for number, request_id in enumerate(request_ids)
            ),
            *(one(f"queued {number}", 1 + number % 100) for number in range(QUEUED)),
        )
