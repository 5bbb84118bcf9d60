"""/zoetrope jobs, cancel, settle: what is found, what is shown of it, and what becomes of it."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.core import events as ev
from bot.core.errors import Problem
from bot.core.ids import ChannelId, UserId
from bot.core.job import State, Wish
from bot.core.models import SeedanceFast
from bot.core.rights import Act, Rank
from bot.sandbox.discord import Member
from tests.builders import a_stored_job, moved
from tests.chat.members.running import Running, guild_id, guild_of, words_of
from tests.chat.members.scene import Scene

PROMPT = "a lighthouse that nobody must read of"


@pytest.fixture
async def running(scene: Scene) -> Running:
    return await Running.begin(scene)


@pytest.fixture
def mia(running: Running) -> Member:
    return running.actor(Rank.MANAGER, running.scene.channel)


async def test_jobs_are_found_by_member_and_state_newest_first(running: Running, mia: Member) -> None:
    here, ana = running.scene.channel, running.somebody
    ben = running.scene.platform.add_member("ben", guild_of(here))
    old = await running.a_job(here, ana, State.DELIVERED)
    doubtful = await running.a_job(here, ana, State.UNKNOWN)
    bens = await running.a_job(here, ben, State.UNKNOWN)
    elsewhere = await running.a_job(running.there, ana, State.UNKNOWN)

    all_here = await running.told(mia, here, "jobs")
    of_ana = await running.told(mia, here, "jobs", member=ana)
    in_doubt = await running.told(mia, here, "jobs", state="unknown")

    assert all_here.index(bens.id) < all_here.index(doubtful.id) < all_here.index(old.id)
    assert elsewhere.id not in all_here
    assert bens.id not in of_ana
    assert old.id in of_ana
    assert old.id not in in_doubt
    assert f"in doubt · {ana.mention} · 5 credits" in in_doubt
    none = await running.told(mia, here, "jobs", state="failed")
    assert none == "There are no such jobs."
    boss = running.actor(Rank.OWNER, here)
    assert elsewhere.id in await running.told(boss, here, "jobs", everywhere=True)


async def test_one_that_is_picked_shows_what_an_operator_needs_and_no_prompt(
    running: Running, mia: Member
) -> None:
    scene, here = running.scene, running.scene.channel
    job = await a_stored_job(
        scene.store,
        State.RUNNING,
        owner_id=UserId(scene.ana.id),
        guild_id=guild_id(here),
        channel_id=ChannelId(here.id),
        request=SeedanceFast(prompt=PROMPT),
        sources=(),
        estimated=125_000,
        accepted_at=datetime.now(UTC),
    )
    listed = await (await running.run(mia, here, "jobs")).final()

    shown = await (await mia.choose(listed, "zoetrope:look", job.id)).final()

    for part in (
        "Seedance 1.0 Pro Fast · running",
        f"Of {scene.ana.mention}, in <#{here.id}>",
        "5 credits: reserved",
        "Dollars: estimated $0.125; as RunComfy says unknown",
        f"`{job.request_id}`",
        f"Accepted <t:{int(job.accepted_at.timestamp())}:f>, sent <t:",
        f"job {job.id}",
    ):
        assert part in shown.text
    assert [button.label for button in shown.buttons] == ["Cancel"]
    assert PROMPT not in shown.text + listed.text
    assert PROMPT not in str(listed.components)


async def test_a_list_of_a_day_ago_offers_jobs_that_are_shown_as_they_are_now(
    running: Running, mia: Member
) -> None:
    here = running.scene.channel
    job = await running.a_job(here, running.somebody, State.UNKNOWN)
    listed = await (await running.run(mia, here, "jobs")).final()
    view = await (await mia.choose(listed, "zoetrope:look", job.id)).final()
    assert [button.label for button in view.buttons] == ["Settle: not bought", "Settle: bought"]
    await running.told(mia, here, "settle", job=job.id, bought=True, reason="it is in the bill")

    view = await (await mia.choose(listed, "zoetrope:look", job.id)).final()

    assert view.buttons == []
    assert "The operator has closed this job." in view.text


@pytest.mark.parametrize(("label", "reported"), [("Settle: not bought", 0), ("Settle: bought", None)])
async def test_a_job_in_doubt_is_settled_in_a_form_that_asks_why(
    running: Running, mia: Member, label: str, reported: int | None
) -> None:
    here = running.scene.channel
    job = await running.a_job(here, running.somebody, State.UNKNOWN)
    listed = await (await running.run(mia, here, "jobs")).final()
    view = await (await mia.choose(listed, "zoetrope:look", job.id)).final()
    form = (await (await mia.press(view, label)).answered()).modal
    assert form is not None

    await (await mia.submit(form, {"why": "looked at the bill"})).answered()

    after = await running.stored(job.id)
    assert after.state is State.FAILED
    assert after.reason is not None
    assert after.reason.problem is Problem.SETTLED
    assert after.reported == reported
    assert "Settled as" in view.text
    assert view.buttons == []
    (deed, *_) = await running.deeds()
    assert (deed.act, deed.actor_id, deed.job_id) == (Act.SETTLE, mia.id, job.id)
    assert deed.why == "looked at the bill"


async def test_what_is_not_in_doubt_is_not_settled(running: Running, mia: Member) -> None:
    here = running.scene.channel
    job = await running.a_job(here, running.somebody, State.RUNNING)

    told = await running.told(mia, here, "settle", job=job.id, bought=True, reason="x")
    message = await running.somebody.post(here, "a view")
    pressed = await words_of(await mia.press(message, f"zoetrope:settle-free:{job.id}", checked=False))

    assert told == pressed == "Only a job in doubt can be settled; this one is not (it is running)."
    assert (await running.stored(job.id)).state is State.RUNNING


async def test_a_cancel_is_kept_with_its_reason_and_its_outcome_is_told(
    running: Running, mia: Member
) -> None:
    here = running.scene.channel
    job = await running.a_job(here, running.somebody, State.QUEUED)
    asked = await running.run(mia, here, "cancel", job=f" {job.id.upper()} ", reason="too many")
    wished = await running.stored(job.id)
    assert wished.wish is Wish.WISHED
    await moved(running.scene.store, wished, ev.Cancelled())

    assert "Cancelled. Nothing was charged" in await words_of(asked)
    (deed, *_) = await running.deeds()
    assert (deed.act, deed.user_id, deed.why) == (Act.CANCEL, running.somebody.id, "too many")
    again = await running.told(mia, here, "cancel", job=job.id)
    assert "Cancelled" in again


async def test_a_result_is_deleted_from_the_view_after_a_question(running: Running, mia: Member) -> None:
    scene, here = running.scene, running.scene.channel
    job, result = await scene.delivered()
    listed = await (await running.run(mia, here, "jobs")).final()
    view = await (await mia.choose(listed, "zoetrope:look", job.id)).final()

    question = await (await mia.press(view, "Delete the result")).final()
    await (await mia.press(question, "Delete for everyone")).answered()

    assert (await running.stored(job.id)).deleted_at is not None
    (deed, *_) = await running.deeds()
    assert (deed.act, deed.actor_id) == (Act.DELETE, mia.id)
    assert not result.deleted


async def test_what_owners_do_to_their_own_jobs_is_no_act(running: Running) -> None:
    scene = running.scene
    job, result = await scene.delivered()
    before = await running.deeds()
    question = await (await scene.ana.press(result, "Delete")).final()
    await (await scene.ana.press(question, "Delete for everyone")).answered()

    assert (await running.stored(job.id)).deleted_at is not None
    assert await running.deeds() == before


async def test_ids_are_suggested_by_their_beginning_and_of_fitting_jobs_only(
    running: Running, mia: Member
) -> None:
    here, ana = running.scene.channel, running.somebody
    queued = await running.a_job(here, ana, State.QUEUED)
    doubtful = await running.a_job(here, ana, State.UNKNOWN)
    delivered = await running.a_job(here, ana, State.DELIVERED)
    elsewhere = await running.a_job(running.there, ana, State.QUEUED)

    async def suggested(who: Member, name: str, typed: str) -> dict[str, str]:
        asked = await who.autocomplete(here, f"zoetrope {name}", focused="job", job=typed)
        return {str(one.value): one.name for one in (await asked.answered()).choices}

    assert set(await suggested(mia, "cancel", "")) == {queued.id}
    assert set(await suggested(mia, "settle", "")) == {doubtful.id}
    assert set(await suggested(mia, "cancel", queued.id[:3].upper())) == {queued.id}
    assert await suggested(mia, "cancel", delivered.id) == {}
    assert await suggested(mia, "cancel", elsewhere.id) == {}
    assert await suggested(mia, "cancel", "%_*'") == {}
    boss = running.actor(Rank.OWNER, here)
    assert set(await suggested(boss, "cancel", "")) == {queued.id, elsewhere.id}
    (line,) = (await suggested(mia, "cancel", "")).values()
    assert line == f"{queued.id} · waiting in line · Seedance 1.5 Pro · member …{str(ana.id)[-4:]}"


@pytest.mark.parametrize("typed", ["", "nonsense", "x" * 300, "23456789bcd", "zoetrope:cancel:../x"])
async def test_an_id_that_is_none_is_said_to_be_unknown(running: Running, mia: Member, typed: str) -> None:
    here = running.scene.channel
    for name, options in (("cancel", {}), ("settle", {"bought": True, "reason": "x"})):
        told = await running.told(mia, here, name, job=typed, **options)
        assert "I no longer know this job" in told


async def test_two_managers_settle_at_once_and_one_is_told_that_it_is_done(
    running: Running, mia: Member
) -> None:
    here = running.scene.channel
    job = await running.a_job(here, running.somebody, State.UNKNOWN)
    boss = running.actor(Rank.OWNER, here)

    told = await asyncio.gather(
        running.told(mia, here, "settle", job=job.id, bought=True, reason="bought"),
        running.told(boss, here, "settle", job=job.id, bought=False, reason="not bought"),
    )

    assert sorted("Settled as" in words for words in told) == [False, True]
    assert any("Only a job in doubt can be settled" in words for words in told)
