"""The three ledgers as sums, to be added up over many runs and shown side by side.

The judge compares job by job; these are only the totals that must then be equal.
"""

from dataclasses import astuple, dataclass
from typing import Self

from bot.sandbox.runcomfy import Status
from bot.sandbox.stage import Stage
from proof.judging.ledgers import rows, told


@dataclass(frozen=True, slots=True)
class Tally:
    """What each side has in its book."""

    commands: int = 0
    """Interactions of all kinds, at Discord."""
    jobs: int = 0
    """Ours."""
    delivered: int = 0
    """Ours: results that are charged."""
    results: int = 0
    """At Discord: messages that bring a result."""
    finished: int = 0
    """At RunComfy: jobs that it finished, of those that we have as delivered."""
    refunded: int = 0
    """Ours: jobs without a result, all credits given back."""
    reasons: int = 0
    """At Discord: those whose owner can read why, in a message, in private or on the card."""
    bought: int = 0
    """At RunComfy: submits that it accepted."""
    named: int = 0
    """Ours: jobs with a name at RunComfy."""
    doubtful: int = 0
    """At RunComfy: accepted submits whose name was lost; each has a job in doubt with us."""

    def __add__(self, other: Self) -> "Tally":
        return Tally(*(one + two for one, two in zip(astuple(self), astuple(other), strict=True)))

    @property
    def is_equal(self) -> bool:
        """Whether the three ledgers tell the same."""
        return self.delivered == self.results == self.finished and self.bought == self.named + self.doubtful

    def __str__(self) -> str:
        return (
            f"{self.commands} commands and presses, {self.jobs} jobs; "
            f"results: ours {self.delivered}, RunComfy's {self.finished}, Discord's {self.results}; "
            f"without one: ours {self.refunded}, told {self.reasons}; "
            f"bought: RunComfy's {self.bought}, ours {self.named} and {self.doubtful} in doubt"
        )


def tally(stage: Stage) -> Tally:
    """Add up the ledgers of a run at rest."""
    jobs = rows(stage.bot.database)
    telling = [told(stage.discord, row) for row in jobs]
    names = {row.request_id for row in jobs if row.request_id is not None}
    remote = stage.runcomfy.jobs
    delivered = [row for row in jobs if row.state == "delivered"]
    named = [remote[row.request_id] for row in delivered if row.request_id in remote]
    without = [(row, here) for row, here in zip(jobs, telling, strict=True) if row.state != "delivered"]
    return Tally(
        commands=len(stage.discord.interactions),
        jobs=len(jobs),
        delivered=len(delivered),
        results=sum(len(here.results) for here in telling),
        finished=sum(job.status is Status.COMPLETED for job in named),
        refunded=sum(row.hold == "returned" for row, _ in without),
        reasons=sum(bool(here.endings or here.notes) or row.state == "cancelled" for row, here in without),
        bought=len(remote),
        named=len(names),
        doubtful=len(remote.keys() - names),
    )
