"""Channel, card, server, rights or member gone, in every state of a job: one fallback, and it is settled.

One bot serves a member for each loss, each with a server of their own; all their jobs are held in one state,
then everything is lost at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import pytest

from bot.sandbox.discord import Channel, Fault, Guild, Interaction, Member, Permission, Status
from bot.sandbox.discord.faults import Action
from bot.sandbox.discord.options import Value
from bot.sandbox.runcomfy import Fault as RemoteFault
from tests.e2e.hurried import all_over, hurried, select
from tests.e2e.play import LONG, Play, upload

SPEED: Final = 5.0


class End(StrEnum):
    """What its owner has in the end."""

    CHANNEL = "the result, in the channel"
    DIRECT = "the result, directly"
    TOLD = "a word in the channel, and the credits"
    TOLD_DIRECTLY = "a word directly, and the credits"
    CREDITS = "the credits"


@dataclass(frozen=True)
class Case:
    """A member with a server of their own, and what they have asked for there."""

    guild: Guild
    channel: Channel
    member: Member
    asked: Interaction

    @property
    def end(self) -> list[End]:
        """What has come of it, but for credits."""
        private = [message for message in self.asked.followups if message.ephemeral]
        public = [message for message in self.channel.messages if message is not self.asked.message]
        in_channel = [End.CHANNEL if one.attachments else End.TOLD for one in (*public, *private)]
        return in_channel + [
            End.DIRECT if one.attachments else End.TOLD_DIRECTLY for one in self.member.dm.messages
        ]


@dataclass(frozen=True)
class Loss:
    """What is lost, and what is left for a job that has a result, and for one that has no picture yet."""

    lose: Callable[[Case], None]
    end: End
    unprepared: End


def lose_the_card(case: Case) -> None:
    assert case.asked.message is not None
    case.asked.message.delete()


def lose_direct_messages(case: Case) -> None:
    case.member.accepts_dms = False


def lose_every_way(case: Case) -> None:
    case.channel.delete()
    case.member.accepts_dms = False


LOSSES: Final[Mapping[str, Loss]] = {
    "card": Loss(lose_the_card, End.CHANNEL, End.TOLD),
    "channel": Loss(lambda case: case.channel.delete(), End.DIRECT, End.TOLD_DIRECTLY),
    "server": Loss(lambda case: case.guild.delete(), End.DIRECT, End.TOLD_DIRECTLY),
    "place in the server": Loss(lambda case: case.guild.kick_bot(), End.DIRECT, End.DIRECT),
    "right to post": Loss(lambda case: case.channel.deny(Permission.SEND_MESSAGES), End.DIRECT, End.DIRECT),
    "right to attach": Loss(lambda case: case.channel.deny(Permission.ATTACH_FILES), End.DIRECT, End.DIRECT),
    "right to see": Loss(lambda case: case.channel.deny(Permission.VIEW_CHANNEL), End.DIRECT, End.DIRECT),
    "right to look back": Loss(
        lambda case: case.channel.deny(Permission.READ_MESSAGE_HISTORY), End.CHANNEL, End.CHANNEL
    ),
    "member": Loss(lambda case: case.member.leave(), End.CHANNEL, End.CHANNEL),
    "direct messages": Loss(lose_direct_messages, End.CHANNEL, End.CHANNEL),
    "every way": Loss(lose_every_way, End.CREDITS, End.CREDITS),
}


def stop_at_discord(play: Play, method: str, path: str, action: Action) -> None:
    play.discord.faults.add(Fault(method, path, action, times=None))


def stop_at_runcomfy(play: Play, on: str, status: int) -> None:
    play.runcomfy.fault(RemoteFault(on, status=status, times=None))


STOPS: Final[Mapping[str, Callable[[Play], None]]] = {
    "preparing": lambda play: stop_at_discord(play, "GET", "/ephemeral-attachments/.*", Status(503)),
    "queued": lambda play: stop_at_runcomfy(play, "submit", 402),
    "running": lambda play: play.runcomfy.hold(),
    "ready": lambda play: stop_at_runcomfy(play, "media", 503),
}
"""How jobs are kept in a state."""


async def ask(play: Play, name: str, *, picture: bool = False) -> Case:
    """Have a new member of a new server ask for a video; those of a `picture` have something to prepare."""
    guild = play.discord.add_guild(name)
    member = play.discord.add_member(name, guild)
    channel = guild.add_channel("animations")
    chosen: dict[str, Value] = {"prompt": "a", "image": upload(320, 240)} if picture else {"prompt": "a"}
    command = "seedance-pro" if picture else "seedance-fast"
    typed = await member.command(channel, command, checked=False, **chosen)
    return Case(guild, channel, member, await typed.answered(LONG))


def in_state(state: str) -> Callable[[Play], bool]:
    return lambda play: {row.state for row in play.rows()} == {state}


def release(play: Play) -> None:
    play.discord.faults.clear()
    play.runcomfy.heal()
    play.runcomfy.release()


@pytest.mark.parametrize("state", STOPS)
async def test_what_is_lost_in_a_state_has_one_fallback_and_the_job_is_settled(
    tmp_path: Path, description: Path | None, state: str
) -> None:
    async with hurried(tmp_path, description, SPEED) as play:
        STOPS[state](play)
        cases = {name: await ask(play, name, picture=state == "preparing") for name in LOSSES}
        await play.until(in_state(state))
        for name, loss in LOSSES.items():
            loss.lose(cases[name])
        release(play)
        await all_over(play)
        rows = dict(select(play, "SELECT owner_id, state || ' ' || hold FROM jobs"))
        for name, loss in LOSSES.items():
            expected = loss.unprepared if state == "preparing" else loss.end
            is_delivered = expected in (End.CHANNEL, End.DIRECT)
            case = cases[name]
            assert case.end == ([] if expected is End.CREDITS else [expected]), name
            assert rows[case.member.id] == ("delivered charged" if is_delivered else "failed returned"), name
        assert len(play.runcomfy.jobs) == sum(
            state != "preparing" or loss.unprepared in (End.CHANNEL, End.DIRECT) for loss in LOSSES.values()
        )


async def test_what_is_lost_after_the_result_is_lost_to_the_card_alone(
    tmp_path: Path, description: Path | None
) -> None:
    async with hurried(tmp_path, description, 4 * SPEED) as play:
        play.runcomfy.hold()
        cases = {name: await ask(play, name) for name in LOSSES}
        await play.until(in_state("running"))
        # Too many edits of an old message: each is tried once, and then a minute later.
        stop_at_discord(play, "PATCH", ".*", Status(400, 30046))
        play.runcomfy.release()
        await play.until(in_state("delivered"))
        for name, loss in LOSSES.items():
            loss.lose(cases[name])
        posts = [call for call in play.discord.log if call.method == "POST"]
        release(play)
        await all_over(play)
        assert [case.end for case in cases.values()] == [[End.CHANNEL]] * len(cases)
        assert [call for call in play.discord.log if call.method == "POST"] == posts
        assert {row.hold for row in play.rows()} == {"charged"}
