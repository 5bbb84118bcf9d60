"""What each form shows: which fields, what can be picked, and what stands there to begin with.

Pure. Discord takes five fields at most, so what is on or off goes into one group of boxes, and the group
goes where there is no room for it.
"""

from typing import Final, get_args

from bot.chat.fields import CHOICE, FIELDS, AnyField, Choice, Menu, Radio, Ticks, Words
from bot.chat.orders import SPOILER
from bot.chat.subject import (
    AUDIO,
    DURATION,
    FIXED_CAMERA,
    JOINED,
    LITE,
    LITE_FROM,
    MODEL,
    OPTIONS,
    PICTURE,
    PRO,
    PROMPT,
    RATIO,
    RESOLUTION,
    SEED,
    SPOILER_PREFIX,
    Subject,
    basis,
    is_covered,
    model_of,
)
from bot.chat.texts import text
from bot.core.draft import Form, Typed
from bot.core.models import (
    EDIT_PROMPT_LIMIT,
    FAST_PROMPT_LIMIT,
    LITE_PROMPT_LIMIT,
    PRO_PROMPT_LIMIT,
    Request,
    SeedanceFast,
    SeedanceLite,
    SeedancePro,
    SeedreamEdit,
)
from bot.core.source import PictureSource

PROMPT_LIMITS: Final[dict[type[Request], int]] = {
    SeedancePro: PRO_PROMPT_LIMIT,
    SeedanceLite: LITE_PROMPT_LIMIT,
    SeedanceFast: FAST_PROMPT_LIMIT,
    SeedreamEdit: EDIT_PROMPT_LIMIT,
}
SECONDS: Final[dict[type[Request], tuple[int, ...]]] = {
    SeedancePro: tuple(range(4, 13)),
    SeedanceLite: (5, 10),
    SeedanceFast: tuple(range(2, 13)),
}
# What both models that animate take.
_EITHER: Final = (5, 10)
# The longest seed with its sign.
_SEED_LETTERS: Final = 17


def title_of(subject: Subject, locale: str) -> str:
    """Return what stands above the form."""
    return text(f"form.{subject.form}", locale)


def fields_of(subject: Subject, typed: Typed, locale: str) -> tuple[AnyField, ...]:
    """Return the fields, filled in with what was typed before, else with what the form begins with."""
    form = _Filling(subject, typed, locale)
    found = [form.pictures(), form.prompt(), form.model(), form.resolution(), form.ratio(), form.duration()]
    found.append(form.seed())
    shown = [field for field in found if field is not None]
    return tuple(shown if len(shown) == FIELDS else [*shown, form.options()])


class _Filling:
    """Makes the fields of one form, each None where the form has no such field."""

    def __init__(self, subject: Subject, typed: Typed, locale: str) -> None:
        self._subject = subject
        self._typed = typed
        self._locale = locale
        self._model = model_of(subject, typed)
        self._basis = basis(subject, self._model)

    def pictures(self) -> Menu | None:
        count = self._subject.picture_count
        if count < 2:
            return None
        choices = tuple(Choice(str(number), self._picture(number)) for number in range(count))
        most = min(count, SeedreamEdit.pictures_wanted[1]) if self._subject.form is Form.EDIT else 1
        chosen = self._chosen(PICTURE, choices, "0", most)
        return Menu(PICTURE, self._say("field.picture"), choices, chosen, most)

    def _picture(self, number: int) -> str:
        if not self._subject.sources:
            return text("field.picture.result", self._locale, number=number + 1)
        return _named(self._subject.sources[number], number, self._locale)

    def prompt(self) -> Words:
        before = str(self._basis.get(PROMPT, ""))
        words = next(iter(self._typed.get(PROMPT, ())), before)
        # A prompt that fits the one model that animates fits the other.
        return Words(PROMPT, self._say("field.prompt"), words, PROMPT_LIMITS[self._model], is_long=True)

    def model(self) -> Radio | None:
        if self._subject.form is not Form.ANIMATE:
            return None
        names = [PRO, LITE, *([LITE_FROM] if self._subject.has_picture_before else [])]
        choices = tuple(
            Choice(name, self._say(f"model.{name}"), self._say(f"model.{name}.hint")) for name in names
        )
        (chosen,) = self._chosen(MODEL, choices, PRO)
        return Radio(MODEL, self._say("field.model"), choices, chosen)

    def resolution(self) -> Menu:
        return self._menu(RESOLUTION, [str(value) for value in _literals(self._model, RESOLUTION)])

    def ratio(self) -> Menu | None:
        # A video that goes on has the shape of its beginning.
        if RATIO not in self._model.model_fields or self._subject.form in (Form.ANIMATE, Form.EXTEND):
            return None
        return self._menu(RATIO, [str(value) for value in _literals(self._model, RATIO)])

    def duration(self) -> Menu | None:
        if DURATION not in self._model.model_fields:
            return None
        seconds = _EITHER if self._subject.form is Form.ANIMATE else SECONDS[self._model]
        return self._menu(DURATION, [str(value) for value in seconds])

    def seed(self) -> Words | None:
        if SEED not in self._model.model_fields:
            return None
        before = str(self._basis.get(SEED, ""))
        words = next(iter(self._typed[SEED]), "") if SEED in self._typed else before
        hint = self._say("field.seed.hint")
        return Words(SEED, self._say("field.seed"), words, _SEED_LETTERS, is_required=False, hint=hint)

    def options(self) -> Ticks:
        names = [SPOILER]
        if self._subject.form is Form.EXTEND:
            names.insert(0, JOINED)
        has_sound = self._model is SeedancePro or self._subject.form is Form.ANIMATE
        if has_sound:
            names[:0] = [AUDIO, FIXED_CAMERA]
        choices = tuple(Choice(name, self._say(f"tick.{name}"), self._hint(name)) for name in names)
        return Ticks(OPTIONS, self._say("field.options"), choices, self._ticked(names))

    def _hint(self, name: str) -> str | None:
        is_for_one = self._subject.form is Form.ANIMATE and name in (AUDIO, FIXED_CAMERA)
        return self._say("tick.pro") if is_for_one else None

    def _ticked(self, names: list[str]) -> tuple[str, ...]:
        if OPTIONS in self._typed:
            return tuple(name for name in names if name in self._typed[OPTIONS])
        beginning = {
            # What the model does where nobody chose: its page's defaults.
            AUDIO: self._basis.get(AUDIO, True),
            FIXED_CAMERA: self._basis.get(FIXED_CAMERA, True),
            JOINED: True,
            SPOILER: is_covered(self._subject),
        }
        return tuple(name for name in names if beginning[name])

    def _menu(self, name: str, values: list[str]) -> Menu:
        choices = tuple(Choice(value, self._value(name, value)) for value in values)
        before = str(self._basis.get(name, self._model.model_fields[name].default))
        return Menu(name, self._say(f"field.{name}"), choices, self._chosen(name, choices, before))

    def _value(self, name: str, value: str) -> str:
        return text("option.duration", self._locale, value=value) if name == DURATION else value

    def _chosen(self, name: str, choices: tuple[Choice, ...], before: str, most: int = 1) -> tuple[str, ...]:
        """Return what was picked before, as far as it can still be picked, else the beginning."""
        offered = {choice.value for choice in choices}
        picked = dict.fromkeys(value for value in self._typed.get(name, ()) if value in offered)
        return tuple(picked)[:most] or (before,)

    def _say(self, key: str) -> str:
        return text(key, self._locale)


def _literals(model: type[Request], name: str) -> tuple[str | int, ...]:
    """Return the values that a field of the model takes."""
    return get_args(model.model_fields[name].annotation)


def _named(source: PictureSource, number: int, locale: str) -> str:
    """Return what a picture is called in the list, at most as long as a choice may be."""
    name = source.filename.removeprefix(SPOILER_PREFIX).strip() or "?"
    label = f"{number + 1}. {name}"
    if not source.width or not source.height:
        return label[:CHOICE]
    size = text("field.picture.size", locale, width=source.width, height=source.height)
    return label[: CHOICE - len(size)] + size
