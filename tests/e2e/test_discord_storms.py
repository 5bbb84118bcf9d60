"""Limits of every kind, and storms of refusals: the bot keeps the pauses, and stays clear of the ban."""

import asyncio
import math
import time
from pathlib import Path

from bot.chat.fuse import BUDGET, SPACING, WINDOW
from bot.engine.local import POLLERS
from bot.sandbox.discord import Fault, Html, Limited
from tests.e2e.hurried import ask_many, hurried
from tests.e2e.play import LONG, Play

EVERYTHING = "/(channels|webhooks|users)/.*"
KINDS = {
    "a route's": Limited(0.3),
    "a shared one": Limited(0.3, shared=True),
    "for all": Limited(0.3, everywhere=True),
    "the edge's, as JSON": Limited(0.3, via=False),
    "the edge's, as a page": Html(429, headers={"Retry-After": "0.3"}),
    "a proxy's page": Html(429, headers={"Retry-After": "0.3", "Via": "1.1 proxy"}),
}


async def test_a_limit_of_any_kind_delays_and_loses_nothing(play: Play) -> None:
    for name, action in KINDS.items():
        fault = play.discord.faults.add(Fault("*", EVERYTHING, action, times=4))
        asked = await play.ask("seedance-fast", prompt=name)
        await play.card_says(asked.message, "Done in")
        assert fault.fired == 4, name
        assert len(play.results(asked.message)) == 1, name
    assert len(play.runcomfy.submits) == len(KINDS)


async def test_a_ban_is_waited_for_by_everybody_without_a_call(play: Play) -> None:
    play.runcomfy.hold()
    asked = [await play.ask("seedance-fast", prompt=f"number {n}") for n in range(2)]
    for one in asked:
        await play.card_says(one.message, "In RunComfy's queue")
    ban = play.discord.faults.add(Fault("*", EVERYTHING, Limited(4, via=False)))
    play.runcomfy.release()
    await play.discord.bell.until(lambda: ban.fired or None, timeout=LONG, what="the ban")
    banned_at = ban.struck[0].at
    for one in asked:
        await play.card_says(one.message, "Done in")
    after = [call for call in play.discord.log if call.at > banned_at and call.route != "none"]
    # Whoever was under way already may still arrive; then nobody calls for as long as was asked.
    assert all(call.at < banned_at + 0.5 or call.at > banned_at + 3.9 for call in after)


async def test_a_storm_of_refusals_stays_far_below_the_ban(tmp_path: Path, description: Path | None) -> None:
    # No faster: a busy machine has to come to all those refusals before the first of them are forgotten.
    speed, settings = 20.0, {"RUNCOMFY__LOOK_MIN": "2", "RUNCOMFY__LOOK_MAX": "20"}
    async with hurried(tmp_path, description, speed, settings=settings) as play:
        # Three seconds are a minute to the bot, and nothing to a machine that is busy.
        play.discord.answer_window = 60.0
        play.runcomfy.hold()
        await ask_many(play, 150)
        play.discord.expire_tokens()
        await play.discord.revoke_token(gateway=False)
        began = len(play.discord.log)

        def refused(before: float = math.inf) -> int:
            return sum(call.status == 401 and call.at < before for call in play.discord.log[began:])

        play.runcomfy.release()
        await play.until(lambda play: "10,000 are a ban" in play.bot.log)
        blown_at, before = time.monotonic(), refused()
        assert before < BUDGET + POLLERS
        await asyncio.sleep(3)
        now = time.monotonic()
        # On a slow machine the first of them are forgotten by now, and make room for as many.
        forgotten = refused(now - WINDOW / speed)
        assert 0 < refused() - before < (now - blown_at) * speed / SPACING + POLLERS + forgotten
        assert play.bot.log.count("10,000 are a ban") == 1
        assert {row.hold for row in play.rows()} == {"reserved"}
