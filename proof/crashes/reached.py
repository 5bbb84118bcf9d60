"""What committed runs have come by: a file written by the sweep and read by the static check."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from proof.crashes.sweep import Visited
from proof.inside.crossings import Line, What

FILE: Final = Path(__file__).with_name("reached.json")


class Reached(BaseModel):
    """Names of paths, by what they come by."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    visits: dict[str, list[str]]
    """Methods of ports: `store.admit`."""
    effects: dict[str, list[str]]
    """Calls by which something leaves: `chat.answers.add: send`."""

    @classmethod
    def of(cls, visited: Iterable[Visited], source: Collection[str]) -> "Reached":
        """Return what these paths have come by, in the words of the source as far as it has any."""
        visits, effects = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        for one in visited:
            for line in one.lines:
                if line.what is What.VISITED:
                    visits[line.visit].add(one.path.name)
                for effect in _in_words(line, source):
                    effects[effect].add(one.path.name)
        return cls(visits=_sorted(visits), effects=_sorted(effects))


def _in_words(line: Line, source: Collection[str]) -> Sequence[str]:
    """Return the effects of a crossing that the source has; the innermost function where it has none."""
    return [effect for effect in line.effects if effect in source] or line.effects[:1]


def _sorted(found: dict[str, set[str]]) -> dict[str, list[str]]:
    return {name: sorted(paths) for name, paths in sorted(found.items())}


def read() -> Reached:
    """Return what is committed."""
    return Reached.model_validate_json(FILE.read_bytes())


def write(visited: Iterable[Visited], source: Collection[str]) -> None:
    """Write it anew."""
    FILE.write_text(Reached.of(visited, source).model_dump_json(indent=1) + "\n", "utf-8")
