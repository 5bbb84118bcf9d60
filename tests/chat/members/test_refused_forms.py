"""A form that was sent in vain: why is told privately, and nothing that was typed is lost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.ids import DraftId
from bot.core.models import SeedanceFast
from bot.flow.intake import Intake
from bot.sandbox.discord import Message, Modal, Permission
from bot.sandbox.discord.wire import walk
from tests.chat.members.scene import FILM, Scene, form_of

LATER = timedelta(days=8)
LONG = ("0123456789" * 190)[:1900]


def text_in(form: Modal, name: str) -> str | None:
    (field,) = [part for part in walk(form.components) if part.custom_id == name]
    return field.value


def id_of(form: Modal) -> DraftId:
    return DraftId(form.custom_id.rpartition(":")[2])


async def breaks(*_: object) -> None:
    raise LookupError


async def forget(scene: Scene, form: Modal) -> None:
    """Have the store forget what the form was about."""
    draft = await scene.store.draft(id_of(form))
    assert draft is not None
    # Whatever is kept later makes the store forget what is a week old.
    await scene.store.keep_draft(replace(draft, made_at=datetime.now(UTC) - LATER))
    await scene.store.keep_draft(replace(draft, id=DraftId("bcdfghjkmnp")))


async def refused(scene: Scene) -> Message:
    _, result = await scene.delivered(SeedanceFast(prompt="y"))
    form = await form_of(await scene.ana.press(result, "Change"))
    told = await (
        await scene.ana.submit(form, {"prompt": "a long way to type", "seed": "seven", "duration": "9"})
    ).final()
    assert told.ephemeral
    assert "seed" in told.text
    return told


async def test_a_bad_seed_leads_back_to_the_form_with_all_that_was_typed(scene: Scene) -> None:
    told = await refused(scene)

    form = await form_of(await scene.ana.press(told, "Back to the form"))
    assert text_in(form, "prompt") == "a long way to type"
    assert text_in(form, "seed") == "seven"
    child = await scene.made(await scene.ana.submit(form, {"seed": "-7"}))

    assert child.request == SeedanceFast(prompt="a long way to type", duration=9, seed=-7)
    assert child.descent is not None
    assert await scene.count() == 2


async def test_what_was_typed_is_its_writers_alone(scene: Scene) -> None:
    told = await refused(scene)
    ben = scene.platform.add_member("ben", scene.channel.guild)

    reopened = await (await ben.press(told, told.buttons[0].custom_id or "", checked=False)).final()

    assert "no longer kept" in reopened.text


async def test_an_empty_prompt_leads_back_too(scene: Scene) -> None:
    _, result = await scene.delivered(FILM)
    form = await form_of(await scene.ana.press(result, "Change"))

    told = await (await scene.ana.submit(form, {"prompt": "  "}, checked=False)).final()

    assert "The prompt is empty" in told.text
    assert [button.label for button in told.buttons] == ["Back to the form"]


async def test_a_form_whose_draft_is_gone_gives_the_words_back(scene: Scene) -> None:
    told = await refused(scene)
    form = await form_of(await scene.ana.press(told, "Back to the form"))
    await forget(scene, form)

    sent = await (await scene.ana.submit(form, {"seed": "12", "prompt": "once more"})).final()

    assert "no longer know what this form was about" in sent.text
    assert "once more" in sent.text
    assert "Seed: 12" in sent.text
    assert "Length: 9" in sent.text


async def test_words_that_find_no_room_beside_the_reason_are_given_back_in_a_second_message(
    scene: Scene,
) -> None:
    _, result = await scene.delivered(FILM)
    form = await form_of(await scene.ana.press(result, "Change"))
    told = await (await scene.ana.submit(form, {"prompt": " "}, checked=False)).final()
    form = await form_of(await scene.ana.press(told, "Back to the form"))
    await forget(scene, form)

    sent = await scene.ana.submit(form, {"prompt": LONG})
    first = await sent.final()
    (second,) = await scene.platform.bell.until(lambda: sent.followups or None, timeout=10, what="the rest")

    assert "no longer know what this form was about" in first.text
    assert "Length: 7" in first.text
    assert second.text == f">>> {LONG}"
    assert second.ephemeral


async def test_a_form_that_is_refused_once_more_is_kept_for_a_week_from_then(scene: Scene) -> None:
    told = await refused(scene)
    form = await form_of(await scene.ana.press(told, "Back to the form"))
    draft = await scene.store.draft(id_of(form))
    assert draft is not None
    await scene.store.keep_draft(replace(draft, made_at=datetime.now(UTC) - timedelta(days=6)))

    await (await scene.ana.submit(form, {"seed": "eight"})).final()

    kept = await scene.store.draft(draft.id)
    assert kept is not None
    assert datetime.now(UTC) - kept.made_at < timedelta(minutes=5)


async def test_a_form_in_which_something_of_ours_breaks_is_kept_too(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, result = await scene.delivered(FILM)
    form = await form_of(await scene.ana.press(result, "Change"))

    with monkeypatch.context() as broken:
        broken.setattr(Intake, "accept", breaks)
        told = await (await scene.ana.submit(form, {"prompt": "a long way to type"})).final()

    assert "Something went wrong on my side" in told.text
    assert "charged" not in told.text
    form = await form_of(await scene.ana.press(told, "Back to the form"))
    assert text_in(form, "prompt") == "a long way to type"


async def test_what_breaks_before_a_form_can_be_kept_gives_the_words_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, result = await scene.delivered(FILM)
    form = await form_of(await scene.ana.press(result, "Change"))
    monkeypatch.setattr(Intake, "find", breaks)

    told = await (await scene.ana.submit(form, {"prompt": "a long way to type"})).final()

    assert "Something went wrong on my side" in told.text
    assert "a long way to type" in told.text


async def test_words_that_cannot_even_be_kept_are_given_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, result = await scene.delivered(FILM)
    form = await form_of(await scene.ana.press(result, "Change"))
    monkeypatch.setattr(type(scene.store), "keep_draft", breaks)

    told = await (
        await scene.ana.submit(form, {"prompt": "my words", "duration": "99"}, checked=False)
    ).final()

    assert "`duration`" in told.text
    assert "my words" in told.text


async def test_a_form_of_rubbish_is_refused(scene: Scene) -> None:
    _, result = await scene.delivered(FILM)
    form = await form_of(await scene.ana.press(result, "Change"))

    for values in ({"duration": "99"}, {"duration": "five"}, {"resolution": "8K"}, {"ratio": "1:2"}):
        told = await (await scene.ana.submit(form, values, checked=False)).final()
        assert f"`{next(iter(values))}`" in told.text
    assert await scene.count() == 1


async def test_a_right_that_the_bot_lacks_is_told_before_and_after_the_form(scene: Scene) -> None:
    _, result = await scene.delivered(FILM)
    form = await form_of(await scene.ana.press(result, "Change"))
    scene.channel.deny(Permission.ATTACH_FILES)

    pressed = await (await scene.ana.press(result, "Change")).final()
    sent = await (await scene.ana.submit(form, {})).final()

    assert "Attach Files" in pressed.text
    assert "Attach Files" in sent.text
    assert [button.label for button in sent.buttons] == ["Back to the form"]
