"""Spoils what Discord's gateway says on its way to the bot: a part gone, odd, or too many of it."""

import json
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st
from pydantic import JsonValue, TypeAdapter

from bot.sandbox.discord import Discord
from bot.sandbox.discord.wire import Json
from tests.fuzz.odd import values

_JSON: Final = TypeAdapter(dict[str, JsonValue])
# Whoever changes these has no interaction to answer.
_KEPT: Final = ("id", "token", "application_id")

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Spoil:
    """One change: which part, counted around, and what stands in its place, nothing or some."""

    place: int
    kind: str
    value: JsonValue = None

    def of(self, before: JsonValue) -> list[JsonValue]:
        """Return what stands there now."""
        match self.kind:
            case "gone":
                return []
            case "wrapped":
                return [[before]]
            case "many" if isinstance(before, str):
                return [before * 30]
            case "many":
                return [[before] * 30]
            case _:
                return [self.value]


spoils = st.lists(
    st.one_of(
        st.builds(Spoil, st.integers(0, 10_000), st.sampled_from(("gone", "gone", "wrapped", "many"))),
        st.builds(Spoil, st.integers(0, 10_000), st.just("odd"), values),
    ),
    min_size=1,
    max_size=3,
)


def spoilt(payload: Json, changes: Sequence[Spoil]) -> dict[str, JsonValue]:
    """Return the payload with these changes, but for what an answer has to name."""
    whole = _JSON.validate_json(json.dumps(payload))
    for change in changes:
        found = [path for path in _paths(whole) if path[0] not in _KEPT]
        # Most of the rest only says who and where.
        within = [path for path in found if path[0] == "data" and len(path) > 1]
        found = within if within and change.place % 4 else found
        if found:
            whole = _JSON.validate_python(_changed(whole, found[change.place % len(found)], change)[0])
    return whole


def _paths(node: JsonValue, above: Path = ()) -> Iterator[Path]:
    inside: list[tuple[str | int, JsonValue]] = []
    if isinstance(node, dict):
        inside = list(node.items())
    elif isinstance(node, list):
        inside = list(enumerate(node))
    for step, value in inside:
        yield (*above, step)
        yield from _paths(value, (*above, step))


def _changed(node: JsonValue, path: Path, change: Spoil) -> list[JsonValue]:
    """Return the node with the change, as a list of one, or of none where it is gone."""
    if not path:
        return change.of(node)
    step, rest = path[0], path[1:]
    if isinstance(node, dict):
        kept = {
            name: [value] if name != step else _changed(value, rest, change) for name, value in node.items()
        }
        return [{name: values[0] for name, values in kept.items() if values}]
    if isinstance(node, list):
        places = [[value] if at != step else _changed(value, rest, change) for at, value in enumerate(node)]
        return [[value for values in places for value in values]]
    return [node]


@contextmanager
def tampering(platform: Discord, changes: Sequence[Spoil]) -> Generator[list[Json]]:
    """Spoil every interaction that is sent while the context is open; gives what was sent."""
    honest, sent = platform.dispatch, list[Json]()

    def dispatch(name: str, data: Json, guild_id: int | None) -> None:
        if name == "INTERACTION_CREATE":
            data = spoilt(data, changes)
            sent.append(data)
        honest(name, data, guild_id)

    platform.dispatch = dispatch
    try:
        yield sent
    finally:
        platform.dispatch = honest
