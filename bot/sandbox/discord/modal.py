"""Filling in a form the way Discord's client does.

Pure but for `hold`, which takes an uploaded file in and returns its id.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from bot.sandbox.discord.refusal import ClientRefusal
from bot.sandbox.discord.upload import Upload
from bot.sandbox.discord.wire import Component, Json, walk

Entry: TypeAlias = str | bool | Sequence[str] | Upload

TEXT_INPUT, FILE_UPLOAD, RADIO, CHECKBOX = 4, 19, 21, 23


def filled(
    components: Sequence[Component],
    values: Mapping[str, Entry],
    hold: Callable[[Upload], str],
    *,
    checked: bool,
) -> list[Json]:
    """Return the `components` of a submitted form; ClientRefusal for an unknown or missing field."""
    fields = {part.custom_id: part for part in walk(components) if part.custom_id is not None}
    for name in values:
        if checked and name not in fields:
            raise ClientRefusal(f"the form has no field {name}")
    for name, part in fields.items():
        if checked and part.required and part.type != CHECKBOX and not values.get(name):
            raise ClientRefusal(f"{name} is required")
    return [_sent(part, number, values, hold) for number, part in enumerate(components, 1)]


def _sent(part: Component, number: int, values: Mapping[str, Entry], hold: Callable[[Upload], str]) -> Json:
    head = {"type": part.type, "id": part.id or number}
    if part.component is not None:
        return {**head, "component": _sent(part.component, 100 + number, values, hold)}
    if part.components:
        return {**head, "components": [_sent(one, 100 + number, values, hold) for one in part.components]}
    if part.custom_id is None:
        return head
    return {**head, "custom_id": part.custom_id, **_value(part, values.get(part.custom_id), hold)}


def _value(part: Component, entry: Entry | None, hold: Callable[[Upload], str]) -> Json:
    if isinstance(entry, Upload):
        return {"values": [hold(entry)]}
    if part.type == TEXT_INPUT:
        return {"value": entry or ""}
    if part.type in (RADIO, CHECKBOX):
        return {"value": entry if entry is not None else (False if part.type == CHECKBOX else None)}
    return {"values": [entry] if isinstance(entry, str) else list(entry or ())}  # type: ignore[arg-type]
