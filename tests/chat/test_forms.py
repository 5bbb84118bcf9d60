"""Forms: what they show keeps Discord's limits and the models', and whatever comes back is judged."""

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, ValidationError

from bot.chat import fields
from bot.chat.fields import AnyField, Menu, Modal, Radio, Ticks, Words, picked, typed_in
from bot.chat.forms import PROMPT_LIMITS, SECONDS, fields_of, title_of
from bot.chat.subject import (
    DURATION,
    MODEL,
    OPTIONS,
    PICTURE,
    PROMPT,
    RATIO,
    RESOLUTION,
    SEED,
    Subject,
    request_from,
    sources_from,
    spoiler_from,
)
from bot.core.draft import Form, Typed
from bot.core.errors import MemberError, Problem
from bot.core.job import Job, State
from bot.core.models import MODELS, Kind, Request, SeedanceFast, SeedanceLite, SeedancePro, SeedreamEdit
from bot.core.source import PictureSource
from tests.builders import a_job

NAMES = (PROMPT, RESOLUTION, RATIO, DURATION, SEED, OPTIONS, MODEL, PICTURE)
VALUES = (
    "",
    "5",
    "10",
    "12",
    "13",
    "-1",
    "0",
    "1",
    "24",
    "480p",
    "16:9",
    "adaptive",
    "4K",
    "seedance-lite",
    "joined",
    "audio",
    "||x||",
    "9" * 40,
)


def a_parent(request: Request, *, outputs: int = 1, spoiler: bool = False) -> Job:
    job = a_job(State.DELIVERED, request=request, spoiler=spoiler)
    return replace(job, outputs=job.outputs * outputs, pictures=job.pictures * request.pictures_wanted[0])


def a_picture(number: int, name: str = "") -> PictureSource:
    return PictureSource(f"https://cdn.discordapp.com/{number}.png", name or f"{number}.png", 10, 4000, 3000)


def all_subjects() -> list[Subject]:
    examples = [model(prompt="a" * limit) for model, limit in PROMPT_LIMITS.items()]
    images = [one for one in examples if one.makes is Kind.IMAGE]
    films = [one for one in examples if one.makes is Kind.VIDEO]
    named = tuple(a_picture(n, "ä" * 300 if n % 2 else "") for n in range(25))
    return [
        *(Subject(Form.CHANGE, a_parent(one), may_borrow_card=True) for one in examples),
        *(
            Subject(Form.ANIMATE, a_parent(one, outputs=n), may_borrow_card=may)
            for one in images
            for n in (1, 10)
            for may in (True, False)
        ),
        *(Subject(Form.EXTEND, a_parent(one)) for one in films),
        *(Subject(form, sources=named[:n]) for form in (Form.ANIMATE, Form.EDIT) for n in (1, 2, 25)),
    ]


SUBJECTS = all_subjects()
subjects = st.sampled_from(SUBJECTS)
typings = st.dictionaries(
    st.sampled_from(NAMES),
    st.lists(st.sampled_from(VALUES) | st.text(max_size=30), max_size=12).map(tuple),
)


def untouched(shown: Sequence[AnyField]) -> Typed:
    """Return what is sent of a form that nobody has touched."""
    typed = dict[str, tuple[str, ...]]()
    for field in shown:
        match field:
            case Words():
                typed[field.name] = (field.text,) if field.text else ()
            case Radio():
                typed[field.name] = (field.chosen,)
            case Menu() | Ticks():
                typed[field.name] = field.chosen
    return typed


@given(subjects, typings)
def test_whatever_was_typed_the_form_keeps_discords_limits(subject: Subject, typed: Typed) -> None:
    shown = fields_of(subject, typed, "en-GB")

    assert 1 <= len(shown) <= 5
    assert len({field.name for field in shown}) == len(shown)
    assert 1 <= len(title_of(subject, "en-GB")) <= 45
    for field in shown:
        assert 1 <= len(field.label) <= 45
        if isinstance(field, Words):
            assert field.hint is None or len(field.hint) <= 100
            continue
        assert all(1 <= len(choice.label) <= 100 for choice in field.choices)
        assert all(choice.hint is None or len(choice.hint) <= 100 for choice in field.choices)
        assert len({choice.value for choice in field.choices}) == len(field.choices)
        offered = {choice.value for choice in field.choices}
        if isinstance(field, Menu):
            assert 1 <= len(field.chosen) <= field.most <= len(field.choices) <= 25
        elif isinstance(field, Radio):
            assert 2 <= len(field.choices) <= 10
            assert field.chosen in offered
        else:
            assert 1 <= len(field.choices) <= 10
            assert offered.issuperset(field.chosen)


@given(subjects, typings)
def test_whatever_comes_back_is_a_request_or_a_refusal(subject: Subject, typed: Typed) -> None:
    try:
        request, sources = request_from(subject, typed), sources_from(subject, typed)
    except MemberError:
        return
    fewest, most = request.pictures_wanted
    assert fewest <= len(sources) <= most
    assert request.prompt
    spoiler_from(subject, typed, sources)


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda one: f"{one.form} {one.picture_count}")
def test_every_value_that_a_form_offers_is_taken(subject: Subject) -> None:
    shown = fields_of(subject, {PROMPT: ("words",)}, "en-GB")
    typed = untouched(shown)
    for field in shown:
        if isinstance(field, Menu | Radio):
            for choice in field.choices:
                request_from(subject, {**typed, field.name: (choice.value,)})
                sources_from(subject, {**typed, field.name: (choice.value,)})


@pytest.mark.parametrize("model", [SeedancePro, SeedanceLite, SeedanceFast])
def test_the_seconds_offered_are_all_that_the_model_takes(model: type[Request]) -> None:
    def takes(seconds: int) -> bool:
        try:
            model.model_validate({"prompt": "-", "duration": seconds})
        except ValidationError:
            return False
        return True

    assert SECONDS[model] == tuple(seconds for seconds in range(60) if takes(seconds))


@pytest.mark.parametrize("model", MODELS)
def test_a_prompt_may_be_as_long_in_a_form_as_the_model_takes(model: type[Request]) -> None:
    assert model(prompt="a" * PROMPT_LIMITS[model])
    with pytest.raises(ValidationError):
        model(prompt="a" * (PROMPT_LIMITS[model] + 1))


def test_all_resolutions_and_ratios_are_offered() -> None:
    shown = {
        field.name: field
        for field in fields_of(Subject(Form.CHANGE, a_parent(SeedanceFast(prompt="x"))), {}, "en")
    }
    for name in (RESOLUTION, RATIO):
        menu = shown[name]
        assert isinstance(menu, Menu)
        assert [one.value for one in menu.choices] == list(
            get_args(SeedanceFast.model_fields[name].annotation)
        )


@pytest.mark.parametrize(
    ("typed", "seed"),
    [("7", 7), (" -7 ", -7), ("", None), ("9007199254740992", 2**53), ("+1", 1)],
)
def test_a_seed_is_a_whole_number_or_nothing(typed: str, seed: int | None) -> None:
    subject = Subject(Form.CHANGE, a_parent(SeedanceFast(prompt="x", seed=3)))
    request = request_from(subject, {PROMPT: ("x",), SEED: (typed,) if typed else ()})
    assert isinstance(request, SeedanceFast)
    assert request.seed == seed


@pytest.mark.parametrize("typed", ["7.0", "seven", "9007199254740993", "٣", "1_0", "--1"])
def test_any_other_seed_is_refused(typed: str) -> None:
    subject = Subject(Form.CHANGE, a_parent(SeedanceFast(prompt="x")))
    with pytest.raises(MemberError) as refused:
        request_from(subject, {PROMPT: ("x",), SEED: (typed,)})
    assert refused.value.reason.problem is Problem.SEED_INVALID


def test_a_prompt_between_bars_covers_the_new_job_and_loses_them() -> None:
    subject = Subject(Form.CHANGE, a_parent(SeedreamEdit(prompt="x")))
    typed: Typed = {PROMPT: ("||a secret||",), OPTIONS: ()}
    assert request_from(subject, typed).prompt == "a secret"
    assert spoiler_from(subject, typed, ())
    assert not spoiler_from(subject, {PROMPT: ("x",), OPTIONS: ()}, ())


def test_a_box_that_is_left_open_uncovers_what_was_covered() -> None:
    subject = Subject(Form.CHANGE, a_parent(SeedreamEdit(prompt="x"), spoiler=True))
    (ticks,) = [field for field in fields_of(subject, {}, "en") if isinstance(field, Ticks)]
    assert ticks.chosen == ("spoiler",)
    assert not spoiler_from(subject, {OPTIONS: ()}, ())
    assert spoiler_from(subject, {}, ())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
PARTS = st.fixed_dictionaries(
    {"type": st.integers()}, optional={"custom_id": JSON, "value": JSON, "values": JSON, "component": JSON}
)


@given(JSON | st.fixed_dictionaries({"components": JSON | st.lists(PARTS, max_size=8)}))
def test_whatever_is_sent_is_read_within_bounds_or_refused(data: JsonValue) -> None:
    picked(data)
    try:
        typed = typed_in(data)
    except MemberError:
        return
    assert len(typed) <= 5
    assert all(len(value) <= 4000 for values in typed.values() for value in values)
    assert all(len(values) <= 25 for values in typed.values())


def test_a_form_is_read_as_discord_sends_it() -> None:
    sent: JsonValue = {
        "custom_id": "zoetrope:form:x",
        "components": [
            {"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "prompt", "value": "hi"}},
            {"type": 18, "id": 3, "component": {"type": 21, "id": 4, "custom_id": "model", "value": None}},
            {
                "type": 18,
                "id": 5,
                "component": {"type": 22, "id": 6, "custom_id": "options", "values": ["a", "b"]},
            },
            {"type": 18, "id": 7, "component": {"type": 4, "id": 8, "custom_id": "seed", "value": ""}},
        ],
    }
    assert typed_in(sent) == {"prompt": ("hi",), "model": (), "options": ("a", "b"), "seed": ()}


async def test_a_form_is_never_remembered_by_the_library() -> None:
    assert Modal("zoetrope:form:x", "title", fields_of(SUBJECTS[0], {}, "en")).is_finished()


def test_a_field_is_shown_with_what_the_member_reads() -> None:
    field = fields.Words("seed", "Seed", "7", 17, is_required=False, hint="a number")
    (label,) = Modal("id", "t", [field]).to_dict()["components"]
    assert label["label"] == "Seed"
    assert label["description"] == "a number"
    assert label["component"]["value"] == "7"
    assert label["component"]["required"] is False
