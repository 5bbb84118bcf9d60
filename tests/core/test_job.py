"""Every state against every event: what is in the table happens, and nothing else does."""

import dataclasses
import typing

import pytest

from bot.core import events as ev
from bot.core.descent import How
from bot.core.errors import Problem, Reason
from bot.core.ids import MessageId, RequestId, WorkerId, new_job_id, parse_job_id
from bot.core.job import ENDED, FINAL, HOLDS, TRANSITIONS, IllegalMove, Job, State, Wish, apply
from bot.core.mending import Framing, Mending
from bot.core.quota import Hold
from tests.builders import NOON, a_descent, a_job

REASON = Reason(Problem.GENERATION_FAILED, {"detail": "out of luck"})
EVENTS: tuple[ev.Event, ...] = (
    ev.Acknowledged(MessageId(1)),
    ev.Asked(REASON),
    ev.Prepared(("https://cdn.discordapp.com/a.png",)),
    ev.Waited(2),
    ev.Claimed(WorkerId("w")),
    ev.Accepted(RequestId("r")),
    ev.NotSent(REASON),
    ev.Interrupted(REASON),
    ev.Refused(REASON),
    ev.Progressed(ev.Phase.IN_PROGRESS),
    ev.Reckoned(90.0),
    ev.Overdue(),
    ev.CancelRefused(),
    ev.Cancelled(),
    ev.Finished((ev.Output("https://files.runcomfy.net/a.mp4", a_job().request.makes),)),
    ev.Failed(REASON),
    ev.Rerouted(ev.Way.FITTED, 10_485_760, 90_000_000),
    ev.Posting(),
    ev.Delivered(MessageId(2)),
    ev.Undeliverable(REASON),
    ev.Settled(REASON),
    ev.Told(),
    ev.Deleted(),
)
PAIRS = [(state, event) for state in State for event in EVENTS]


def test_the_list_of_events_is_complete() -> None:
    assert {type(event) for event in EVENTS} == set(typing.get_args(ev.Event))


@pytest.mark.parametrize(
    ("state", "event"), PAIRS, ids=lambda value: getattr(value, "value", None) or type(value).__name__
)
def test_a_pair_moves_as_the_table_says_or_raises_and_changes_nothing(state: State, event: ev.Event) -> None:
    job = a_job(state)
    before = dataclasses.replace(job)
    target = TRANSITIONS.get((state, type(event)))

    if target is None:
        with pytest.raises(IllegalMove):
            apply(job, event, NOON)
    else:
        after = apply(job, event, NOON)
        assert (after.state, after.version) == (target, job.version + 1)
    assert job == before


def test_only_an_active_state_holds_an_open_reservation() -> None:
    assert {state for state in State if HOLDS[state] is Hold.RESERVED} == set(State) - ENDED
    assert {state for state in State if HOLDS[state] is Hold.CHARGED} == {State.DELIVERED}


def test_nothing_leaves_a_final_state() -> None:
    assert all(target is state for (state, _), target in TRANSITIONS.items() if state in FINAL)


def test_every_state_but_the_first_is_reached_and_every_unended_state_is_left() -> None:
    moves = {(state, target) for (state, _), target in TRANSITIONS.items() if state is not target}
    assert {target for _, target in moves} == set(State) - {State.PREPARING}
    assert {state for state, _ in moves} == set(State) - FINAL


def test_a_paid_call_follows_a_committed_claim_only() -> None:
    sources = {state for (state, event) in TRANSITIONS if event is ev.Accepted}
    assert sources == {State.SUBMITTING, State.UNKNOWN}
    assert {state for (state, event) in TRANSITIONS if event is ev.Claimed} == {State.QUEUED}


def test_a_late_answer_reopens_a_job_in_doubt_with_its_reservation() -> None:
    doubtful = apply(a_job(State.UNKNOWN), ev.Told(), NOON)
    running = apply(doubtful, ev.Accepted(RequestId("late")), NOON)
    assert (running.state, running.hold, running.request_id) == (State.RUNNING, Hold.RESERVED, "late")
    assert (running.reason, running.told_at, running.ended_at) == (None, None, None)


def test_a_settlement_is_told_as_well() -> None:
    doubtful = apply(a_job(State.UNKNOWN), ev.Told(), NOON)
    settled = apply(doubtful, ev.Settled(REASON), NOON)
    assert (settled.state, settled.told_at, settled.is_over) == (State.FAILED, None, False)


def test_a_refused_wish_is_kept_and_a_provably_unsent_call_may_be_made_again() -> None:
    assert apply(a_job(State.RUNNING), ev.CancelRefused(), NOON).wish is Wish.REFUSED
    unsent = apply(a_job(State.SUBMITTING), ev.NotSent(REASON), NOON)
    assert (unsent.state, unsent.worker, unsent.claimed_at) == (State.QUEUED, None, None)


def test_a_question_is_noted_with_its_time_and_cause_until_the_picture_is_prepared() -> None:
    asked = apply(a_job(), ev.Asked(REASON), NOON)
    assert (asked.state, asked.asked_at, asked.reason, asked.framing) == (State.PREPARING, NOON, REASON, None)

    answered = dataclasses.replace(asked, framing=Framing.CROP)
    prepared = apply(answered, ev.Prepared(("https://cdn.discordapp.com/a.png",)), NOON)
    assert (prepared.asked_at, prepared.reason, prepared.framing) == (NOON, None, Framing.CROP)


def test_no_event_answers_the_question_for_the_owner() -> None:
    for state, event in PAIRS:
        if (state, type(event)) in TRANSITIONS:
            job = dataclasses.replace(a_job(state), asked_at=NOON, framing=Framing.BARS)
            assert apply(job, event, NOON).framing is Framing.BARS


def test_what_was_mended_is_kept_when_addresses_are_signed_anew() -> None:
    mended = ((Mending.UPRIGHT, Mending.REDUCED), ())
    prepared = apply(a_job(), ev.Prepared(("a", "b"), mended), NOON)
    renewed = apply(prepared, ev.Prepared(("c", "d")), NOON)
    assert (renewed.pictures, renewed.mended) == (("c", "d"), mended)


def test_another_way_forgets_the_intent_to_post_by_the_one_before() -> None:
    posting = apply(a_job(State.READY), ev.Posting(), NOON)
    rerouted = apply(posting, ev.Rerouted(ev.Way.LINKED, 8_000_000, 90_000_000), NOON)
    assert (rerouted.state, rerouted.posting_at) == (State.READY, None)
    assert (rerouted.way, rerouted.room, rerouted.size) == (ev.Way.LINKED, 8_000_000, 90_000_000)


def test_a_result_that_is_deleted_stays_charged_and_is_told_again() -> None:
    told = apply(a_job(State.DELIVERED), ev.Told(), NOON)
    deleted = apply(told, ev.Deleted(), NOON)
    assert (deleted.state, deleted.hold, deleted.deleted_at) == (State.DELIVERED, Hold.CHARGED, NOON)
    assert (told.is_over, deleted.is_over) == (True, False)
    assert apply(deleted, ev.Told(), NOON).is_over


@pytest.mark.parametrize("how", list(How))
def test_only_a_part_that_was_to_be_joined_follows_its_parents(how: How) -> None:
    parent = a_job(State.DELIVERED)
    assert a_job(descent=a_descent(parent, how)).is_joined is (how is How.JOIN)
    assert not parent.is_joined


def test_the_token_is_forgotten_once_the_owner_has_been_told() -> None:
    assert apply(a_job(State.DELIVERED), ev.Told(), NOON).token is None


def test_neither_prompt_nor_token_shows_in_the_words_of_a_job() -> None:
    job = a_job()
    assert job.request.prompt not in repr(job)
    assert job.token is None or job.token.secret not in repr(job)


def test_an_id_survives_the_way_through_a_button_and_nothing_else_does() -> None:
    job_id = new_job_id()
    assert parse_job_id(job_id) == job_id
    for wrong in ("", job_id + "2", job_id[:-1], job_id.upper(), "../../etc/pa", "a" * 11):
        assert parse_job_id(wrong) is None


def test_a_job_is_frozen() -> None:
    job: Job = a_job()
    with pytest.raises(dataclasses.FrozenInstanceError):
        job.state = State.DELIVERED  # pyright: ignore[reportAttributeAccessIssue] (that is the point)
