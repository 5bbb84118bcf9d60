"""Registers the commands with Discord, only when their content has changed."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence

import discord
from discord import app_commands

from bot.core.ports import Store

log = logging.getLogger(__name__)


async def register(
    tree: "app_commands.CommandTree[discord.Client]", store: Store, guild_ids: Sequence[int]
) -> None:
    """Put the commands everywhere, or into the given servers only, unless Discord has them already."""
    if not guild_ids:
        await _register_in(tree, store, None)
    for guild_id in guild_ids:
        guild = discord.Object(guild_id)
        tree.copy_global_to(guild=guild)
        await _register_in(tree, store, guild)


async def _register_in(
    tree: "app_commands.CommandTree[discord.Client]", store: Store, guild: discord.Object | None
) -> None:
    commands = tree.get_commands(guild=guild)
    content = _fingerprint({command.name: command.to_dict(tree) for command in commands})
    key = f"commands:{tree.client.application_id}:{guild.id if guild else 'everywhere'}"
    names = {command.name for command in commands}
    if await store.recall(key) == content and await _names_at_discord(tree, guild) == names:
        return
    await tree.sync(guild=guild)
    await store.remember(key, content)
    log.info("registered %d commands", len(commands), extra={"action": "register"})


async def _names_at_discord(
    tree: "app_commands.CommandTree[discord.Client]", guild: discord.Object | None
) -> set[str]:
    """Ask for the names only: another installation of the same application may have changed them."""
    return {command.name for command in await tree.fetch_commands(guild=guild)}


def _fingerprint(content: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
