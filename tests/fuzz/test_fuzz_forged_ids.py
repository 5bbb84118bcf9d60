"""Presses and forms whose ids were never given to whoever sends them: answered, and nothing comes of them.

Discord takes a press only where the message has the button; here a stranger names any job and any draft.
"""

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from bot.chat import ids
from bot.chat.cards import custom_id
from bot.chat.fields import picked, typed_in
from bot.chat.hosted import hosted_at
from bot.chat.ids import PICK, Press, Verb
from bot.core.errors import MemberError
from bot.core.ids import JobId, MessageId, UserId, new_job_id
from bot.sandbox.discord import Interaction, Member, Message
from bot.sandbox.discord.interaction import Kind
from tests.builders import a_draft
from tests.chat.members.scene import Scene
from tests.fuzz.effort import promptly, tries
from tests.fuzz.odd import values

SECRET: Final = "words that were never sent"
# What others may do with what all can see: ask for it again, in their own name and on their own account.
OPEN: Final = frozenset({Verb.AGAIN, Verb.CHANGE, Verb.ANIMATE, Verb.EXTEND, Verb.FORM})

job_ids = st.builds(new_job_id)
numbers = st.integers(1, 2**64 - 1).map(MessageId)
others = st.one_of(
    st.text(max_size=120),
    st.lists(st.text(max_size=12) | st.sampled_from(["zoetrope", "pick", *Verb]), max_size=5).map(":".join),
    st.sampled_from(
        (f"zoetrope:again:{'2' * 12}", "zoetrope:again:BCDFGHJKMNP", "zoetrope:delete-sure:bcdfghjkmnp:²")
    ),
    st.just(f"zoetrope:delete-sure:bcdfghjkmnp:{'9' * 21}"),
)


@tries(200)
@given(st.sampled_from(Verb), job_ids, numbers)
def test_an_id_is_read_as_it_was_written(verb: Verb, job_id: JobId, number: MessageId) -> None:
    assert ids.parse(custom_id(verb, job_id)) == Press(verb, job_id)
    sure = ids.sure_id(job_id, number)
    assert ids.parse(sure) == Press(Verb.DELETE_SURE, job_id, number)
    assert len(sure) <= 100
    assert ids.is_ours(sure)


@tries(300)
@given(others)
def test_an_id_that_nobody_gave_is_none(text: str) -> None:
    press = ids.parse(text)
    assert press is None or ids.is_ours(text)
    if press is not None:
        event("understood")
        written = custom_id(press.verb, press.job_id)
        # A number may have noughts before it.
        assert text == written or text.startswith(f"{written}:")


@tries(300)
@given(values)
def test_whatever_was_typed_is_read_or_refused(data: object) -> None:
    with promptly():
        assert len(picked(data)) <= 100
        try:
            typed = typed_in(data)
        except MemberError:
            return
    assert all(len(name) <= 100 for name in typed)
    assert all(len(value) <= 4000 for some in typed.values() for value in some)


@tries(200)
@given(
    st.text(max_size=60) | st.sampled_from(("https://[cat", "x/attachments/1/" + "9" * 5000 + "/a", "//["))
)
def test_any_address_is_that_of_a_file_or_of_none(url: str) -> None:
    hosted = hosted_at(url)
    assert hosted is None or "attachments" in url


class Strangers:
    """A result of Ana's, a draft of hers, and Ben, who has no business with either."""

    def __init__(self, scene: Scene, ben: Member, result: Message, known: tuple[str, ...]) -> None:
        self.scene = scene
        self.ben = ben
        self.result = result
        self.known = known
        """The ids of Ana's jobs and drafts."""

    async def send(self, kind: Kind, data: dict[str, object]) -> Interaction:
        """Have Ben send it, whether it was offered or not."""
        token, number = secrets.token_urlsafe(48), self.scene.platform.snowflakes.next()
        sent = Interaction(number, token, kind, self.ben, self.scene.channel, self.result, data)
        self.scene.platform.interactions[token] = sent
        sent.deliver()
        return sent


@pytest.fixture
async def strangers(scene: Scene) -> AsyncIterator[Strangers]:
    ben = scene.platform.add_member("ben", scene.channel.guild)
    job, result = await scene.delivered()
    open_jobs = [await scene.asked(), await scene.prepared(), await scene.finished()]
    draft = a_draft(UserId(scene.ana.id), datetime.now(UTC), prompt=SECRET)
    await scene.store.keep_draft(draft)
    mine = await scene.store.recent(UserId(scene.ana.id), 100)
    yield Strangers(scene, ben, result, (job.id, draft.id, *(one.id for one in open_jobs)))
    assert await scene.store.recent(UserId(scene.ana.id), 100) == mine
    assert await scene.store.draft(draft.id) == draft
    assert not result.deleted


@st.composite
def forged(draw: st.DrawFn) -> tuple[str, int, str]:
    """Return a verb or any text, which of Ana's things is meant, and what comes behind it."""
    verb = draw(st.sampled_from([*Verb, "pick", "draw"]))
    return verb, draw(st.integers(0, 5)), draw(st.sampled_from(("", "", ":1", ":", ":x", ":" + "9" * 19)))


@tries(80)
@given(forged(), st.sampled_from((Kind.COMPONENT, Kind.MODAL)), values)
async def test_a_strangers_forgery_is_answered_and_changes_and_shows_nothing(
    strangers: Strangers, mark: tuple[str, int, str], kind: Kind, extra: object
) -> None:
    verb, which, tail = mark
    target = [*strangers.known, "2" * 11][which % (len(strangers.known) + 1)]
    forgery = PICK if verb == "pick" else f"zoetrope:{verb}:{target}{tail}"
    data: dict[str, object] = {"custom_id": forgery}
    if kind is Kind.MODAL:
        data |= {
            "components": [{"type": 18, "component": {"type": 4, "custom_id": "prompt", "value": "mine"}}]
        }
        data |= {"extra": extra}
    else:
        data |= {"component_type": 3 if verb == "pick" else 2, "id": 1, "values": [target]}

    sent = await strangers.send(kind, data)
    await sent.answered(timeout=20)

    event(f"{kind.name} answered by {sent.callback_type}")
    form = [] if sent.modal is None else list(sent.modal.fields.values())
    shown = " ".join([*(one.text for one in strangers.scene.channel.messages), repr(form)])
    assert SECRET not in shown
    if verb not in OPEN:
        assert sent.modal is None
        assert sent.message is None or sent.message.ephemeral
