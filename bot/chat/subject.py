"""What a form is about, and what of it was wanted: from what was typed to a request, its pictures, its cover.

Pure. Nothing typed is believed to have been offered: the model judges its own fields, the pictures are
counted here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.chat.orders import SPOILER, Option, build_request, uncovered
from bot.core.descent import How
from bot.core.draft import Form, Typed
from bot.core.errors import MemberError, Problem
from bot.core.job import Job, State
from bot.core.models import Kind, Request, SeedanceFast, SeedanceLite, SeedancePro, SeedreamEdit
from bot.core.source import Borrowed, PictureSource, Place, Source

PROMPT: Final = "prompt"
RESOLUTION: Final = "resolution"
RATIO: Final = "ratio"
DURATION: Final = "duration"
SEED: Final = "seed"
OPTIONS: Final = "options"
MODEL: Final = "model"
PICTURE: Final = "picture"
"""The names of the fields."""

JOINED: Final = "joined"
AUDIO: Final = "audio"
FIXED_CAMERA: Final = "fixed_camera"
"""The boxes to tick among the options, besides the spoiler."""

PRO: Final = "seedance-pro"
LITE: Final = "seedance-lite"
LITE_FROM: Final = "seedance-lite-from"
"""The models of the form that animates; the last goes from the picture before an edit to the one after."""

SPOILER_PREFIX: Final = "SPOILER_"
"""With this Discord itself begins the name of a covered file."""

_SECONDS: Final = re.compile(r"\d{1,3}", re.ASCII)
_SEED: Final = re.compile(r"[+-]?\d{1,16}", re.ASCII)
# As far as Discord's own whole-number options go.
SEED_LIMIT: Final = 2**53


@dataclass(frozen=True, slots=True)
class Subject:
    """A form with what it began with: an earlier job, or somebody's pictures."""

    form: Form
    parent: Job | None = None
    sources: tuple[PictureSource, ...] = ()
    may_borrow_card: bool = False
    """Whether the pictures that the parent began with may come to where the form is."""

    @property
    def picture_count(self) -> int:
        """How many pictures there are to choose from."""
        if self.form is Form.ANIMATE and self.parent is not None:
            return len(self.parent.outputs)
        return len(self.sources)

    @property
    def has_picture_before(self) -> bool:
        """Tell whether there is a picture, which may come here, from which its own was made."""
        return self.may_borrow_card and self.parent is not None and bool(self.parent.pictures)


def has_result(job: Job) -> bool:
    """Tell whether there is a result to go on from, be it one that was posted a moment ago."""
    is_there = job.state is State.DELIVERED or (job.state is State.READY and job.posting_at is not None)
    return is_there and job.deleted_at is None


def subject_of(form: Form, parent: Job, *, may_borrow_card: bool) -> Subject:
    """Return what a form under a result is about; raises MemberError where the job cannot lead there."""
    made = {Form.ANIMATE: Kind.IMAGE, Form.EXTEND: Kind.VIDEO}.get(form)
    if made is None:
        borrowed_card(parent, may_borrow=may_borrow_card)
    elif not has_result(parent) or parent.request.makes is not made:
        raise MemberError(Problem.NO_SUCH_RESULT)
    return Subject(form, parent, may_borrow_card=may_borrow_card)


def borrowed_card(parent: Job, *, may_borrow: bool) -> tuple[Borrowed, ...]:
    """Return the pictures that the job began with.

    Raises MemberError where it never came to have them, or where they may not be borrowed from here.
    """
    if len(parent.pictures) < parent.request.pictures_wanted[0]:
        raise MemberError(Problem.NO_SUCH_RESULT)
    if parent.pictures and not may_borrow:
        raise MemberError(Problem.NOT_FROM_HERE)
    return tuple(Borrowed(parent.id, Place.CARD, number) for number in range(len(parent.pictures)))


def model_of(subject: Subject, typed: Typed) -> type[Request]:
    """Return the model that is to be asked."""
    match subject.form:
        case Form.EDIT:
            return SeedreamEdit
        case Form.ANIMATE:
            return SeedancePro if _one(typed, MODEL, PRO) == PRO else SeedanceLite
        case Form.CHANGE | Form.EXTEND:
            assert subject.parent is not None
            model = type(subject.parent.request)
            # What makes videos of words takes no picture to go on from.
            return SeedancePro if subject.form is Form.EXTEND and model is SeedanceFast else model


def basis(subject: Subject, model: type[Request]) -> dict[str, Option]:
    """Return the settings with which the form begins, by the names of the model's fields."""
    if subject.parent is None or subject.form is Form.ANIMATE:
        return {}
    before = subject.parent.request.model_dump(exclude={"command"}, exclude_none=True)
    kept: dict[str, Option] = {name: value for name, value in before.items() if name in model.model_fields}
    if subject.form is Form.EXTEND and model is SeedancePro:
        kept[RATIO] = "adaptive"
        # Seconds; the model's least, which is more than that of the one which takes words alone.
        kept[DURATION] = max(4, int(before[DURATION]))
    return kept


def request_from(subject: Subject, typed: Typed) -> Request:
    """Return the request; raises MemberError with the first thing that its sender would have to change."""
    if MODEL in typed and _one(typed, MODEL, "") not in (PRO, LITE, LITE_FROM):
        raise MemberError(Problem.OPTION_INVALID, option=MODEL)
    model = model_of(subject, typed)
    chosen = basis(subject, model)
    chosen[PROMPT] = uncovered(_one(typed, PROMPT, ""))[0]
    for name in (RESOLUTION, RATIO):
        if name in typed and name in model.model_fields:
            chosen[name] = _one(typed, name, "")
    if DURATION in typed:
        chosen[DURATION] = _seconds(_one(typed, DURATION, ""))
    if SEED in typed and SEED in model.model_fields:
        chosen[SEED] = _seed(_one(typed, SEED, ""))
    if OPTIONS in typed and model is SeedancePro:
        chosen |= {name: name in typed[OPTIONS] for name in (AUDIO, FIXED_CAMERA)}
    return build_request(model, chosen)


def sources_from(subject: Subject, typed: Typed) -> tuple[Source, ...]:
    """Return the pictures to begin with; raises MemberError where none, or one never offered, was chosen."""
    match subject.form, subject.parent:
        case Form.CHANGE, Job() as parent:
            return borrowed_card(parent, may_borrow=subject.may_borrow_card)
        case Form.EXTEND, Job() as parent:
            return (Borrowed(parent.id, Place.RESULT),)
        case Form.ANIMATE, Job() as parent:
            (number,) = _numbers(subject, typed, most=1)
            result = Borrowed(parent.id, Place.RESULT, number)
            if _one(typed, MODEL, PRO) != LITE_FROM:
                return (result,)
            return (borrowed_card(parent, may_borrow=subject.may_borrow_card)[0], result)
        case _:
            most = model_of(subject, typed).pictures_wanted[1] if subject.form is Form.EDIT else 1
            return tuple(subject.sources[number] for number in _numbers(subject, typed, most))


def how_from(form: Form, typed: Typed) -> How:
    """Return what the new job is to the one that it began with."""
    match form:
        case Form.CHANGE | Form.EDIT:
            return How.CHANGE
        case Form.ANIMATE:
            return How.ANIMATE
        case Form.EXTEND:
            return How.JOIN if JOINED in typed.get(OPTIONS, ()) else How.EXTEND


def spoiler_from(subject: Subject, typed: Typed, sources: Sequence[Source]) -> bool:
    """Tell whether the new job is covered; where the form had no box for it, as what it began with."""
    if uncovered(_one(typed, PROMPT, ""))[1]:
        return True
    if any(isinstance(source, PictureSource) and _is_covered(source) for source in sources):
        return True
    if OPTIONS in typed:
        return SPOILER in typed[OPTIONS]
    return subject.parent is not None and subject.parent.spoiler


def is_covered(subject: Subject) -> bool:
    """Tell whether something that the form began with is covered."""
    by_parent = subject.parent is not None and subject.parent.spoiler
    return by_parent or any(_is_covered(source) for source in subject.sources)


def _is_covered(source: PictureSource) -> bool:
    return source.filename.startswith(SPOILER_PREFIX)


def _numbers(subject: Subject, typed: Typed, most: int) -> tuple[int, ...]:
    """Return which pictures were chosen, the first is 0; where there is but one, the form did not ask."""
    chosen = typed.get(PICTURE, ()) if subject.picture_count > 1 else ("0",)
    known = {str(number): number for number in range(subject.picture_count)}
    if not 1 <= len(chosen) <= most or not known.keys() >= set(chosen) or len(set(chosen)) < len(chosen):
        raise MemberError(Problem.OPTION_INVALID, option=PICTURE)
    return tuple(known[value] for value in chosen)


def _one(typed: Typed, name: str, otherwise: str) -> str:
    return next(iter(typed.get(name, ())), otherwise)


def _seconds(text: str) -> int:
    if not _SECONDS.fullmatch(text):
        raise MemberError(Problem.OPTION_INVALID, option=DURATION)
    return int(text)


def _seed(text: str) -> int | None:
    """Return a seed, None where the field was left empty."""
    if not text.strip():
        return None
    if not _SEED.fullmatch(text.strip()) or abs(int(text)) > SEED_LIMIT:
        raise MemberError(Problem.SEED_INVALID)
    return int(text)
