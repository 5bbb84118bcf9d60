"""A rolling restart: a whole bot that knows the schema of before does a job on the schema after it.

For the release before under this one's, and for this one under the next, whose migration is made up here.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from bot.sandbox.runcomfy import Pace, RunComfy, Studio
from bot.sandbox.stage import stage
from bot.store import postgres
from bot.store.numbered import migrations_in
from bot.store.postgresql.migrate import MIGRATIONS
from tests.builders import NOON
from tests.e2e.conftest import judge
from tests.e2e.play import PROMPT, Play
from tests.postgres import empty_database

KNOWN: Final = migrations_in(MIGRATIONS)
NEXT: Final = f"-- since: {len(KNOWN)}\nALTER TABLE jobs ADD COLUMN added TEXT NOT NULL DEFAULT '';\n"
_BEFORE: Final = """
import sys
from pathlib import Path
from bot.__main__ import main
from bot.store import postgres

postgres.MIGRATIONS = Path(sys.argv[1])
sys.exit(main(sys.argv[2:]))
"""
"""The bot, with the migrations of a folder for all that it knows."""


def both_work() -> Iterator[int]:
    """Yield each number of migrations to which one more may be added while this program works on."""
    if KNOWN[-1].since < len(KNOWN):
        yield len(KNOWN) - 1
    yield len(KNOWN)


def release(folder: Path, number: int) -> Path:
    """Return a folder with so many migrations."""
    folder.mkdir()
    for path in sorted(MIGRATIONS.glob("*.sql"))[:number]:
        shutil.copy(path, folder)
    if number > len(KNOWN):
        (folder / f"{number:04}_next.sql").write_text(NEXT)
    return folder


@pytest.mark.parametrize("number", [*both_work()])
async def test_a_bot_of_before_does_a_job_on_the_next_schema(
    number: int, tmp_path: Path, description: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = empty_database("rolling")
    with monkeypatch.context() as patch:
        patch.setattr(postgres, "MIGRATIONS", release(tmp_path / "after", number + 1))
        assert postgres.migrate(url, NOON) == (0, number + 1)

    runcomfy = RunComfy(studio=Studio(quick=True), pace=Pace(queue=0.1, work=0.2))
    settings = {"STORAGE__URL": url, "STORAGE__MEDIA_FOLDER": str(tmp_path / "media")}
    program = ("-c", _BEFORE, str(release(tmp_path / "before", number)))
    async with stage(
        tmp_path, runcomfy=runcomfy, openapi=description, settings=settings, program=program
    ) as set_up:
        play = Play(set_up)
        await play.start()
        asked = await play.ask("seedance-fast", prompt=PROMPT)
        await play.result_of(asked.message)
        await play.card_says(asked.message, "Done in")
        assert await play.bot.terminate() == 0
        judge(set_up)

    with monkeypatch.context() as patch:
        patch.setattr(postgres, "MIGRATIONS", tmp_path / "after")
        assert postgres.migrate(url, NOON) == (number + 1, number + 1)
