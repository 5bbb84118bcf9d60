"""The demo's three scenes: a job that ends well, one that is cancelled, and one that a crash interrupts.

Acts as the member and as the power cut, and says before each scene what to look for. The bot is not touched
otherwise: what it does is its own.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import aiohttp
from rich.padding import Padding
from rich.text import Text

from bot.clock import SystemClock
from bot.sandbox.discord import Member, Message, Upload
from bot.sandbox.pictures import POND
from bot.sandbox.play import film, reading
from bot.sandbox.play.screen import Screen
from bot.sandbox.play.summary import Row, Saved
from bot.sandbox.play.watch import Watch
from bot.sandbox.runcomfy import Fate, RemoteJob, Status
from bot.sandbox.stage import Stage

_PATIENCE: Final = 30.0  # seconds for anything that takes at most seven
_SECONDS: Final = 4  # of film
_HESITATION: Final = 1.5  # seconds that a person takes to find a button
_FPS: Final = 8
_USED: Final = re.compile(r"Today: (\d+) of")

# Seconds in RunComfy's queue and in the making, by scene. The card is edited at most every 5 s, so that the
# first job takes a little longer than that; the second waits until it is cancelled.
FATES: Final = (Fate(queue=1.2, work=4.8), Fate(queue=600), Fate(queue=0.8, work=2.5))


class PlayError(Exception):
    """The play did not go as the program promises; the message says what was wrong."""


class Story:
    """Plays the scenes, and keeps what they came to."""

    def __init__(self, stage: Stage, screen: Screen, clock: SystemClock, out: Path) -> None:
        self._stage, self._screen, self._clock, self._out = stage, screen, clock, out
        self._ana: Member = stage.discord.add_member("Ana", stage.guild)
        self._used = 0
        self.rows: list[Row] = []
        self.saved: list[Saved] = []

    async def a_video(self) -> None:
        """Scene 1: from the command to the video."""
        self._screen.scene(
            "1  A picture becomes a video",
            "Ana attaches a picture. The bot has 3 s to answer; then it works by itself, and its card tells "
            "her where the job stands.",
        )
        await self._show_picture()
        watch = await self._order("The boat drifts away, the lantern flickers")
        result = await self._screen.follow(watch, self._delivered(watch))
        self._screen.say("\nThe video arrived as a reply to the card, and pinged Ana:")
        self._screen.show(result, watch)
        path = await self._save(result, "1-a-picture-becomes-a-video.mp4")
        await self._show_film(path)
        await self._settle("1", watch)

    async def a_change_of_mind(self) -> None:
        """Scene 2: cancelled while it waits at RunComfy; the credits come back."""
        self._screen.scene(
            "2  A change of mind",
            "Credits are reserved when a job is accepted. This one waits in RunComfy's queue, and Ana "
            "presses Cancel: RunComfy confirms, and the credits are hers again.",
        )
        await self._show_quota()
        watch = await self._order("The moon falls into the pond")
        await self._screen.follow(watch, self._cancelled(watch))
        await self._show_quota()
        await self._settle("2", watch)

    async def a_power_cut(self) -> None:
        """Scene 3: killed in the middle, started again, brought to its end, and paid for once."""
        self._screen.scene(
            "3  A power cut",
            "While RunComfy works on the third job, the bot is killed (SIGKILL) and started again. "
            "It must finish on the same card, and must not order a second time.",
        )
        watch = await self._order("Rain begins, and the boat sails on")
        result = await self._screen.follow(watch, self._killed_and_delivered(watch))
        self._screen.say("\nThe same job, the same card, and its video:")
        self._screen.show(result, watch)
        await self._save(result, "3-after-a-power-cut.mp4")
        await self._settle("3", watch)

    # --- what the member does ------------------------------------------------------------------------

    async def _order(self, prompt: str) -> Watch:
        image = POND.name
        self._screen.types(
            self._ana.name, "seedance-pro", prompt=prompt, image=image, duration=_SECONDS, fixed_camera=False
        )
        began = self._clock.now()
        order = await self._ana.command(
            self._stage.channel,
            "seedance-pro",
            prompt=prompt,
            image=Upload(POND, image),
            duration=_SECONDS,
            fixed_camera=False,
        )
        return Watch(self._stage, order, prompt, began)

    async def _show_quota(self) -> None:
        self._screen.types(self._ana.name, "quota")
        self._screen.say(Padding(Text(await self._quota(), "green"), (0, 0, 0, 4)))

    async def _quota(self) -> str:
        """Ask the bot for today's credits; return its own line about them."""
        asked = await self._ana.command(self._stage.channel, "quota")
        answer = (await asked.final(_PATIENCE)).now
        lines = (line.plain for line in reading.message(answer, {}, self._clock.now()))
        today = next((line for line in lines if _USED.match(line)), None)
        if today is None:
            raise PlayError("/quota did not say how many credits are used")
        return today

    # --- what happens --------------------------------------------------------------------------------

    async def _delivered(self, watch: Watch) -> Message:
        """Wait until the video is there and the card has its final form."""
        card = await self._card(watch)
        await card.wait_for(lambda card: not card.buttons, _PATIENCE)
        if not watch.results:
            raise PlayError(f"no video has arrived; the card says: {card.text}")
        return watch.results[0]

    async def _cancelled(self, watch: Watch) -> None:
        card = await self._card(watch)
        await self._until(lambda: watch.states[-1] == "running", "the job to wait at RunComfy")
        watch.note("member", f"/quota: {await self._quota()}")
        await self._clock.sleep(_HESITATION)
        watch.note("member", "presses Cancel")
        answer = await (await self._ana.press(card, "Cancel")).final(_PATIENCE)
        watch.note("reply", f"only to her: {answer.text}")
        await card.wait_for(lambda card: not card.buttons, _PATIENCE)
        if watch.remote is None or watch.remote.status is not Status.CANCELLED:
            raise PlayError("the job was not cancelled at RunComfy")

    async def _killed_and_delivered(self, watch: Watch) -> Message:
        job, bot = await self._in_the_making(watch), self._stage.bot
        pid = bot.pid
        await bot.kill()
        watch.note("bot", f"process {pid} is gone, by SIGKILL")
        await self._until(lambda: job.status.final, "RunComfy to finish the job")
        await bot.start()
        watch.note("bot", f"started again, as process {bot.pid}")
        return await self._delivered(watch)

    async def _in_the_making(self, watch: Watch) -> RemoteJob:
        """Wait until RunComfy works on the job and the bot has read that it does."""
        await self._card(watch)
        await self._until(
            lambda: watch.remote is not None and watch.remote.times_in_progress_read > 0,
            "RunComfy to work on the job",
        )
        assert watch.remote is not None
        return watch.remote

    async def _card(self, watch: Watch) -> Message:
        await watch.order.answered(_PATIENCE)
        if watch.card is None or watch.order.private:
            raise PlayError("the command was not answered with a card")
        return watch.card

    async def _until(self, holds: Callable[[], bool], what: str) -> None:
        """Look until it holds: some of what is waited for stands in a log, which rings no bell."""
        end = self._clock.monotonic() + _PATIENCE
        while not holds():
            if self._clock.monotonic() > end:
                raise PlayError(f"waited {_PATIENCE:.0f} s for {what}")
            await self._clock.sleep(0.05)

    # --- what is left of it --------------------------------------------------------------------------

    async def _settle(self, scene: str, watch: Watch) -> None:
        """Count what the job came to."""
        found = _USED.match(await self._quota())
        before, self._used = self._used, int(found[1]) if found else 0
        counts = (len(watch.submits), len(watch.results), self._used - before)
        self.rows.append(Row(scene, watch.job_id or "?", watch.states[-1], *counts))

    async def _save(self, message: Message, name: str) -> Path:
        """Download the video from the message, as a member does, and open it."""
        path = self._out / name
        async with aiohttp.ClientSession() as session, session.get(message.attachments[0].url) as answer:
            answer.raise_for_status()
            path.write_bytes(await answer.read())
        opened = await film.inspect(path)
        if opened is None:
            raise PlayError(f"the video does not open: {path}")
        self.saved.append(Saved(path, opened))
        return path

    async def _show_picture(self) -> None:
        if width := self._screen.mosaic_width:
            frames = await film.frames(POND, width=width, height=width * 9 // 32 * 2, fps=_FPS)
            await self._screen.play(frames, _FPS)

    async def _show_film(self, path: Path) -> None:
        if width := self._screen.mosaic_width:
            frames = await film.frames(path, width=width, height=width * 9 // 32 * 2, fps=_FPS)
            self._screen.say("\nThe file itself, played from the disk:")
            await self._screen.play(frames, _FPS)
