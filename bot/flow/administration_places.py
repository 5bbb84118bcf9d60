"""Acts on places: what a server's managers, or for None the bot's owners, decide about it.

Who is blocked, where and for whom the bot works, which models, which words. Every act asks for the right
first and is written together with its line in the record.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bot.core.errors import MemberError, Problem
from bot.core.ids import ChannelId, GuildId, RoleId, UserId
from bot.core.office import Deed, Office
from bot.core.periods import zone_named
from bot.core.policy import ModelRule, Policy
from bot.core.ports import Clock
from bot.core.rights import Act, Actor, require
from bot.flow import administration_values as values

Id = TypeVar("Id", ChannelId, RoleId)


class Listing(StrEnum):
    """What becomes of a channel or a role."""

    ALLOW = "allow"
    DENY = "deny"
    FORGET = "forget"
    """It is in neither list any more."""


@dataclass(frozen=True, slots=True)
class Decided:
    """All that holds in a server by somebody's decision."""

    policy: Policy
    blocked: Sequence[UserId]
    """Who is blocked in this server."""
    paused_everywhere: str | None
    """Why the whole bot takes no orders, if it does not."""


class PlaceActs:
    """Decisions about a server; `guild_id` None is the whole bot, which needs an owner."""

    def __init__(self, office: Office, clock: Clock) -> None:
        self._office = office
        self._clock = clock
        # A policy is read, changed and written whole: two managers at once must not lose one's change.
        self._turn = asyncio.Lock()

    async def policy(self, actor: Actor, guild_id: GuildId | None) -> Policy:
        """Return all that was decided."""
        require_in(Act.SET_POLICY, actor, guild_id)
        return await self._office.policy(guild_id)

    async def decided(self, actor: Actor, guild_id: GuildId) -> Decided:
        """Return all that holds in a server, what stops the whole bot included."""
        policy = await self.policy(actor, guild_id)
        everywhere = await self._office.policy(None)
        return Decided(policy, await self._office.all_blocked(guild_id), everywhere.paused)

    # --- who -------------------------------------------------------------------------------------------

    async def block(self, actor: Actor, guild_id: GuildId | None, member: UserId, why: str) -> None:
        """Have nothing more accepted of a member, who reads why; jobs under way go on."""
        require_in(Act.BLOCK, actor, guild_id, of=member)
        reason = values.why(why)
        deed = self._deed(Act.BLOCK, actor, guild_id, member, reason, change="block")
        await self._office.block(guild_id, member, reason, deed)

    async def unblock(self, actor: Actor, guild_id: GuildId | None, member: UserId) -> bool:
        """Take a block away; False where there was none."""
        require_in(Act.BLOCK, actor, guild_id, of=member)
        deed = self._deed(Act.BLOCK, actor, guild_id, member, change="unblock")
        return await self._office.unblock(guild_id, member, deed)

    # --- where and for whom ----------------------------------------------------------------------------

    async def list_channel(
        self, actor: Actor, guild_id: GuildId, channel: ChannelId, listing: Listing
    ) -> Policy:
        """Allow or deny a channel, or take it out of both lists."""

        def change(policy: Policy) -> Policy:
            allowed, denied = _listed(policy.allowed_channels, policy.denied_channels, channel, listing)
            return policy.model_copy(update={"allowed_channels": allowed, "denied_channels": denied})

        return await self._change(actor, guild_id, change, {"list": listing.value, "channel": channel})

    async def list_role(
        self,
        actor: Actor,
        guild_id: GuildId,
        role: RoleId,
        listing: Listing,
        weight: float | None = None,
    ) -> Policy:
        """Allow or deny a role, or take it out of both lists and forget its weight.

        With a weight, its members' turns come so often against others'; the role is then not put into the
        list of allowed ones, which would shut everybody else out.
        """
        if weight is not None:
            values.weight(weight)

        def change(policy: Policy) -> Policy:
            return _with_role(policy, role, listing, weight)

        details = {"list": listing.value, "role": role, "weight": None if weight is None else f"{weight:g}"}
        return await self._change(actor, guild_id, change, details)

    async def pause(self, actor: Actor, guild_id: GuildId | None, why: str) -> Policy:
        """Have nothing accepted; members read why."""
        reason = values.why(why)
        return await self._change(
            actor, guild_id, lambda it: it.model_copy(update={"paused": reason}), {"change": "pause"}, reason
        )

    async def resume(self, actor: Actor, guild_id: GuildId | None) -> Policy:
        """Go on accepting."""
        return await self._change(
            actor, guild_id, lambda it: it.model_copy(update={"paused": None}), {"change": "resume"}
        )

    # --- what ------------------------------------------------------------------------------------------

    async def rule_model(
        self, actor: Actor, guild_id: GuildId | None, command: str, rule: ModelRule
    ) -> Policy:
        """Decide about a command, whole: off or on, the largest resolution, the longest duration."""
        values.command(command)
        values.resolution(command, rule.resolution)
        values.duration(command, rule.duration)

        def change(policy: Policy) -> Policy:
            others = {name: of for name, of in policy.models.items() if name != command}
            models = others if rule == ModelRule() else {**others, command: rule}
            return policy.model_copy(update={"models": models})

        details = {"command": command, "off": int(rule.off), "resolution": rule.resolution}
        return await self._change(actor, guild_id, change, {**details, "duration": rule.duration})

    async def words(
        self, actor: Actor, guild_id: GuildId | None, refused: Sequence[str], flagged: Sequence[str]
    ) -> Policy:
        """Set the words that no prompt may have, and those that are told in the log channel."""
        no, told = values.words("refused", refused), values.words("flagged", flagged)
        update = {"refused_words": no, "flagged_words": told}
        # How many, and not which: the record is read by more people than the list.
        details = {"refused": len(no), "flagged": len(told)}
        return await self._change(actor, guild_id, lambda it: it.model_copy(update=update), details)

    async def decide(
        self,
        actor: Actor,
        guild_id: GuildId | None,
        *,
        time_zone: str | None = None,
        adults_only: bool | None = None,
        spoilers: bool | None = None,
    ) -> Policy:
        """Set what is given, leave the rest, and return all of it. An empty zone is the bot's own again."""
        if time_zone and zone_named(time_zone) is None:
            raise values.invalid("time_zone", "a name such as Europe/Rome or Asia/Tokyo")
        given = {"time_zone": time_zone, "adults_only": adults_only, "spoilers": spoilers}
        update = {name: value or None if name == "time_zone" else value for name, value in given.items()}
        update = {name: value for name, value in update.items() if given[name] is not None}
        details = {
            name: value if isinstance(value, str) else int(bool(value)) for name, value in update.items()
        }
        return await self._change(actor, guild_id, lambda it: it.model_copy(update=update), details)

    async def log_to(self, actor: Actor, guild_id: GuildId, channel: ChannelId | None) -> Policy:
        """Have a channel receive who generated what; None: none does."""
        return await self._change(
            actor,
            guild_id,
            lambda it: it.model_copy(update={"log_channel": channel}),
            {"change": "log", "channel": channel},
        )

    # --- changing --------------------------------------------------------------------------------------

    async def _change(
        self,
        actor: Actor,
        guild_id: GuildId | None,
        change: Callable[[Policy], Policy],
        details: Mapping[str, str | int | None],
        why: str = "",
    ) -> Policy:
        require_in(Act.SET_POLICY, actor, guild_id)
        async with self._turn:
            # Through the model again, which knows what a policy may say; a copy is not looked at.
            after = Policy.model_validate(change(await self._office.policy(guild_id)).model_dump())
            deed = Deed(self._clock.now(), actor.id, Act.SET_POLICY, guild_id, why=why, details=dict(details))
            await self._office.set_policy(guild_id, after, deed)
        return after

    def _deed(
        self,
        act: Act,
        actor: Actor,
        guild_id: GuildId | None,
        member: UserId,
        why: str = "",
        **details: str,
    ) -> Deed:
        return Deed(self._clock.now(), actor.id, act, guild_id, user_id=member, why=why, details=details)


def require_in(act: Act, actor: Actor, guild_id: GuildId | None, of: UserId | None = None) -> None:
    """Ask for the right in a server, or, for None, in the whole bot."""
    if guild_id is None:
        require(Act.WHOLE_BOT, actor, guild_id=None)
    else:
        require(act, actor, guild_id=guild_id, of=of)


def _listed(
    allowed: frozenset[Id], denied: frozenset[Id], one: Id, listing: Listing
) -> tuple[frozenset[Id], frozenset[Id]]:
    rest, others = allowed - {one}, denied - {one}
    match listing:
        case Listing.ALLOW:
            return _bounded(rest | {one}), others
        case Listing.DENY:
            return rest, _bounded(others | {one})
        case Listing.FORGET:
            return rest, others


def _bounded(listed: frozenset[Id]) -> frozenset[Id]:
    if len(listed) > values.MOST_LISTED:
        raise MemberError(
            Problem.VALUE_INVALID,
            option="channel, role",
            expected=f"{values.MOST_LISTED} in a list at most; forget others first",
        )
    return listed


def _with_role(policy: Policy, role: RoleId, listing: Listing, weight: float | None) -> Policy:
    weights = {of: turns for of, turns in policy.weights.items() if of != role}
    if weight is not None and listing is Listing.ALLOW:
        return policy.model_copy(update={"weights": {**weights, role: weight}})
    allowed, denied = _listed(policy.allowed_roles, policy.denied_roles, role, listing)
    kept = weights if listing is Listing.FORGET else policy.weights
    return policy.model_copy(update={"allowed_roles": allowed, "denied_roles": denied, "weights": kept})
