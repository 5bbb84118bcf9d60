"""Numbered migrations: plain SQL files, and whether a program that knows some may use a database.

Only reads files. One may begin with `-- since: 3`: a program that knows migration 3, and not this one, works
with what this one makes. So an older program may go on beside a newer one. Without that line it may not.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.core.errors import StoreUnusable

_SINCE: Final = re.compile(r"-- since: (\d+)\n")


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: `0001_jobs.sql` is number 1, named jobs."""

    number: int
    name: str
    script: str

    @property
    def checksum(self) -> str:
        """What tells whether a file was changed after it had been applied."""
        return hashlib.sha256(self.script.encode()).hexdigest()

    @property
    def since(self) -> int:
        """The last migration that a program must know to work with the schema that this one makes."""
        found = _SINCE.match(self.script)
        return int(found[1]) if found else self.number


@dataclass(frozen=True, slots=True)
class Record:
    """A migration as a database remembers it."""

    number: int
    checksum: str
    since: int


def migrations_in(directory: Path) -> Sequence[Migration]:
    """Return the directory's migrations in order; they are numbered from 1 without a gap."""
    found: list[Migration] = []
    for path in sorted(directory.glob("*.sql")):
        number, _, name = path.stem.partition("_")
        found.append(Migration(int(number), name, path.read_text("utf-8")))
    assert [migration.number for migration in found] == list(range(1, len(found) + 1))
    return found


def applied(records: Sequence[Record], known: Sequence[Migration]) -> int:
    """Return the number of the last migration of a database, 0 if it is empty; it may be more than is known.

    Raises StoreUnusable where a program that knows these cannot work with it.
    """
    needed = max((record.since for record in records), default=0)
    if needed > len(known):
        newest = f"its schema is number {len(records)}, this version knows {len(known)}"
        raise StoreUnusable(f"it was made by a newer Zoetrope ({newest})")
    for record, migration in zip(records, known, strict=False):
        if (record.number, record.checksum) != (migration.number, migration.checksum):
            raise StoreUnusable(
                f"it was made by another Zoetrope (its migration {record.number} is not ours)"
            )
    return len(records)
