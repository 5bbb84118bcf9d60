"""From a slash command to the result in the channel, for each of the four models."""

import asyncio
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest
from PIL import Image

from bot.chat.client import COGS, Zoetrope
from bot.sandbox.discord.options import Value
from tests.e2e.play import LONG, PROMPT, Play, upload

FRAME = "first_frame_image_url"


@dataclass(frozen=True)
class Case:
    """A command as it is typed, and what must come of it."""

    command: str
    options: dict[str, Value]
    body: dict[str, Any]
    suffix: str
    cost: int


CASES = (
    Case(
        "seedance-pro",
        {"image": upload()},
        {"prompt": PROMPT, "resolution": "480p", "ratio": "adaptive", "duration": 5}
        | {"generate_audio": True, "camera_fixed": True},
        ".mp4",
        5,
    ),
    Case(
        "seedance-lite",
        {"image": upload(), "last_image": upload(), "resolution": "720p", "duration": 10},
        {"prompt": PROMPT, "resolution": "720p", "duration": 10},
        ".mp4",
        8,
    ),
    Case(
        "seedance-fast",
        {"ratio": "1:1", "duration": 2, "seed": 7},
        {"text": PROMPT, "resolution": "480p", "ratio": "1:1", "duration": 2, "seed": 7},
        ".mp4",
        1,
    ),
    Case(
        "seedream-edit",
        {"image": upload(), "image2": upload(), "resolution": "1K"},
        {"prompt": PROMPT, "resolution": "1K"},
        ".png",
        1,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.command)
async def test_a_command_becomes_a_result_that_pings_its_owner_and_is_charged_once(
    play: Play, case: Case
) -> None:
    asked = await play.ask(case.command, None, prompt=PROMPT, **case.options)
    result = await play.result_of(asked.message)
    card = await play.card_says(asked.message, "Done in")

    assert not asked.private
    (submit,) = play.runcomfy.submits
    sent = dict(submit.body)
    pictures = [sent.pop(key) for key in (FRAME, "last_frame_image_url", "images") if key in sent]
    assert sent == case.body
    flat = [url for held in pictures for url in (held if isinstance(held, list) else [held])]
    assert len(flat) == sum(name.startswith(("image", "last_image")) for name in case.options)
    assert all("/attachments/" in str(url) and "ephemeral" not in str(url) for url in flat)

    (attachment,) = result.attachments
    assert attachment.filename.endswith(case.suffix)
    opens(attachment.path, case.suffix)
    assert result.mentions == {play.ana.id}
    assert card.mentions == frozenset()
    assert card.buttons == []
    (row,) = play.rows()
    assert (row.state, row.hold, row.cost) == ("delivered", "charged", case.cost)


def opens(path: Path, suffix: str) -> None:
    """Assert that the file is what its name says."""
    if suffix == ".png":
        with Image.open(path) as opened:
            opened.load()
        return
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    done = subprocess.run(
        [ffmpeg, "-v", "error", "-i", path, "-f", "null", "-"], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


async def test_the_card_shows_the_request_its_cost_and_the_true_states_with_cancel_until_it_ends(
    play: Play,
) -> None:
    play.runcomfy.hold()
    asked = await play.animate()
    card = await play.card_says(asked.message, "In RunComfy's queue")
    assert PROMPT in card.text
    assert "5 credits" in card.text
    assert [button.label for button in card.buttons] == ["Cancel"]
    assert [file.filename for file in card.attachments] == ["picture-1.png"]
    play.runcomfy.release()
    await play.result_of(card)
    done = await play.card_says(card, "Done in")
    assert done.buttons == []
    assert [file.filename for file in done.attachments] == ["picture-1.png"]


async def test_the_second_job_of_a_kind_is_told_what_the_first_one_took(play: Play) -> None:
    first = await play.animate()
    await play.card_says(first.message, "Done in")
    play.runcomfy.hold()
    second = await play.animate()
    await play.card_says(second.message, "Such jobs take about")
    play.runcomfy.release()
    await play.result_of(second.message)


async def test_a_prompt_full_of_mentions_and_markup_pings_nobody_and_shows_as_typed(play: Play) -> None:
    stranger = play.discord.add_member("bo", play.stage.guild)
    nasty = f"@everyone @here <@{stranger.id}> **bold** [x](https://evil.example) `code`"
    asked = await play.animate(prompt=nasty)
    result = await play.result_of(asked.message)
    card = await play.card_says(asked.message, "Done in")
    assert card.mentions == frozenset()
    assert result.mentions == {play.ana.id}
    assert f"<@{stranger.id}>" not in card.text.replace("\\", "\\\\") or f"\\<\\@{stranger.id}" in card.text
    (submit,) = play.runcomfy.submits
    assert submit.body["prompt"] == nasty


async def test_jobs_and_quota_answer_only_the_caller(play: Play) -> None:
    # The result comes before the credits are settled.
    await play.card_says((await play.animate()).message, "Done in")
    jobs = await play.ask("jobs")
    quota = await play.ask("quota")
    assert jobs.private
    assert quota.private
    assert jobs.message is not None
    assert quota.message is not None
    assert "Seedance 1.5 Pro" in jobs.message.text
    assert "5 of 60 credits used" in quota.message.text
    bo = play.discord.add_member("bo", play.stage.guild)
    others = await play.ask("jobs", bo)
    assert others.message is not None
    assert "no jobs yet" in others.message.text


async def test_one_interaction_delivered_twice_makes_one_job(play: Play) -> None:
    play.discord.deliver_twice = True
    asked = await play.animate()
    await play.result_of(asked.message)
    await play.discord.redeliver(asked)
    again = await play.ask("jobs")
    assert again.message is not None
    assert len(play.rows()) == 1
    assert len(play.runcomfy.submits) == 1
    assert len(play.results(asked.message)) == 1


async def test_a_command_after_the_gateway_was_lost_and_resumed_is_answered(play: Play) -> None:
    asked = await play.animate()
    await play.discord.drop_gateway(resume=True)
    await play.result_of(asked.message)
    again = await play.animate()
    await play.result_of(again.message)
    assert len(play.runcomfy.submits) == 2


async def test_commands_are_registered_once_and_not_again_after_a_restart(play: Play) -> None:
    assert play.discord.registrations == 1
    await play.bot.terminate()
    await play.start()
    await play.ask("quota")
    assert play.discord.registrations == 1


def test_the_offered_commands_are_the_public_ones() -> None:
    """Names, order and what is required are fixed: other programs rely on them."""

    async def offered() -> dict[str, list[tuple[str, bool]]]:
        bot = Zoetrope(guild_ids=[])
        for name in COGS:
            await bot.load_extension(name)
        payloads = [json.loads(json.dumps(command.to_dict(bot.tree))) for command in bot.tree.get_commands()]
        return {
            payload["name"]: [(option["name"], option["required"]) for option in payload.get("options", [])]
            for payload in payloads
            # The managers' group has a test of its own.
            if payload["name"] != "zoetrope"
        }

    images = [("image", True), *((f"image{number}", False) for number in range(2, 11))]
    assert asyncio.run(offered()) == {
        "seedance-pro": [("prompt", True), ("image", True)]
        + [(name, False) for name in ("resolution", "ratio", "duration", "audio", "fixed_camera")],
        "seedance-lite": [("prompt", True), ("image", True)]
        + [(name, False) for name in ("last_image", "resolution", "duration")],
        "seedance-fast": [("prompt", True)]
        + [(name, False) for name in ("resolution", "ratio", "duration", "seed")],
        "seedream-edit": [("prompt", True), *images, ("resolution", False)],
        "jobs": [],
        "quota": [],
        "Animate image": [],
        "Edit image": [],
    }


async def test_a_command_after_the_session_was_lost_for_good_is_answered(play: Play) -> None:
    identified = play.discord.gateway.identified
    await play.discord.drop_gateway(resume=False)
    await play.discord.bell.until(
        lambda: True if play.discord.gateway.identified > identified else None, timeout=LONG, what="a session"
    )
    await play.result_of((await play.animate()).message)


def test_the_plays_are_judged_by_discords_own_description(description: Path | None) -> None:
    if description is None:
        pytest.skip("Discord's API description is not beside the project: requests were judged by rules only")
    assert json.loads(description.read_text(encoding="utf-8"))["openapi"].startswith("3.1")
