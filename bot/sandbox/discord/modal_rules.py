"""What Discord refuses in a form.

Pure: a form as the bot opens it, in; sentences about what is wrong with it, out. The OpenAPI file allows 40
components and says nothing between fields; numbers are from Discord's component reference.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from bot.sandbox.discord.choice_rules import CHECKBOXES, FILE_UPLOAD, RADIO, choice_faults
from bot.sandbox.discord.rules import ROW, SELECTS, TEXT_DISPLAY
from bot.sandbox.discord.wire import Component, walk

TEXT_INPUT, LABEL, CHECKBOX = 4, 18, 23
COUNTED: Final = SELECTS | {FILE_UPLOAD, RADIO, CHECKBOXES}
FIELDS: Final = COUNTED | {TEXT_INPUT, CHECKBOX}
LONGEST: Final = 4000  # characters in a text input
SHORT, PARAGRAPH = 1, 2


def modal_faults(custom_id: str | None, title: str | None, components: Sequence[Component]) -> Iterator[str]:
    """Yield what Discord refuses in a form."""
    if not 1 <= len(custom_id or "") <= 100:
        yield "data/custom_id: a form has one of 1 to 100 letters"
    if not 1 <= len(title or "") <= 45:
        yield "data/title: a form has one of 1 to 45 letters"
    if not 1 <= len(components) <= 5:
        yield f"data/components: {len(components)}, a form has 1 to 5"
    for part in components:
        yield from _top_faults(part)
    ids = Counter(part.custom_id for part in walk(components) if part.custom_id is not None)
    yield from (f"custom_id {name!r} is used {count} times" for name, count in ids.items() if count > 1)


def _top_faults(part: Component) -> Iterator[str]:
    if part.type == LABEL:
        yield from _label_faults(part)
    elif part.type == ROW:
        yield from _row_faults(part)
    elif part.type != TEXT_DISPLAY:
        yield f"component {part.type} cannot stand in a form by itself, only {(ROW, TEXT_DISPLAY, LABEL)}"
    elif not 1 <= len(part.content or "") <= LONGEST:
        yield f"a text in a form has 1 to {LONGEST} letters"


def _row_faults(row: Component) -> Iterator[str]:
    if [one.type for one in row.components] != [TEXT_INPUT]:
        yield "a row in a form holds one text input and nothing else"
    for one in row.components:
        yield from _field_faults(one)
        if not 1 <= len(one.label or "") <= 45:
            yield f"{one.custom_id!r}: a text input in a row has a label of 1 to 45 letters"


def _label_faults(label: Component) -> Iterator[str]:
    if not 1 <= len(label.label or "") <= 45:
        yield f"label {label.label!r} has not 1 to 45 letters"
    if label.description is not None and not 1 <= len(label.description) <= 100:
        yield f"label {label.label!r}: a description has 1 to 100 letters"
    if label.component is None or label.component.type not in FIELDS:
        yield f"label {label.label!r} holds no field"
    else:
        yield from _field_faults(label.component)
        if label.component.label is not None:
            yield f"{label.component.custom_id!r} has a label of its own inside a label"


def _field_faults(part: Component) -> Iterator[str]:
    where = repr(part.custom_id)
    if not 1 <= len(part.custom_id or "") <= 100:
        yield f"{where}: a custom_id has 1 to 100 letters"
    if part.disabled:
        yield f"{where}: nothing in a form can be disabled"
    if part.type == TEXT_INPUT:
        yield from _text_faults(part, where)
    elif part.type in COUNTED:
        yield from choice_faults(part)
        if part.required is not False and part.min_values == 0:
            yield f"{where}: what is required cannot have min_values 0"
    if len(part.placeholder or "") > (100 if part.type == TEXT_INPUT else 150):
        yield f"{where}: the placeholder is too long"


def _text_faults(part: Component, where: str) -> Iterator[str]:
    least, most = part.min_length or 0, LONGEST if part.max_length is None else part.max_length
    if part.style not in (SHORT, PARAGRAPH):
        yield f"{where}: style {part.style}"
    if not (0 <= least <= most and 1 <= most <= LONGEST):
        yield f"{where}: from {least} to {most} letters cannot be asked for"
    # An empty value is none: the field is empty then.
    if part.value and not least <= len(part.value) <= most:
        yield f"{where}: a value of {len(part.value)} letters, {least} to {most} are allowed"
