"""`check`: ok or what to do for each thing, also beside a bot that runs, and nothing changed."""

from pathlib import Path

from bot.sandbox.discord import Discord
from bot.sandbox.runcomfy import Action, Fault, RunComfy, When
from bot.sandbox.stage import environment
from tests.e2e.play import Play
from tests.e2e.test_operator import TOKENS, bot
from tests.postgres import of_a_file
from tests.shelf import quick_studio


async def test_check_says_ok_for_each_thing_or_what_to_do(tmp_path: Path) -> None:
    async with Discord() as discord, RunComfy(studio=quick_studio()) as runcomfy:
        settings = environment(tmp_path, discord, runcomfy)
        good = await bot("check", **settings)
        assert good.returncode == 0, good.stdout + good.stderr
        assert good.stdout.count("ok ") == 8
        assert "bytedance/seedream-4-0/edit: base price" in good.stdout
        runcomfy.reject_token = True
        rejected = await bot("check", **settings)
        assert rejected.returncode == 78
        assert "set runcomfy.token to a valid one" in rejected.stdout
        runcomfy.reject_token = False
        wrong = {**settings, "DISCORD__TOKEN": "wrong"}
        refused = await bot("check", **wrong)
        assert refused.returncode == 78
        assert "WRONG discord.token" in refused.stdout
        assert runcomfy.submits == []
        assert not (tmp_path / "zoetrope.db").exists()
    gone = await bot("check", **settings)
    assert gone.returncode == 69
    assert "WRONG discord.api_url" in gone.stdout
    assert "Traceback" not in gone.stderr


@of_a_file
async def test_a_job_in_doubt_is_shown_by_check(play: Play) -> None:
    play.runcomfy.fault(Fault("submit", Action.RESET, when=When.DONE))
    asked = await play.animate()
    await play.card_says(asked.message, "cannot be paid for twice")
    settings = environment(play.bot.folder, play.discord, play.runcomfy)
    beside = await bot("check", **settings)
    await play.bot.terminate()
    after = await bot("check", **settings)
    for done in (beside, after):
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"job {play.rows()[0].id} of member {play.ana.id} is in doubt since 2" in done.stdout
        assert "bytedance/seedance-v1.5-pro/image-to-video ran then" in done.stdout
    assert f"in use by process {play.bot.pid}" in beside.stdout
    assert "in use" not in after.stdout


@of_a_file
async def test_check_takes_nothing_away_from_a_bot_that_works(play: Play) -> None:
    play.runcomfy.hold()
    asked = await play.animate()
    await play.card_says(asked.message, "In RunComfy's queue")
    settings = environment(play.bot.folder, play.discord, play.runcomfy)
    mine = play.bot.media / "zoetrope-media-under-way"
    mine.mkdir()
    assert (await bot("check", **settings)).returncode == 0
    assert mine.exists()
    play.runcomfy.release()
    await play.result_of(asked.message)


def lying_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_check_says_what_is_wrong_with_a_database_and_leaves_it(tmp_path: Path) -> None:
    path = tmp_path / "z.db"
    path.write_text("dear diary, today I was a database")
    settings = {**TOKENS, "STORAGE__URL": f"sqlite:///{path}", "DISCORD__API_URL": "http://127.0.0.1:9"}
    nobody = "http://127.0.0.1:9"
    done = await bot("check", **settings, RUNCOMFY__API_URL=nobody, RUNCOMFY__BALANCE_URL=nobody)
    assert done.returncode == 69
    assert f"WRONG storage: {path}: it is not a database" in done.stdout
    assert path.read_text() == "dear diary, today I was a database"
    assert lying_in(tmp_path) == [path]
