"""Whether the bot kept its mouth shut and its manners: secrets, tracebacks, requests that were wrong (I8)."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from proof.judging.evidence import Evidence, Finding
from proof.judging.ledgers import Row, interactions

_SIGNED: Final = re.compile(r"[?&](?:hm|X-Amz-Signature|Signature)=")
"""What makes of an address a key: Discord's own signature, and those of object stores."""
_BLUNDERS: Final = (
    "Traceback (most recent call last)",
    "was never awaited",
    "was never retrieved",
    "Unclosed ",
)
_SHORTEST: Final = 8
"""Characters; a shorter prompt may stand in a log by chance."""
_ASKED_IN_VAIN: Final = "@original: 404 10015"


def discretion(evidence: Evidence, rows: Sequence[Row]) -> Iterator[Finding]:
    """Judge the log, the messages and the requests."""
    log = evidence.stage.bot.log
    yield from _secrets(evidence, rows, log)
    for blunder in _BLUNDERS:
        if blunder in log:
            at = log.index(blunder)
            yield Finding("log", f"the log has {blunder!r}: ...{log[at : at + 2000]}")
    yield from _problems(evidence, rows)


def _secrets(evidence: Evidence, rows: Sequence[Row], log: str) -> Iterator[Finding]:
    stage = evidence.stage
    tokens = {
        "Discord's token": stage.discord.token,
        "RunComfy's token": stage.runcomfy.token,
        **{f"the token of interaction {one.id}": one.token for one in stage.discord.interactions.values()},
    }
    prompts = {f"the prompt of job {row.id}": row.prompt for row in rows if len(row.prompt) >= _SHORTEST}
    for name, secret in {**tokens, **prompts}.items():
        if secret in log:
            yield Finding("I8", f"{name} is in the log")
    if found := _SIGNED.search(log):
        yield Finding("I8", f"a signed address is in the log, at {found.start()}")
    for channel in stage.discord.channels.values():
        for message in channel.history:
            if message.author_id != stage.discord.bot_id:
                continue
            shown = [message.text, *(revision.text for revision in message.revisions)]
            for name, secret in tokens.items():
                if any(secret in text for text in shown):
                    yield Finding("I8", f"{name} is in message {message.id}")


def _problems(evidence: Evidence, rows: Sequence[Row]) -> Iterator[Finding]:
    stage = evidence.stage
    known = interactions(stage.discord)
    asked = (known.get(row.interaction_id) for row in rows)
    # Whether a first answer got through can only be learned by asking for it.
    may_ask = evidence.kills > 0 or any(one is not None and one.answered_at is None for one in asked)
    for side, problems in (("Discord", stage.discord.problems), ("RunComfy", stage.runcomfy.problems)):
        for problem in problems:
            is_forgiven = any(re.search(pattern, problem) for pattern in evidence.forgiven)
            if not is_forgiven and not (may_ask and _ASKED_IN_VAIN in problem):
                yield Finding("request", f"{side} calls a request wrong: {problem}")
