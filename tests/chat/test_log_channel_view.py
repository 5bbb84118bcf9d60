"""The log channel: what an entry says, that a prompt stays under its cover, and that nobody is pinged."""

import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat.administration.log_entry import entry, opening
from bot.chat.client import Zoetrope
from bot.chat.log_channel import LogChannels
from bot.core import events as ev
from bot.core.errors import LostError, MemberError, Problem, Reason
from bot.core.ids import ChannelId, GuildId
from bot.core.job import Job, State, apply
from bot.core.models import SeedancePro
from bot.sandbox.discord import Channel, Discord, Fault, Member, Permission, Reset
from tests.builders import NOON, a_job
from tests.chat.here import COMPONENTS_V2, here
from tests.chat.shown import parts, presses, words


def said(job: Job, *, is_flagged: bool = False) -> str:
    return words(entry(job, is_flagged=is_flagged))


def link(job: Job, message_id: int | None) -> str:
    return f"https://discord.com/channels/{job.guild_id}/{job.channel_id}/{message_id}"


@pytest.mark.parametrize(
    ("state", "title", "held"),
    [
        (State.DELIVERED, "delivered", "charged"),
        (State.FAILED, "failed", "given back"),
        (State.CANCELLED, "cancelled", "given back"),
        (State.UNKNOWN, "in doubt", "given back"),
    ],
)
async def test_an_entry_says_who_where_what_and_how_it_ended(state: State, title: str, held: str) -> None:
    job = a_job(state)
    shown = said(job)
    assert shown.startswith(f"### {job.request.title} · {title}\n")
    assert f"<@{job.owner_id}> in <#{job.channel_id}>, by `/seedance-pro`" in shown
    assert f"{job.cost} credit{'s' * (job.cost != 1)} {held}" in shown
    assert f"job {job.id}" in shown
    assert job.request.prompt not in shown
    assert ("out of luck" in shown) == (state is State.FAILED)


async def test_it_leads_to_the_result_else_to_the_card_and_nowhere_else() -> None:
    delivered, failed, cancelled = a_job(State.DELIVERED), a_job(State.FAILED), a_job(State.CANCELLED)
    assert link(delivered, delivered.result_id) in said(delivered)
    assert link(failed, failed.card_id) in said(failed)
    assert link(cancelled, cancelled.card_id) in said(cancelled)
    retracted = apply(a_job(), ev.Refused(Reason(Problem.PICTURE_GONE, {"filename": "a.png"})), NOON)
    assert "https://" not in said(retracted)
    assert "https://" not in said(replace(delivered, deleted_at=NOON))


async def test_only_a_result_can_be_deleted_from_there() -> None:
    for state in (State.DELIVERED, State.FAILED, State.CANCELLED, State.UNKNOWN):
        job = a_job(state)
        wanted = {"Delete the result": f"zoetrope:delete:{job.id}"} if state is State.DELIVERED else {}
        assert presses(entry(job, is_flagged=True)) == wanted
    assert presses(entry(replace(a_job(State.DELIVERED), deleted_at=NOON), is_flagged=False)) == {}


@pytest.mark.parametrize(
    ("state", "estimated", "reported", "dollars"),
    [
        (State.DELIVERED, 250_000, 300_000, "$0.300"),
        (State.DELIVERED, 250_000, None, "about $0.250"),
        (State.UNKNOWN, 250_000, None, "about $0.250"),
        (State.FAILED, 250_000, None, "about $0.250"),
        (State.FAILED, 250_000, 0, "$0.000"),
        (State.CANCELLED, 250_000, None, None),
        (State.DELIVERED, None, None, None),
    ],
)
async def test_dollars_are_those_of_the_books(
    state: State, estimated: int | None, reported: int | None, dollars: str | None
) -> None:
    shown = said(replace(a_job(state), estimated=estimated, reported=reported))
    assert re.findall(r"(?:about )?\$[\d.]+", shown) == ([] if dollars is None else [dollars])


@example("[||](x)")
@example("`||` ```a||b``` ||c")
@given(
    st.text(
        st.sampled_from("a|\\`*_~<>[]():/\n#- ") | st.characters(exclude_categories=["Cs"]),
        min_size=1,
        max_size=1900,
    )
)
def test_a_flagged_prompt_stays_under_its_cover(prompt: str) -> None:
    layout = entry(a_job(State.DELIVERED, request=SeedancePro(prompt=f"bomb {prompt}")), is_flagged=True)
    (text,) = [str(part["content"]) for part in parts(layout) if "||" in str(part.get("content", ""))]
    head, _, covered = text.partition("\n")
    assert head == "**A flagged word is in the prompt:**"
    # Discord covers from the first pair of bars to the next, unless code is around them or a line ends.
    assert covered.startswith("||bomb")
    assert covered.index("||", 2) == len(covered) - 2
    assert "\n" not in covered
    assert "`" not in re.sub(r"\\.", "", covered)
    assert layout.content_length() < 4000


async def test_the_longest_entry_fits() -> None:
    detail = Reason(Problem.GENERATION_FAILED, {"detail": "*" * 5000})
    job = a_job(State.RUNNING, request=SeedancePro(prompt="*|" * 950))
    layout = entry(apply(job, ev.Failed(detail), NOON), is_flagged=True)
    assert layout.content_length() < 4000
    assert layout.is_finished()


# --- sent ------------------------------------------------------------------------------------------------


@pytest.fixture
def logs(bot: Zoetrope) -> LogChannels:
    return LogChannels(bot)


async def test_an_entry_pings_nobody_and_is_there_once_however_often_it_is_sent(
    logs: LogChannels, channel: Channel, ana: Member
) -> None:
    job = here(channel, ana, State.DELIVERED)
    for _ in range(2):
        await logs.log_ending(ChannelId(channel.id), job, is_flagged=True)
    (message,) = channel.messages
    assert message.mentions == frozenset()
    assert message.flags & COMPONENTS_V2
    await logs.log_ending(ChannelId(channel.id), here(channel, ana, State.UNKNOWN), is_flagged=False)
    assert len(channel.messages) == 2


async def test_a_doubt_and_the_end_that_follows_it_are_two_messages(
    logs: LogChannels, channel: Channel, ana: Member
) -> None:
    doubtful = here(channel, ana, State.UNKNOWN)
    settled = apply(doubtful, ev.Settled(Reason(Problem.SETTLED)), NOON)
    for job in (doubtful, settled, doubtful, settled):
        await logs.log_ending(ChannelId(channel.id), job, is_flagged=False)
    assert ["in doubt" in message.text for message in channel.messages] == [True, False]


async def test_a_log_is_opened_with_a_message_that_a_repetition_does_not_double(
    logs: LogChannels, channel: Channel, pointed: Discord
) -> None:
    pointed.faults.add(Fault("POST", "/channels/.*", Reset()))
    await open_log(logs, channel)
    await open_log(logs, channel)
    (message,) = channel.messages
    assert message.text == words(opening())


async def open_log(logs: LogChannels, channel: Channel) -> None:
    assert channel.guild is not None
    await logs.open_log(ChannelId(channel.id), GuildId(channel.guild.id))


async def test_another_servers_channel_and_direct_messages_are_refused_and_stay_empty(
    logs: LogChannels, channel: Channel, ana: Member, pointed: Discord
) -> None:
    assert channel.guild is not None
    there = pointed.add_guild("Elsewhere").add_channel("films")
    for place in (there, ana.dm):
        with pytest.raises(MemberError) as refused:
            await logs.open_log(ChannelId(place.id), GuildId(channel.guild.id))
        assert refused.value.reason.problem is Problem.NOT_FROM_THERE
        assert place.messages == []


@pytest.mark.parametrize("lacking", [Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES])
async def test_a_channel_where_the_bot_may_not_write_is_lost(
    logs: LogChannels, channel: Channel, lacking: Permission
) -> None:
    channel.deny(lacking)
    with pytest.raises(LostError):
        await open_log(logs, channel)


async def test_a_thread_of_the_server_will_do(logs: LogChannels, channel: Channel) -> None:
    thread = channel.add_thread("who made what")
    await open_log(logs, thread)
    assert len(thread.messages) == 1
