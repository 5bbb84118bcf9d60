"""Who generated what, told in the log channel of a server: a courtesy to those who run it.

A channel that takes nothing holds up no job: the operator reads of it once, managers whenever they look.
"""

import logging
from collections.abc import Callable

from bot.core.errors import LostError, MemberError, PassingError, Problem
from bot.core.ids import ChannelId, GuildId
from bot.core.job import Job
from bot.core.models import Request
from bot.core.office import Office
from bot.core.policy import Policy
from bot.core.ports import Chronicler
from bot.core.rights import Act, Actor
from bot.flow.administration_places import PlaceActs, require_in

log = logging.getLogger(__name__)


class Chronicle:
    """Opens and closes logs, and enters what has ended."""

    def __init__(
        self,
        *,
        office: Office,
        places: PlaceActs,
        chronicler: Chronicler,
        is_flagged: Callable[[Policy, Request], bool],
    ) -> None:
        """`is_flagged`: whether those who run the place should see the prompt."""
        self._office = office
        self._places = places
        self._chronicler = chronicler
        self._is_flagged = is_flagged
        self._mute = set[ChannelId]()
        """Channels in which the last entry could not be written."""

    async def open(self, actor: Actor, guild_id: GuildId, channel_id: ChannelId) -> None:
        """Have a channel receive the log, once a first message has got through to it.

        Raises MemberError, and sets nothing, where the actor may not, the channel is another server's or the
        bot may not write there; PassingError where Discord does not answer.
        """
        require_in(Act.SET_POLICY, actor, guild_id)
        try:
            await self._chronicler.open_log(channel_id, guild_id)
        except LostError:
            raise MemberError(Problem.LOG_CLOSED) from None
        await self._places.log_to(actor, guild_id, channel_id)
        self._mute.discard(channel_id)

    async def close(self, actor: Actor, guild_id: GuildId) -> None:
        """Have no channel receive it."""
        await self._places.log_to(actor, guild_id, None)

    def is_mute(self, channel_id: ChannelId) -> bool:
        """Tell whether this life's last entry could not be written there."""
        return channel_id in self._mute

    async def enter(self, job: Job) -> None:
        """Tell the log channel of the job's server, if it has one; raises only what the store raises."""
        if job.guild_id is None:
            return
        policy = await self._office.policy(job.guild_id)
        if policy.log_channel is None:
            return
        is_flagged = self._is_flagged(policy, job.request)
        try:
            await self._chronicler.log_ending(policy.log_channel, job, is_flagged=is_flagged)
        except (LostError, PassingError) as error:
            self._note_mute(policy.log_channel, job.guild_id, error)
        else:
            self._mute.discard(policy.log_channel)

    def _note_mute(self, channel_id: ChannelId, guild_id: GuildId, error: Exception) -> None:
        """Keep it in mind; a line for each job would say nothing more."""
        if channel_id in self._mute:
            return
        self._mute.add(channel_id)
        log.warning(
            "the log channel %d of server %d takes nothing from me (%s): its jobs go on without it, and its "
            "managers see that in /zoetrope settings",
            channel_id,
            guild_id,
            error,
            extra={"action": "log"},
        )
