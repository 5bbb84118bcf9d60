"""Interactions as no gateway sends them: the bot lives, answers the next one, and does nothing unasked."""

import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final

import pytest
from hypothesis import event, example, given

from bot.core.ids import UserId
from bot.core.job import State
from bot.sandbox.discord import Interaction, Member, Message, Modal
from tests.chat.members.scene import Scene, form_of, upload
from tests.fuzz.effort import tries
from tests.fuzz.tamper import Spoil, spoils, tampering

PROMPT: Final = "a lighthouse that nobody must read of"


class Setting:
    """A result of Ana's, with the form that its button opens. No dataclass: all of a Discord hangs on it."""

    def __init__(self, scene: Scene, ben: Member, result: Message, form: Modal) -> None:
        self.scene = scene
        self.ben = ben
        self.result = result
        self.form = form
        self.sent = set[int]()
        """The interactions that were spoilt."""

    async def judge_jobs(self) -> None:
        """Every job of Ana's, but the one that was there, is of an interaction of hers, and none is twice."""
        found = await self.scene.store.recent(UserId(self.scene.ana.id), 10_000)
        made = [int(job.interaction_id) for job in found if job.state is State.PREPARING]
        assert set(made) <= self.sent
        assert len(set(made)) == len(made) == len(found) - 1


@pytest.fixture
async def setting(scene: Scene, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Setting]:
    ben = scene.platform.add_member("ben", scene.channel.guild)
    _, result = await scene.delivered()
    form = await form_of(await scene.ana.press(result, "Change"))
    caplog.set_level(logging.INFO)
    setting = Setting(scene, ben, result, form)
    yield setting
    await setting.judge_jobs()
    # Of a task whose error nobody took, Python tells when it is thrown away.
    gc.collect()
    assert PROMPT not in caplog.text
    assert "never retrieved" not in caplog.text
    assert "Ignoring exception" not in caplog.text


Act = Callable[[Setting], Awaitable[Interaction]]
ACTS: Final[dict[str, Act]] = {
    "command": lambda here: here.scene.ana.command(
        here.scene.channel, "seedance-fast", prompt=PROMPT, duration=3
    ),
    "command with pictures": lambda here: here.scene.ana.command(
        here.scene.channel, "seedance-lite", prompt=PROMPT, image=upload(), last_image=upload("b.png")
    ),
    "question": lambda here: here.scene.ana.command(here.scene.channel, "quota"),
    "menu": lambda here: here.scene.ana.menu(here.result, "Edit image"),
    "button": lambda here: here.scene.ana.press(here.result, "Again"),
    "form": lambda here: here.scene.ana.submit(here.form, {"prompt": PROMPT}),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@tries(40)
@given(changes=spoils)
@example(changes=[])
async def test_whatever_an_interaction_is_the_bot_answers_the_next(
    setting: Setting, act: Act, changes: Sequence[Spoil]
) -> None:
    scene = setting.scene
    with tampering(scene.platform, changes):
        spoilt = await act(setting)
    setting.sent.add(spoilt.id)

    honest = await setting.ben.command(scene.channel, "quota")
    assert (await honest.final(timeout=20)).ephemeral

    await setting.judge_jobs()
    event("answered" if spoilt.answered_at else "not answered")
    if not changes:
        await spoilt.answered()
