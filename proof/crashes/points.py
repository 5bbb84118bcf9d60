"""What the source has that leaves the process, without running it: each port's method, each call outwards.

Held against what committed runs have come by, so that `make check` reports a new effect without a path.
"""

import ast
import inspect
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import discord
from discord import app_commands
from discord.http import HTTPClient

from proof.crashes.reached import Reached
from proof.inside.adapters import port_methods
from proof.inside.commits import is_durable
from proof.inside.visits import site

ROOT: Final = Path(__file__).parents[2]

_DISCORDS: Final = (
    discord.abc.Messageable,
    discord.AutoShardedClient,
    discord.Client,
    discord.DMChannel,
    discord.Guild,
    discord.Interaction,
    discord.InteractionMessage,
    discord.InteractionResponse,
    discord.Member,
    discord.Message,
    discord.PartialMessage,
    discord.PartialMessageable,
    discord.TextChannel,
    discord.Thread,
    discord.Webhook,
    app_commands.AppCommand,
    app_commands.CommandTree,
    HTTPClient,
)
"""Whatever the bot may hold of the library's that speaks to Discord."""
_SESSION: Final = frozenset(
    {"request", "get", "post", "put", "patch", "delete", "head", "options", "ws_connect"}
)
_CHILDREN: Final = frozenset({"create_subprocess_exec", "create_subprocess_shell", "Popen", "posix_spawn"})

EXCUSED: Final[Mapping[str, str]] = {
    "chat.client.Zoetrope.connect: connect": "tasks of the library open the gateway: `discord: GET /gateway`",
    "chat.places.Places._ask: fetch_guild": "it reads, and only where a server's shard is another process's: "
    "`python -m proof scale` comes by it",
    "store.in_state": "it reads, and nobody calls it but tests: `check` looks at the file by itself",
    "serve._run_until: connect": "it begins the client, whose own `connect` is the effect",
}
"""What no path can come by, each with the reason."""


def effects(root: Path = ROOT) -> list[str]:
    """Return every call outwards of the bot and its cogs: `chat.answers.add: send`."""
    sources = [*sorted((root / "bot").rglob("*.py")), *sorted((root / "cogs").glob("*.py"))]
    found: set[str] = set()
    for path in sources:
        # The launcher becomes the child's own program; the sandbox is no part of the bot.
        if "sandbox" not in path.relative_to(root).parts and path.name != "confined.py":
            found.update(_effects_in(path, ".".join(path.relative_to(root).with_suffix("").parts)))
    return sorted(found)


def missing(reached: Reached, *, root: Path = ROOT, methods: Iterable[str] | None = None) -> list[str]:
    """Return a line for everything that no committed run has come by, and for what is there no longer."""
    wanted = [*(port_methods() if methods is None else methods)]
    there = effects(root)
    known = {*reached.visits, *reached.effects}
    lines = [
        f"{name}: no path comes by this port's method" for name in wanted if name not in known | {*EXCUSED}
    ]
    lines += [f"{name}: no path comes by this effect" for name in there if name not in known | {*EXCUSED}]
    gone = (known | {*EXCUSED}) - {*wanted, *there}
    return [*lines, *(f"{name}: it is no longer in the source" for name in sorted(gone))]


def _effects_in(path: Path, module: str) -> Iterator[str]:
    text = path.read_text("utf-8")
    if not any(word in text for word in ("discord", "aiohttp", "subprocess", "execute")):
        return
    finder = _Finder(module, speaks_discord="import discord" in text, speaks_http="aiohttp" in text)
    finder.visit(ast.parse(text))
    yield from finder.found


class _Finder(ast.NodeVisitor):
    """Goes through one file and finds what sounds like a call outwards, called or handed on."""

    def __init__(self, module: str, *, speaks_discord: bool, speaks_http: bool) -> None:
        self.found: list[str] = []
        self._module = module
        self._speaks_discord = speaks_discord
        self._speaks_http = speaks_http
        self._names: list[str] = []
        self._is_in_function = False
        self._ours: set[str] = set()
        """What stands for something of the bot, whose methods only sound like the library's."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if (node.module or "").startswith("bot."):
            self._ours.update(alias.asname or alias.name for alias in node.names)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        own = [part.name for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
        self._ours.update(f"self.{name}" for name in own)
        self._go_into(node, is_function=False)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if node.name == "__init__":
            held = [each for each in (*node.args.args, *node.args.kwonlyargs) if self._is_of_ours(each)]
            self._ours.update(f"self._{each.arg}" for each in held)
        self._go_into(node, is_function=True)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._go_into(node, is_function=True)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.generic_visit(node)
        receiver = ast.unparse(node.value)
        if self._speaks_http and receiver.lower().endswith("session") and node.attr in _SESSION:
            self._note("request")
        elif self._is_outwards(receiver, node.attr):
            self._note(node.attr)

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        is_statement = isinstance(node.func, ast.Attribute) and node.func.attr == "execute"
        if is_statement and node.args and is_durable(str(getattr(node.args[0], "value", ""))):
            self._note("execute")

    def _go_into(
        self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, *, is_function: bool
    ) -> None:
        # What is inside of a function is a part of it.
        if self._is_in_function:
            self.generic_visit(node)
            return
        self._names.append(node.name)
        self._is_in_function = is_function
        if is_function:
            # What stands over a function is done once, when the module is loaded.
            for part in node.body:
                self.visit(part)
        else:
            self.generic_visit(node)
        self._is_in_function = False
        self._names.pop()

    def _note(self, call: str) -> None:
        self.found.append(f"{site(self._module, '.'.join(self._names))}: {call}")

    def _is_of_ours(self, argument: ast.arg) -> bool:
        names = [part.id for part in ast.walk(argument) if isinstance(part, ast.Name)]
        return any(name in self._ours for name in names)

    def _is_outwards(self, receiver: str, name: str) -> bool:
        if name in _CHILDREN:
            return True
        is_known = (
            receiver in self._ours or f"{receiver}.{name}" in self._ours or receiver in ("asyncio", "os")
        )
        is_word = receiver.startswith(("'", '"'))
        return self._speaks_discord and name in _VERBS and not is_known and not is_word


def _verbs() -> frozenset[str]:
    """Return the names of whatever the library does by asking Discord, and a few that it does without."""
    return frozenset(
        name
        for kind in _DISCORDS
        for name, value in inspect.getmembers(kind)
        if not name.startswith("_")
        and (inspect.iscoroutinefunction(value) or inspect.isasyncgenfunction(value))
        and name not in _SILENT
    )


_SILENT: Final = frozenset({"request", "setup_hook", "close", "on_error"})
"""Coroutines that are named like data of ours, or ask nobody."""
_ANSWERS_ITSELF: Final = "_call"
"""The library's own tree, which sends what a command suggests while somebody types."""
_VERBS: Final = _verbs() | {_ANSWERS_ITSELF}
