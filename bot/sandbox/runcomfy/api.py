"""The API's endpoints: who asks, what for, and the job it concerns. Answers are written by `answers.py`."""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.runcomfy import answers
from bot.sandbox.runcomfy.answers import Answer
from bot.sandbox.runcomfy.book import Book
from bot.sandbox.runcomfy.catalogue import Model
from bot.sandbox.runcomfy.door import SUBMIT, application
from bot.sandbox.runcomfy.fates import BadPicture, Fate
from bot.sandbox.runcomfy.inputs import PictureError, samples, violations
from bot.sandbox.runcomfy.records import Json, RemoteJob, Status, Submit
from bot.sandbox.runcomfy.wire import Wire
from bot.sandbox.runcomfy.works import Works


@dataclass(slots=True)
class Account:
    """The one account that the stand-in knows; fields may be changed at any time."""

    token: str
    balance: float = 10.0
    """USD. At 0 or below nothing is accepted; jobs do not lower it, so that no test runs dry by surprise."""
    reject_token: bool = False
    wire: Wire = field(default_factory=Wire)
    fate: Fate = field(default_factory=Fate)
    """The fate of jobs that no scripted one awaits."""
    next_fates: deque[Fate] = field(default_factory=deque[Fate])


class Api:
    """Builds the application for the API's port."""

    def __init__(
        self,
        *,
        book: Book,
        works: Works,
        account: Account,
        models: dict[str, Model],
        file_urls: Callable[[RemoteJob], tuple[str, ...]],
    ) -> None:
        self.url = ""
        """Its own address, known once it listens."""
        self._book, self._works, self._account, self._models = book, works, account, models
        self._file_urls = file_urls

    def application(self) -> web.Application:
        """Lay out the routes; the name of a route is the name of its calls."""
        app = application(self._book)
        add = app.router.add_route
        add("GET", "/v1/models", self._answer(self._list), name="models")
        add("GET", "/v1/models/categories", self._answer(self._categories), name="categories")
        add("GET", "/v1/models/{model_id:.+}", self._answer(self._model), name="model")
        add("POST", "/v1/models/{model_id:.+}", self._answer(self._submit), name="submit")
        add("GET", "/v1/requests/{request_id}/status", self._answer(self._status), name="status")
        add("GET", "/v1/requests/{request_id}/result", self._answer(self._result), name="result")
        add("POST", "/v1/requests/{request_id}/cancel", self._answer(self._cancel), name="cancel")
        add("GET", "/prod/v2/balance", self._answer(self._balance), name="balance")
        return app

    def _answer(self, endpoint: Callable[[web.Request], Awaitable[Answer]]) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            status, body = self._refusal(request) or await endpoint(request)
            return web.json_response(body, status=status)

        return handle

    def _refusal(self, request: web.Request) -> Answer | None:
        account = self._account
        if account.reject_token or request.headers.get("Authorization") != f"Bearer {account.token}":
            return answers.error(account.wire, 400004, status=account.wire.token_code)
        return None

    async def _submit(self, request: web.Request) -> Answer:
        submit, account = request[SUBMIT], self._account
        if account.balance <= 0:
            return answers.error(account.wire, 400002, status=account.wire.balance_code)
        model = self._models.get(submit.model_id)
        if model is None:
            self._book.problem(f"there is no model {submit.model_id}")
            return answers.error(account.wire, 400001)
        if faults := violations(model, submit.body):
            self._book.problem(f"{submit.model_id}: the inputs break the schema: {faults}")
            return answers.error(account.wire, 422001, detail=faults)
        for name in samples(model, submit.body):
            self._book.problem(f"{submit.model_id}: {name} is the page's sample")
        return await self._accept(model, submit)

    async def _accept(self, model: Model, submit: Submit) -> Answer:
        account = self._account
        fate = account.next_fates.popleft() if account.next_fates else account.fate
        if fate.bad_picture is BadPicture.REFUSED:
            try:
                await self._works.examine(model, submit.body, f"asked-{id(submit)}")
            except PictureError as error:
                detail: list[Json] = [{"loc": ["body"], "msg": str(error), "type": "picture"}]
                return answers.error(account.wire, 422001, detail=detail)
            finally:
                self._works.clear(f"asked-{id(submit)}")
        job = self._works.accept(submit.model_id, submit.body, fate)
        submit.request_id = job.request_id
        return answers.submitted(account.wire, self.url, job)

    async def _status(self, request: web.Request) -> Answer:
        job = self._job(request)
        if job is None:
            return answers.error(self._account.wire, 404001)
        job.times_status_read += 1
        working = job.status is Status.IN_PROGRESS
        relapsed = working and 0 < job.times_in_progress_read <= job.fate.relapses
        job.times_in_progress_read += working
        return answers.status(self._account.wire, self.url, job, relapsed=relapsed)

    async def _result(self, request: web.Request) -> Answer:
        job = self._job(request)
        if job is None:
            return answers.error(self._account.wire, 404001)
        job.times_result_read += 1
        job.times_end_read += job.status.final
        ready = job.times_end_read > job.fate.result_late
        output = None
        if job.files and job.status is Status.COMPLETED:
            first, *others = self._file_urls(job)
            job.urls = (job.fate.address or first, *others)
            if job.times_end_read > job.fate.result_late + job.fate.output_late:
                output = answers.output(self._account.wire, self._models[job.model_id].makes, job.urls)
        cost = request.query.get("include_cost") == "true"
        return answers.result(self._account.wire, self.url, job, ready=ready, output=output, cost=cost)

    async def _cancel(self, request: web.Request) -> Answer:
        job = self._job(request)
        if job is None:
            return answers.error(self._account.wire, 404001)
        job.times_cancel_asked += 1
        return answers.cancel(self._account.wire, job, worked=self._works.cancel(job))

    def _job(self, request: web.Request) -> RemoteJob | None:
        return self._book.jobs.get(request.match_info["request_id"])

    async def _list(self, request: web.Request) -> Answer:
        query = request.query
        limit, offset = query.get("limit", "100"), query.get("offset", "0")
        if not (limit.isdecimal() and 1 <= int(limit) <= 500 and offset.isdecimal()):
            return answers.error(
                self._account.wire, 422001, detail=[{"loc": ["query"], "msg": "limit is 1 to 500"}]
            )
        found = [model for model in self._models.values() if _matches(model, query)]
        page = found[int(offset) : int(offset) + int(limit)]
        with_schema = query.get("include_schema") == "true"
        models: list[Json] = [model.entry(with_schema=with_schema) for model in page]
        return 200, {"models": models, "total": len(found), "limit": int(limit), "offset": int(offset)}

    async def _categories(self, _: web.Request) -> Answer:
        categories: list[Json] = [*sorted({model.category for model in self._models.values()})]
        return 200, {"categories": categories}

    async def _model(self, request: web.Request) -> Answer:
        model = self._models.get(request.match_info["model_id"])
        if model is None:
            return answers.error(self._account.wire, 404001)
        return 200, model.entry(with_schema=True)

    async def _balance(self, _: web.Request) -> Answer:
        usd = self._account.balance
        return 200, {"balance_usd": usd, "balance_microdollars": round(usd * 1_000_000), "currency": "USD"}


def _matches(model: Model, query: Mapping[str, str]) -> bool:
    words = f"{model.model_id} {model.display_name}".lower()
    return (
        query.get("search", "").lower() in words
        and query.get("category", model.category) == model.category
        and query.get("kind", "model") == "model"
    )
