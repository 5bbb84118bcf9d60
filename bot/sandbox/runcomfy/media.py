"""The second port, where results lie.

It asks for no token, and a caller who shows one anyway has leaked it: that is a problem.
"""

from aiohttp import web

from bot.sandbox.runcomfy import downloads
from bot.sandbox.runcomfy.book import Book
from bot.sandbox.runcomfy.door import application
from bot.sandbox.runcomfy.downloads import Download
from bot.sandbox.runcomfy.fates import Served
from bot.sandbox.runcomfy.records import RemoteJob

NUMBERED = "~"


class Media:
    """Builds the application for the media port."""

    def __init__(self, book: Book) -> None:
        self.url = ""
        """Its own address, known once it listens."""
        self._book = book

    def application(self) -> web.Application:
        """Lay out the routes."""
        app = application(self._book)
        app.router.add_get("/files/{name}", self._file, name="media")
        app.router.add_get("/elsewhere/{name}", self._elsewhere, name="elsewhere")
        return app

    def urls_of(self, job: RemoteJob) -> tuple[str, ...]:
        """Give the true addresses of a job's files; all but the first are numbered."""
        names = (
            f"{job.request_id}{f'{NUMBERED}{at}' if at else ''}{file.suffix}"
            for at, file in enumerate(job.files)
        )
        return tuple(f"{self.url}/files/{name}" for name in names)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        job, download = self._asked(request)
        if job is None or download is None:
            return await downloads.gone(None)
        job.times_downloaded += 1
        times = job.fate.served_times
        served = job.fate.served if times is None or job.times_downloaded <= times else Served.WHOLE
        return await downloads.WAYS[served](download)

    async def _elsewhere(self, request: web.Request) -> web.StreamResponse:
        self._book.problem("a redirect to another host was followed")
        _, download = self._asked(request)
        return await downloads.whole(download) if download else await downloads.gone(None)

    def _asked(self, request: web.Request) -> tuple[RemoteJob | None, Download | None]:
        if "Authorization" in request.headers:
            self._book.problem("a token was shown to the media host")
        name = request.match_info["name"]
        request_id, _, number = name.partition(".")[0].partition(NUMBERED)
        job, at = self._book.jobs.get(request_id), int(number) if number.isdecimal() else 0
        if job is None or job.expired or at >= len(job.files):
            return None, None
        # Another host by name, though not by address: a rule about hosts must tell them apart.
        elsewhere = job.fate.redirect_to or f"{self.url.replace('127.0.0.1', 'localhost')}/elsewhere/{name}"
        closing = self._book.closing
        return job, Download(request=request, file=job.files[at], elsewhere=elsewhere, closing=closing)
