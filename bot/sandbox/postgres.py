"""A PostgreSQL of our own for tests: its programs are this machine's, everything else is made and taken away.

Listens on loopback alone, in a folder of its own. As it refuses to run as root, root lends it to `nobody`.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypedDict

import psycopg

_DEBIAN: Final = Path("/usr/lib/postgresql")
_USER: Final = "zoetrope"
# Seconds to start or to stop; a second is usual.
_PATIENCE: Final = 30.0


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest where there are several; None without any."""
    found = [path.parent for path in _DEBIAN.glob("*/bin/initdb") if (path.parent / "postgres").exists()]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class Server:
    """A server with one cluster. Can be stopped in every way and started again on the same address."""

    def __init__(self, folder: Path, binaries: Path, *, durable: bool) -> None:
        self._folder = folder
        self._binaries = binaries
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database."""
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/{database}"

    @property
    def pid(self) -> int:
        """The process that is the parent of all others of it."""
        assert self._process is not None
        return self._process.pid

    def make(self) -> None:
        """Make the cluster."""
        options = ("--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        subprocess.run(  # noqa: S603 (PostgreSQL's own program)
            [self._binaries / "initdb", "-D", self._folder / "data", "-U", _USER, *options],
            check=True,
            stdout=subprocess.DEVNULL,
            **_lent(),
        )

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "on" if self._durable else "off",
            "full_page_writes": "on" if self._durable else "off",
            "max_connections": 200,
            "shared_buffers": "64MB",
            "autovacuum": "off",
            # A crash is to take with it whatever nobody was told to be durable: no writing ahead of need.
            "wal_writer_delay": "10s",
        }
        said = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 (PostgreSQL's own program)
                [self._binaries / "postgres", "-D", self._folder / "data", *said],
                stdout=log,
                stderr=log,
                **_lent(),
            )
        _wait_until_it_answers(self.url(), self._process)

    def stop(self, sign: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends every session at once, SIGQUIT is as a crash, SIGTERM waits for all."""
        if self._process is not None:
            self._process.send_signal(sign)
            self._process.wait(_PATIENCE)
            self._process = None

    def restart(self, sign: signal.Signals = signal.SIGINT) -> None:
        """Stop it and start it again, at the same address."""
        self.stop(sign)
        self.start()

    def run(self, *statements: str) -> None:
        """Run statements as its owner, each by itself, beside every database of ours."""
        with psycopg.connect(self.url(), autocommit=True) as session:
            for statement in statements:
                session.execute(statement.encode())


@contextmanager
def server(*, durable: bool = False) -> Generator[Server]:
    """Run a server for the length of the context. Raises FileNotFoundError where there are no programs."""
    binaries = programs()
    if binaries is None:
        raise FileNotFoundError("no PostgreSQL is installed here: initdb and postgres are not found")
    # In the system's own folder, because a path of a test may be longer than any of its files can have.
    folder = Path(tempfile.mkdtemp(prefix="zoe-pg-"))
    try:
        if os.getuid() == 0:
            os.chown(folder, _nobody().pw_uid, _nobody().pw_gid)
        made = Server(folder, binaries, durable=durable)
        made.make()
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Lent(TypedDict, total=False):
    user: int
    group: int
    extra_groups: Sequence[int]
    cwd: str


def _lent() -> _Lent:
    """Return as whom a program runs: as ourselves, or, as root, as nobody in particular."""
    if os.getuid() != 0:
        return {}
    return {"user": _nobody().pw_uid, "group": _nobody().pw_gid, "extra_groups": (), "cwd": "/"}


def _nobody() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
