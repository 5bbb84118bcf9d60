"""What every request passes: calls are noted, faults strike, and a submit learns whether its answer left."""

import asyncio
import json
from typing import cast

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.sandbox.runcomfy import answers, rough
from bot.sandbox.runcomfy.book import Book
from bot.sandbox.runcomfy.faults import Action, Fault, When
from bot.sandbox.runcomfy.records import Call, JsonObject, Submit
from bot.sandbox.runcomfy.wire import Wire

SUBMIT: web.RequestKey[Submit] = web.RequestKey("submit", Submit)
"""Where the API finds the record of the submit that it serves."""
_CALL: web.RequestKey[Call] = web.RequestKey("call", Call)

_PAGE = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1><hr>gateway</body></html>"
# The error code that each HTTP status most likely carries.
_CODES = {400: 400001, 401: 400004, 402: 400002, 403: 403001, 404: 404001, 422: 422001}


def application(book: Book) -> web.Application:
    """Make an application without routes, behind the door; the name of a route is the name of its calls."""

    async def note_head(request: web.Request, answer: web.StreamResponse) -> None:
        if not _gone(request):
            request[_CALL].status = answer.status
            book.ring()

    # Inputs may hold ten addresses and long words, never megabytes; the vendor's own client stops at 64 MiB.
    app = web.Application(middlewares=[_door(book)], client_max_size=2**26)
    app.on_response_prepare.append(note_head)
    return app


def _door(book: Book) -> Middleware:
    @web.middleware
    async def door(request: web.Request, handler: Handler) -> web.StreamResponse:
        name = request.match_info.route.name or "unknown"
        request[_CALL] = book.call(request.method, request.path, name)
        fault = book.fault_for(name, request.path)
        if fault is None:
            answer = await _served(book, request, handler)
        else:
            answer = await _faulty(book, request, handler, fault)
        if SUBMIT in request:
            await _send(request, answer, request[SUBMIT])
            book.ring()
        return answer

    return door


async def _faulty(book: Book, request: web.Request, handler: Handler, fault: Fault) -> web.StreamResponse:
    book.ring()
    answer: web.StreamResponse | None = None
    if fault.stage is When.READ:
        await _noted(book, request)
    elif fault.stage is When.DONE:
        answer = await _served(book, request, handler)
    if fault.delay:
        await _wait(fault.delay, book.closing)
    return await _strike(book, request, fault, answer)


async def _noted(book: Book, request: web.Request) -> None:
    """Read the request to its end; a submit is remembered from here on."""
    content = await request.read()
    if request[_CALL].name == "submit":
        request[SUBMIT] = book.submit(request.match_info["model_id"], _object(book, content))


async def _served(book: Book, request: web.Request, handler: Handler) -> web.StreamResponse:
    await _noted(book, request)
    try:
        return await handler(request)
    except web.HTTPException as refusal:
        book.problem(f"{request.method} {request.path} is no endpoint ({refusal.status})")
        status, body = answers.error(Wire(), 404001, status=refusal.status)
        return web.json_response(body, status=status)


def _object(book: Book, content: bytes) -> JsonObject:
    try:
        body: object = json.loads(content)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        book.problem("a submit's body is no JSON object")
        return {}
    return cast("JsonObject", body)


async def _send(request: web.Request, answer: web.StreamResponse, submit: Submit) -> None:
    """Send the answer to a submit whole and note that it left; a caller who has gone is no error."""
    if _gone(request):
        # Of an answer that went out slowly the caller may have had enough.
        submit.status = answer.status if answer.prepared else None
        return
    try:
        await answer.prepare(request)
        await answer.write_eof()
    except ConnectionError:
        return
    submit.status = answer.status
    submit.answered = not _gone(request)


async def _strike(
    book: Book, request: web.Request, fault: Fault, answer: web.StreamResponse | None
) -> web.StreamResponse:
    match fault.action:
        case Action.RESET:
            return rough.reset(request)
        case Action.CLOSE:
            return rough.close(request)
        case Action.CUT_HEADER:
            return rough.close(request, b"HTTP/1.1 200 OK\r\nContent-Ty")
        case Action.HANG:
            return await rough.hang(request, fault.healed, book.closing)
        case Action.ANSWER:
            return _scripted(fault)
        case Action.HTML:
            return web.Response(
                status=fault.status, text=_PAGE.format(fault.status), content_type="text/html"
            )
        case _:
            return await _altered(book, request, fault, answer)


async def _altered(
    book: Book, request: web.Request, fault: Fault, answer: web.StreamResponse | None
) -> web.StreamResponse:
    """Send the real answer in another form; a file stays as it is, `Served` is for those."""
    if (
        not isinstance(answer, web.Response)
        or not isinstance(answer.body, bytes)
        or fault.action is Action.PASS
    ):
        return answer or web.Response(status=fault.status)
    content = answer.body
    if fault.action is Action.NO_ID:
        return web.json_response({"status": "in_queue"}, status=answer.status)
    if fault.action is Action.CUT:
        lines = ("Content-Type: application/json", f"Content-Length: {len(content)}")
        return rough.close(
            request, rough.head(answer.status, *lines) + content[: int(len(content) * fault.keep)]
        )
    slow = web.StreamResponse(status=answer.status, headers={"Content-Type": "application/json"})
    slow.content_length = len(content)
    return await rough.drip(request, slow, content, fault.every, fault.healed, book.closing)


def _scripted(fault: Fault) -> web.Response:
    if fault.body is not None:
        body = fault.body.encode() if isinstance(fault.body, str) else fault.body
        return web.Response(
            status=fault.status, body=body, headers={"Content-Type": "application/json", **fault.headers}
        )
    if fault.status in (502, 503, 504):
        page = _PAGE.format(fault.status)
        return web.Response(status=fault.status, text=page, content_type="text/html", headers=fault.headers)
    code = fault.code or _CODES.get(fault.status, fault.status * 1000 + 1)
    status, body = answers.error(Wire(), code, status=fault.status)
    return web.json_response(body, status=status, headers=fault.headers)


def _gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


async def _wait(seconds: float, closing: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(closing.wait(), seconds)
    except TimeoutError:
        return
