"""The command line: run, demo, check, report, migrate. Reads the configuration, once, and sets up the log."""

import argparse
import asyncio
import logging
import os
import re
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot import __version__
from bot.check import check
from bot.config import PREFIX, ConfigError, Role, Settings, StorageSection, load
from bot.core.errors import Problem, ZoetropeError
from bot.opening import EX_CONFIG, EX_UNAVAILABLE, FatalError
from bot.report import report
from bot.serve import serve
from bot.store.opening import migrate, shown

log = logging.getLogger("bot")

_ENDINGS: Final = (signal.SIGTERM, signal.SIGINT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code; a foreseen problem is one line on standard error."""
    options = _parser().parse_args(arguments)
    _set_up_log(verbose=options.verbose)
    if options.command == "demo":
        # Only the demo carries the weight of the stand-ins.
        from bot.sandbox import demo  # noqa: PLC0415

        return demo.play(Path(options.out)) if options.script else demo.page(options.port)
    try:
        return _do(options)
    except ConfigError as error:
        _complain(str(error))
        return EX_CONFIG
    except FatalError as error:
        _complain(str(error))
        return error.code
    except ZoetropeError as error:
        _complain(_sentence(error))
        return EX_UNAVAILABLE


def _do(options: argparse.Namespace) -> int:
    if options.command == "migrate" and (options.source or options.target):
        return _move(options.source, options.target)
    settings = load(_path(options.config))
    match options.command:
        case "check":
            return asyncio.run(check(settings, _print))
        case "report":
            now = datetime.now(UTC)
            return report(settings, options.month, _print, now=now, as_csv=options.csv)
        case "migrate":
            return _migrate(settings)
        case _:
            return asyncio.run(_run(settings, Role(options.role)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Zoetrope, a Discord bot for videos")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="run|demo|check|report|migrate")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--verbose", action="store_true", help="log what the bot does in detail")
    common.add_argument("--config", help="the configuration file (or ZOETROPE_CONFIG); default config.toml")
    run = commands.add_parser("run", parents=[common], help="run the bot")
    run.add_argument(
        "--role",
        choices=[role.value for role in Role],
        default=Role.ALL.value,
        help="what this process does: all, only hear and answer (gateway), or only work on jobs (worker)",
    )
    commands.add_parser("check", parents=[common], help="try everything that the bot needs, spending nothing")
    books = commands.add_parser("report", parents=[common], help="tell what a month came to")
    books.add_argument("--month", type=_month, help="such as 2026-11; default the present month")
    books.add_argument("--csv", action="store_true", help="a line for each kind of job, for a sheet")
    migration = commands.add_parser(
        "migrate", parents=[common], help="bring the database up to this version, or move it, and stop"
    )
    migration.add_argument("--from", dest="source", help="move what is there: sqlite:///FILE")
    migration.add_argument("--to", dest="target", help="into an empty database: postgresql://...")
    demo = commands.add_parser("demo", parents=[common], help="try the bot against stand-ins, in the browser")
    demo.add_argument("--port", type=_port, default=0, help="where the page is served; default any free port")
    demo.add_argument("--script", action="store_true", help="play the main job in the terminal instead")
    demo.add_argument("--out", default="demo-out", help="where the script's videos go; default demo-out")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 65535")
    return int(text)


def _month(text: str) -> str:
    # Some months before the first year, and after the last, have no neighbours to be told apart from.
    if not re.fullmatch(r"[2-9]\d{3}-(0[1-9]|1[0-2])", text, re.ASCII) or text >= "9999":
        raise argparse.ArgumentTypeError(f"{text!r} is not a month such as 2026-11")
    return text


def _path(option: str | None) -> Path | None:
    chosen = option or os.environ.get(f"{PREFIX}CONFIG")
    return Path(chosen) if chosen else None


async def _run(settings: Settings, role: Role) -> int:
    stop = asyncio.Event()
    for sign in _ENDINGS:
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    try:
        await serve(settings, stop, role)
    finally:
        # The loop forgets its handlers as it closes; one more signal must not cut the leaving short.
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    return 0


def _migrate(settings: Settings) -> int:
    place = settings.storage.place
    before, after = migrate(place, datetime.now(UTC))
    _print(f"{shown(place)}: at migration {after}" + ("" if before == after else f", was at {before}"))
    return 0


def _move(source: str | None, target: str | None) -> int:
    origin, goal = (StorageSection.at(url) for url in (source, target))
    if not isinstance(origin, Path) or not isinstance(goal, str):
        raise ConfigError(
            "migrate: expected --from sqlite:///FILE --to postgresql://USER:PASSWORD@HOST/DATABASE"
        )
    # Only who moves carries it.
    from bot.store.postgresql.moving import move  # noqa: PLC0415

    move(origin, goal, datetime.now(UTC), _print)
    return 0


def _set_up_log(*, verbose: bool) -> None:
    """Log to standard error. The libraries never go below INFO: there they log tokens and bodies."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.WARNING,
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
    )
    log.setLevel(logging.DEBUG if verbose else logging.INFO)


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _sentence(error: ZoetropeError) -> str:
    match error.reason.problem:
        case Problem.STORE_UNUSABLE:
            return f"storage: {error.reason.facts['detail']}"
        case Problem.STORE_BUSY:
            return "storage: locked by another program, or its disk is full; start again when that is over"
        case _:
            return f"the bot cannot go on: {error}"


def _complain(line: str) -> None:
    sys.stderr.write(" ".join(line.split()) + "\n")


if __name__ == "__main__":
    sys.exit(main())
