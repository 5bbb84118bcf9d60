"""A studio whose results are kept for all runs of a process, since most of them ask for the same."""

from pathlib import Path

from bot.sandbox.runcomfy import Studio
from bot.sandbox.runcomfy.order import Order


class Shelf(Studio):
    """Makes each kind of result once; nobody may change what lies there."""

    def __init__(self, folder: Path) -> None:
        super().__init__(quick=True)
        self._every_runs = folder

    async def make(
        self,
        order: Order,
        folder: Path,  # noqa: ARG002 (a run's own, which is not used)
        name: str,
        *,
        size: int | None = None,
    ) -> Path:
        """Make a file, or take it off the shelf."""
        return await super().make(order, self._every_runs, name, size=size)
