"""A process that has loaded the whole bot and forks lives off it: what they share is loaded once.

A life begins as `python -m bot` or `python -m proof.inside.victim` would, but for the loading, most of what a
short life costs.
No thread and no event loop may ever begin here.
"""

import gc
import importlib
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NoReturn

from pydantic import BaseModel, ConfigDict

from bot.__main__ import main
from bot.chat.client import COGS
from bot.sandbox.stage import ROOT
from proof.inside.victim import live

PROGRAMS: Final = {"bot": main, "proof.inside.victim": live}
"""What is loaded, by the name after `-m`."""

SHARED: Final = ("bot.store.postgres", "bot.engine.procrastinate")
"""What a bot loads whose database is a server's."""

LONGEST: Final = 2**16
"""Bytes of one message."""
_BROKEN: Final = 70  # EX_SOFTWARE


class Wanted(BaseModel):
    """A life that shall begin."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    arguments: tuple[str, ...]
    """Those of Python: `-m`, one of the programs, and its own."""
    environment: dict[str, str]
    log: Path
    errors: Path | None = None
    """What it complains of, where that shall not stand in the log."""


class News(BaseModel):
    """That a life has begun, or ended; a code below zero is the signal that ended it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pid: int
    code: int | None = None


def hatch() -> tuple[int, socket.socket]:
    """Fork a zygote off this process, which may have no thread and no loop; return its id and a line."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if pid:
        its.close()
        return pid, ours
    ours.close()
    return _as_process(lambda: _serve(its))


def launch(also: Sequence[str] = ()) -> tuple[int, socket.socket]:
    """As `hatch`, from a process that has threads or a loop: the zygote loads the bot for itself.

    It is nobody's child, as tests count their own, and end them; 0 stands for its id.
    `also`: modules that its lives would load.
    """
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        os.set_inheritable(its.fileno(), True)  # noqa: FBT003 (the library's signature)
        arguments = [sys.executable, "-m", "proof.campaign.zygote", str(its.fileno()), *also]
        pid = os.posix_spawn(sys.executable, arguments, {**os.environ, "PYTHONPATH": str(ROOT)})
    os.waitpid(pid, 0)
    return 0, ours


def _serve(line: socket.socket) -> int:
    """Begin lives and tell of their ends, until nobody listens any more."""
    for name in COGS:
        importlib.import_module(name)
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    woken, wake = socket.socketpair()
    wake.setblocking(False)  # noqa: FBT003 (the library's signature)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, _wake_only)
    lives = set[int]()
    while True:
        ready, _, _ = select.select([line, woken], [], [])
        if woken in ready:
            woken.recv(LONGEST)
            _tell_ends(line, lives)
        if line in ready:
            asked = line.recv(LONGEST)
            if not asked:
                break
            pid = _begin(Wanted.model_validate_json(asked), (line, woken, wake))
            lives.add(pid)
            _send(line, News(pid=pid))
    for pid in lives:
        os.kill(pid, signal.SIGKILL)
    return 0


def _wake_only(number: int, frame: object) -> None:
    """Do nothing: that a signal has a handler is what wakes the one who waits."""


def _tell_ends(line: socket.socket, lives: set[int]) -> None:
    for pid in list(lives):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            lives.discard(pid)
            _send(line, News(pid=pid, code=os.waitstatus_to_exitcode(status)))


def _send(line: socket.socket, news: News) -> None:
    line.send(news.model_dump_json().encode())


def _begin(wanted: Wanted, lines: Sequence[socket.socket]) -> int:
    if pid := os.fork():
        return pid
    signal.set_wakeup_fd(-1)
    for sign in (signal.SIGCHLD, signal.SIGINT):
        signal.signal(sign, signal.SIG_DFL)
    for line in lines:
        line.close()
    return _as_process(lambda: _live(wanted))


def _live(wanted: Wanted) -> int:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    log, errors = (os.open(path, flags, 0o644) for path in (wanted.log, wanted.errors or wanted.log))
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (errors, 2)):
        os.dup2(source, target)
        os.close(source)
    os.environ.clear()
    os.environ.update(wanted.environment)
    os.chdir(ROOT)
    _, program, *arguments = wanted.arguments
    return PROGRAMS[program](arguments)


def _as_process(work: Callable[[], int]) -> NoReturn:
    """Do the work as the whole of this process: nothing of its parent's is run at its end."""
    code = _BROKEN
    try:
        code = work()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 (as the interpreter does where nobody catches it)
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    if os.fork():
        os._exit(0)
    _, line, *also = sys.argv
    for module in also:
        importlib.import_module(module)
    _as_process(lambda: _serve(socket.socket(fileno=int(line))))
