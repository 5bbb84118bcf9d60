"""Fates that wait for their moment: which of them is still to come, and which has just struck.

Owns the memory of them. It only looks: the stand-ins do the striking.
"""

from collections.abc import Callable
from typing import Final

from bot.sandbox.discord import Fault as DiscordFault
from bot.sandbox.discord.wire import Json
from bot.sandbox.runcomfy import Fate, Fault
from bot.sandbox.stage import Stage

_LOST: Final = (
    "RunComfy took the job, and its answer was lost on the way. The bot cannot know whether it has bought "
    "something, so it must not order again."
)


class Omens:
    """Tells each stroke of a fate once."""

    def __init__(self, stage: Stage, tell: Callable[[str], None]) -> None:
        self._stage, self._tell = stage, tell
        self._doomed: list[Fate] = []
        self._lost: list[Fault] = []
        self._refused: dict[Fault, int] = {}
        self._dark: dict[DiscordFault, int] = {}
        self._severed: tuple[int, int] | None = None

    def doom(self, fate: Fate) -> None:
        """Watch for the job that is to fail."""
        self._doomed.append(fate)

    def lose(self, fault: Fault) -> None:
        """Watch for the answer that is to be lost."""
        self._lost.append(fault)

    def refuse(self, fault: Fault) -> None:
        """Watch for RunComfy's refusals."""
        self._refused[fault] = 0

    def darken(self, fault: DiscordFault) -> None:
        """Watch for Discord's refusals."""
        self._dark[fault] = 0

    def sever(self) -> None:
        """Watch for the bot to come back to the gateway."""
        gateway = self._stage.discord.gateway
        self._severed = (gateway.resumed, gateway.identified)

    def pending(self) -> Json:
        """Count what is still to come."""
        return {
            "fail_next": len(self._doomed),
            "lose_answer": len(self._lost),
            "discord_503": sum((one.times or 0) - one.fired for one in self._dark),
            "runcomfy_503": sum((one.times or 0) - one.fired for one in self._refused),
            "gateway": "up" if self._stage.discord.gateway.connected else "down",
        }

    def look(self) -> None:
        """Tell what has struck since the last look."""
        self._look_at_jobs()
        self._look_at_answers()
        self._look_at_refusals()
        self._look_at_discord()
        self._look_at_the_gateway()

    def _look_at_jobs(self) -> None:
        ended = {id(job.fate) for job in self._stage.runcomfy.jobs.values() if job.status.final}
        for fate in [one for one in self._doomed if id(one) in ended]:
            self._doomed.remove(fate)
            self._tell("RunComfy failed the job.")

    def _look_at_answers(self) -> None:
        for fault in [one for one in self._lost if one.spent]:
            self._lost.remove(fault)
            self._tell(_LOST)

    def _look_at_refusals(self) -> None:
        for fault, told in list(self._refused.items()):
            if fault.fired > told:
                self._refused[fault] = fault.fired
                self._tell(f"RunComfy answered 503, {fault.fired} of {fault.times} times.")
            if fault.spent:
                del self._refused[fault]

    def _look_at_discord(self) -> None:
        for fault, told in list(self._dark.items()):
            for call in fault.struck[told:]:
                # The route, not the path: that one holds tokens.
                self._tell(f"Discord answered 503 to {call.method} {call.route}.")
            self._dark[fault] = fault.fired
            if fault.fired == fault.times:
                del self._dark[fault]

    def _look_at_the_gateway(self) -> None:
        gateway = self._stage.discord.gateway
        if self._severed is None or not gateway.connected:
            return
        resumed, identified = self._severed
        if gateway.resumed > resumed:
            self._tell("The bot is connected again, and has taken up its session where it was.")
        elif gateway.identified > identified:
            self._tell("The bot is connected again, with a new session.")
        else:
            return
        self._severed = None
