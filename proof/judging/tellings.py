"""Whether members know: every result posted once, every reason told once, every card true at its end."""

import filecmp
from collections.abc import Iterator, Sequence

from bot.sandbox.discord import Message
from proof.judging.evidence import Evidence, Finding
from proof.judging.law import ENDED
from proof.judging.ledgers import Row, Told, is_open, told


def tellings(evidence: Evidence, rows: Sequence[Row]) -> Iterator[Finding]:
    """Judge I2 and I4 for every job."""
    for row in rows:
        here = told(evidence.stage.discord, row)
        if not row.is_over:
            yield Finding("I4", f"job {row.id} of {row.owner_id} has not come to its end: it is {row.state}")
            continue
        yield from _posted_once(row, here)
        yield from _told_why(evidence, row, here)
        yield from _card_is_true(evidence, row, here)
        yield from _pings(evidence, row, [*here.results, *here.endings])
        yield from _is_the_file(evidence, row, here)


def _posted_once(row: Row, here: Told) -> Iterator[Finding]:
    ids = [message.id for message in here.results]
    if row.state == "delivered" and ids != [row.result_id]:
        yield Finding("I2", f"job {row.id}: its result should be message {row.result_id}, there are {ids}")
    if row.state != "delivered" and ids:
        yield Finding("I2", f"job {row.id} is {row.state}, and a result is posted: {ids}")
    # What was told of a job in doubt is history once a late answer, or the operator, has decided it.
    doubts = [message for message in here.endings if str(message.nonce).endswith(":u")]
    others = [message for message in here.endings if message not in doubts]
    for group, allowed in ((doubts, 1), (others, int(row.state == "failed"))):
        if len(group) > allowed:
            found = [message.id for message in group]
            yield Finding("I2", f"job {row.id} is {row.state}, and its end was told in {found}")


def _told_why(evidence: Evidence, row: Row, here: Told) -> Iterator[Finding]:
    if row.state not in ("failed", "unknown") or here.endings:
        return
    is_retracted = here.card is not None and here.card.deleted and bool(here.notes)
    if is_retracted or (_was_closed(evidence, row) and _is_deaf(evidence, row)):
        return
    yield Finding("I4", f"job {row.id} is {row.state}, and nobody has told {row.owner_id} why")


def _card_is_true(evidence: Evidence, row: Row, here: Told) -> Iterator[Finding]:
    card = here.card
    if card is None or card.deleted or _was_closed(evidence, row):
        return
    if card.ephemeral and row.card_id is None:
        # A refusal: of this command the store could not say whether it was taken in.
        return
    if row.card_id != card.id and row.card_id is not None:
        yield Finding("card", f"job {row.id}: its card is {card.id}, the row says {row.card_id}")
    if card.buttons:
        labels = [button.label for button in card.buttons]
        yield Finding("card", f"job {row.id} is {row.state}, and its card still offers {labels}")
    words = "charged." if row.state == "delivered" else "given back."
    if row.state in ENDED and words not in card.text:
        yield Finding("card", f"job {row.id} is {row.state}, and its card says: {card.text!r}")


def _pings(evidence: Evidence, row: Row, messages: Sequence[Message]) -> Iterator[Finding]:
    for message in messages:
        if message.pings.everyone or message.mentions - {row.owner_id}:
            yield Finding("ping", f"job {row.id}: message {message.id} pings others than its owner")
        if not message.mentions and row.owner_id not in evidence.unpingable:
            yield Finding("ping", f"job {row.id}: message {message.id} does not ping its owner")


def _is_the_file(evidence: Evidence, row: Row, here: Told) -> Iterator[Finding]:
    """Judge that what goes whole is what RunComfy made, to the last byte."""
    remote = evidence.stage.runcomfy.jobs.get(row.request_id or "")
    if row.state != "delivered" or row.way != "whole" or row.is_joined or remote is None:
        return
    for message in here.results:
        posted = message.now.files
        if len(posted) != len(remote.files) or not all(
            filecmp.cmp(ours.path, theirs, shallow=False)
            for ours, theirs in zip(posted, remote.files, strict=True)
        ):
            yield Finding("media", f"job {row.id}: message {message.id} does not bring what RunComfy made")


def _was_closed(evidence: Evidence, row: Row) -> bool:
    channel = evidence.stage.discord.channels.get(row.channel_id)
    return channel is None or not is_open(channel) or row.channel_id in evidence.closed


def _is_deaf(evidence: Evidence, row: Row) -> bool:
    member = evidence.stage.discord.members.get(row.owner_id)
    return member is None or not member.accepts_dms or row.owner_id in evidence.unpingable
