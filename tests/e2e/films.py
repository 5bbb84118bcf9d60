"""What plays share whose results are large: a heavy film, the work on it, and what must come of it."""

import contextlib
import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import imageio_ffmpeg

from bot.sandbox.discord import MIB, Interaction, Message
from bot.sandbox.runcomfy import Fate
from bot.sandbox.runcomfy.ffmpeg import heavy
from tests.e2e.play import Play
from tests.e2e.test_main_job import opens

ROOM: Final = 10 * MIB
PADDED: Final = Fate(size=14_000_000)
"""A film of 5 s whose bytes are nearly all padding."""


def make_film(folder: Path) -> Path:
    """Make a film of 6 s and some 14 MB, none of it padding; it has few pixels, and is soon made to fit."""
    path = folder / "heavy.mp4"
    arguments = heavy(str(path), seconds=6, width=480, height=270, bitrate=18_000_000, sound=True)
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), *arguments], check=True, timeout=60)
    assert size(path) > 14_000_000
    return path


def size(path: Path) -> int:
    return path.stat().st_size


def shown_of(path: Path) -> str:
    """Return what ffmpeg says of a film: its streams and how long it is."""
    told = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-i", path], capture_output=True, check=False
    )
    return told.stderr.decode()


def same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()


def under_way(play: Play) -> list[Path]:
    """Return what lies in the folder where the bot works on media."""
    return list((play.bot.media).iterdir())


def is_fitting(play: Play) -> bool:
    """Tell whether a smaller version is being written."""
    return any(True for folder in under_way(play) for _ in folder.glob("fitted-1*"))


def children(play: Play) -> Iterator[int]:
    """Return the ids of the programs that work in the bot's folder."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if str(play.bot.folder).encode() in path.read_bytes():
                yield int(path.parent.name)


def to_children(play: Play, sign: signal.Signals) -> bool:
    """Signal the programs that make a film fit, and tell whether there was one."""
    found = list(children(play)) if is_fitting(play) else []
    for child in found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, sign)
    return bool(found)


def way(play: Play) -> str:
    """Return the way that the one job's row names."""
    connection = sqlite3.connect(f"file:{play.bot.database}?mode=ro", uri=True)
    (found,) = connection.execute("SELECT way FROM jobs").fetchone()
    connection.close()
    return str(found)


def uploads(play: Play) -> list[int]:
    """Return how large the largest file of each post was."""
    posts = [call for call in play.discord.log if call.route == "/channels/{channel_id}/messages"]
    return [max(call.files, default=0) for call in posts if call.method == "POST"]


def replies(play: Play, card: Message | None) -> list[Message]:
    assert card is not None
    return [message for message in play.channel.messages if message.reference == card.id]


async def done(play: Play, asked: Interaction) -> tuple[Message, Message]:
    """Return the card at its end and the one message that replies to it."""
    card = await play.card_says(asked.message, "Done in")
    (result,) = replies(play, card)
    await play.until(lambda play: not under_way(play))
    assert [(row.state, row.hold) for row in play.rows()] == [("delivered", "charged")]
    assert len(play.runcomfy.submits) == 1
    return card, result


def fits(result: Message, seconds: int = 5, room: int = ROOM) -> None:
    """Assert that the result is a whole, playable film with sound, within the room."""
    (file,) = result.attachments
    assert 0 < file.size <= room
    opens(file.path, ".mp4")
    told = shown_of(file.path)
    assert "Audio: aac" in told
    assert f"Duration: 00:00:{seconds:02}.0" in told


def original(play: Play) -> str:
    """Return the address of the one result at RunComfy."""
    (job,) = play.runcomfy.jobs.values()
    return job.urls[0]
