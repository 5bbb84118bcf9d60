"""A bot worked by hand: it registers what it likes and answers when the test says so, over the real API."""

import aiohttp

from bot.sandbox.discord import Discord, Interaction
from bot.sandbox.discord.wire import Json

COMMANDS: list[Json] = [
    {
        "name": "paint",
        "description": "Paints",
        "options": [
            {"type": 3, "name": "prompt", "description": "What", "required": True, "max_length": 20},
            {"type": 4, "name": "size", "description": "How big", "min_value": 1, "max_value": 5},
            {"type": 3, "name": "style", "description": "How", "autocomplete": True},
            {"type": 11, "name": "image", "description": "On what"},
            {"type": 6, "name": "friend", "description": "For whom"},
            {"type": 8, "name": "guild", "description": "For which of them"},
        ],
    },
    {"name": "rule", "description": "Rules", "default_member_permissions": str(1 << 5)},
    {"name": "Frame it", "type": 3},
]


class Hand:
    """The bot's side, one call at a time."""

    def __init__(self, discord: Discord, http: aiohttp.ClientSession) -> None:
        self._discord, self._http = discord, http

    async def register(self) -> None:
        where = f"{self._discord.api_url}/applications/{self._discord.bot_id}/commands"
        headers = {"Authorization": f"Bot {self._discord.token}"}
        async with self._http.put(where, json=COMMANDS, headers=headers) as answer:
            assert answer.status == 200, await answer.text()

    def newest(self) -> Interaction:
        """Return the interaction that came last."""
        return list(self._discord.interactions.values())[-1]

    async def answer(self, kind: int, **data: object) -> Interaction:
        """Answer the newest interaction."""
        asked = self.newest()
        where = f"{self._discord.api_url}/interactions/{asked.id}/{asked.token}/callback"
        async with self._http.post(where, json={"type": kind, "data": data}) as answer:
            assert answer.status == 204, await answer.text()
        return asked
