"""A whole run in which all goes well although the bot is killed twice, and ways to forge what it leaves."""

import contextlib
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.sandbox.discord import EVERYBODY, Delay, Fault, Permission, Upload
from bot.sandbox.runcomfy import Action, Ending, Fate, Pace, RunComfy, When
from bot.sandbox.runcomfy import Fault as RemoteFault
from bot.sandbox.stage import BotProcess, stage
from proof.inside import orders
from proof.judging.judge import Caps, Evidence, Weight, at_rest, judge, weigh_start
from proof.judging.ledgers import Row, Told, rows, told
from tests.e2e.play import LONG, Play, upload
from tests.lives import begin
from tests.shelf import quick_studio

CAPS = Caps(daily=600, monthly=600, active=9)
SETTINGS = {"QUOTA__MAX_ACTIVE_JOBS": "9", "QUOTA__DAILY_CREDITS": "600"}
HISTORY = "history.jsonl"
LOG = "log"

_LOOSEN = """
    DROP VIEW job_accounts;
    CREATE TABLE loose AS SELECT * FROM jobs;
    DROP TABLE jobs;
    ALTER TABLE loose RENAME TO jobs;
    VACUUM;
"""


@dataclass(frozen=True)
class Run:
    """A run at rest, with the bot still there."""

    play: Play
    evidence: Evidence
    start: Weight
    """Of the present life."""

    def row(self, state: str, problem: str | None = None) -> Row:
        """Return the first job that has ended so."""
        found = rows(self.evidence.stage.bot.database)
        return next(row for row in found if row.state == state and problem in (None, row.problem))

    def told(self, state: str, problem: str | None = None) -> Told:
        """Return what was told about that job."""
        return told(self.play.discord, self.row(state, problem))


@dataclass(frozen=True)
class Forgery:
    """A copy of what the bot has left on the disk, to be changed at will."""

    folder: Path
    evidence: Evidence

    @property
    def database(self) -> Path:
        return self.evidence.stage.bot.database

    @property
    def history(self) -> Path:
        assert self.evidence.history is not None
        return self.evidence.history

    @property
    def without_history(self) -> Evidence:
        return replace(self.evidence, history=None)

    def change(self, statement: str, *values: object) -> None:
        """Change one row, whatever the table's own law says."""
        connection = sqlite3.connect(self.database)
        with contextlib.closing(connection), connection:
            assert connection.execute(statement, values).rowcount == 1

    def log(self, line: str) -> None:
        with (self.folder / "bot.log").open("a") as log:
            log.write(f"{line}\n")


def broken(evidence: Evidence) -> set[str]:
    """Return which promises the judge finds broken."""
    return {finding.invariant for finding in judge(evidence)}


def forge(run: Run, folder: Path) -> Forgery:
    """Copy the database, without its constraints, and the log and the history."""
    stage = run.evidence.stage
    copied = replace(stage, bot=BotProcess(folder, {}))
    with (
        contextlib.closing(sqlite3.connect(stage.bot.database)) as source,
        contextlib.closing(sqlite3.connect(copied.bot.database)) as target,
    ):
        source.backup(target)
        target.executescript(_LOOSEN)
    (folder / "bot.log").write_text(stage.bot.log)
    assert run.evidence.history is not None
    history = folder / HISTORY
    history.write_bytes(run.evidence.history.read_bytes())
    return Forgery(folder, replace(run.evidence, stage=copied, history=history))


@asynccontextmanager
async def good_run(folder: Path) -> AsyncGenerator[Run]:
    """Play two results, a failure, a picture that is none, a kill in the paid call, one before an answer."""
    runcomfy = RunComfy(studio=quick_studio(), pace=Pace(queue=0.05, work=0.1))
    history = folder / HISTORY
    orders.Orders(history=history).give(folder / orders.NAME)
    program = ("-m", "proof.inside.victim", str(folder / orders.NAME))
    async with stage(folder, runcomfy=runcomfy, settings=SETTINGS, program=program, begin=begin) as set_up:
        play = Play(set_up)
        await play.start()
        await _open_a_log(play)
        await _play(play)
        await _kill_in_the_paid_call(play)
        await _kill_before_the_answer(play)
        start = await weigh_start(set_up)
        evidence = Evidence(stage=set_up, kills=2, history=history, caps=CAPS)
        assert await at_rest(set_up, LONG) == []
        yield Run(play, evidence, start)


async def _open_a_log(play: Play) -> None:
    chief = EVERYBODY | Permission.MANAGE_GUILD
    manager = play.discord.add_member("mia", play.stage.guild, permissions=chief)
    log = play.stage.guild.add_channel(LOG)
    await (await manager.command(play.channel, "zoetrope log", channel=log)).final(LONG)


async def _play(play: Play) -> None:
    asked = await play.animate(prompt="the first boat is of paper")
    await play.card_says(asked.message, "Done in")
    play.runcomfy.next(Fate(ends=Ending.FAILED))
    asked = await play.ask("seedance-fast", prompt="the second boat is of tin")
    await play.card_says(asked.message, "given back")
    text = Upload(b"no picture at all " * 20, "boat.png", "image/png")
    await play.animate(prompt="the third boat is no picture", image=text)
    await play.ask("seedream-edit", prompt="the fourth boat is of glass", image=upload())
    assert await at_rest(play.stage, LONG) == []


async def _kill_in_the_paid_call(play: Play) -> None:
    play.runcomfy.fault(RemoteFault("submit", Action.HANG, when=When.DONE))
    before = len(play.runcomfy.submits)
    asked = await play.ask("seedance-fast", prompt="the fifth boat is in doubt")
    await play.until(lambda play: len(play.runcomfy.submits) > before)
    await play.bot.kill()
    play.runcomfy.heal()
    await play.start()
    await play.card_says(asked.message, "cannot be paid for twice")


async def _kill_before_the_answer(play: Play) -> None:
    fault = play.discord.faults.add(Fault("POST", "/interactions/.*", Delay(LONG)))
    await play.ana.command(play.channel, "seedance-fast", prompt="the sixth boat is never seen")
    await play.until(lambda _: fault.fired)
    await play.bot.kill()
    play.discord.faults.clear()
    await play.start()
