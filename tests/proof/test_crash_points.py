"""The crash points: no effect of the bot is without, and at each the process really dies and recovers."""

import asyncio
import shutil
import sys
from pathlib import Path

import pytest
from yarl import URL

from proof.crashes import points, reached
from proof.crashes.paths import PATHS
from proof.crashes.sweep import Run, planned, visit
from proof.inside.adapters import port_methods
from proof.inside.crossings import What
from proof.inside.orders import Phase, Point
from proof.inside.requests import route
from tests.lives import begin

BY_NAME = {path.name: path for path in PATHS}


def test_every_effect_of_the_bot_has_a_committed_path() -> None:
    assert points.missing(reached.read()) == []


def test_every_path_that_is_committed_can_still_be_played() -> None:
    known = reached.read()
    names = {name for found in (known.visits, known.effects) for paths in found.values() for name in paths}
    assert names <= BY_NAME.keys()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A scratch copy of the sources."""
    for name in ("bot", "cogs", "proof"):
        shutil.copytree(points.ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def add(path: Path, text: str) -> None:
    path.write_text(path.read_text("utf-8") + text, "utf-8")


async def checked(copy: Path) -> tuple[int | None, str]:
    """Return the exit code and the words of the check of a copy."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "proof", "points", "--check", cwd=copy, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    return process.returncode, told.decode()


async def test_a_new_method_of_a_port_and_a_new_answer_without_a_path_fail_the_check(copy: Path) -> None:
    method = "\n    async def sing(self, job: Job) -> None:\n        ...\n"
    add(copy / "bot/core/ports.py", method)
    add(
        copy / "bot/chat/answers.py", "\n\nasync def wave(it):\n    await it.response.send_message('hello')\n"
    )
    code, told = await checked(copy)
    assert code == 1
    lines = told.splitlines()
    assert "chronicler.sing: no path comes by this port's method" in lines
    assert "chat.answers.wave: send_message: no path comes by this effect" in lines


def test_an_effect_that_is_handed_on_or_hidden_in_a_lambda_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "bot" / "chat"
    folder.mkdir(parents=True)
    (tmp_path / "cogs").mkdir()
    (folder / "new.py").write_text(
        "import asyncio\nimport aiohttp\nimport discord\nfrom bot.chat import calls\n"
        "class New:\n"
        "    async def one(self, message):\n        await calls.repeat(message.delete)\n"
        "    async def two(self, place):\n        await calls.repeat(lambda: place.send('a'))\n"
        "    async def three(self, session):\n        await session.get('b')\n"
        "    async def four(self):\n        await asyncio.create_subprocess_exec('c')\n"
        "    def five(self, connection):\n        connection.execute('COMMIT')\n"
        "    @group.autocomplete('d')\n    async def six(self): ...\n"
        "    async def seven(self):\n        await super()._call(self)\n",
        "utf-8",
    )
    assert points.effects(tmp_path) == [
        "chat.new.New.five: execute",
        "chat.new.New.four: create_subprocess_exec",
        "chat.new.New.one: delete",
        "chat.new.New.seven: _call",
        "chat.new.New.three: request",
        "chat.new.New.two: send",
    ]


def test_what_is_gone_from_the_source_is_told_as_well() -> None:
    known = reached.read()
    older = known.model_copy(update={"visits": {**known.visits, "store.dance": ["animate"]}})
    assert points.missing(older) == ["store.dance: it is no longer in the source"]


def test_a_route_has_nothing_in_it_that_is_new_each_time() -> None:
    urls = {
        "/api/v10/webhooks/157/aW50ZXJhY3Rpb24/messages/@original": "/webhooks/{}/{}/messages/@original",
        "/api/v10/users/@me/channels": "/users/@me/channels",
        "/v1/requests/0b3d7f7a-0c3e-4f0e-9a53-2f1b54e77f1d/status": "/v1/requests/{}/status",
        "/v1/models/bytedance/seedance-v1.5-pro/image-to-video": None,
        "/files/0b3d7f7a/clip.mp4": "/files/{}/{}",
    }
    for path, told in urls.items():
        assert route("GET", URL(f"http://127.0.0.1:1{path}?a=b")) == f"GET {told or path}"


async def test_an_undisturbed_path_comes_by_nothing_that_the_source_does_not_tell_of(tmp_path: Path) -> None:
    seen = await visit(BY_NAME["fast"], tmp_path, begin)
    assert seen.findings == []
    source = {*points.effects()}
    # The gateway is opened by a task of the library's own.
    crossed = [line for line in seen.lines if line.what is What.CROSSED and line.effects]
    assert len(crossed) > 20
    assert [line for line in crossed if not source.intersection(line.effects)] == []
    assert {line.visit for line in seen.lines if line.what is What.VISITED} <= {*port_methods()}
    plans = planned([seen])
    assert len(plans) == len({(plan.point.seam, plan.point.phase) for plan in plans})
    assert {plan.point.phase for plan in plans if "courier.post ready" in plan.point.seam} == {*Phase}


POST = "courier.post ready: POST /channels/{}/messages"
SUBMIT = "generator.submit: POST /v1/models/bytedance/seedance-1-0/pro/fast/text-to-video"
KILLS = (
    ("animate", "media.pictures: child python", Phase.DURING),
    ("fast", "store.claim queued>submitting: COMMIT", Phase.LOST),
    ("fast", SUBMIT, Phase.DURING),
    ("fast", POST, Phase.LOST),
    ("lists", "chat.answers.show quota: POST /interactions/{}/{}/callback", Phase.AFTER),
    ("upgrade", "store.migrate._apply descent: COMMIT", Phase.DURING),
)


@pytest.mark.parametrize(
    ("path", "seam", "phase"), KILLS, ids=[f"{seam} {phase}" for _, seam, phase in KILLS]
)
async def test_the_process_dies_by_its_own_hand_at_the_point_and_the_next_life_finishes(
    tmp_path: Path, path: str, seam: str, phase: Phase
) -> None:
    verdict = await Run(BY_NAME[path], Point(seam=seam, phase=phase), tmp_path, begin=begin).verdict()
    assert verdict.died
    assert verdict.findings == []


async def test_what_was_committed_before_a_post_outlives_the_power_as_well(tmp_path: Path) -> None:
    point = Point(seam=POST, phase=Phase.LOST)
    verdict = await Run(BY_NAME["fast"], point, tmp_path, power_lost=True, begin=begin).verdict()
    assert verdict.died
    assert (tmp_path / "platter").is_dir()
    assert verdict.findings == []


async def test_any_crossing_can_be_counted_whatever_it_is(tmp_path: Path) -> None:
    run = Run(BY_NAME["fast"], Point(seam="*", phase=Phase.BEFORE, nth=12), tmp_path, begin=begin)
    verdict = await run.verdict()
    assert verdict.died
    assert verdict.findings == []


async def test_a_point_that_no_life_comes_by_kills_nobody(tmp_path: Path) -> None:
    verdict = await Run(
        BY_NAME["refusals"], Point(seam="courier.sing", phase=Phase.BEFORE), tmp_path
    ).verdict()
    assert not verdict.died
