"""The lines of a card that tell where its job stands, and what was done to its pictures. Pure."""

from collections.abc import Sequence
from typing import Final

from bot.chat.texts import say, text
from bot.core.events import Phase, Way
from bot.core.job import ENDED, Job, State, Wish
from bot.core.mending import Mending
from bot.flow.question import ANSWER_WITHIN

# Ten pictures with all that can be mended would take some thousand characters; nobody reads so many.
_MENDED_SHOWN: Final = 600


def status(job: Job, link: str, done: float | None) -> str:
    """Return where the job stands; `link` leads to its result, `done` is the share of the work on it."""
    lines = [_state_line(job, link, done), *_extra_lines(job), *_mended(job)]
    return "\n".join([*lines, f"-# {text('card.id', job.locale, id=job.id)}"])


def _state_line(job: Job, link: str, done: float | None) -> str:
    locale = job.locale
    match job.state:
        case State.PREPARING:
            return _preparing(job)
        case State.QUEUED:
            return _waiting(job)
        case State.SUBMITTING:
            return text("card.submitting", locale)
        case State.RUNNING:
            return _running(job)
        case State.READY:
            return _arriving(job, done)
        case State.DELIVERED:
            return _delivered(job, link)
        case State.CANCELLED:
            return text("card.cancelled", locale, cost=job.cost)
        case State.FAILED | State.UNKNOWN:
            assert job.reason is not None
            return text("card.ended", locale, reason=say(job.reason, locale), cost=job.cost)


def _preparing(job: Job) -> str:
    if job.asked_at is not None and job.framing is None and job.reason is not None:
        reason, within = say(job.reason, job.locale), ANSWER_WITHIN.total_seconds()
        return text("card.asked", job.locale, reason=reason, owner=job.owner_id, within=within)
    return text("card.preparing" if job.sources else "card.preparing.bare", job.locale)


def _waiting(job: Job) -> str:
    if job.position is None:
        return text("card.queued", job.locale)
    if job.position == 1:
        return text("card.queued.next", job.locale)
    return text("card.queued.place", job.locale, position=job.position)


def _running(job: Job) -> str:
    assert job.submitted_at is not None
    if job.phase is Phase.IN_PROGRESS:
        return text("card.in_progress", job.locale, since=int(job.submitted_at.timestamp()))
    if job.position:
        return text("card.in_queue.place", job.locale, position=job.position)
    return text("card.in_queue", job.locale)


def _arriving(job: Job, done: float | None) -> str:
    if job.way is Way.LINKED:
        return text("card.linking", job.locale)
    if job.way is Way.WHOLE and not job.is_joined:
        return text("card.ready", job.locale)
    key = "card.fitting" if job.way is Way.FITTED else "card.joining"
    if done is None:
        return text(key, job.locale)
    return text(f"{key}.done", job.locale, done=round(100 * min(max(done, 0.0), 1.0)))


def _delivered(job: Job, link: str) -> str:
    took = ((job.ended_at or job.accepted_at) - job.accepted_at).total_seconds()
    if job.deleted_at is not None:
        return text("card.deleted", job.locale, took=took, cost=job.cost)
    jump = text("jump", job.locale, url=link)
    return text("card.delivered", job.locale, took=took, link=jump, cost=job.cost)


def _extra_lines(job: Job) -> list[str]:
    lines: list[str] = []
    if job.state is State.QUEUED and job.reason is not None:
        lines.append(say(job.reason, job.locale))
    if job.state is State.RUNNING:
        lines.append(_estimate(job))
    if job.state not in ENDED and job.wish is Wish.WISHED:
        lines.append(text("card.wished", job.locale))
    if job.state is State.RUNNING and job.wish is Wish.REFUSED:
        lines.append(text("card.wish_refused", job.locale))
    return lines


def _estimate(job: Job) -> str:
    if job.overdue_at is not None:
        return text("card.overdue", job.locale)
    if job.typical_seconds is None or job.submitted_at is None:
        return text("card.first", job.locale)
    if job.likely_seconds is None:
        return text("card.expected.open", job.locale, typical=job.typical_seconds)
    likely = int(job.submitted_at.timestamp() + job.likely_seconds)
    return text("card.expected", job.locale, typical=job.typical_seconds, likely=likely)


def _mended(job: Job) -> list[str]:
    """Return what was done to the pictures: once where it is the same for all, else picture by picture."""
    if not any(job.mended):
        return []
    if len(set(job.mended)) == 1:
        what = _words(job.mended[0], job.locale)
    else:
        what = _shortened([_one(job, number) for number, one in enumerate(job.mended, 1) if one], job.locale)
    return [f"-# {text('card.mended', job.locale, what=what)}"]


def _one(job: Job, number: int) -> str:
    what = _words(job.mended[number - 1], job.locale)
    return text("card.mended.one", job.locale, number=number, what=what)


def _words(mended: Sequence[Mending], locale: str) -> str:
    return ", ".join(text(f"mending.{one}", locale) for one in mended)


def _shortened(parts: Sequence[str], locale: str) -> str:
    """Join as many of the parts as a card has room for, and tell that there are more."""
    shown, taken = list[str](), 0
    for part in parts:
        taken += len(part)
        if taken > _MENDED_SHOWN:
            shown.append(text("card.mended.more", locale))
            break
        shown.append(part)
    return "; ".join(shown)
