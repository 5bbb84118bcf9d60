"""`python -m bot migrate`, many times over, killed by SIGKILL where the one who asks for it says.

A process of its own reads a line for each life: the database, where to die, and at which time that it comes
by there. It answers with what became of it. Each life is forked from it, because the imports take longer than
the rest; one that was not killed leaves beside the database how often it came by each place.
"""

import gc
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO, cast

from bot.__main__ import main

ROOT = Path(__file__).parents[2]


class Where(StrEnum):
    """Around a call of the database, or inside one."""

    CALL = "call"
    """Before each statement, and so after the one before it; before and after each closing."""
    STEP = "step"
    """At any step of SQLite's own machine: https://www.sqlite.org/opcode.html"""
    NOWHERE = "nowhere"


class Nursery:
    """Has lives lived."""

    def __init__(self, requests: TextIO, answers: TextIO) -> None:
        self._requests = requests
        self._answers = answers

    def life(self, path: Path, where: Where = Where.NOWHERE, number: int = 0) -> int:
        """Have the database migrated and return the exit code, or minus the signal that ended it."""
        self._requests.write(f"{path}\t{where}\t{number}\n")
        self._requests.flush()
        return os.waitstatus_to_exitcode(int(self._answers.readline()))


def passages(path: Path) -> Counter[Where]:
    """Return how often the life that was not killed came by each place."""
    calls, steps = path.with_suffix(".passages").read_text().split()
    return Counter({Where.CALL: int(calls), Where.STEP: int(steps)})


@contextmanager
def nursery(folder: Path) -> Generator[Nursery]:
    """Hold the process that the lives are forked from."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("ZOETROPE_")}
    command = [sys.executable, "-m", "tests.store.killed"]
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**surroundings, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Nursery(cast("TextIO", process.stdin), cast("TextIO", process.stdout))
        process.stdin.close()


# --- in the other process -------------------------------------------------------------------------------


class _Death:
    """Counts what a life comes by, and ends it in time."""

    def __init__(self, where: Where, number: int) -> None:
        self.passed = Counter[Where]()
        self.where = where
        self._number = number

    def passes(self, where: Where) -> None:
        self.passed[where] += 1
        if where is self.where and self.passed[where] == self._number:
            os.kill(os.getpid(), signal.SIGKILL)


def _install(death: _Death) -> None:
    class Mortal(sqlite3.Connection):
        def execute(self, *arguments: Any) -> sqlite3.Cursor:
            death.passes(Where.CALL)
            return super().execute(*arguments)

        def close(self) -> None:
            death.passes(Where.CALL)
            super().close()
            death.passes(Where.CALL)

    connect = sqlite3.connect

    def mortal(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, factory=Mortal, **options)
        if death.where is not Where.CALL:
            connection.set_progress_handler(lambda: death.passes(Where.STEP), 1)
        return connection

    sqlite3.connect = mortal


def _live(path: Path, where: Where, number: int) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.environ |= {
        "ZOETROPE_DISCORD__TOKEN": "a-token-for-discord",
        "ZOETROPE_RUNCOMFY__TOKEN": "a-token-for-runcomfy",
        "ZOETROPE_STORAGE__URL": f"sqlite:///{path}",
    }
    death = _Death(where, number)
    _install(death)
    code = main(["migrate"])
    passed = death.passed
    path.with_suffix(".passages").write_text(f"{passed[Where.CALL]} {passed[Where.STEP]}")
    os._exit(code)


def _serve() -> None:
    # What is here already is nobody's garbage: no life looks through it, and so copies it.
    gc.freeze()
    for line in sys.stdin:
        path, where, number = line.rstrip("\n").split("\t")
        life = os.fork()
        if life == 0:
            try:
                _live(Path(path), Where(where), int(number))
            finally:
                os._exit(99)
        _, status = os.waitpid(life, 0)
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
