"""Rows that nobody can read or carry out: each stays alone with it, all others go on, and nobody is stuck."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from bot.flow.advance import PARK_AFTER
from tests.e2e.hurried import ask_many, hurried, prompts, select
from tests.e2e.play import LONG, Play
from tests.postgres import of_a_file

SPEED: Final = 30.0

SIGNED: Final = "cdn.example/a?hm=5ec3e7"
"""An address that nobody may read in the log."""
POISONS: Final = {
    "a model that is gone": "request = replace(request, 'seedance-fast', 'seedance-ancient')",
    "a request for nothing": "request = '{}'",
    "a request of another shape": "request = '[]'",
    "pictures of another shape": "pictures = '{}'",
    "sources that are no JSON": "sources = 'nothing'",
    "sources of another shape": f'sources = \'[{{"url": "https://{SIGNED}", "size": {{}}}}]\'',
    "outputs of another shape": f'outputs = \'[{{"url": "https://{SIGNED}", "kind": 7}}]\'',
    "pictures of yet another shape": f"pictures = '[[\"https://{SIGNED}\"]]'",
    "a reason that nobody knows": 'reason = \'{"problem": "gremlins", "facts": {}}\'',
    "a time beyond all times": "submitted_at = 9000000000000000000",
}
"""What was written over a job's row, by a broken disk or by a version to come."""


@of_a_file
async def test_rows_that_cannot_be_read_are_parked_and_everybody_else_is_served(
    tmp_path: Path, description: Path | None
) -> None:
    async with hurried(tmp_path, description, SPEED, judged=False) as play:
        play.runcomfy.hold()
        asked = await ask_many(play, len(POISONS) + 1)
        await play.until(lambda play: {row.state for row in play.rows()} == {"running"})
        await play.bot.kill()
        poisoned = poison(play)
        await play.start()
        play.runcomfy.release()

        # Whoever has a sound job gets it; the owner of the broken ones can ask, look and pay as ever.
        await play.result_of(asked[-1].message)
        await play.result_of((await play.ask("seedance-fast", prompt="afterwards")).message)
        for command in ("jobs", "quota"):
            shown = await (await play.ana.command(play.channel, command)).final(LONG)
            assert "Something went wrong" not in shown.text
        await play.until(lambda play: play.bot.log.count("is parked") == len(poisoned))
        for job_id in poisoned:
            assert play.bot.log.count(f"job {job_id}: a step failed") == PARK_AFTER
        assert len(set(prompts(play))) == len(play.runcomfy.submits) == len(asked) + 1
        assert select(play, "SELECT DISTINCT state, hold FROM jobs WHERE told_at IS NULL") == [
            ("running", "reserved")
        ]
        assert "5ec3e7" not in play.bot.log
        assert play.discord.problems == play.runcomfy.problems == []


def poison(play: Play) -> list[str]:
    """Spoil all jobs but the youngest, each in its own way, and return their ids."""
    spoiled = [row.id for row in play.rows()][:-1]
    with closing(sqlite3.connect(play.bot.database)) as connection, connection:
        # As a broken disk or a version to come would: the schema would not let it in.
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for job_id, poison in zip(spoiled, POISONS.values(), strict=True):
            changed = connection.execute(f"UPDATE jobs SET {poison} WHERE id = ?", (job_id,)).rowcount
            assert changed == 1
    return spoiled
