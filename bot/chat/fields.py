"""The fields of a form as values of our own, and what Discord makes of them: a modal out, what was typed in.

What comes back is bounded and typed here and nowhere believed: whether a value was ever offered is for
whoever reads it to judge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import discord
from discord import ui
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from bot.core.draft import Typed
from bot.core.errors import MemberError, Problem

# Discord's limits: a form's fields; letters of a title and of a field's name, of a choice, of a hint.
FIELDS: Final = 5
NAME: Final = 45
CHOICE: Final = 100
# What a text field may bring, and a choice that is offered whole.
_TEXT: Final = 4000
_CHOICES: Final = 25


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to pick."""

    value: str
    label: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A field for text, of at most `limit` characters."""

    name: str
    label: str
    text: str
    limit: int
    is_long: bool = False
    is_required: bool = True
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Menu:
    """A list that opens, of which one to `most` are picked; `chosen` are values."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    chosen: tuple[str, ...]
    most: int = 1


@dataclass(frozen=True, slots=True)
class Radio:
    """Two to ten choices that all stand there, of which one is picked."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Ticks:
    """Boxes to tick, or not."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    chosen: tuple[str, ...]


AnyField = Words | Menu | Radio | Ticks


class Modal(ui.Modal):
    """A form that the library shall send and forget: its answer finds us by the form's id alone."""

    def __init__(self, form_id: str, title: str, fields: Sequence[AnyField]) -> None:
        super().__init__(title=title[:NAME], custom_id=form_id)
        for field in fields:
            self.add_item(_label(field))
        self.stop()


def _label(field: AnyField) -> ui.Label[Modal]:
    hint = field.hint if isinstance(field, Words) else None
    return ui.Label(text=field.label[:NAME], description=hint, component=_component(field))


def _component(field: AnyField) -> ui.Item[Modal]:
    match field:
        case Words():
            return ui.TextInput(
                custom_id=field.name,
                style=discord.TextStyle.paragraph if field.is_long else discord.TextStyle.short,
                default=field.text[: field.limit] or None,
                required=field.is_required,
                max_length=field.limit,
            )
        case Menu():
            return ui.Select(
                custom_id=field.name,
                options=[_option(choice, field.chosen) for choice in field.choices],
                min_values=1,
                max_values=field.most,
                required=True,
            )
        case Radio():
            return ui.RadioGroup(
                custom_id=field.name, options=[_radio(choice, field.chosen) for choice in field.choices]
            )
        case Ticks():
            return ui.CheckboxGroup(
                custom_id=field.name,
                options=[_tick(choice, field.chosen) for choice in field.choices],
                required=False,
                min_values=0,
                max_values=len(field.choices),
            )


def _option(choice: Choice, chosen: tuple[str, ...]) -> discord.SelectOption:
    return discord.SelectOption(
        label=choice.label[:CHOICE],
        value=choice.value,
        description=choice.hint,
        default=choice.value in chosen,
    )


def _radio(choice: Choice, chosen: str) -> discord.RadioGroupOption:
    return discord.RadioGroupOption(
        label=choice.label[:CHOICE],
        value=choice.value,
        description=choice.hint,
        default=choice.value == chosen,
    )


def _tick(choice: Choice, chosen: tuple[str, ...]) -> discord.CheckboxGroupOption:
    return discord.CheckboxGroupOption(
        label=choice.label[:CHOICE],
        value=choice.value,
        description=choice.hint,
        default=choice.value in chosen,
    )


class _Part(BaseModel):
    """A part of a form that was sent: a frame around a field, or the field."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    custom_id: Annotated[str, Field(max_length=100)] | None = None
    value: JsonValue = None
    values: Annotated[tuple[Annotated[str, Field(max_length=CHOICE)], ...], Field(max_length=_CHOICES)] = ()
    component: "_Part | None" = None

    def typed(self) -> tuple[str, ...]:
        """Return what the field holds; one that was left empty holds nothing."""
        if isinstance(self.value, str) and self.value:
            return (self.value[:_TEXT],)
        return self.values


class _Picked(BaseModel):
    """What Discord sends of a list in which something was picked."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    values: Annotated[tuple[Annotated[str, Field(max_length=CHOICE)], ...], Field(max_length=_CHOICES)]


def picked(data: object) -> str:
    """Return what was picked from a list; nothing where it is no such message."""
    try:
        return next(iter(_Picked.model_validate(data).values), "")
    except ValidationError:
        return ""


class _Sent(BaseModel):
    """What Discord sends of a form; the rest of it is of no interest."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    components: Annotated[tuple[_Part, ...], Field(max_length=FIELDS)] = ()


def typed_in(data: object) -> Typed:
    """Return what was typed into a form, by the names of its fields.

    Raises MemberError where it is nothing that a form of ours could have brought.
    """
    try:
        sent = _Sent.model_validate(data)
    except ValidationError:
        raise MemberError(Problem.OPTION_INVALID, option="form") from None
    fields = [part.component or part for part in sent.components]
    return {field.custom_id: field.typed() for field in fields if field.custom_id is not None}
