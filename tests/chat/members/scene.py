"""A bot whose members press and fill in, and the results under which they do."""

import asyncio
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PIL import Image

from bot.chat.client import Zoetrope
from bot.chat.courier import DiscordCourier
from bot.core import events as ev
from bot.core.descent import Descent
from bot.core.errors import Problem, Reason
from bot.core.ids import ChannelId, GuildId, JobId, MessageId, RequestId, UserId, WorkerId
from bot.core.job import Job
from bot.core.media import MediaFile
from bot.core.models import Kind, Request, SeedancePro, SeedreamEdit
from bot.core.ports import Transaction
from bot.sandbox.discord import Channel, Discord, Interaction, Member, Message, Modal, Upload
from bot.sandbox.discord.wire import walk
from bot.store.sql_store import SqlStore
from tests.builders import a_number, a_stored_job, moved

COVERED: Final = "covered"
SHAPE: Final = Reason(
    Problem.PICTURE_ASPECT, {"filename": "wide.png", "aspect": 3.2, "low": 0.4, "high": 2.5}
)
EDIT: Final = SeedreamEdit(prompt="make the boat red")
FILM: Final = SeedancePro(prompt="the boat drifts", duration=7, audio=False)


class Idle:
    """An engine that nobody turns."""

    def enqueue(self, job_id: JobId, delay: float, transaction: Transaction | None = None) -> None: ...

    async def run(self) -> None: ...


def png(width: int = 64, height: int = 48) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(held, "PNG")
    return held.getvalue()


def upload(name: str = "boat.png", *, spoiler: bool = False) -> Upload:
    return Upload(png(), name, "image/png", spoiler=spoiler)


@dataclass(frozen=True)
class Scene:
    platform: Discord
    bot: Zoetrope
    store: SqlStore
    courier: DiscordCourier
    channel: Channel
    ana: Member
    folder: Path

    async def prepared(
        self,
        request: Request = FILM,
        *,
        owner: Member | None = None,
        spoiler: bool = False,
        descent: Descent | None = None,
    ) -> Job:
        """Return a job whose pictures are hosted, as many as the model takes at least."""
        job = await self.accepted(request, owner=owner, spoiler=spoiler, descent=descent)
        count = request.pictures_wanted[0]
        hosted = tuple(
            f"https://cdn.discordapp.com/attachments/1/{n}/picture-{n}.png" for n in range(1, count + 1)
        )
        return await moved(self.store, job, ev.Prepared(hosted))

    async def accepted(
        self,
        request: Request = FILM,
        *,
        owner: Member | None = None,
        spoiler: bool = False,
        descent: Descent | None = None,
    ) -> Job:
        """Return a job with a card that nobody sees."""
        assert self.channel.guild is not None
        job = await a_stored_job(
            self.store,
            owner_id=UserId((owner or self.ana).id),
            guild_id=GuildId(self.channel.guild.id),
            channel_id=ChannelId(self.channel.id),
            request=request,
            spoiler=spoiler,
            descent=descent,
            accepted_at=datetime.now(UTC),
            token=None,
        )
        return await moved(self.store, job, ev.Acknowledged(MessageId(a_number())))

    async def asked(self) -> Job:
        """Return a job whose owner has been asked about the picture's shape."""
        return await moved(self.store, await self.accepted(), ev.Asked(SHAPE))

    async def finished(
        self,
        request: Request = FILM,
        *,
        owner: Member | None = None,
        spoiler: bool = False,
        files: int = 1,
        descent: Descent | None = None,
        outputs: tuple[ev.Output, ...] = (),
    ) -> Job:
        """Return a job whose result is about to be posted; `outputs`: what RunComfy made, if that matters."""
        job = await self.prepared(request, owner=owner, spoiler=spoiler, descent=descent)
        outputs = outputs or tuple(
            ev.Output(f"https://playgrounds.runcomfy.net/{n}.mp4", request.makes) for n in range(files)
        )
        for event in (
            ev.Claimed(WorkerId("worker-1")),
            ev.Accepted(RequestId(f"request-{a_number()}")),
            ev.Finished(outputs),
            ev.Posting(),
        ):
            job = await moved(self.store, job, event)
        return job

    async def delivered(
        self,
        request: Request = FILM,
        *,
        owner: Member | None = None,
        spoiler: bool = False,
        files: int = 1,
        descent: Descent | None = None,
    ) -> tuple[Job, Message]:
        """Return a job and the message that brought its result."""
        job = await self.finished(request, owner=owner, spoiler=spoiler, files=files, descent=descent)
        posted = await self.courier.post(job, self.files(request.makes, files))
        job = await moved(self.store, job, ev.Delivered(posted))
        return job, next(message for message in self.channel.messages if message.id == posted)

    def files(self, kind: Kind, count: int = 1) -> list[MediaFile]:
        """Return files as they lie on disk: pictures are real, films are not."""
        suffix = ".png" if kind is Kind.IMAGE else ".mp4"
        paths = [self.folder / f"made-{number}{suffix}" for number in range(count)]
        for path in paths:
            path.write_bytes(png() if kind is Kind.IMAGE else b"film")
        return [MediaFile(path, kind, suffix, path.stat().st_size, 64, 48) for path in paths]

    async def made(self, interaction: Interaction) -> Job:
        """Return the job that an interaction made, once its card is noted."""
        answered = await interaction.answered()
        assert answered.message is not None
        assert not answered.message.ephemeral, answered.message.text
        async with asyncio.timeout(10):
            # Nobody rings a bell for a row.
            while True:
                for job in await self.store.recent(UserId(interaction.member.id), 100):
                    if job.interaction_id == interaction.id and job.card_id is not None:
                        assert job.card_id == answered.message.id
                        return job
                await asyncio.sleep(0.005)

    async def count(self, owner: Member | None = None) -> int:
        """Return how many jobs a member has."""
        return len(await self.store.recent(UserId((owner or self.ana).id), 100))


async def form_of(interaction: Interaction) -> Modal:
    """Return the form that an interaction was answered with."""
    answered = await interaction.answered()
    assert answered.modal is not None, answered.message and answered.message.text
    return answered.modal


def fields_of(form: Modal) -> list[str]:
    """Return the names of a form's fields, in order."""
    return [part.custom_id for part in walk(form.components) if part.custom_id is not None]
