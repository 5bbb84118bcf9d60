"""People of every rank before two servers: what they do through Discord's stand-in, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.core.ids import ChannelId, GuildId, JobId, UserId
from bot.core.job import Job, State
from bot.core.office import Deed
from bot.core.quota import Bound
from bot.core.rights import Act, Rank
from bot.sandbox.discord import EVERYBODY, Channel, Guild, Interaction, Member, Permission
from bot.sandbox.discord.options import Value
from tests.builders import a_stored_job
from tests.chat.members.rights_table import Cell, Side, Whose
from tests.chat.members.scene import Scene

MANAGER: Final = EVERYBODY | Permission.MANAGE_GUILD
REFUSALS: Final = (
    "That is for this server's managers",
    "That is for the owners of the bot only",
    "That belongs to another server",
    "Managers give no credits to themselves",
    "Only the member who started this job",
)


def guild_of(channel: Channel) -> Guild:
    assert channel.guild is not None
    return channel.guild


@dataclass(frozen=True)
class Running:
    """The scene with a second server, and with people of every rank."""

    scene: Scene
    there: Channel
    somebody: Member
    by_rank: dict[Rank, Member]

    @classmethod
    async def begin(cls, scene: Scene) -> "Running":
        platform = scene.platform
        there = platform.add_guild("Elsewhere").add_channel("films")
        by_rank = {
            Rank.MEMBER: platform.add_member("meg", scene.channel.guild),
            Rank.MANAGER: platform.add_member("mia", scene.channel.guild),
            Rank.OWNER: platform.owner,
        }
        running = cls(scene, there, scene.ana, by_rank)
        for channel in (scene.channel, there):
            deed = Deed(datetime.now(UTC), UserId(platform.owner_id), Act.SET_SERVER, guild_id(channel))
            await scene.store.office.set_bound(guild_id(channel), Bound(None, 1000), deed)
        return running

    def actor(self, rank: Rank, at: Channel) -> Member:
        """Return somebody of this rank; a manager's is said by Discord in their own server only."""
        member = self.by_rank[rank]
        is_manager = rank is Rank.MANAGER and at is self.scene.channel
        member.permissions = MANAGER if is_manager else EVERYBODY
        return member

    def channel(self, side: Side) -> Channel:
        return self.scene.channel if side is Side.HERE else self.there

    def target(self, cell: Cell) -> Member:
        return self.by_rank[cell.rank] if cell.whose is Whose.OWN else self.somebody

    async def job(self, cell: Cell, state: State) -> Job:
        """Return a fresh job of the cell's."""
        return await self.a_job(self.channel(cell.side), self.target(cell), state)

    async def a_job(self, channel: Channel, owner: Member, state: State) -> Job:
        return await a_stored_job(
            self.scene.store,
            state,
            owner_id=UserId(owner.id),
            guild_id=guild_id(channel) if channel.guild else None,
            channel_id=ChannelId(channel.id),
            accepted_at=datetime.now(UTC),
            token=None,
        )

    async def stored(self, job_id: JobId) -> Job:
        found = await self.scene.store.get(job_id)
        assert found is not None
        return found

    async def deeds(self) -> Sequence[Deed]:
        return await self.scene.store.office.deeds(None, 1_000)

    async def run(self, who: Member, at: Channel, name: str, /, **options: Value) -> Interaction:
        """Have a subcommand typed, as a client would that offers it to everybody."""
        typed = await who.command(at, f"zoetrope {name}", checked=False, **options)
        return await typed.answered()

    async def told(self, who: Member, at: Channel, name: str, **options: Value) -> str:
        """Return what somebody is told privately of a subcommand."""
        return await words_of(await self.run(who, at, name, **options))


async def words_of(asked: Interaction) -> str:
    """Return the private answer."""
    message = await asked.final()
    assert message.ephemeral
    return message.text


def guild_id(channel: Channel) -> GuildId:
    return GuildId(guild_of(channel).id)


def is_refused(words: str) -> bool:
    return words.startswith(REFUSALS)
