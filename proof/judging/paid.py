"""Whether our ledger and RunComfy's agree: nothing bought twice, nothing bought and forgotten.

A submit that has no name with us is told apart by its model and its prompt, so a run should give every
command a prompt of its own.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.sandbox.runcomfy import RunComfy, Status
from proof.judging.evidence import SUBMITTING, Evidence, Finding
from proof.judging.ledgers import Row, may_have_bought, order_of


def paid(evidence: Evidence, rows: Sequence[Row]) -> Iterator[Finding]:
    """Judge I1 and I5, and that no more is in doubt than deaths and lost answers explain."""
    remote = evidence.stage.runcomfy
    yield from _sent_once(remote, rows)
    yield from _named(remote, rows)
    yield from _none_forgotten(remote, rows)
    yield from _few_in_doubt(evidence, rows)


def _sent_once(remote: RunComfy, rows: Sequence[Row]) -> Iterator[Finding]:
    # With refusals inside of a 200 the status tells nothing; what was sold still does.
    vague = remote.wire.errors_as_200
    sent = Counter(
        order_of(one)
        for one in remote.submits
        if one.request_id is not None or (may_have_bought(one) and not vague)
    )
    claimed = Counter(row.order for row in rows if row.claimed_at is not None)
    for order, count in sent.items():
        if count > claimed[order]:
            jobs = [row.id for row in rows if row.order == order]
            yield Finding("I1", f"{count} submits for {claimed[order]} claimed jobs {jobs} ({order[0]})")


def _named(remote: RunComfy, rows: Sequence[Row]) -> Iterator[Finding]:
    named = Counter(row.request_id for row in rows if row.request_id is not None)
    for request_id, count in named.items():
        if count > 1:
            yield Finding("I5", f"request {request_id} belongs to {count} jobs")
    for row in rows:
        if row.request_id is None:
            continue
        job = remote.jobs.get(row.request_id)
        if job is None:
            yield Finding("I5", f"job {row.id}: RunComfy never gave out the request {row.request_id}")
        elif order_of(job) != row.order:
            yield Finding("I5", f"job {row.id}: request {row.request_id} is another order")
        elif row.state == "cancelled" and job.status is not Status.CANCELLED:
            yield Finding(
                "I3", f"job {row.id} is cancelled and given back, but at RunComfy it is {job.status}"
            )
        elif row.state == "delivered" and job.status is not Status.COMPLETED:
            yield Finding("I3", f"job {row.id} is delivered and charged, but at RunComfy it is {job.status}")


def _none_forgotten(remote: RunComfy, rows: Sequence[Row]) -> Iterator[Finding]:
    known = {row.request_id for row in rows}
    doubts = Counter(row.order for row in rows if row.is_in_doubt)
    for request_id, job in remote.jobs.items():
        if request_id in known:
            continue
        if not doubts[order_of(job)]:
            yield Finding("I5", f"request {request_id} was paid for, and no job has it or is in doubt")
        doubts[order_of(job)] -= 1


def _few_in_doubt(evidence: Evidence, rows: Sequence[Row]) -> Iterator[Finding]:
    doubts = [row.id for row in rows if row.state == "unknown"]
    most = SUBMITTING * evidence.kills + evidence.lost_answers
    if len(doubts) > most:
        yield Finding("doubt", f"{len(doubts)} jobs are in doubt, {most} at most are explained: {doubts}")
