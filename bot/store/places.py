"""What was decided about places: policies, figures, bounds, blocks; and the record of who decided it."""

import json
from collections.abc import Sequence
from typing import Final

from bot.core.ids import GuildId, JobId, RoleId, UserId
from bot.core.ledger import Purse
from bot.core.office import Deed, House, Subject
from bot.core.policy import Policy
from bot.core.quota import Bound, Figures, Layer
from bot.core.rights import Act
from bot.store import rows
from bot.store.connection import Connection, Row

_SET_POLICY: Final = """
    INSERT INTO places (guild_id, policy) VALUES (?, ?)
    ON CONFLICT (guild_id) DO UPDATE SET policy = excluded.policy
"""

_SET_BOUND: Final = """
    INSERT INTO places (guild_id, is_bound, daily, monthly) VALUES (:guild_id, :is_bound, :daily, :monthly)
    ON CONFLICT (guild_id) DO UPDATE SET
        is_bound = excluded.is_bound, daily = excluded.daily, monthly = excluded.monthly
"""

_SET_FIGURES: Final = """
    INSERT INTO figures (guild_id, layer, subject_id, daily, monthly, active)
    VALUES (:guild_id, :layer, :subject_id, :daily, :monthly, :active)
    ON CONFLICT (guild_id, layer, subject_id) DO UPDATE SET
        daily = excluded.daily, monthly = excluded.monthly, active = excluded.active
"""

_NO_FIGURES: Final = (
    "DELETE FROM figures WHERE guild_id = :guild_id AND layer = :layer AND subject_id = :subject_id"
)

_ORDER: Final = "CASE layer WHEN 'server' THEN 0 WHEN 'role' THEN 1 ELSE 2 END, subject_id"

_BLOCK: Final = """
    INSERT INTO blocks (guild_id, user_id, why) VALUES (?, ?, ?)
    ON CONFLICT (user_id, guild_id) DO UPDATE SET why = excluded.why
"""

_NOTE: Final = """
    INSERT INTO deeds (at, actor_id, act, guild_id, user_id, job_id, why, details)
    VALUES (:at, :actor_id, :act, :guild_id, :user_id, :job_id, :why, :details)
"""


def policy(connection: Connection, guild_id: GuildId | None) -> Policy:
    """Return what was decided about a place, the default where nothing was."""
    row = connection.execute("SELECT policy FROM places WHERE guild_id = ?", (guild_id or 0,)).fetchone()
    return Policy() if row is None else Policy.model_validate_json(row["policy"])


def house(connection: Connection, purse: Purse) -> House:
    """Return what somebody is judged by in a place; direct messages have no policy of their own."""
    here = Policy() if purse.guild_id is None else policy(connection, purse.guild_id)
    return House(policy(connection, None), here, blocked(connection, purse.user_id, purse.guild_id))


def set_policy(connection: Connection, guild_id: GuildId | None, decided: Policy) -> None:
    """Write a policy whole; what is as by default is left out, so that a later default counts."""
    connection.execute(_SET_POLICY, (guild_id or 0, decided.model_dump_json(exclude_defaults=True)))


def figures(connection: Connection, guild_id: GuildId) -> Sequence[tuple[Subject, Figures]]:
    """Return what the layers of a server say."""
    query = f"SELECT * FROM figures WHERE guild_id = ? ORDER BY {_ORDER}"  # noqa: S608 (our own text)
    return [
        (_subject(row), Figures(row["daily"], row["monthly"], row["active"]))
        for row in connection.execute(query, (guild_id,)).fetchall()
    ]


def _subject(row: Row) -> Subject:
    layer, number = Layer(row["layer"]), row["subject_id"]
    subject = {Layer.SERVER: None, Layer.ROLE: RoleId(number), Layer.MEMBER: UserId(number)}[layer]
    return Subject(GuildId(row["guild_id"]), layer, subject)


def set_figures(connection: Connection, subject: Subject, said: Figures) -> None:
    """Write what a layer says; one that says nothing is taken away."""
    values = {
        "guild_id": subject.guild_id,
        "layer": subject.layer.value,
        "subject_id": subject.id or 0,
        "daily": said.daily,
        "monthly": said.monthly,
        "active": said.active,
    }
    connection.execute(_NO_FIGURES if said == Figures() else _SET_FIGURES, values)


def bound(connection: Connection, guild_id: GuildId) -> Bound | None:
    """Return what a whole server may use, None where nobody has set it."""
    query = "SELECT daily, monthly FROM places WHERE guild_id = ? AND is_bound = 1"
    row = connection.execute(query, (guild_id,)).fetchone()
    return None if row is None else Bound(row["daily"], row["monthly"])


def set_bound(connection: Connection, guild_id: GuildId, said: Bound | None) -> None:
    """Write what a whole server may use."""
    figures_said = said or Bound()
    values = {
        "guild_id": guild_id,
        "is_bound": int(said is not None),
        "daily": figures_said.daily,
        "monthly": figures_said.monthly,
    }
    connection.execute(_SET_BOUND, values)


def block(connection: Connection, guild_id: GuildId | None, user_id: UserId, why: str) -> None:
    """Block somebody in a place."""
    connection.execute(_BLOCK, (guild_id or 0, user_id, why))


def unblock(connection: Connection, guild_id: GuildId | None, user_id: UserId) -> bool:
    """Take a block away; False where there was none."""
    query = "DELETE FROM blocks WHERE user_id = ? AND guild_id = ?"
    return connection.execute(query, (user_id, guild_id or 0)).rowcount == 1


def blocked(connection: Connection, user_id: UserId, guild_id: GuildId | None) -> str | None:
    """Return why somebody is blocked here or everywhere; everywhere counts first."""
    query = "SELECT why FROM blocks WHERE user_id = ? AND guild_id IN (0, ?) ORDER BY guild_id LIMIT 1"
    row = connection.execute(query, (user_id, guild_id or 0)).fetchone()
    return None if row is None else str(row["why"])


def all_blocked(connection: Connection, guild_id: GuildId | None) -> Sequence[UserId]:
    """Return who is blocked in a server itself, or everywhere."""
    query = "SELECT user_id FROM blocks WHERE guild_id = ? ORDER BY user_id"
    return [UserId(row["user_id"]) for row in connection.execute(query, (guild_id or 0,)).fetchall()]


def note(connection: Connection, deed: Deed) -> None:
    """Add to the record of acts."""
    values = {
        "at": rows.microseconds(deed.at),
        "actor_id": deed.actor_id,
        "act": deed.act.value,
        "guild_id": deed.guild_id or 0,
        "user_id": deed.user_id,
        "job_id": deed.job_id,
        "why": deed.why,
        "details": json.dumps(dict(deed.details)),
    }
    connection.execute(_NOTE, values)


def deeds(connection: Connection, guild_id: GuildId | None, count: int) -> Sequence[Deed]:
    """Return the latest acts in a server, or everywhere, newest first."""
    everywhere = "SELECT * FROM deeds ORDER BY number DESC LIMIT :count"
    here = "SELECT * FROM deeds WHERE guild_id = :guild_id ORDER BY number DESC LIMIT :count"
    query = everywhere if guild_id is None else here
    found = connection.execute(query, {"guild_id": guild_id, "count": count}).fetchall()
    return [_deed(row) for row in found]


def _deed(row: Row) -> Deed:
    return Deed(
        at=rows.time_of(row["at"]),
        actor_id=UserId(row["actor_id"]),
        act=Act(row["act"]),
        guild_id=GuildId(row["guild_id"]) if row["guild_id"] else None,
        user_id=None if row["user_id"] is None else UserId(row["user_id"]),
        job_id=None if row["job_id"] is None else JobId(row["job_id"]),
        why=row["why"],
        details=json.loads(row["details"]),
    )
