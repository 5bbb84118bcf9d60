"""What the audience sees: live panels on a terminal, plain lines anywhere else.

Owns the console. Nothing here knows the story, and nothing here waits for anything but the play itself.
"""

import asyncio
import io
import sys
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Final, TypeVar, cast

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from bot.clock import SystemClock
from bot.sandbox.discord import Message
from bot.sandbox.play import reading
from bot.sandbox.play.film import Frame
from bot.sandbox.play.mosaic import Mosaic
from bot.sandbox.play.watch import PATH, Event, Watch

Found = TypeVar("Found")

_REFRESH: Final = 0.1  # seconds
_STYLES: Final = {
    "member": "magenta",
    "card": "bright_blue",
    "channel": "green",
    "runcomfy": "yellow",
    "bot": "bright_red",
}
# Rows of a live view that are not events: the card with its frame, and the bar.
_CARD_ROWS: Final = 15


class Screen:
    """The stage's front: everything the demo prints goes through it."""

    def __init__(self, clock: SystemClock) -> None:
        output: object = sys.stdout
        if isinstance(output, io.TextIOWrapper):
            # What the encoding cannot show becomes a question mark, not a traceback.
            cast("io.TextIOWrapper", output).reconfigure(errors="replace")
        is_terminal = sys.stdout.isatty()
        self._console = Console(force_terminal=is_terminal, highlight=False, markup=False, emoji=False)
        self._is_live = is_terminal and not self._console.is_dumb_terminal
        self._clock = clock

    @property
    def mosaic_width(self) -> int:
        """Columns for a film made of characters; 0 where it would not look like one."""
        console = self._console
        # With 256 colours a night scene is four blots.
        colourful = console.color_system == "truecolor" and not console.no_color
        fits = console.height >= 24 and console.width >= 40
        return min(56, console.width - 4) if self._is_live and colourful and fits else 0

    def say(self, words: RenderableType, style: str = "") -> None:
        """Print a paragraph."""
        self._console.print(words, style=style)

    def tell(self, words: str) -> None:
        """Print one line that is never broken, as a path must not be."""
        self._console.print(words, soft_wrap=True)

    def scene(self, title: str, words: str = "") -> None:
        """Open a scene."""
        self.say("")
        self.say(Rule(Text(title, "bold"), align="left", characters="─", style="dim"))
        if words:
            self.say(words)

    def types(self, member: str, command: str, **options: object) -> None:
        """Show what a member types."""
        line = Text.assemble((f"{member} > ", "bold magenta"), (f"/{command}", "bold cyan"))
        for name, value in options.items():
            line.append_text(Text.assemble((f"  {name}:", "dim"), str(value)))
        self.say(Padding(line, (0, 0, 0, 2)))

    def show(self, message: Message, watch: Watch) -> None:
        """Show a message as it stands now."""
        self.say(self._message(message, watch))

    async def follow(self, watch: Watch, action: Coroutine[None, None, Found]) -> Found:
        """Show the job while something happens to it, until that is over."""
        task = asyncio.ensure_future(action)
        try:
            async with self._showing(watch):
                await asyncio.wait({task})
            return await task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def play(self, frames: Sequence[Frame], fps: int) -> None:
        """Play a film at its own speed, and leave its last frame standing."""
        if not frames or not self.mosaic_width:
            return
        with Live(console=self._console, auto_refresh=False) as live:
            for frame in frames:
                live.update(Padding(Mosaic(frame), (0, 0, 0, 2)), refresh=True)
                await self._clock.sleep(1 / fps)

    # --- a job ---------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _showing(self, watch: Watch) -> AsyncGenerator[None]:
        refreshing = asyncio.create_task(self._animate(watch) if self._is_live else self._list(watch))
        try:
            yield
        finally:
            refreshing.cancel()
            await asyncio.gather(refreshing, return_exceptions=True)

    async def _animate(self, watch: Watch) -> None:
        spinner = Spinner("dots")
        with Live(console=self._console, auto_refresh=False) as live:
            try:
                while True:
                    live.update(self._view(watch, spinner), refresh=True)
                    await self._clock.sleep(_REFRESH)
            finally:
                live.update(self._view(watch, None))

    async def _list(self, watch: Watch) -> None:
        told: list[Event] = []
        try:
            while True:
                told += self._tell_new(watch, told)
                await self._clock.sleep(_REFRESH)
        finally:
            self._tell_new(watch, told)
            if watch.card:
                self.show(watch.card, watch)

    def _tell_new(self, watch: Watch, told: Sequence[Event]) -> list[Event]:
        fresh = [event for event in watch.events() if event not in told]
        if fresh:
            self.say(_table(fresh))
        return fresh

    def _view(self, watch: Watch, spinner: Spinner | None) -> Group:
        """Card, events and bar; while it moves, no more events than the terminal has room for."""
        room = max(3, self._console.height - _CARD_ROWS) if spinner else 100
        parts: list[RenderableType] = [self._message(watch.card, watch)] if watch.card else []
        parts += [_table(watch.events()[-room:]), _bar(watch, spinner)]
        return Group(*parts)

    def _message(self, message: Message, watch: Watch) -> RenderableType:
        lines = reading.message(message.now, watch.names, self._clock.now())
        if not self._is_live:
            return Padding(Group(*lines), (0, 0, 0, 4))
        kind = "reply" if message.reference else "card"
        title = Text.assemble(("Zoetrope", "bold"), (f" {kind} in #{message.channel.name}", "dim"))
        width = min(self._console.width, 84)
        style = reading.colour(message.now)
        return Panel(Group(*lines), title=title, title_align="left", border_style=style, width=width)


def _table(events: Sequence[Event]) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(width=8, justify="right", style="dim")
    table.add_column(width=8)
    table.add_column(ratio=1)
    for event in events:
        where = Text(event.where, _STYLES.get(event.where, ""))
        table.add_row(f"{event.at:.2f} s", where, Text(event.what))
    return table


def _bar(watch: Watch, spinner: Spinner | None) -> Table:
    """Show how many of the states a job has been through: RunComfy tells no percentage, so there is none."""
    states = watch.states
    passed = len(PATH) if states[-1] not in PATH else PATH.index(states[-1]) + 1
    marks = Text("━━━" * passed, "green").append("───" * (len(PATH) - passed), "bright_black")
    table = Table.grid(padding=(0, 1))
    head = spinner or Text("•", "green")
    table.add_row(Text(" "), head, marks, Text(states[-1], "bold"), Text(f"{watch.elapsed:.1f} s", "dim"))
    return table
