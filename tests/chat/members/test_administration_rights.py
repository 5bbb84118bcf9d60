"""Who may do what, cell by cell of one table, through Discord's stand-in.

Whatever Discord hides from somebody is sent all the same: a right is never what a client offers.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import pytest

from bot.core.job import State, Wish
from bot.core.rights import Rank
from bot.sandbox.discord import EVERYBODY, Channel, ClientRefusal, Member, Permission
from bot.sandbox.discord.options import Value
from tests.chat.members.rights_table import CELLS, TABLE, Cell
from tests.chat.members.running import Running, guild_of, is_refused, words_of
from tests.chat.members.scene import Scene

Attempt = Callable[[Running, Cell], Awaitable[bool]]
"""Somebody tries it; tells whether it was done, and asserts that they were told so."""


@pytest.fixture
async def running(scene: Scene) -> Running:
    return await Running.begin(scene)


def stand(running: Running, cell: Cell) -> tuple[Member, Channel]:
    """Return who acts and where they stand, for all that is about the place where one stands."""
    at = running.channel(cell.side)
    return running.actor(cell.rank, at), at


async def changed(running: Running, cell: Cell, name: str, **options: Value) -> bool:
    """Tell whether a subcommand has done something: it then stands in the record, once."""
    who, at = stand(running, cell)
    before = await running.deeds()
    words = await running.told(who, at, name, **options)
    new = (await running.deeds())[: len(await running.deeds()) - len(before)]
    assert [deed.actor_id for deed in new] == ([] if is_refused(words) else [who.id]), words
    return bool(new)


async def shown(running: Running, cell: Cell, wanted: str, name: str, **options: Value) -> bool:
    """Tell whether a subcommand shows something that stands there to be seen."""
    who, at = stand(running, cell)
    words = await running.told(who, at, name, **options)
    assert is_refused(words) != (wanted in words), words
    return wanted in words


def changing(name: str, **options: Value) -> Attempt:
    """Return the attempt of a subcommand about the place."""
    return lambda running, cell: changed(running, cell, name, **options)


def of_member(name: str, **options: Value) -> Attempt:
    """Return the attempt of a subcommand about a member."""
    return lambda running, cell: changed(running, cell, name, member=running.target(cell), **options)


def all_of(*attempts: Attempt) -> Attempt:
    """Return the attempt of several, which all have to end alike."""

    async def attempt(running: Running, cell: Cell) -> bool:
        (done,) = {await one(running, cell) for one in attempts}
        return done

    return attempt


# --- jobs: somebody stands in their own server, the job may lie in another -----------------------------


def at_home(running: Running, cell: Cell) -> tuple[Member, Channel]:
    here = running.scene.channel
    return running.actor(cell.rank, here), here


async def see_job(running: Running, cell: Cell) -> bool:
    job = await running.job(cell, State.RUNNING)
    who, at = at_home(running, cell)
    listed = await running.somebody.post(at, "a list of somebody else")
    words = await words_of(await who.choose(listed, "zoetrope:look", job.id, checked=False))
    assert is_refused(words) != (str(job.request_id) in words)
    return not is_refused(words)


async def cancel_job(running: Running, cell: Cell) -> bool:
    """By the command, and by the button of a card, which anybody can forge."""
    who, at = at_home(running, cell)
    outcomes = set[bool]()
    for by_button in (False, True):
        job = await running.job(cell, State.QUEUED)
        if by_button:
            card = await running.somebody.post(at, "a card")
            asked = await who.press(card, f"zoetrope:cancel:{job.id}", checked=False)
            await asked.answered()
        else:
            asked = await running.run(who, at, "cancel", job=job.id)
        wish = (await running.stored(job.id)).wish
        if wish is Wish.NONE:
            assert is_refused(await words_of(asked))
        outcomes.add(wish is Wish.WISHED)
    (done,) = outcomes
    return done


async def delete_result(running: Running, cell: Cell) -> bool:
    job = await running.job(cell, State.DELIVERED)
    who, at = at_home(running, cell)
    message = await running.somebody.post(at, "a result")
    asked = await who.press(message, f"zoetrope:delete-sure:{job.id}", checked=False)
    words = await words_of(asked)
    done = (await running.stored(job.id)).deleted_at is not None
    assert done != is_refused(words)
    return done


async def settle_job(running: Running, cell: Cell) -> bool:
    """By the command, and by a form that nobody has opened for them."""
    who, at = at_home(running, cell)
    outcomes = set[bool]()
    for by_button in (False, True):
        job = await running.job(cell, State.UNKNOWN)
        if by_button:
            message = await running.somebody.post(at, "a view")
            asked = await who.press(message, f"zoetrope:settle-free:{job.id}", checked=False)
            opened = (await asked.answered()).modal
            if opened is not None:
                asked = await who.submit(opened, {"why": "looked it up"})
        else:
            asked = await running.run(who, at, "settle", job=job.id, bought=False, reason="looked it up")
        words = await words_of(asked)
        done = (await running.stored(job.id)).state is State.FAILED
        assert done != is_refused(words)
        outcomes.add(done)
    (done,) = outcomes
    return done


async def be_offered(running: Running, cell: Cell) -> bool:
    """The lists below a command's text field name no job that its reader could not act on."""
    who, at = at_home(running, cell)
    offered = set[bool]()
    for name, state in (("cancel", State.RUNNING), ("settle", State.UNKNOWN)):
        job = await running.job(cell, state)
        asked = await who.autocomplete(at, f"zoetrope {name}", focused="job", job=job.id[:4])
        choices = [choice.value for choice in (await asked.answered()).choices]
        assert choices in ([], [job.id])
        offered.add(bool(choices))
    (all_are,) = offered
    return all_are


async def list_jobs(running: Running, cell: Cell) -> bool:
    job = await running.job(cell, State.DELIVERED)
    return await shown(running, cell, job.id, "jobs", member=running.target(cell), state="delivered")


# --- members and places ----------------------------------------------------------------------------------


async def see_quota(running: Running, cell: Cell) -> bool:
    target = running.target(cell)
    return await shown(running, cell, f"### <@{target.id}>", "quota show", member=target)


async def set_role(running: Running, cell: Cell) -> bool:
    role = guild_of(running.channel(cell.side)).add_role("painters")
    return await changed(running, cell, "quota set", role=role, daily=7)


async def list_places(running: Running, cell: Cell) -> bool:
    at = running.channel(cell.side)
    role = guild_of(at).add_role("painters")
    names = ("allow", "deny", "forget")
    options: tuple[dict[str, Value], ...] = ({"channel": at}, {"role": role})
    (done,) = {await changed(running, cell, name, **one) for name in names for one in options}
    return done


async def set_words(running: Running, cell: Cell) -> bool:
    """By the form, and by a form that was sent without having been opened."""
    who, at = stand(running, cell)
    opened = (await running.run(who, at, "words")).modal
    if opened is None:
        boss = running.by_rank[Rank.OWNER]
        opened = (await running.run(boss, at, "words")).modal
        assert opened is not None
    before = await running.deeds()
    sent = await who.submit(opened, {"refused": "rude\nruder", "flagged": ""})
    words = await words_of(sent)
    done = len(await running.deeds()) == len(before) + 1
    assert done != is_refused(words)
    return done


async def set_log(running: Running, cell: Cell) -> bool:
    """Also nothing is written into a channel for somebody who may not."""
    at = running.channel(cell.side)
    before = len(at.messages)
    done = await changed(running, cell, "log", channel=at)
    assert not (len(at.messages) > before and not done)
    assert await changed(running, cell, "log") == done
    return done


async def everywhere(running: Running, cell: Cell) -> bool:
    job = await running.job(cell, State.DELIVERED)
    target = running.target(cell)
    (done,) = {
        await shown(running, cell, job.id, "jobs", everywhere=True),
        await changed(running, cell, "block", member=target, reason="rude", everywhere=True),
        await changed(running, cell, "unblock", member=target, everywhere=True),
        await changed(running, cell, "pause", reason="moving", everywhere=True),
        await changed(running, cell, "resume", everywhere=True),
        await shown(running, cell, "All servers, last 30 days", "stats", everywhere=True),
        await shown(running, cell, "### What was done everywhere", "acts", everywhere=True),
    }
    return done


async def see_figures(running: Running, cell: Cell) -> bool:
    await running.job(cell, State.DELIVERED)
    return await shown(running, cell, "This server, last 30 days", "stats")


ATTEMPTS: Final[Mapping[str, Attempt]] = {
    "see a job": see_job,
    "cancel a job": cancel_job,
    "delete a result": delete_result,
    "settle a job in doubt": settle_job,
    "be offered ids of jobs": be_offered,
    "list a member's jobs": list_jobs,
    "see a member's quota": see_quota,
    "set a member's allowance": of_member("quota set", daily=7),
    "grant credits": of_member("quota grant", credits=5, reason="a birthday"),
    "reset what counts as used": of_member("quota reset", reason="a mistake"),
    "block, unblock": all_of(of_member("block", reason="rude"), of_member("unblock")),
    "see the server's quotas": lambda running, cell: shown(
        running, cell, "### Quotas in this server", "quota show"
    ),
    "set a role's or everybody's allowance": all_of(set_role, changing("quota set", monthly=70)),
    "set what the whole server may use": changing("quota set", whole_server=True, monthly=2000),
    "allow, deny, forget channels and roles": list_places,
    "limit models": changing("models", command="seedance-pro", resolution="720p"),
    "pause, resume": all_of(changing("pause", reason="moving"), changing("resume")),
    "see and change settings": all_of(
        changing("settings", spoilers=True),
        lambda running, cell: shown(running, cell, "### What is decided", "settings"),
    ),
    "set the words": set_words,
    "set the log channel": set_log,
    "see the record of acts": lambda running, cell: shown(running, cell, "### What was done here", "acts"),
    "see figures": see_figures,
    "list, block, pause, see figures and acts everywhere": everywhere,
}


@pytest.mark.parametrize("what", TABLE)
async def test_everybody_may_what_the_table_says_and_nothing_else(running: Running, what: str) -> None:
    attempt = ATTEMPTS[what]

    found = {cell: await attempt(running, cell) for cell in CELLS}

    assert found == TABLE[what]


def test_every_row_of_the_table_is_tried() -> None:
    assert set(ATTEMPTS) == set(TABLE)


async def test_what_discord_does_not_say_makes_nobody_a_manager(running: Running) -> None:
    mia, here = running.by_rank[Rank.MANAGER], running.scene.channel
    mia.permissions = EVERYBODY | Permission.MANAGE_MESSAGES | Permission.MENTION_EVERYONE

    assert is_refused(await running.told(mia, here, "settings"))
    mia.permissions = EVERYBODY | Permission.ADMINISTRATOR
    assert not is_refused(await running.told(mia, here, "settings"))


async def test_discord_offers_the_commands_to_managers_and_in_servers_only(running: Running) -> None:
    here = running.scene.channel
    meg, mia = running.actor(Rank.MEMBER, here), running.actor(Rank.MANAGER, here)

    with pytest.raises(ClientRefusal, match="hidden"):
        await meg.command(here, "zoetrope settings")
    with pytest.raises(ClientRefusal, match="not offered in such a place"):
        await mia.command(mia.dm, "zoetrope settings")
    assert not is_refused(await words_of(await mia.command(here, "zoetrope settings")))


@pytest.mark.parametrize("rank", Rank)
async def test_nobody_runs_a_place_from_direct_messages(running: Running, rank: Rank) -> None:
    who = running.by_rank[rank]
    who.permissions = EVERYBODY | Permission.MANAGE_GUILD
    before = await running.deeds()

    for name in ("settings", "acts", "words", "quota show", "jobs"):
        assert is_refused(await running.told(who, who.dm, name)), name
    assert is_refused(await running.told(who, who.dm, "pause", reason="from afar"))

    assert await running.deeds() == before


async def test_a_job_from_direct_messages_is_its_owners_and_the_bots_owners_only(running: Running) -> None:
    here = running.scene.channel
    ana, mia, boss = running.somebody, running.actor(Rank.MANAGER, here), running.by_rank[Rank.OWNER]
    from_dm = await running.a_job(ana.dm, ana, State.QUEUED)

    assert is_refused(await running.told(mia, here, "cancel", job=from_dm.id))
    await running.run(boss, here, "cancel", job=from_dm.id)
    assert (await running.stored(from_dm.id)).wish is Wish.WISHED
