"""The database goes back to an older copy: what was bought since is named in the log, and the bot goes on."""

import re
import shutil

from tests.e2e.hurried import select
from tests.e2e.play import LONG, Play
from tests.postgres import of_a_file


@of_a_file
async def test_what_was_bought_after_the_copy_is_named_in_the_log(play: Play) -> None:
    first = await play.ask("seedance-fast", prompt="a")
    await play.card_says(first.message, "Done in")
    assert await play.bot.terminate() == 0
    copy = play.bot.folder / "copy.db"
    shutil.copy(play.bot.database, copy)

    await play.start()
    play.runcomfy.hold()
    second = await play.ask("seedance-fast", prompt="b")
    card = await play.card_says(second.message, "In RunComfy's queue")
    assert await play.bot.terminate() == 0
    shutil.copy(copy, play.bot.database)
    await play.start()

    bought = set(re.findall(r"bought as (\S+)", play.bot.log))
    known = {request_id for (request_id,) in select(play, "SELECT request_id FROM jobs")}
    assert bought == set(play.runcomfy.jobs)
    assert len(bought - known) == 1
    pressed = await play.ana.press(card, "Cancel")
    assert "no longer know this job" in (await pressed.final(LONG)).text
    play.runcomfy.release()
    await play.result_of((await play.ask("seedance-fast", prompt="c")).message)
