"""The times that ids and signed addresses carry are those of the wall clock that the stand-in is given."""

from bot.sandbox.discord import Discord, Upload
from bot.sandbox.discord.snowflake import made_at


async def test_ids_and_addresses_carry_the_time_of_the_clock_that_is_given() -> None:
    wall = [1_900_000_000.0]
    async with Discord(wall=lambda: wall[0]) as platform:
        guild = platform.add_guild("Studio")
        channel = guild.add_channel("animations")
        assert made_at(channel.id).timestamp() == wall[0]
        wall[0] += 3600
        message = await platform.add_member("ana", guild).post(
            channel, "look", Upload(b"a", "a.png", "image/png")
        )
        assert made_at(message.id).timestamp() == wall[0]
        assert f"is={int(wall[0]):x}" in message.attachments[0].url
