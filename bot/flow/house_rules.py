"""Whether somebody may ask for this here, and on what terms: the rules of the house, both bot's and server's.

Reads what was decided; decides nothing about credits, which only the store can.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.errors import MemberError, Problem
from bot.core.ids import GuildId, UserId
from bot.core.ledger import Purse
from bot.core.models import ModelId, Request
from bot.core.money import Price, Prices, estimate
from bot.core.office import House, Office
from bot.core.policy import Policy, Where, found, judge, weight
from bot.core.ports import Clock
from bot.core.quota import Rates, Terms, Usage


@dataclass(frozen=True, slots=True)
class Content:
    """The operator's words, for all servers."""

    refuse: tuple[str, ...] = ()
    flag: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Welcome:
    """What holds for a request that is within the rules."""

    terms: Terms
    estimated: int | None
    """Millionths of a dollar."""
    is_covered: bool
    """Pictures and results are spoilers here."""


class HouseRules:
    """Judges requests by the rules."""

    def __init__(
        self,
        *,
        office: Office,
        rates: Rates,
        clock: Clock,
        said: Prices,
        catalogue: Callable[[], Mapping[ModelId, Price]],
        content: Content,
    ) -> None:
        """`said`: the operator's own prices; `catalogue`: RunComfy's, as last read."""
        self._office = office
        self.rates = rates
        self._clock = clock
        self._said = said
        self._catalogue = catalogue
        self._content = content

    async def welcome(self, purse: Purse, request: Request, where: Where) -> Welcome:
        """Return the terms for a request; raises MemberError where a rule is against it."""
        house = await self._office.house(purse)
        if house.blocked is not None:
            raise MemberError(Problem.BLOCKED, why=house.blocked)
        judge(house.everywhere, request, where)
        judge(house.here, request, where)
        if found(self._content.refuse, request.prompt):
            raise MemberError(Problem.WORDS_REFUSED)
        return Welcome(
            terms=Terms(self.rates, where.roles, weight(house.here, where.roles)),
            estimated=self.estimate(request),
            is_covered=house.everywhere.spoilers or house.here.spoilers,
        )

    async def house(self, purse: Purse) -> House:
        """Return what somebody is judged by in a place, to be told of."""
        return await self._office.house(purse)

    def estimate(self, request: Request) -> int | None:
        """Return what a request may cost at RunComfy, in millionths of a dollar; None: no price is known."""
        return estimate(request, self._said, self._catalogue())

    async def usage(self, user_id: UserId, guild_id: GuildId | None, where: Where) -> Usage:
        """Return how somebody stands in a place."""
        purse = Purse(user_id, guild_id)
        return await self._office.usage(purse, where.roles, self.rates, self._clock.now())

    def is_flagged(self, policy: Policy, request: Request) -> bool:
        """Tell whether whoever watches the place should see the prompt."""
        return found(self._content.flag, request.prompt) or found(policy.flagged_words, request.prompt)
