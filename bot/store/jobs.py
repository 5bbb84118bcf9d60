"""The statements about jobs and facts, one function each, for one transaction in the database's thread.

A move is one UPDATE that names the state and the version it replaces; zero rows means that somebody was
faster.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from bot.core.ids import InteractionId, JobId, UserId
from bot.core.job import ENDED, Job, State
from bot.core.mending import Framing
from bot.core.models import Request
from bot.core.ports import Slots
from bot.store import line, rows
from bot.store.connection import Connection

# What is known of how long jobs take is told by the last so many.
MOST: Final = 200

_INSERT: Final = f"""
    INSERT INTO jobs (
        id, interaction_id, owner_id, guild_id, channel_id, locale, request, sources, descent, spoiler,
        cost, beyond, estimated, accepted_at, day, month, bot_day, bot_month, upload_limit, token,
        token_good_until, turn
    )
    VALUES (
        :id, :interaction_id, :owner_id, :guild_id, :channel_id, :locale, :request, :sources, :descent,
        :spoiler, :cost, :beyond, :estimated, :accepted_at, :day, :month, :bot_day, :bot_month,
        :upload_limit, :token, :token_good_until, {line.NEXT_TURN}
    )
"""  # noqa: S608 (all of it is our own text)

_MOVE: Final = """
    UPDATE jobs SET
        token = :token, token_good_until = :token_good_until, state = :state, hold = :hold,
        version = :version, card_id = :card_id, asked_at = :asked_at, pictures = :pictures,
        mended = :mended, prepared_at = :prepared_at, position = :position, worker = :worker,
        claimed_at = :claimed_at, request_id = :request_id, typical_seconds = :typical_seconds,
        likely_seconds = :likely_seconds, phase = :phase, submitted_at = :submitted_at,
        overdue_at = :overdue_at, outputs = :outputs, finished_at = :finished_at,
        reported = :reported, way = :way, room = :room,
        size = :size, posting_at = :posting_at, result_id = :result_id, reason = :reason,
        ended_at = :ended_at, told_at = :told_at, deleted_at = :deleted_at,
        wish = CASE WHEN :wish = 'refused' THEN 'refused' ELSE wish END
    WHERE id = :id AND state = :state_before AND version = :version_before
"""

# Asked once more for its end: another process may just have written it.
_WISH: Final = "UPDATE jobs SET wish = 'wished' WHERE id = ? AND wish = 'none' AND ended_at IS NULL"

_CHOOSE: Final = """
    UPDATE jobs SET framing = ?, version = version + 1
    WHERE id = ? AND state = 'preparing' AND asked_at IS NOT NULL AND framing IS NULL
"""

_CLAIM: Final = f"{_MOVE} AND {line.MAY_CLAIM}"

# The inner query needs nothing but an index, so only the rows that are returned are sorted whole.
_RECENT: Final = """
    SELECT * FROM jobs WHERE rowid IN (
        SELECT rowid FROM jobs WHERE owner_id = ? ORDER BY accepted_at DESC, rowid DESC LIMIT ?
    ) ORDER BY accepted_at DESC, rowid DESC
"""

_UNFINISHED: Final = """
    SELECT id, state, accepted_at FROM jobs
    WHERE state IN ('preparing', 'queued', 'submitting', 'running', 'ready')
    UNION ALL
    SELECT id, state, accepted_at FROM jobs WHERE ended_at IS NOT NULL AND told_at IS NULL
    ORDER BY accepted_at, id
"""

_DURATIONS: Final = """
    SELECT finished_at - submitted_at AS taken FROM jobs
    WHERE command = :command AND {} AND {}
      AND finished_at IS NOT NULL
    ORDER BY finished_at DESC LIMIT :sample
"""
# Not `IS :resolution`, for which PostgreSQL would use no index.
_SETTING: Final = {name: (f"{name} = :{name}", f"{name} IS NULL") for name in ("resolution", "duration")}


def insert(connection: Connection, job: Job, counted: rows.Values, weight: float) -> None:
    """Write a job that has just been accepted, and give it its turn.

    `counted`: the periods that it counts in, and how much of it comes out of grants.
    """
    assert job.state is State.PREPARING
    assert job.version == 0
    step = max(1, round(line.STEP / weight))
    connection.execute(_INSERT, {**rows.new_columns(job), **counted, "step": step})


def get(connection: Connection, job_id: JobId) -> Job | None:
    """Return the job, if there is one."""
    row = connection.execute("SELECT * FROM jobs WHERE id = ?", (job_id,)).fetchone()
    return None if row is None else rows.job_from(row)


def of_interaction(connection: Connection, interaction_id: InteractionId) -> Job | None:
    """Return the job that an interaction has made, if it has."""
    # Most often there is none, and sixty columns cost as much to announce as the rest of the question.
    query = "SELECT id FROM jobs WHERE interaction_id = ?"
    row = connection.execute(query, (interaction_id,)).fetchone()
    return None if row is None else get(connection, JobId(row["id"]))


def record(connection: Connection, before: Job, after: Job) -> bool:
    """Replace `before` by `after`; False if it is `before` no more."""
    return connection.execute(_MOVE, _move(before, after)).rowcount == 1


def claim(
    connection: Connection, before: Job, after: Job, slots: Slots, passed_over: Collection[JobId]
) -> bool:
    """Record a claim; False also where it is not this job's turn, or no slot is free."""
    values = _move(before, after) | line.claim_parameters(slots, passed_over)
    return connection.execute(_CLAIM, values).rowcount == 1


def _move(before: Job, after: Job) -> rows.Values:
    return {
        **rows.moving_columns(after),
        "id": before.id,
        "wish": after.wish.value,
        "state_before": before.state.value,
        "version_before": before.version,
    }


def wish_cancel(connection: Connection, job_id: JobId) -> Job | None:
    """Note a wish where there is none and the job has not ended; return the job."""
    job = get(connection, job_id)
    if job is None or job.state in ENDED:
        return job
    connection.execute(_WISH, (job_id,))
    return get(connection, job_id)


def choose_framing(connection: Connection, job_id: JobId, framing: Framing) -> Job | None:
    """Note an answer where the question is open; return the job."""
    connection.execute(_CHOOSE, (framing.value, job_id))
    return get(connection, job_id)


def note_shown(connection: Connection, job_id: JobId, version: int) -> None:
    """Note the version on the card; an older one that comes late is ignored."""
    connection.execute("UPDATE jobs SET shown = ? WHERE id = ? AND shown < ?", (version, job_id, version))


def recent(connection: Connection, owner_id: UserId, count: int) -> Sequence[Job]:
    """Return the member's latest jobs that can be read, newest first."""
    return rows.jobs_from(connection.execute(_RECENT, (owner_id, count)).fetchall())


def unfinished(connection: Connection) -> Sequence[tuple[JobId, State]]:
    """Return the jobs with something left to do, be it only to tell the owner; oldest first."""
    # Row by row: ten thousand at once would leave the process larger for good.
    return [(JobId(row["id"]), State(row["state"])) for row in connection.execute(_UNFINISHED)]


def in_state(connection: Connection, state: State, count: int) -> Sequence[Job]:
    """Return up to `count` jobs in this state that can be read, oldest first."""
    query = "SELECT * FROM jobs WHERE state = ? ORDER BY accepted_at, id LIMIT ?"
    return rows.jobs_from(connection.execute(query, (state.value, count)).fetchall())


def counts(connection: Connection) -> Mapping[State, int]:
    """Return how many jobs are in each state, those without any included."""
    query = "SELECT state, count(*) AS number FROM jobs GROUP BY state"
    found = {State(row["state"]): int(row["number"]) for row in connection.execute(query).fetchall()}
    return {state: found.get(state, 0) for state in State}


def durations(connection: Connection, request: Request) -> Sequence[float]:
    """Return the seconds from submit to result of the last jobs of the same kind, newest first."""
    kind = request.settings()
    said = {name: kind.get(name) for name in _SETTING}
    conditions = [_SETTING[name][value is None] for name, value in said.items()]
    values = {"command": request.command, **said, "sample": MOST}
    found = connection.execute(_DURATIONS.format(*conditions), values).fetchall()
    # A wall clock that was set back in between would count against zero.
    return [max(0.0, row["taken"] / 1_000_000) for row in found]


def recall(connection: Connection, key: str) -> str | None:
    """Return a fact."""
    row = connection.execute("SELECT value FROM facts WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row["value"])


def remember_first(connection: Connection, key: str, value: str) -> bool:
    """Write a fact that is not there yet; False, and nothing, where it is."""
    query = "INSERT INTO facts (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING RETURNING key"
    return connection.execute(query, (key, value)).fetchone() is not None


def remember(connection: Connection, key: str, value: str) -> None:
    """Write a fact, over an older one if there is one."""
    query = (
        "INSERT INTO facts (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    )
    connection.execute(query, (key, value))
