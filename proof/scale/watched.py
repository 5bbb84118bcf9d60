"""A bot on PostgreSQL as the judge sees it: what is in its database is copied whenever somebody looks."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from bot.sandbox.stage import PROGRAM, Begin, BotProcess, executed
from proof.scale.copied import Copy

HISTORY: Final = "history.jsonl"
_MEDIA: Final = "media"


class WatchedBot(BotProcess):
    """As any other, on a database that `proof.scale.copied.watch` has prepared."""

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        program: Sequence[str] = PROGRAM,
        begin: Begin = executed,
        *,
        url: str,
    ) -> None:
        here = {"ZOETROPE_STORAGE__URL": url, "ZOETROPE_STORAGE__MEDIA_FOLDER": str(folder / _MEDIA)}
        super().__init__(folder, {**environment, **here}, program, begin)
        self.url = url
        self._copy = Copy(url, super().database, folder / HISTORY)
        self._copy.renew()

    @property
    def database(self) -> Path:
        """A copy as of now, to look at; the history beside it is of the same moment."""
        self._copy.renew()
        return super().database

    @property
    def media(self) -> Path:
        """That of the first process on the folder that all share."""
        return self.folder / _MEDIA / "1"

    async def close(self) -> None:
        await super().close()
        self._copy.close()
