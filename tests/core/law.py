"""What is true of every job that the table of moves can make: a second copy of the law, in other words.

The first is in bot/core/job.py and the schema; this one must never be derived from either.
"""

from typing import Final

from bot.core import events as ev
from bot.core.job import Job, State, Wish
from bot.core.quota import Hold

OPEN = {State.PREPARING, State.QUEUED, State.SUBMITTING, State.RUNNING, State.READY}
BOUGHT = {State.RUNNING, State.READY, State.DELIVERED}
NOT_BOUGHT = {State.PREPARING, State.QUEUED, State.SUBMITTING, State.UNKNOWN}

TAKES_UP: Final = {
    (State.UNKNOWN, ev.Accepted),  # a late answer
    (State.UNKNOWN, ev.Settled),  # the operator's word
    (State.DELIVERED, ev.Deleted),  # its owner wants the result gone
}
"""What may follow when all is over."""


def breaches(job: Job) -> list[str]:
    """Return every sentence of the law that is not true of the job."""
    sentences = {
        "an open job holds its credits, and no other does": (job.state in OPEN)
        == (job.hold is Hold.RESERVED),
        "what is delivered is charged, and nothing else is": (job.state is State.DELIVERED)
        == (job.hold is Hold.CHARGED),
        "an end has its time": (job.ended_at is None) == (job.state in OPEN),
        "only an end is told": job.told_at is None or job.state not in OPEN,
        "whoever was told needs no token any more": job.told_at is None or job.token is None,
        "a paid call was claimed": job.claimed_at is not None or job.state not in BOUGHT | {State.SUBMITTING},
        "a claim has its worker": (job.claimed_at is None) == (job.worker is None),
        "what was bought has its name": job.request_id is not None or job.state not in BOUGHT,
        "what was not bought has no name": job.request_id is None or job.state not in NOT_BOUGHT,
        "a purchase has its time": (job.request_id is None) == (job.submitted_at is None),
        "a running job has a phase": job.phase is not None or job.state is not State.RUNNING,
        "a result was finished": job.finished_at is not None
        or job.state not in {State.READY, State.DELIVERED},
        "a message carries a delivered result, and no other": (job.result_id is None)
        == (job.state is not State.DELIVERED),
        "bad news has a reason": job.reason is not None or job.state not in {State.FAILED, State.UNKNOWN},
        "another way has its measures": {job.room is None, job.size is None} == {job.way is ev.Way.WHOLE},
        "only what was delivered is deleted": job.deleted_at is None or job.state is State.DELIVERED,
        "only a question is answered": job.framing is None or job.asked_at is not None,
        "a wish is refused by whoever has the job": job.wish is not Wish.REFUSED
        or job.submitted_at is not None,
    }
    return [sentence for sentence, is_true in sentences.items() if not is_true]
