"""The acts of those who run a place, put together on a test's world; and people who act."""

from bot.core.credits import Weights
from bot.core.ids import GuildId, UserId, new_job_id
from bot.core.office import Deed
from bot.core.quota import Bound, Rates
from bot.core.rights import Act, Actor
from bot.flow.administration import Administration
from bot.flow.administration_allowances import Allowances
from bot.flow.administration_books import Books
from bot.flow.administration_jobs import JobActs
from bot.flow.administration_places import PlaceActs
from bot.flow.intake import Intake
from tests.builders import NOON, PLACE, PLENTY
from tests.flow.world import World

HERE = PLACE
ELSEWHERE = GuildId(70)
MEMBER, MANAGER, BOSS = UserId(41), UserId(51), UserId(61)


def an_actor(number: UserId = MANAGER, guild_id: GuildId | None = HERE) -> Actor:
    """Return somebody where they stand: a manager is one there, and the boss is an owner of the bot."""
    return Actor(number, guild_id, is_manager=number == MANAGER, is_owner=number == BOSS)


def administration(world: World, rates: Rates = PLENTY.rates) -> Administration:
    office, clock = world.store.office, world.clock
    intake = Intake(
        store=world.store,
        engine=world.engine,
        clock=clock,
        weights=Weights(),
        house=world.house(),
        new_id=new_job_id,
    )
    places = PlaceActs(office, clock)
    return Administration(
        allowances=Allowances(office, rates, clock),
        jobs=JobActs(office=office, intake=intake, engine=world.engine, clock=clock),
        places=places,
        books=Books(office, clock),
        chronicle=world.chronicle,
    )


async def bounded(world: World, *guilds: GuildId, monthly: int = 1000) -> None:
    """Let whole servers use so much: the roof under which managers give."""
    for guild_id in guilds:
        deed = Deed(NOON, BOSS, Act.SET_SERVER, guild_id)
        await world.store.office.set_bound(guild_id, Bound(monthly=monthly), deed)
