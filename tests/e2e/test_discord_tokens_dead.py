"""Tokens of interactions die early, in every state of a job: the bot's own takes over, at one 401 each."""

from collections import Counter

from bot.sandbox.discord import Fault, Interaction, Status, Upload
from tests.e2e.hurried import all_over
from tests.e2e.play import Play
from tests.e2e.sent import coloured


def a_banner() -> Upload:
    """Return a picture of a shape that no model takes."""
    return coloured("green", "banner.png", (1600, 400))


async def test_a_token_that_dies_in_any_state_is_refused_once_and_the_result_arrives(play: Play) -> None:
    await play.bot.terminate()
    await play.start(RUNCOMFY__MAX_IN_FLIGHT="1", QUOTA__MAX_ACTIVE_JOBS="10")
    play.runcomfy.hold()
    running = await play.animate()
    await play.card_says(running.message, "In RunComfy's queue")
    queued = await play.animate()
    await play.card_says(queued.message, "Waiting")
    asked = await play.animate(image=a_banner())
    await play.card_says(asked.message, "is asked privately what to do")
    unfetched = play.discord.faults.add(Fault("GET", "/ephemeral-attachments/.*", Status(503), times=None))
    preparing = await play.animate()
    await play.until(lambda _: unfetched.fired)
    assert {row.state for row in play.rows()} == {"running", "queued", "preparing"}

    before = len(play.discord.log)
    play.discord.expire_tokens()
    (question,) = [one for one in asked.followups if one.buttons]
    await (await play.ana.press(question, "Crop to the middle")).answered(30)
    play.discord.faults.clear()
    play.runcomfy.release()
    await all_over(play)
    for one in (running, queued, asked, preparing):
        await play.card_says(one.message, "Done in")
        assert len(play.results(one.message)) == 1
    assert refused(play, before, [running, queued, asked, preparing]) == [1, 1, 1, 1]


def refused(play: Play, since: int, commands: list[Interaction]) -> list[int]:
    """Return how often the token of each was refused."""
    calls = [call for call in play.discord.log[since:] if call.path.startswith("/webhooks/")]
    assert {call.status for call in calls if not call.path.endswith("@original")} <= {401, 200}
    counted = Counter(call.path.split("/")[3] for call in calls if call.status == 401)
    return [counted[one.token] for one in commands]
