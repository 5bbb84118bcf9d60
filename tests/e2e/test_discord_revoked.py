"""The bot's own token is replaced while jobs run: the process leaves with a code, and nothing is lost."""

from tests.e2e.play import LONG, Play


async def test_a_token_that_is_replaced_ends_the_bot_with_78_and_the_next_one_brings_all(play: Play) -> None:
    await play.bot.terminate()
    await play.start(RUNCOMFY__MAX_IN_FLIGHT="1")
    play.runcomfy.hold()
    running = await play.ask("seedance-fast", prompt="the first")
    await play.card_says(running.message, "In RunComfy's queue")
    waiting = await play.ask("seedance-fast", prompt="the second")
    await play.card_says(waiting.message, "Waiting")
    before = play.rows()

    await play.discord.revoke_token()
    assert await play.bot.ended() == 78
    assert "discord.token: Discord no longer accepts it" in play.bot.log
    assert [(row.id, row.state, row.hold) for row in play.rows()] == [
        (row.id, row.state, row.hold) for row in before
    ]

    play.runcomfy.release()
    await play.start(DISCORD__TOKEN=play.discord.token)
    for one in (running, waiting):
        await play.card_says(one.message, "Done in")
        assert len(play.results(one.message)) == 1
    assert len(play.runcomfy.submits) == 2


async def test_while_the_api_alone_refuses_the_token_nothing_ends_and_all_arrives_later(play: Play) -> None:
    play.runcomfy.hold()
    asked = await play.ask("seedance-fast", prompt="the first")
    await play.card_says(asked.message, "In RunComfy's queue")
    await play.discord.revoke_token(gateway=False)
    play.discord.expire_tokens()
    play.runcomfy.release()
    await play.discord.bell.until(
        lambda: any(call.method == "POST" and call.status == 401 for call in play.discord.log) or None,
        timeout=LONG,
        what="a post that is refused",
    )
    assert await play.bot.terminate() == 0
    assert [(row.state, row.hold) for row in play.rows()] == [("ready", "reserved")]
    await play.start(DISCORD__TOKEN=play.discord.token)
    await play.result_of(asked.message)
    await play.card_says(asked.message, "Done in")
    assert len(play.results(asked.message)) == 1
