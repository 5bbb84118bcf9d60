"""Routes about the bot itself: who it is, where the gateway is, which commands it offers."""

from pydantic import TypeAdapter

from bot.sandbox.discord import form
from bot.sandbox.discord.arrival import Arrival, Reply, Route
from bot.sandbox.discord.command_rules import command_faults
from bot.sandbox.discord.gateway import Gateway
from bot.sandbox.discord.refusal import ApiError, invalid_form
from bot.sandbox.discord.wire import Command
from bot.sandbox.discord.world import World

COMMANDS = "/applications/{application_id}/commands"
COMMAND_LIST = TypeAdapter(list[Command])
GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"


class ApplicationApi:
    """Answers what discord.py asks at login and at sync."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway

    def routes(self) -> list[Route]:
        """Return the routes, literal paths before templated ones."""
        return [
            Route("GET", "/gateway", "none", self.gateway),
            Route("GET", "/gateway/bot", "bot", self.gateway_bot),
            Route("GET", "/users/@me", "bot", lambda _: form.bot_user(self._world)),
            Route("GET", "/oauth2/applications/@me", "bot", lambda _: form.application(self._world)),
            Route("GET", "/applications/@me", "bot", lambda _: form.application(self._world)),
            Route("GET", COMMANDS, "bot", self.list_commands),
            Route("PUT", COMMANDS, "bot", self.set_commands),
            Route("GET", GUILD_COMMANDS, "bot", self.list_commands),
            Route("PUT", GUILD_COMMANDS, "bot", self.set_commands),
            Route("GET", "/applications/{application_id}/entitlements", "bot", lambda _: []),
            Route("GET", "/guilds/{guild_id}", "bot", self.get_guild),
        ]

    def gateway(self, _: Arrival) -> Reply:
        """Where the gateway is."""
        return {"url": self._gateway.url}

    def gateway_bot(self, _: Arrival) -> Reply:
        """Where the gateway is, with as many shards as Discord would suggest, and the day's starts."""
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return {"url": self._gateway.url, "shards": 1, "session_start_limit": limit}

    def get_guild(self, arrival: Arrival) -> Reply:
        """One guild the bot is in."""
        guild = self._world.guilds.get(arrival.number("guild_id"))
        if guild is None or not guild.bot_is_in:
            raise ApiError(404, 10004, "Unknown Guild")
        return form.guild(guild)

    def list_commands(self, arrival: Arrival) -> Reply:
        """Return the commands as they were registered."""
        guild_id = self._guild_id(arrival)
        return [form.command(self._world, one, guild_id) for one in self._world.commands.get(guild_id, ())]

    def set_commands(self, arrival: Arrival) -> Reply:
        """Replace all commands of the bot, or of a guild; a name that stays keeps its id."""
        guild_id = self._guild_id(arrival)
        commands = arrival.parse_list(COMMAND_LIST)
        if faults := list(command_faults(commands)):
            raise invalid_form(*faults)
        earlier = {(one.type, one.name): one.id for one in self._world.commands.get(guild_id, ())}
        self._world.commands[guild_id] = tuple(self._numbered(one, earlier) for one in commands)
        self._world.registrations += 1
        self._world.bell.ring()
        return self.list_commands(arrival)

    def _numbered(self, command: Command, earlier: dict[tuple[int, str], int]) -> Command:
        number = earlier.get((command.type, command.name)) or self._world.snowflakes.next()
        return command.model_copy(update={"id": number})

    def _guild_id(self, arrival: Arrival) -> int | None:
        if arrival.number("application_id") != self._world.bot_id:
            raise ApiError(
                403, 20012, "You are not authorized to perform this action on this application", blames=True
            )
        if "guild_id" not in arrival.path:
            return None
        guild = self._world.guilds.get(arrival.number("guild_id"))
        if guild is None or not guild.bot_is_in:
            raise ApiError(403, 50001, "Missing Access")
        return guild.id
