"""The HTTP side: every request is recorded, struck by faults, checked, answered.

Owns the order of these steps and nothing of what they say. The state changes in one synchronous step, so
that a request is either handled as a whole or not at all.
"""

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from bot.sandbox.discord.arrival import Arrival, Reply, Route, discard, receive
from bot.sandbox.discord.cdn import Attachment
from bot.sandbox.discord.ceiling import Ceiling
from bot.sandbox.discord.faults import Faults, Severed, as_json, close, sever
from bot.sandbox.discord.foreign import Proxied
from bot.sandbox.discord.journal import Call, TokenKind
from bot.sandbox.discord.openapi import OpenApi
from bot.sandbox.discord.refusal import ApiError, invalid_form
from bot.sandbox.discord.world import World

PREFIX = "/api/v10"
GONE = "This content is no longer available."
NOWHERE = Route("*", "?", "none", lambda _: None)


class Server:
    """Turns routes into an aiohttp application, and keeps the record."""

    def __init__(self, world: World, token: str, faults: Faults, description: OpenApi | None) -> None:
        self.log: list[Call] = []
        self.ceilings: list[Ceiling] = []
        self._world = world
        self._token = token
        self._old_tokens = set[str]()
        self._faults = faults
        self._description = description

    def application(
        self, routes: Sequence[Route], gateway: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.Application:
        """Return the application that serves these routes, the gateway and the files."""
        # Bodies other than files are small; files are streamed and do not count.
        app = web.Application(client_max_size=16 << 20)
        app.router.add_get("/gateway/", gateway)
        app.router.add_get("/{place:(ephemeral-)?attachments}/{rest:.+}", self._file)
        app.router.add_get("/{place:external}/{rest:.+}", self._proxied)
        app.router.add_get("/{place:avatars}/{user_id:[0-9]+}/{name}", self._avatar)
        app.router.add_get("/embed/{place:avatars}/{name}", self._avatar)
        for route in routes:
            app.router.add_route(route.method, PREFIX + route.template, self._handler(route))
        app.router.add_route("*", "/{tail:.*}", self._handler(NOWHERE))
        return app

    def revoke(self, token: str) -> None:
        """Take this other token from now on; the old one is refused, which is nobody's mistake."""
        self._old_tokens.add(f"Bot {self._token}")
        self._token = token

    def _handler(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._struck(request, route, lambda call: self._answered(request, route, call))

        return handle

    async def _file(self, request: web.Request) -> web.StreamResponse:
        route = Route("GET", request.match_info["place"], "none", lambda _: None)

        async def answer(_: Call) -> web.StreamResponse:
            return _whole(self._world.cdn.find(request.path.lstrip("/"), request.query))

        return await self._struck(request, route, answer)

    async def _proxied(self, request: web.Request) -> web.StreamResponse:
        route = Route("GET", "external", "none", lambda _: None)

        async def answer(_: Call) -> web.StreamResponse:
            return _whole(self._world.proxy.find(request.path.lstrip("/")))

        return await self._struck(request, route, answer)

    async def _avatar(self, request: web.Request) -> web.StreamResponse:
        route = Route("GET", "avatars", "none", lambda _: None)
        avatars, name = self._world.avatars, request.match_info["name"]

        async def answer(_: Call) -> web.StreamResponse:
            user_id, size = request.match_info.get("user_id"), request.query.get("size")
            found = avatars.find(int(user_id), name, size) if user_id else avatars.default(name)
            if found is None:
                return web.Response(status=404)
            body, content_type = found
            return web.Response(body=body, content_type=content_type)

        return await self._struck(request, route, answer)

    async def _struck(
        self, request: web.Request, route: Route, answer: Callable[[Call], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        call = self._call(request, route)
        self.log.append(call)
        self._world.bell.ring()
        action = self._faults.find(call)
        try:
            response = await (answer(call) if action is None else action.around(lambda: answer(call)))
        except (Severed, ConnectionError) as cut:
            # Cut by a fault, or by a bot that died in the middle of an upload.
            if isinstance(cut, Severed) and not cut.reset:
                # What is left unread would turn the close into a reset.
                await request.read()
                close(request)
            else:
                sever(request)
            return web.Response()
        except Exception as error:
            self._world.problems.append(f"{call.method} {call.route}: the stand-in failed: {error!r}")
            raise
        else:
            call.status = response.status
            return response
        finally:
            call.over = True
            self._world.bell.ring()

    async def _answered(self, request: web.Request, route: Route, call: Call) -> web.StreamResponse:
        try:
            self._authorise(route, call)
            arrival = await receive(request, self._world.cdn.room)
            call.files = tuple(file.size for file in arrival.files)
            call.size = len(arrival.body) + sum(call.files)
            if refusing := next((one for one in self.ceilings if one.refuses(call)), None):
                discard(arrival)
                return refusing.answer()
            reply = self._handled(route, arrival)
        except ApiError as error:
            if error.blames:
                self._blame(call, error)
            return as_json(error.body(), error.status)
        return web.Response(status=204) if reply is None else as_json(reply)

    def _handled(self, route: Route, arrival: Arrival) -> Reply:
        try:
            self._describe(route, arrival)
            return route.handle(arrival)
        except ApiError:
            discard(arrival)
            raise

    def _authorise(self, route: Route, call: Call) -> None:
        if route is NOWHERE:
            raise ApiError(404, 0, "404: Not Found", blames=True)
        if call.token in ("wrong", "old") or (route.token == "bot" and call.token != "bot"):  # noqa: S105 - a kind, no secret
            raise ApiError(401, 0, "401: Unauthorized", blames=call.token != "old")  # noqa: S105 - as above

    def _describe(self, route: Route, arrival: Arrival) -> None:
        if self._description is None or route.method == "GET":
            return
        if faults := self._description.faults(route.method, route.template, arrival.body or b"null"):
            raise invalid_form(*faults)

    def _call(self, request: web.Request, route: Route) -> Call:
        path = request.path.removeprefix(PREFIX)
        return Call(request.method, path, route.template, self._kind(request, route), self._world.now())

    def _kind(self, request: web.Request, route: Route) -> TokenKind:
        sent = request.headers.get("Authorization")
        if sent in self._old_tokens:
            return "old"
        if sent is not None:
            return "bot" if sent == f"Bot {self._token}" else "wrong"
        return "interaction" if route.token == "interaction" else "none"  # noqa: S105 - a kind, no secret

    def _blame(self, call: Call, error: ApiError) -> None:
        for reason in error.reasons or (error.message,):
            problem = f"{call.method} {call.route}: {error.status} {error.code} {reason}"
            call.problems.append(problem)
            self._world.problems.append(problem)


def _whole(file: Attachment | Proxied | None) -> web.StreamResponse:
    """Serve a file from the disk, in pieces."""
    if file is None:
        return web.Response(status=404, text=GONE)
    headers = {"Content-Type": file.content_type or "application/octet-stream"}
    return web.FileResponse(file.path, headers=headers)
