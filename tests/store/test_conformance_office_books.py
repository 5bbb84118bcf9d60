"""What every store answers about jobs and dollars: jobs by filters, counts by day, what was spent."""

from datetime import date, datetime, timedelta
from itertools import product

import pytest

from bot.core import events as ev
from bot.core.errors import MemberError, Problem, Reason
from bot.core.ids import GuildId, JobId, MessageId, RequestId, UserId
from bot.core.job import Job, State
from bot.core.ledger import Movement, Purse
from bot.core.models import Kind, SeedanceFast, SeedreamEdit
from bot.core.office import Filter, Office, Tally
from bot.core.ports import Store
from bot.core.quota import Budget, Rates, Terms
from tests.builders import NOON, OWNER, PLACE, PLENTY, a_job, a_stored_job, events_to, moved, no_engine

ELSEWHERE = GuildId(8)
ANN, BEN = UserId(1), UserId(2)
OUTPUTS = (ev.Output("https://playgrounds.runcomfy.net/a.mp4", Kind.VIDEO),)
SETTLED = Reason(Problem.SETTLED)


# --- jobs by filters ---------------------------------------------------------------------------------


async def some_jobs(store: Store) -> list[Job]:
    """Return jobs of two members in two servers and in direct messages, in some states, oldest first."""
    places = (PLACE, ELSEWHERE, None)
    states = (State.QUEUED, State.DELIVERED, State.UNKNOWN, State.CANCELLED)
    wanted = [(place, owner, state) for state in states for place in places for owner in (ANN, BEN)]
    return [
        await a_stored_job(
            store, state, owner_id=owner, guild_id=place, accepted_at=NOON + timedelta(seconds=number)
        )
        for number, (place, owner, state) in enumerate(wanted)
    ]


async def test_jobs_are_found_by_all_that_is_given_the_latest_first(store: Store, office: Office) -> None:
    jobs = await some_jobs(store)
    places = (None, PLACE, ELSEWHERE, GuildId(9))
    states = (None, State.QUEUED, State.DELIVERED, State.UNKNOWN, State.FAILED)

    for guild_id, owner_id, state in product(places, (None, ANN, UserId(3)), states):
        matching = [
            job
            for job in reversed(jobs)
            if guild_id in (None, job.guild_id)
            and owner_id in (None, job.owner_id)
            and state in (None, job.state)
        ]
        which = Filter(guild_id, owner_id, state)
        assert await office.jobs(which, 100) == matching, which
        assert await office.jobs(which, 2) == matching[:2], which


@pytest.mark.parametrize("length", [1, 2, 5, 11])
@pytest.mark.parametrize("which", [Filter(), Filter(PLACE), Filter(PLACE, ANN), Filter(state=State.QUEUED)])
async def test_jobs_are_found_by_how_their_id_begins(
    store: Store, office: Office, length: int, which: Filter
) -> None:
    names = ("bbbbbbbbbbb", "bbbbbccccccc", "bbccccccccc", "bcccccccccc", "zzzzzzzzzzz")
    jobs = [
        await a_stored_job(
            store, State.QUEUED, id=JobId(name), owner_id=ANN, accepted_at=NOON + timedelta(seconds=number)
        )
        for number, name in enumerate(names)
    ]

    found = await office.jobs(which, 100, matching="b" * length)

    assert found == [job for job in reversed(jobs) if job.id.startswith("b" * length)]


async def test_what_looks_like_a_pattern_matches_itself_only(store: Store, office: Office) -> None:
    await a_stored_job(store)

    for odd in ("%", "_", "*", "~", "'", "\0", "\U0010ffff"):
        assert await office.jobs(Filter(), 100, matching=odd) == []


# --- counts by day -----------------------------------------------------------------------------------


async def test_jobs_are_counted_by_day_place_member_command_and_state(store: Store, office: Office) -> None:
    for _ in range(2):
        await a_stored_job(store, State.DELIVERED, cost=5, estimated=100)
    await a_stored_job(store, State.FAILED, cost=5, estimated=100)
    await a_stored_job(store, State.RUNNING, cost=5, estimated=100, request=SeedanceFast(prompt="a"))
    await a_stored_job(store, State.CANCELLED, guild_id=None, estimated=100, request=SeedreamEdit(prompt="a"))
    await a_stored_job(store, State.DELIVERED, cost=3, accepted_at=NOON + timedelta(hours=12))

    today, tomorrow = date(2025, 6, 15), date(2025, 6, 16)
    expected = [
        Tally(today, None, OWNER, "seedream-edit", State.CANCELLED, 1, 0, 0),
        Tally(today, PLACE, OWNER, "seedance-fast", State.RUNNING, 1, 0, 0),
        Tally(today, PLACE, OWNER, "seedance-pro", State.DELIVERED, 2, 10, 200),
        Tally(today, PLACE, OWNER, "seedance-pro", State.FAILED, 1, 0, 100),
        Tally(tomorrow, PLACE, OWNER, "seedance-pro", State.DELIVERED, 1, 3, 0),
    ]
    since, until = NOON - timedelta(days=1), NOON + timedelta(days=1)
    assert await office.tallies(None, since, until) == expected
    assert await office.tallies(PLACE, since, until) == expected[1:]
    assert await office.tallies(ELSEWHERE, since, until) == []


async def test_a_time_begins_with_its_first_moment_and_ends_before_its_last(
    store: Store, office: Office
) -> None:
    await a_stored_job(store, State.DELIVERED)

    async def count(since: datetime, until: datetime) -> int:
        return sum(tally.jobs for tally in await office.tallies(None, since, until))

    second = timedelta(seconds=1)
    assert await count(NOON, NOON + second) == 1
    assert await count(NOON - second, NOON) == 0
    assert await count(NOON + timedelta(microseconds=1), NOON + second) == 0


# --- dollars -----------------------------------------------------------------------------------------


async def spending(store: Store) -> tuple[int, int]:
    """Return what is reserved and what is spent by the whole bot today; the month says the same."""
    account = await store.spending(PLENTY.rates, NOON)
    assert account.day == account.month
    return account.day.reserved_microusd, account.day.used_microusd


async def whole(store: Store, office: Office) -> tuple[int, int]:
    """Return the same, once the counts by day have been found to agree."""
    reserved, spent = await spending(store)
    tallies = await office.tallies(None, NOON - timedelta(days=1), NOON + timedelta(days=1))
    assert sum(tally.microusd for tally in tallies) == spent
    return reserved, spent


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.PREPARING, (900, 0)),
        (State.QUEUED, (900, 0)),
        (State.SUBMITTING, (900, 0)),
        (State.RUNNING, (900, 0)),
        (State.READY, (900, 0)),
        (State.DELIVERED, (0, 900)),
        (State.UNKNOWN, (0, 900)),
        (State.FAILED, (0, 900)),
        (State.CANCELLED, (0, 0)),
    ],
)
async def test_without_a_word_from_runcomfy_the_estimate_counts_where_it_may_have_been_paid(
    store: Store, office: Office, state: State, expected: tuple[int, int]
) -> None:
    await a_stored_job(store, state, estimated=900)

    assert await whole(store, office) == expected


async def test_what_was_never_bought_costs_nothing(store: Store, office: Office) -> None:
    job = await a_stored_job(store, State.SUBMITTING, estimated=900)
    await moved(store, job, ev.Refused(Reason(Problem.TOKEN_REJECTED)))
    await moved(store, await a_stored_job(store, estimated=900), ev.Refused(Reason(Problem.PICTURE_GONE)))

    assert await whole(store, office) == (0, 0)


@pytest.mark.parametrize("reported", [0, 1, 2000])
async def test_what_runcomfy_reports_replaces_the_estimate(
    store: Store, office: Office, reported: int
) -> None:
    job = await a_stored_job(store, State.RUNNING, estimated=900)
    job = await moved(store, job, ev.Finished(OUTPUTS, reported))
    assert await whole(store, office) == (900, 0)
    await moved(store, job, ev.Delivered(MessageId(5)))
    failing = await a_stored_job(store, State.RUNNING, estimated=900)
    await moved(store, failing, ev.Failed(Reason(Problem.GENERATION_FAILED), reported))

    assert await whole(store, office) == (0, 2 * reported)


async def test_a_result_that_nobody_could_be_given_has_cost_what_it_has(store: Store, office: Office) -> None:
    job = await a_stored_job(store, State.RUNNING, estimated=900)
    job = await moved(store, job, ev.Finished(OUTPUTS, 700))
    await moved(store, job, ev.Undeliverable(Reason(Problem.CHAT_UNREACHABLE)))

    assert await whole(store, office) == (0, 700)


@pytest.mark.parametrize(("reported", "spent"), [(None, 900), (0, 0), (1234, 1234)])
async def test_a_job_in_doubt_costs_what_the_operator_says_once_it_is_settled(
    store: Store, office: Office, reported: int | None, spent: int
) -> None:
    job = await a_stored_job(store, State.UNKNOWN, estimated=900)

    await moved(store, job, ev.Settled(SETTLED, reported), after=timedelta(hours=1))

    assert await whole(store, office) == (0, spent)
    entries = await office.entries(Purse(OWNER, PLACE), 10)
    adjusted = [entry for entry in entries if entry.movement is Movement.ADJUSTED]
    changes = [] if spent == 900 else [(0, spent - 900, job.id, NOON + timedelta(hours=1))]
    assert [(entry.credits, entry.microusd, entry.job_id, entry.at) for entry in adjusted] == changes


async def test_a_late_answer_takes_back_what_was_counted_and_counts_it_once_in_the_end(
    store: Store, office: Office
) -> None:
    job = await a_stored_job(store, State.UNKNOWN, estimated=900)
    job = await moved(store, job, ev.Accepted(RequestId("late")))
    assert await whole(store, office) == (900, 0)

    for event in (ev.Finished(OUTPUTS, 800), ev.Delivered(MessageId(5))):
        job = await moved(store, job, event)

    assert await whole(store, office) == (0, 800)


async def test_a_job_without_a_price_reserves_no_dollars_and_counts_what_it_has_cost(
    store: Store, office: Office
) -> None:
    job = await a_stored_job(store, State.RUNNING)
    assert await whole(store, office) == (0, 0)

    job = await moved(store, job, ev.Finished(OUTPUTS, 800))
    await moved(store, job, ev.Delivered(MessageId(5)))

    assert await whole(store, office) == (0, 800)


async def test_a_budget_is_kept_at_admission_whoever_asks_and_wherever(store: Store) -> None:
    terms = Terms(Rates(PLENTY.rates.member, budget=Budget(daily=2000)))
    places = (PLACE, ELSEWHERE, None)
    jobs = [a_job(owner_id=UserId(n), guild_id=places[n % 3], estimated=900) for n in range(4)]
    first, *_ = [await store.admit(job, terms, no_engine) for job in jobs[:2]]

    with pytest.raises(MemberError) as caught:
        await store.admit(jobs[2], terms, no_engine)
    assert caught.value.reason.problem is Problem.BUDGET_SPENT

    for event in events_to(State.CANCELLED):
        first = await moved(store, first, event)
    await store.admit(jobs[3], terms, no_engine)
    assert await spending(store) == (1800, 0)
