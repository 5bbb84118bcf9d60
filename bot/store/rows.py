"""A job as a row and back: times as microseconds, ids as numbers, what is nested as JSON text.

Holds no SQL and decides nothing; what is read is equal to what was written.
"""

import json
import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.core.descent import Descent
from bot.core.errors import Problem, Reason
from bot.core.events import Output, Phase, Way
from bot.core.ids import ChannelId, GuildId, InteractionId, JobId, MessageId, RequestId, UserId, WorkerId
from bot.core.job import Job, State, Token, Wish
from bot.core.mending import Framing, Mending
from bot.core.models import MODELS, REQUEST, Request
from bot.core.source import Source
from bot.store.connection import Row

log = logging.getLogger(__name__)

Value = str | int | float | None
Values = dict[str, Value]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

# Told apart by the names that each must have. What has its default is left out, as rows of before have it.
# An address is signed, and whoever finds it in the log could fetch what is there.
_DISCREET: Final = ConfigDict(hide_input_in_errors=True)
_SOURCES: Final = TypeAdapter(tuple[Source, ...], config=_DISCREET)
_DESCENT: Final = TypeAdapter(Descent)
_PICTURES: Final = TypeAdapter(tuple[str, ...], config=_DISCREET)
_MENDED: Final = TypeAdapter(tuple[tuple[Mending, ...], ...])
_OUTPUTS: Final = TypeAdapter(tuple[Output, ...], config=_DISCREET)


class UnreadableRow(LookupError):  # noqa: N818 (what the row is)
    """A stored job that this version cannot read, told by its id; never with what stands there."""


def microseconds(time: datetime) -> int:
    """Return microseconds since 1970, which is all that a datetime knows."""
    return (time - _EPOCH) // _MICROSECOND


def time_of(number: int) -> datetime:
    """Return the time that so many microseconds mean."""
    return _EPOCH + timedelta(microseconds=number)


def readable(reader: TypeAdapter[Any], written: bytes) -> str:
    """Return what was written, if it can be read again; ValueError, without its content, if not."""
    try:
        reader.validate_json(written)
    except ValidationError:
        is_readable = False
    else:
        is_readable = True
    if not is_readable:
        raise ValueError("what is to be stored could not be read again")
    return written.decode()


def new_columns(job: Job) -> Values:
    """Return what is known of a job when it is accepted; the schema's defaults are how it begins."""
    return {
        "id": job.id,
        "interaction_id": job.interaction_id,
        "owner_id": job.owner_id,
        "guild_id": job.guild_id,
        "channel_id": job.channel_id,
        "locale": job.locale,
        "request": job.request.model_dump_json(),
        "sources": _sources_text(job.sources),
        "descent": job.descent and _DESCENT.dump_json(job.descent).decode(),
        "spoiler": int(job.spoiler),
        "cost": job.cost,
        "estimated": job.estimated,
        "accepted_at": microseconds(job.accepted_at),
        "upload_limit": job.upload_limit,
        "token": job.token and job.token.secret,
        "token_good_until": job.token and microseconds(job.token.good_until),
    }


def _sources_text(sources: tuple[Source, ...]) -> str:
    if not sources:
        return "[]"
    return readable(_SOURCES, _SOURCES.dump_json(sources, exclude_defaults=True, warnings=False))


def moving_columns(job: Job) -> Values:
    """Return the columns that an event may change. `wish`, `shown` and `framing` are not among them."""
    return {
        "token": job.token and job.token.secret,
        "token_good_until": job.token and microseconds(job.token.good_until),
        "state": job.state.value,
        "hold": job.hold.value,
        "version": job.version,
        "card_id": job.card_id,
        "asked_at": _number(job.asked_at),
        "pictures": _PICTURES.dump_json(job.pictures).decode(),
        "mended": _MENDED.dump_json(job.mended).decode(),
        "prepared_at": _number(job.prepared_at),
        "position": job.position,
        "worker": job.worker,
        "claimed_at": _number(job.claimed_at),
        "request_id": job.request_id,
        "typical_seconds": job.typical_seconds,
        "likely_seconds": job.likely_seconds,
        "phase": job.phase and job.phase.value,
        "submitted_at": _number(job.submitted_at),
        "overdue_at": _number(job.overdue_at),
        "outputs": _OUTPUTS.dump_json(job.outputs).decode(),
        "finished_at": _number(job.finished_at),
        "reported": job.reported,
        "way": job.way.value,
        "room": job.room,
        "size": job.size,
        "posting_at": _number(job.posting_at),
        "result_id": job.result_id,
        "reason": _reason_text(job.reason),
        "ended_at": _number(job.ended_at),
        "told_at": _number(job.told_at),
        "deleted_at": _number(job.deleted_at),
    }


def job_from(row: Row) -> Job:
    """Return the job of a whole row; raises UnreadableRow where another version, or a hand, made it none."""
    try:
        return _job_from(row)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        # The words of that one type are our own.
        why = f"LookupError ({error})" if type(error) is LookupError else type(error).__name__
    # Beyond the block, so that no other error hangs on it: its words may be what a member wrote.
    raise UnreadableRow(f"job {row['id']} cannot be read: {why}")


def _job_from(row: Row) -> Job:
    return Job(
        id=JobId(row["id"]),
        interaction_id=InteractionId(row["interaction_id"]),
        owner_id=UserId(row["owner_id"]),
        guild_id=None if row["guild_id"] is None else GuildId(row["guild_id"]),
        channel_id=ChannelId(row["channel_id"]),
        locale=row["locale"],
        request=_request(row["request"]),
        sources=_SOURCES.validate_json(row["sources"]),
        descent=None if row["descent"] is None else _DESCENT.validate_json(row["descent"]),
        spoiler=bool(row["spoiler"]),
        cost=row["cost"],
        accepted_at=time_of(row["accepted_at"]),
        token=None if row["token"] is None else Token(row["token"], time_of(row["token_good_until"])),
        upload_limit=row["upload_limit"],
        estimated=row["estimated"],
        state=State(row["state"]),
        version=row["version"],
        wish=Wish(row["wish"]),
        card_id=_message(row["card_id"]),
        shown=row["shown"],
        asked_at=_maybe_time(row["asked_at"]),
        framing=None if row["framing"] is None else Framing(row["framing"]),
        pictures=_PICTURES.validate_json(row["pictures"]),
        mended=_MENDED.validate_json(row["mended"]),
        prepared_at=_maybe_time(row["prepared_at"]),
        position=row["position"],
        worker=None if row["worker"] is None else WorkerId(row["worker"]),
        claimed_at=_maybe_time(row["claimed_at"]),
        request_id=None if row["request_id"] is None else RequestId(row["request_id"]),
        typical_seconds=row["typical_seconds"],
        likely_seconds=row["likely_seconds"],
        phase=None if row["phase"] is None else Phase(row["phase"]),
        submitted_at=_maybe_time(row["submitted_at"]),
        overdue_at=_maybe_time(row["overdue_at"]),
        outputs=_OUTPUTS.validate_json(row["outputs"]),
        finished_at=_maybe_time(row["finished_at"]),
        reported=row["reported"],
        way=Way(row["way"]),
        room=row["room"],
        size=row["size"],
        posting_at=_maybe_time(row["posting_at"]),
        result_id=_message(row["result_id"]),
        reason=_reason(row["reason"]),
        ended_at=_maybe_time(row["ended_at"]),
        told_at=_maybe_time(row["told_at"]),
        deleted_at=_maybe_time(row["deleted_at"]),
    )


def jobs_from(found: Iterable[Row]) -> list[Job]:
    """Return the jobs of those rows that can be read: one that is spoilt must not take the others along."""
    jobs: list[Job] = []
    for row in found:
        try:
            jobs.append(job_from(row))
        except UnreadableRow as unreadable:
            log.error("%s", unreadable, extra={"action": "read", "job": row["id"]})  # noqa: TRY400 (it says it all)
    return jobs


def _request(text: str) -> Request:
    """Return the request as it was accepted, also where today's model would no longer take it.

    Raises LookupError, which says nothing of its content, where there is no such model any more.
    """
    try:
        return REQUEST.validate_json(text)
    except ValidationError:
        stored = json.loads(text)
    for model in MODELS:
        if model.model_fields["command"].default == stored.get("command"):
            return model.model_construct(**stored)
    raise LookupError("a stored job is for a model that this version does not have")


def _reason_text(reason: Reason | None) -> str | None:
    return reason and json.dumps({"problem": reason.problem.value, "facts": dict(reason.facts)})


def _reason(text: str | None) -> Reason | None:
    # By hand, because a whole number among the facts has to stay one.
    if text is None:
        return None
    stored = json.loads(text)
    if not isinstance(stored["facts"], dict):
        raise TypeError("no facts")
    return Reason(Problem(stored["problem"]), stored["facts"])


def _maybe_time(number: int | None) -> datetime | None:
    return None if number is None else time_of(number)


def _number(time: datetime | None) -> int | None:
    return None if time is None else microseconds(time)


def _message(number: int | None) -> MessageId | None:
    return None if number is None else MessageId(number)
