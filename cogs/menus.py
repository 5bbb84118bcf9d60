"""The entries in a message's own menu: its pictures become a video, or a new picture."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.client import Zoetrope
from bot.core.draft import Form


class MenusCog(commands.Cog):
    """Adds the entries while it is loaded, since the library takes none from a cog by itself."""

    def __init__(self, bot: Zoetrope) -> None:
        self._bot = bot
        self._menus = (
            app_commands.ContextMenu(name="Animate image", callback=self.animate),
            app_commands.ContextMenu(name="Edit image", callback=self.edit),
        )

    async def cog_load(self) -> None:
        """Add the entries to the commands."""
        for menu in self._menus:
            self._bot.tree.add_command(menu)

    async def cog_unload(self) -> None:
        """Take them out again."""
        for menu in self._menus:
            self._bot.tree.remove_command(menu.name, type=menu.type)

    async def animate(self, interaction: discord.Interaction[Zoetrope], message: discord.Message) -> None:
        """Hand the message over."""
        await self._bot.reception.use_menu(interaction, message, Form.ANIMATE)

    async def edit(self, interaction: discord.Interaction[Zoetrope], message: discord.Message) -> None:
        """Hand the message over."""
        await self._bot.reception.use_menu(interaction, message, Form.EDIT)


async def setup(bot: Zoetrope) -> None:
    """Add the cog."""
    await bot.add_cog(MenusCog(bot))
