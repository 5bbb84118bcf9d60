"""The schema repeats the law: what `bot.core.job` forbids, no statement can write."""

import sqlite3
from collections.abc import Generator
from dataclasses import fields, replace
from pathlib import Path

import pytest

from bot.core.events import Way
from bot.core.job import ENDED, Job, State, Wish
from bot.core.mending import Framing
from bot.store import rows
from bot.store.database import connect
from bot.store.migrate import MIGRATIONS, apply_pending
from bot.store.numbered import migrations_in
from tests.builders import NOON, a_job


@pytest.fixture
def connection(tmp_path: Path) -> Generator[sqlite3.Connection]:
    known = migrations_in(MIGRATIONS)
    connection = connect(tmp_path / "zoetrope.db", known)
    apply_pending(connection, known, NOON)
    yield connection
    connection.close()


DAYS: rows.Values = {"day": "2025-06-15", "month": "2025-06", "bot_day": "2025-06-15", "bot_month": "2025-06"}


def insert(connection: sqlite3.Connection, job: Job, **changes: rows.Value) -> None:
    """Write any row, legal or not."""
    values = {**rows.new_columns(job), **rows.moving_columns(job), **DAYS, "turn": 0, **changes}
    places = ", ".join(f":{name}" for name in values)
    connection.execute(f"INSERT INTO jobs ({', '.join(values)}) VALUES ({places})", values)


def store(connection: sqlite3.Connection, state: State) -> Job:
    """Write a job as it begins, and then as it has become."""
    job = a_job(state)
    begun = rows.moving_columns(replace(a_job(), token=job.token))
    insert(connection, job, **begun)
    places = ", ".join(f"{name} = :{name}" for name in begun)
    connection.execute(f"UPDATE jobs SET {places} WHERE id = :id", rows.moving_columns(job) | {"id": job.id})
    return job


@pytest.mark.parametrize("state", list(State))
def test_every_lawful_job_fits(connection: sqlite3.Connection, state: State) -> None:
    job = store(connection, state)

    (stored,) = connection.execute("SELECT * FROM jobs").fetchall()
    assert rows.job_from(stored) == job


def test_a_column_for_every_field_and_nothing_unexplained(connection: sqlite3.Connection) -> None:
    columns = {row["name"] for row in connection.execute("PRAGMA table_xinfo(jobs)").fetchall()}

    kinds = {"command", "resolution", "duration"}
    money = {"hold", "beyond", "spent", *DAYS}
    assert columns == {field.name for field in fields(Job)} | kinds | money | {
        "token_good_until",
        "turn",
        "parent_id",
    }


@pytest.mark.parametrize(
    ("state", "changes", "law"),
    [
        (State.QUEUED, {"state": "asleep"}, "state_is_known"),
        (State.QUEUED, {"wish": "perhaps"}, "wish_is_known"),
        (State.QUEUED, {"cost": 0}, "cost_is_positive"),
        (State.QUEUED, {"version": -1, "shown": -1}, "version_counts"),
        (State.QUEUED, {"shown": 99}, "shown_has_existed"),
        (State.QUEUED, {"upload_limit": 0}, "upload_limit_is_positive"),
        (State.QUEUED, {"position": -1}, "position_is_a_place"),
        (State.QUEUED, {"turn": -1}, "turn_counts"),
        (State.QUEUED, {"hold": "returned"}, "hold_follows_the_state"),
        (State.RUNNING, {"hold": "charged"}, "hold_follows_the_state"),
        (State.UNKNOWN, {"hold": "reserved"}, "hold_follows_the_state"),
        (State.DELIVERED, {"hold": "reserved"}, "hold_follows_the_state"),
        (State.CANCELLED, {"hold": "charged"}, "hold_follows_the_state"),
        (State.QUEUED, {"reason": "nope"}, "reason_is_json"),
        (State.QUEUED, {"sources": "{}"}, "sources_are_a_list"),
        (State.QUEUED, {"pictures": "1"}, "pictures_are_a_list"),
        (State.QUEUED, {"outputs": '"x"'}, "outputs_are_a_list"),
        (State.QUEUED, {"token": None}, "token_has_an_end"),
        (State.QUEUED, {"prepared_at": None}, "queued_is_prepared"),
        (State.QUEUED, {"request_id": "r", "submitted_at": 1}, "not_bought_has_none"),
        (State.QUEUED, {"result_id": 1}, "delivered_is_posted"),
        (State.QUEUED, {"ended_at": 1}, "ended_says_when"),
        (State.SUBMITTING, {"worker": None}, "claim_has_a_worker"),
        (State.SUBMITTING, {"worker": None, "claimed_at": None}, "claimed_before_paid"),
        (State.RUNNING, {"request_id": None, "submitted_at": None}, "bought_has_a_name"),
        (State.RUNNING, {"submitted_at": None}, "bought_says_when"),
        (State.RUNNING, {"phase": None}, "running_has_a_phase"),
        (State.RUNNING, {"phase": "asleep"}, "phase_is_known"),
        (State.RUNNING, {"told_at": 1, "token": None, "token_good_until": None}, "told_only_where_ended"),
        (State.READY, {"finished_at": None}, "result_was_finished"),
        (State.READY, {"request_id": None, "submitted_at": None}, "bought_has_a_name"),
        (State.UNKNOWN, {"reason": None}, "failure_has_a_reason"),
        (State.UNKNOWN, {"request_id": "r", "submitted_at": 1}, "not_bought_has_none"),
        (State.DELIVERED, {"result_id": None}, "delivered_is_posted"),
        (State.DELIVERED, {"request_id": None, "submitted_at": None}, "bought_has_a_name"),
        (State.DELIVERED, {"told_at": 1}, "told_needs_no_token"),
        (State.FAILED, {"reason": None}, "failure_has_a_reason"),
        (State.CANCELLED, {"ended_at": None}, "ended_says_when"),
        (State.QUEUED, {"descent": "[]"}, "descent_is_an_object"),
        (State.QUEUED, {"descent": '{"how": "again"}'}, "descent_has_a_parent"),
        (State.QUEUED, {"spoiler": 2}, "spoiler_is_yes_or_no"),
        (State.PREPARING, {"asked_at": 1, "framing": "stretch"}, "framing_is_known"),
        (State.PREPARING, {"framing": "crop"}, "framing_answers_a_question"),
        (State.QUEUED, {"mended": "{}"}, "mended_is_a_list"),
        (State.READY, {"way": "pigeon", "room": 1, "size": 1}, "way_is_known"),
        (State.RUNNING, {"way": "fitted", "room": 1, "size": 1}, "way_needs_a_result"),
        (State.READY, {"way": "fitted", "room": 0, "size": 1}, "room_is_positive"),
        (State.READY, {"way": "fitted", "room": None, "size": 1}, "room_goes_with_its_way"),
        (State.READY, {"room": 1}, "room_goes_with_its_way"),
        (State.READY, {"way": "linked", "room": 1, "size": -1}, "size_is_positive"),
        (State.READY, {"way": "linked", "room": 1, "size": None}, "size_goes_with_its_way"),
        (State.READY, {"size": 1}, "size_goes_with_its_way"),
        (State.READY, {"deleted_at": 1}, "deleted_only_where_delivered"),
        (State.FAILED, {"deleted_at": 1}, "deleted_only_where_delivered"),
        (State.QUEUED, {"estimated": -1}, "estimated_is_no_debt"),
        (State.READY, {"reported": -1}, "reported_is_no_debt"),
        (State.QUEUED, {"beyond": -1}, "beyond_is_a_part"),
        (State.QUEUED, {"beyond": 6}, "beyond_is_a_part"),
        (State.QUEUED, {"day": "", "month": ""}, "counts_somewhere"),
    ],
)
def test_no_unlawful_row_can_be_written(
    connection: sqlite3.Connection, state: State, changes: dict[str, rows.Value], law: str
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=f"CHECK constraint failed: {law}"):
        insert(connection, a_job(state), **changes)


@pytest.mark.parametrize(
    "column", ["request", "sources", "descent", "pictures", "mended", "outputs", "reason"]
)
def test_what_is_nested_is_well_formed(connection: sqlite3.Connection, column: str) -> None:
    with pytest.raises(sqlite3.Error, match=r"malformed JSON|_is_json"):
        insert(connection, a_job(), **{column: '{"a": ['})


@pytest.mark.parametrize("column", ["owner_id", "channel_id", "interaction_id", "accepted_at", "locale"])
def test_what_every_job_has_cannot_be_missing(connection: sqlite3.Connection, column: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=f"NOT NULL constraint failed: jobs.{column}"):
        insert(connection, a_job(), **{column: None})


def test_a_number_cannot_be_a_text(connection: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT"):
        insert(connection, a_job(), accepted_at="yesterday")


@pytest.mark.parametrize("column", ["id", "interaction_id", "request_id"])
def test_names_are_used_once(connection: sqlite3.Connection, column: str) -> None:
    first, second = a_job(State.RUNNING), a_job(State.RUNNING)
    insert(connection, first)

    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        insert(connection, second, **{column: getattr(first, column)})


def test_only_states_under_way_hold_an_open_reservation(connection: sqlite3.Connection) -> None:
    for state in State:
        store(connection, state)

    found = connection.execute("SELECT state FROM jobs WHERE hold = 'reserved'").fetchall()

    assert {State(row["state"]) for row in found} == set(State) - ENDED


def test_a_draft_is_one_object(connection: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="content_is_an_object"):
        connection.execute("INSERT INTO drafts VALUES ('d', 1, 1, '[]')")


def test_the_schema_names_every_state_wish_framing_and_way() -> None:
    script = "".join(migration.script for migration in migrations_in(MIGRATIONS))

    for value in (*State, *Wish, *Framing, *Way):
        assert f"'{value.value}'" in script
