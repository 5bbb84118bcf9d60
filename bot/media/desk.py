"""The desk where media come in: the port's two doors, the private folders, and how much happens at a time.

Owns the folder it is given and everything in it that carries its mark; nobody else may use that folder.
"""

import asyncio
import logging
import shutil
import tempfile
from collections.abc import AsyncGenerator, Coroutine, Generator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
import imageio_ffmpeg
from yarl import URL

from bot.core.errors import LostError, PassingError, Problem
from bot.core.events import Output
from bot.core.media import MediaFile, Progress
from bot.core.mending import Framing
from bot.core.models import Kind, PictureRule
from bot.core.pictures import FETCH_LIMIT
from bot.core.source import PictureSource
from bot.media.child import Child, Confines
from bot.media.encode import Encoder, Meter
from bot.media.fetch import Bounds, Downloads
from bot.media.fit import Fitting
from bot.media.hosts import HostRule, host_of
from bot.media.join import Joining
from bot.media.originals import Originals, admit
from bot.media.pictures import Pictures
from bot.media.results import Results

_log = logging.getLogger(__name__)

_MARK: Final = "zoetrope-media-"
_MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one piece of media may cost, and how many are worked on at a time."""

    picture: Bounds
    video_result: Bounds
    picture_result: Bounds
    probe: Confines
    decode: Confines
    mend: Confines
    encode: Confines
    downloads: int = 8
    """At a time: of members' pictures, and as many of results."""
    reserve: int = 512 * _MIB
    """Bytes of the disk that no download may touch, as the database may lie on it."""
    probes: int = 2
    mends: int = 2
    decodes: int = 1
    encodes: int = 1


DEFAULTS: Final = Limits(
    picture=Bounds(size=FETCH_LIMIT, seconds=60),
    video_result=Bounds(size=512 * _MIB, seconds=600),
    picture_result=Bounds(size=64 * _MIB, seconds=120),
    # A WebP as large as a frame may be, 36 million pixels, needs 0.6 GB of addresses and a second.
    probe=Confines(memory=1536 * _MIB, cpu=10, seconds=30),
    # It may write the last frame of a film: the PNG of a frame of 4K, hard to compress, has 25 MB.
    decode=Confines(memory=2048 * _MIB, cpu=60, seconds=180, largest=64 * _MIB),
    # As a rule 64 million pixels fit, 200 million of a JPEG; they take 7 s of one core. Two exceptions: what
    # needs more than 5 s to be decoded, and a HEIC whose one frame has many bytes, which its decoder refuses
    # (measured: 19 MB, while 13 MB pass). Phones write their frames in tiles.
    mend=Confines(memory=2048 * _MIB, cpu=20, seconds=60, largest=64 * _MIB),
    # Measured: reading 4K needs 0.8 GB of addresses, and both passes of a minute of it take a minute.
    encode=Confines(memory=2048 * _MIB, cpu=900, seconds=1800, largest=512 * _MIB),
)


class MediaDesk:
    """Implements `ports.Media`. Call `sweep` once before the first use."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        picture_hosts: HostRule,
        result_hosts: HostRule,
        folder: Path,
        limits: Limits = DEFAULTS,
    ) -> None:
        # Members wait for their pictures; results, which are large and slow, must not be in their way.
        giving, getting = (Downloads(session, limits.downloads, limits.reserve) for _ in range(2))
        prober = Child(limits.probes, limits.probe)
        decoder = Child(limits.decodes, limits.decode)
        ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
        encoder = Encoder(Child(limits.encodes, limits.encode), ffmpeg)
        bounds = {Kind.VIDEO: limits.video_result, Kind.IMAGE: limits.picture_result}
        originals = Originals(giving, decoder, ffmpeg, limits.picture, limits.video_result)
        self._pictures = Pictures(originals, Child(limits.mends, limits.mend))
        self._results = Results(getting, decoder, prober, ffmpeg, bounds)
        self._fitting = Fitting(encoder)
        self._joining = Joining(encoder)
        self._picture_hosts = picture_hosts
        self._result_hosts = result_hosts
        self._folder = folder

    def sweep(self) -> int:
        """Make the folder if need be, remove what earlier lives left in it, and return how many that were."""
        self._folder.mkdir(parents=True, exist_ok=True)
        stale = [path for path in self._folder.glob(f"{_MARK}*") if path.is_dir()]
        for path in stale:
            shutil.rmtree(path, ignore_errors=True)
        return len(stale)

    @asynccontextmanager
    async def pictures(
        self, sources: Sequence[PictureSource], rule: PictureRule, *, framing: Framing | None, room: int
    ) -> AsyncGenerator[tuple[MediaFile, ...]]:
        urls = [admit(source, (self._picture_hosts, self._result_hosts)) for source in sources]
        with self._private_folder() as folder:
            yield await _all(
                self._pictures.bring(
                    source, each, rule, folder / f"picture-{number}", framing=framing, room=room
                )
                for number, (source, each) in enumerate(zip(sources, urls, strict=True), start=1)
            )

    @asynccontextmanager
    async def previews(
        self, sources: Sequence[PictureSource], rule: PictureRule
    ) -> AsyncGenerator[Mapping[Framing, MediaFile]]:
        urls = [admit(source, (self._picture_hosts, self._result_hosts)) for source in sources]
        with self._private_folder() as folder:
            shown: Mapping[Framing, MediaFile] = {}
            for source, each in zip(sources, urls, strict=True):
                if not shown:
                    shown = await self._pictures.preview(source, each, rule, folder / "preview")
            yield shown

    @asynccontextmanager
    async def results(self, outputs: Sequence[Output]) -> AsyncGenerator[tuple[MediaFile, ...]]:
        urls = [self._result_url(output) for output in outputs]
        with self._private_folder() as folder:
            yield await _all(
                self._results.bring(output.kind, url, folder / f"result-{number}")
                for number, (output, url) in enumerate(zip(outputs, urls, strict=True), start=1)
            )

    @asynccontextmanager
    async def earlier(
        self, addresses: Sequence[Sequence[str]], kind: Kind
    ) -> AsyncGenerator[tuple[MediaFile, ...]]:
        urls = [self._earlier_urls(each) for each in addresses]
        with self._private_folder() as folder:
            yield await _all(
                self._results.bring_earlier(kind, each, folder / f"earlier-{number}")
                for number, each in enumerate(urls, start=1)
            )

    @asynccontextmanager
    async def fitted(
        self, files: Sequence[MediaFile], room: int, progress: Progress
    ) -> AsyncGenerator[tuple[MediaFile, ...]]:
        with self._private_folder() as folder:
            yield await self._fitting.fit(files, room, folder, Meter(progress))

    @asynccontextmanager
    async def joined(self, parts: Sequence[MediaFile], progress: Progress) -> AsyncGenerator[MediaFile]:
        with self._private_folder() as folder:
            yield await self._joining.join(parts, folder, Meter(progress))

    def _earlier_urls(self, addresses: Sequence[str]) -> list[URL]:
        """Return those that may be fetched: from the channel, or from the generator."""
        found = list[URL]()
        for address in addresses:
            if url := self._picture_hosts.admit(address) or self._result_hosts.admit(address):
                found.append(url)
            else:
                host = host_of(address)
                _log.error(
                    "an earlier result at %s; left out, no listed host", host, extra={"action": "fetch"}
                )
        return found

    def _result_url(self, output: Output) -> URL:
        url = self._result_hosts.admit(output.url)
        if url is None:
            host = host_of(output.url)
            _log.error("a result at %s; refused, it is not a listed host", host, extra={"action": "fetch"})
            raise LostError(Problem.RESULT_BROKEN)
        return url

    @contextmanager
    def _private_folder(self) -> Generator[Path]:
        """Make a folder for one job's files, and remove it with them."""
        try:
            folder = Path(tempfile.mkdtemp(prefix=_MARK, dir=self._folder))
        except OSError as error:
            _log.error("cannot make a folder for media: %s", error.strerror, extra={"action": "fetch"})
            raise PassingError(Problem.STORE_BUSY) from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


async def _all(works: Iterable[Coroutine[None, None, MediaFile]]) -> tuple[MediaFile, ...]:
    """Do all at once and return what came, in order; the first failure calls off the rest and is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
    except BaseExceptionGroup as failures:
        first = failures.exceptions[0]
    else:
        return tuple(task.result() for task in tasks)
    # Out here it keeps its own cause, and does not carry the group along.
    raise first
