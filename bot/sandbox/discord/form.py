"""Who and where: users, members, channels, guilds and commands in Discord's JSON.

Pure: what is known in, a JSON object out, with ids as strings. Messages are in `form_message`.
"""

from typing import TYPE_CHECKING

from bot.sandbox.discord.permission import Permission
from bot.sandbox.discord.wire import Command, Json

if TYPE_CHECKING:
    from bot.sandbox.discord.channel import Channel, Guild
    from bot.sandbox.discord.member import Member
    from bot.sandbox.discord.role import Role
    from bot.sandbox.discord.world import World

PERMISSIONS = "default_member_permissions"
JOINED = "2024-01-01T00:00:00+00:00"


def user(number: int, name: str, *, bot: bool = False, avatar: str | None = None) -> Json:
    """Describe a user, as far as bots look at one."""
    return {
        "id": str(number),
        "username": name,
        "global_name": name,
        "discriminator": "0",
        "avatar": avatar,
        "bot": bot,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }


def person(who: "Member") -> Json:
    """Describe a member, or another app, as a user."""
    return user(who.id, who.name, bot=who.is_bot, avatar=who.avatar)


def bot_user(world: "World") -> Json:
    """Describe the bot itself, as it is told about itself."""
    return {**user(world.bot_id, world.bot_name, bot=True), "mfa_enabled": False, "locale": "en-US"}


def application(world: "World") -> Json:
    """Describe the bot's application, with the owner that discord.py's login asks for."""
    return {
        "id": str(world.bot_id),
        "name": world.bot_name,
        "icon": None,
        "description": "",
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "type": None,
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "approximate_guild_count": len(world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
        **_possession(world),
        "bot": bot_user(world),
    }


def _possession(world: "World") -> Json:
    """Tell whose the application is: somebody's, or a team's, which then has a user of its own."""
    if not world.team:
        return {"owner": person(world.owner), "team": None}
    number = str(world.bot_id)
    members = [
        {"user": person(one.member), "membership_state": one.state, "team_id": number, "role": one.role}
        for one in world.team
    ]
    team = {"id": number, "name": "team", "icon": None, "owner_user_id": str(world.owner_id)}
    return {"owner": user(world.bot_id, f"team{number}"), "team": {**team, "members": members}}


def _membership() -> dict[str, object]:
    return {
        "nick": None,
        "avatar": None,
        "roles": [],
        "joined_at": JOINED,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
    }


def member(who: "Member") -> Json:
    """Describe a member of a guild with their permissions, as interactions carry it."""
    held = [str(one.id) for one in who.roles]
    return {
        **_membership(),
        "user": person(who),
        "roles": held,
        "permissions": str(int(who.permissions)),
    }


def channel(where: "Channel") -> Json:
    """Describe a channel; what the bot is denied stands in its overwrites."""
    if where.guild is None:
        people = [person(where.recipient)] if where.recipient else []
        return {
            "id": str(where.id),
            "type": where.kind,
            "recipients": people,
            "last_message_id": None,
            "flags": 0,
        }
    overwrites = [{"id": str(where.world.bot_id), "type": 1, "allow": "0", "deny": str(int(where.denied))}]
    shape: dict[str, object] = {
        "id": str(where.id),
        "type": where.kind,
        "guild_id": str(where.guild.id),
        "name": where.name,
        "position": 0,
        "permission_overwrites": overwrites if where.denied else [],
        "nsfw": where.nsfw,
        "topic": None,
        "rate_limit_per_user": 0,
        "parent_id": None,
        "last_message_id": None,
        "flags": 0,
    }
    return {**shape, **_thread(where)} if where.kind == 11 else shape


def _thread(where: "Channel") -> Json:
    meta = {"archived": False, "auto_archive_duration": 1440, "archive_timestamp": JOINED, "locked": False}
    parent = str(where.parent.id) if where.parent else None
    counts = {"message_count": 0, "member_count": 1, "total_message_sent": 0}
    return {
        **counts,
        "thread_metadata": meta,
        "owner_id": str(where.world.owner_id),
        "parent_id": parent,
    }


def role(one: "Role") -> Json:
    """Describe a role, which gives no permission of its own."""
    return _role(one.id, one.name, 1, Permission(0))


def _role(number: int, name: str, position: int, permissions: Permission) -> Json:
    return {
        "id": str(number),
        "name": name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": position,
        "permissions": str(int(permissions)),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def guild_alone(place: "Guild") -> Json:
    """Describe a guild as GUILD_UPDATE and the API do: without what is in it."""
    everyone = _role(place.id, "@everyone", 0, place.bot_permissions)
    return {
        "id": str(place.id),
        "name": place.name,
        "icon": None,
        "owner_id": str(place.world.owner_id),
        "premium_tier": place.premium_tier,
        "preferred_locale": place.locale,
        "features": [],
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "system_channel_flags": 0,
        "afk_timeout": 300,
        "roles": [everyone, *(role(one) for one in place.roles)],
        "emojis": [],
        "stickers": [],
    }


def guild(place: "Guild") -> Json:
    """Describe a guild as GUILD_CREATE carries it, with the bot as its one cached member."""
    return {
        **guild_alone(place),
        "channels": [channel(one) for one in place.channels if one.kind != 11],
        "threads": [channel(one) for one in place.channels if one.kind == 11],
        "members": [{**_membership(), "user": bot_user(place.world)}],
        "member_count": len(place.members) + 1,
        "joined_at": JOINED,
        "large": False,
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def command(world: "World", registered: Command, guild_id: int | None) -> Json:
    """Describe a registered command as the API lists it."""
    shape: dict[str, object] = {
        PERMISSIONS: None,
        "version": str(registered.id),
        "nsfw": False,
        **registered.model_dump(mode="json", exclude_unset=True, exclude_none=True, exclude={PERMISSIONS}),
        "id": str(registered.id),
        "type": registered.type,
        "description": registered.description,
        "application_id": str(world.bot_id),
    }
    if registered.default_member_permissions is not None:
        shape[PERMISSIONS] = str(registered.default_member_permissions)
    return shape if guild_id is None else {**shape, "guild_id": str(guild_id)}
