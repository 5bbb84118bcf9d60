"""The gateway is lost in every way, also in the middle of a thousand commands: one job each, and looks go on."""

from tests.e2e.play import Play


async def test_a_connection_that_is_lost_before_its_session_begins_is_followed_by_another(play: Play) -> None:
    await play.bot.terminate()
    play.discord.gateway.unready = 2
    await play.start()
    assert play.discord.gateway.unready == 0
    await play.ask("quota")
