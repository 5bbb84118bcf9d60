"""Whether every command, press and form was answered, or its fate told otherwise."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.sandbox.discord import Interaction, Kind
from proof.judging.evidence import Evidence, Finding, Span
from proof.judging.ledgers import Row, interactions, told

UNKNOWN: Final = "This button is no longer in use."
"""What only the press of a button is answered with that the bot has never shown."""


def answered(evidence: Evidence, rows: Sequence[Row]) -> Iterator[Finding]:
    """Judge every interaction, and that each job was asked for by its owner."""
    discord = evidence.stage.discord
    by_interaction = {row.interaction_id: row for row in rows}
    for interaction in discord.interactions.values():
        yield from _one(evidence, interaction, by_interaction.get(interaction.id))
    known = interactions(discord)
    for row in rows:
        asked = known.get(row.interaction_id)
        if asked is None:
            yield Finding("answer", f"job {row.id}: nobody has ever asked for it")
        elif (asked.member.id, asked.channel.id) != (row.owner_id, row.channel_id):
            yield Finding(
                "answer", f"job {row.id}: it was asked for by {asked.member.id}, not {row.owner_id}"
            )


def _one(evidence: Evidence, interaction: Interaction, row: Row | None) -> Iterator[Finding]:
    if interaction.kind is Kind.AUTOCOMPLETE:
        return
    who = f"{interaction.kind.name} {interaction.id} of {interaction.member.name}"
    if interaction.answered_at is None:
        if row is None and not _is_explained(evidence, interaction):
            yield Finding("answer", f"{who} was never answered, and nothing explains it")
        if row is not None and not told(evidence.stage.discord, row).endings:
            yield Finding("answer", f"{who} has made job {row.id}, and its member was told nothing")
        return
    message = interaction.message
    if message is not None and UNKNOWN in message.text and _was_shown(interaction):
        yield Finding("button", f"{who} was told that there is no such button")
    if (
        message is not None
        and message.loading
        and not message.deleted
        and not interaction.revoked
        and not _has_died(evidence, interaction)
    ):
        yield Finding("answer", f"{who} was promised an answer that never came")


def _was_shown(interaction: Interaction) -> bool:
    """Tell whether the button that was pressed is one of its message's, or was at any time."""
    source, pressed = interaction.source, interaction.data.get("custom_id")
    looks = [*source.revisions, source.now] if source is not None else []
    return any(button.custom_id == pressed for look in looks for button in look.buttons)


def _is_explained(evidence: Evidence, interaction: Interaction) -> bool:
    """Tell whether the bot was away, or has tried and was not let."""
    tried = f"/interactions/{interaction.id}/"
    # An answer that had got through would have been noted, whatever came back in its place.
    if any(call.path.startswith(tried) for call in evidence.stage.discord.log):
        return True
    return _has_died(evidence, interaction)


def _has_died(evidence: Evidence, interaction: Interaction) -> bool:
    if evidence.outages is None:
        return evidence.kills > 0
    # What follows a promise may take as long as the token lives, scaled as the run scales it.
    world = evidence.stage.discord
    until = world.token_life if interaction.answered_at is not None else world.answer_window
    life = Span(interaction.sent_at, interaction.sent_at + until)
    return any(life.touches(outage) for outage in evidence.outages)
