"""Discord's gateway: sessions that outlive their connections, and the events they are sent.

Owns the protocol of the socket (hello, identify, resume, heartbeats, close codes). What an event says is
made elsewhere.
"""

import asyncio
import contextlib
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web
from pydantic import ValidationError

from bot.sandbox.discord.line import Line
from bot.sandbox.discord.packet import Identify, Packet, Resume
from bot.sandbox.discord.wire import Json

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
# Members, presences and message content need approval (Discord's page "Gateway intents").
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
GUILDS = 1 << 0
REMEMBERED = 1000


@dataclass(eq=False)
class Session:
    """What a bot's shard has been told, kept for a resume after its connection is lost."""

    id: str
    shard: int
    shards: int
    intents: int
    line: Line | None = None
    sequence: int = 0
    told: deque[Json] = field(default_factory=lambda: deque[Json](maxlen=REMEMBERED))

    def tell(self, event: str, data: Json) -> None:
        """Send an event now, or keep it for the resume."""
        self.sequence += 1
        packet = {"op": DISPATCH, "t": event, "s": self.sequence, "d": data}
        self.told.append(packet)
        if self.line is not None:
            self.line.put(packet)


class Gateway:
    """Every session, and the connections that come in."""

    def __init__(
        self, token: str, ready: Callable[[Session], Json], guilds: Callable[[Session], list[Json]]
    ) -> None:
        self.url = ""
        # discord.py beats at once and then at this interval; Discord says about 41 s.
        self.heartbeat_interval = 41.25
        self.identified = 0
        self.resumed = 0
        self.unready = 0
        """So many of the next connections are lost before their session has begun."""
        self._token = token
        self._ready = ready
        self._guilds = guilds
        self._sessions: dict[str, Session] = {}
        self._lines: set[Line] = set()

    @property
    def connected(self) -> list[Session]:
        """The sessions that have a connection now."""
        return [session for session in self._sessions.values() if session.line is not None]

    def dispatch(self, event: str, data: Json, guild_id: int | None) -> None:
        """Tell every session whose shard and intents the event concerns."""
        for session in self._sessions.values():
            concerned = ((guild_id or 0) >> 22) % session.shards == session.shard
            if concerned and (event == "INTERACTION_CREATE" or session.intents & GUILDS):
                session.tell(event, data)

    async def drop(self, *, resume: bool, politely: bool) -> None:
        """Lose every connection; without `resume` the sessions are forgotten too."""
        lines = [session.line for session in self.connected if session.line is not None]
        if not resume:
            self._sessions.clear()
        for line in lines:
            if politely:
                line.put({"op": RECONNECT, "d": None})
            else:
                await line.close(4000, "lost")

    async def revoke(self, token: str, *, stays: bool) -> None:
        """Let in nobody but who has this other token; send away who is here, unless that `stays`."""
        self._token = token
        if stays:
            return
        self._sessions.clear()
        for line in list(self._lines):
            await line.close(4004, "Authentication failed.")

    async def close(self) -> None:
        """End every connection for good."""
        self._sessions.clear()
        for line in list(self._lines):
            await line.close(1001, "going away")

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        socket = web.WebSocketResponse(compress=False, max_msg_size=4096 * 4, timeout=1.0)
        await socket.prepare(request)
        line = Line(socket, zlib_stream=request.query.get("compress") == "zlib-stream")
        self._lines.add(line)
        writer = asyncio.create_task(line.write())
        try:
            line.put({"op": HELLO, "d": {"heartbeat_interval": int(self.heartbeat_interval * 1000)}})
            await self._listen(socket, line)
        finally:
            self._lose(line, code=socket.close_code)
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
        return socket

    async def _listen(self, socket: web.WebSocketResponse, line: Line) -> None:
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                code = self._hear(line, Packet.model_validate_json(message.data))
            except ValidationError:
                code = 4002
            if code is not None:
                await line.close(code, "refused")

    def _hear(self, line: Line, packet: Packet) -> int | None:
        """Act on one packet; return a close code, or None to go on."""
        if packet.op == HEARTBEAT:
            line.put({"op": ACK})
            return None
        if packet.op == IDENTIFY:
            return self._identify(line, Identify.model_validate(packet.d))
        if packet.op == RESUME:
            return self._resume(line, Resume.model_validate(packet.d))
        if self._session_of(line) is None:
            return 4003
        # Presence, voice state and member requests change nothing here; anything else is no opcode.
        return None if packet.op in (3, 4, 8) else 4001

    def _identify(self, line: Line, wish: Identify) -> int | None:
        shard, shards = wish.shard
        if wish.token != self._token:
            return 4004
        if self._session_of(line) is not None:
            return 4005
        if not 0 <= shard < shards:
            return 4010
        if wish.intents & PRIVILEGED:
            return 4014
        if self.unready:
            self.unready -= 1
            return 4000
        self._forget_lost(shard, shards)
        session = Session(secrets.token_hex(16), shard, shards, wish.intents, line)
        self._sessions[session.id] = session
        self.identified += 1
        session.tell("READY", self._ready(session))
        for guild in self._guilds(session) if wish.intents & GUILDS else []:
            session.tell("GUILD_CREATE", guild)
        return None

    def _resume(self, line: Line, wish: Resume) -> int | None:
        if wish.token != self._token:
            return 4004
        session = self._sessions.get(wish.session_id)
        if session is None:
            line.put({"op": INVALID_SESSION, "d": False})
            return None
        if wish.seq > session.sequence:
            return 4007
        session.line = line
        self.resumed += 1
        for packet in [one for one in session.told if int(str(one["s"])) > wish.seq]:
            line.put(packet)
        session.tell("RESUMED", {})
        return None

    def _forget_lost(self, shard: int, shards: int) -> None:
        """Forget sessions of this shard whose process is gone, as a restart leaves them."""
        lost = [
            one.id
            for one in self._sessions.values()
            if one.line is None and (one.shard, one.shards) == (shard, shards)
        ]
        for session_id in lost:
            del self._sessions[session_id]

    def _lose(self, line: Line, *, code: int | None) -> None:
        self._lines.discard(line)
        session = self._session_of(line)
        if session is not None:
            session.line = None
            if code in (1000, 1001) and not line.closed_here:
                # A client that closes so has ended its session (Discord's page "Gateway").
                self._sessions.pop(session.id, None)

    def _session_of(self, line: Line) -> Session | None:
        return next((session for session in self._sessions.values() if session.line is line), None)
