"""Filling in a form the way Discord's client does: what the member leaves alone is sent as it was opened.

Pure but for `hold`, which takes an uploaded file in and returns its id.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from bot.sandbox.discord.choice_rules import CHECKBOXES, FILE_UPLOAD, RADIO, STRING_SELECT, bounds
from bot.sandbox.discord.modal_rules import CHECKBOX, LONGEST, SHORT, TEXT_INPUT
from bot.sandbox.discord.refusal import ClientRefusal
from bot.sandbox.discord.upload import Upload
from bot.sandbox.discord.wire import Component, Json, walk

Entry: TypeAlias = str | bool | Sequence[str] | Upload | Sequence[Upload]
Held: TypeAlias = tuple[str, ...] | tuple[Upload, ...] | bool


def filled(
    components: Sequence[Component],
    values: Mapping[str, Entry],
    hold: Callable[[Upload], str],
    *,
    checked: bool,
    upload_limit: int,
) -> list[Json]:
    """Return the `components` of a submitted form; ClientRefusal for what the client does not send."""
    fields = {part.custom_id: part for part in walk(components) if part.custom_id is not None}
    for name in values:
        if checked and name not in fields:
            raise ClientRefusal(f"the form has no field {name}")
    held = {name: _held(part, values.get(name)) for name, part in fields.items()}
    for name, part in fields.items() if checked else ():
        for fault in _faults(part, held[name], upload_limit):
            raise ClientRefusal(f"{name}: {fault}")
    return [_sent(part, number, held, hold) for number, part in enumerate(components, 1)]


def _held(part: Component, entry: Entry | None) -> Held:
    """Return what a field holds when the form is sent: no value is an empty tuple."""
    if part.type == CHECKBOX:
        return bool(part.default) if entry is None else bool(entry)
    if entry is None:
        if part.type == TEXT_INPUT:
            return (part.value,) if part.value else ()
        return tuple(option.value for option in part.options if option.default)
    if isinstance(entry, Upload):
        return (entry,)
    if isinstance(entry, bool):
        raise TypeError(f"{part.custom_id} is no checkbox")
    if isinstance(entry, str):
        return (_named(part, entry),) if entry else ()
    uploads = tuple(one for one in entry if isinstance(one, Upload))
    return uploads or tuple(_named(part, one) for one in entry if isinstance(one, str))


def _named(part: Component, entry: str) -> str:
    """Return the value of an option where its label was picked, as a member does."""
    return next((option.value for option in part.options if option.label == entry), entry)


def _faults(part: Component, held: Held, upload_limit: int) -> Iterator[str]:
    if isinstance(held, bool):
        return
    if not held:
        if part.required is not False:
            yield "is required"
        return
    if part.type == TEXT_INPUT:
        yield from _text_faults(part, str(held[0]))
        return
    took = bounds(part)
    if not took.low <= len(held) <= took.high:
        yield f"{len(held)} chosen, {took.low} to {took.high} are asked for"
    known = {option.value for option in part.options}
    for one in held:
        if isinstance(one, Upload):
            if part.type != FILE_UPLOAD or one.size > upload_limit:
                yield f"{one.size} bytes, the member may upload {upload_limit}"
        elif part.type in (STRING_SELECT, RADIO, CHECKBOXES) and one not in known:
            yield f"does not offer {one!r}"


def _text_faults(part: Component, text: str) -> Iterator[str]:
    least, most = part.min_length or 0, LONGEST if part.max_length is None else part.max_length
    if not least <= len(text) <= most:
        yield f"{len(text)} characters, {least} to {most} are asked for"
    if part.style == SHORT and "\n" in text:
        yield "is one line"


def _sent(part: Component, number: int, held: Mapping[str, Held], hold: Callable[[Upload], str]) -> Json:
    head = {"type": part.type, "id": part.id or number}
    if part.component is not None:
        return {**head, "component": _sent(part.component, 100 + number, held, hold)}
    if part.components:
        return {**head, "components": [_sent(one, 100 + number, held, hold) for one in part.components]}
    if part.custom_id is None:
        return head
    return {**head, "custom_id": part.custom_id, **_value(part, held[part.custom_id], hold)}


def _value(part: Component, held: Held, hold: Callable[[Upload], str]) -> Json:
    if isinstance(held, bool):
        return {"value": held}
    sent = [hold(one) if isinstance(one, Upload) else one for one in held]
    if part.type == TEXT_INPUT:
        return {"value": sent[0] if sent else ""}
    if part.type == RADIO:
        return {"value": sent[0] if sent else None}
    return {"values": sent}
