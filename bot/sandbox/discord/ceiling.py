"""A limit on files that nobody announces: Discord refuses them although the server's level says more.

Owns the refusal and the count. It is a fault like those in `faults`, but has to know the files first.
"""

from dataclasses import dataclass, field

from aiohttp import web

from bot.sandbox.discord.faults import as_json
from bot.sandbox.discord.journal import Call

_PAGE = b"<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n</html>\r\n"


@dataclass(eq=False)
class Ceiling:
    """Refuses requests with a file of more than `above` bytes; None of `times` means for ever.

    With `html` it answers as a proxy in between does, else with Discord's own 40005.
    """

    above: int
    html: bool = False
    times: int | None = None
    struck: list[Call] = field(default_factory=list[Call])

    @property
    def fired(self) -> int:
        """How many requests it has refused."""
        return len(self.struck)

    def refuses(self, call: Call) -> bool:
        """Tell whether it refuses this request, whose files have arrived, and count it."""
        if self.times is not None and self.fired >= self.times:
            return False
        if all(size <= self.above for size in call.files):
            return False
        self.struck.append(call)
        return True

    def answer(self) -> web.Response:
        """Return the refusal."""
        if self.html:
            return web.Response(body=_PAGE, status=413, content_type="text/html")
        return as_json({"message": "Request entity too large", "code": 40005}, 413)
