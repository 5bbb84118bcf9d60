"""Other people's messages, as a menu hands them over: read to the end, and every form that opens is one."""

import logging
from collections.abc import Sequence
from typing import Final

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from bot.core.ids import DraftId
from bot.core.source import PictureSource
from bot.sandbox.discord import Foreign, Interaction, Message
from tests.chat.members.scene import Scene, png, upload
from tests.fuzz.effort import tries
from tests.fuzz.tamper import Spoil, spoils, tampering

# The stand-in's own, and those that Discord's rule names.
_THEIRS: Final = ("127.0.0.1", "discordapp.com", "discordapp.net", "discord.com")
_THERE: Final = Foreign("https://example.org/cats/cat.png", upload())
_EMBEDS: Final = [
    {
        "type": "rich",
        "title": "t",
        "image": {"url": _THERE.url},
        "thumbnail": {"url": "https://example.org/x.png"},
    },
    {
        "type": "gifv",
        "provider": {"name": "p"},
        "video": {"url": _THERE.url},
        "fields": [{"name": "a", "value": "b"}],
    },
]
_PARTS: Final = [
    {
        "type": 17,
        "spoiler": True,
        "components": [
            {"type": 12, "items": [{"media": {"url": "attachment://in-a-frame.png"}}]},
            {
                "type": 9,
                "components": [{"type": 10, "content": "words"}],
                "accessory": {"type": 11, "media": {"url": "attachment://beside.png"}},
            },
        ],
    },
    {"type": 12, "items": [{"media": {"url": "attachment://alone.png"}, "spoiler": True}]},
]


class Board:
    """Messages of others, and what is logged of reading them. No dataclass: all of a Discord hangs on it."""

    def __init__(self, scene: Scene, messages: Sequence[Message], caplog: pytest.LogCaptureFixture) -> None:
        self.scene = scene
        self.messages = messages
        self._caplog = caplog

    @property
    def unread(self) -> int:
        """How many events the library could not read so far."""
        return self._caplog.text.count("an event INTERACTION_CREATE cannot be read")


@pytest.fixture
async def board(scene: Scene, caplog: pytest.LogCaptureFixture) -> Board:
    place = scene.channel
    cleo = scene.platform.add_member("cleo", place.guild, avatar=png(100, 100))
    app = scene.platform.add_app("other", place.guild)
    first = await cleo.post(place, "look", *(upload(f"{n}.png", spoiler=n == 1) for n in range(3)))
    names = ("in-a-frame.png", "beside.png", "alone.png")
    messages = (
        first,
        await cleo.post(place, "", embeds=_EMBEDS, foreign=[_THERE], reply_to=first),
        await app.post(place, "", *(upload(name) for name in names), components=_PARTS),
    )
    caplog.set_level(logging.INFO)
    return Board(scene, messages, caplog)


async def kept(scene: Scene, asked: Interaction) -> Sequence[PictureSource]:
    """Return what the form offers that was opened, if one was."""
    if asked.modal is None:
        return ()
    draft = await scene.store.draft(DraftId(asked.modal.custom_id.rpartition(":")[2]))
    assert draft is not None
    return draft.sources


@tries(160)
@given(number=st.integers(0, 2), entry=st.sampled_from(("Animate image", "Edit image")), changes=spoils)
@example(number=0, entry="Edit image", changes=[])
@example(number=1, entry="Edit image", changes=[])
@example(number=2, entry="Animate image", changes=[])
async def test_any_message_is_read_or_refused(
    board: Board, number: int, entry: str, changes: Sequence[Spoil]
) -> None:
    scene, unread = board.scene, board.unread
    with tampering(scene.platform, changes) as sent:
        asked = await scene.ana.menu(board.messages[number], entry)
    honest = await scene.ana.command(scene.channel, "quota")
    await honest.answered(timeout=20)

    if board.unread > unread or sent[0].get("type") != 2:
        event("no command")
        return
    await asked.answered(timeout=20)
    event("form" if asked.modal is not None else "refused")
    sources = await kept(scene, asked)
    assert len(sources) <= 25
    assert len({source.url for source in sources}) == len(sources)
    if not changes:
        assert sources
        assert all(any(theirs in source.url.split("/")[2] for theirs in _THEIRS) for source in sources)
