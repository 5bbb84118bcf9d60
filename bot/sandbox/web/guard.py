"""Who may ask this server at all, and the headers that every answer carries.

Owns the checks of Host and Origin: a page of another site in the same browser can reach this port, and must
get nothing done here. It never looks at what is asked for.
"""

import logging
from collections.abc import Mapping
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.discord import ClientRefusal
from bot.sandbox.web.refusal import ActError

log = logging.getLogger(__name__)

EVENTS: Final = "/api/events"
_SAFE: Final = frozenset({"GET", "HEAD"})
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


async def seal(_: web.Request, response: web.StreamResponse) -> None:
    """Put the headers on an answer, whatever it is."""
    response.headers.update(HEADERS)
    # The page changes with the program; a browser that keeps an old module shows a broken one.
    response.headers.setdefault("Cache-Control", "no-cache")


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what does not come from our own page, and turn every refusal into a sentence."""
    try:
        _check(request)
        return await handler(request)
    except ActError as refused:
        return _refusal(refused.status, refused.sentence)
    except ClientRefusal as refused:
        return _refusal(400, str(refused))
    except web.HTTPException as refused:
        return _refusal(refused.status, refused.reason, refused.headers.get("Allow"))
    except ConnectionError:
        raise
    except Exception:
        log.exception("the demo's server failed at %s", request.path)
        return _refusal(500, "The demo itself failed here; its terminal says why.")


def _check(request: web.Request) -> None:
    host = _host(request)
    if host is None:
        raise ActError(403, "This address is not ours.")
    origins = request.headers.getall("Origin", [])
    if any(origin != f"http://{host}" for origin in origins):
        raise ActError(403, "Another site asks for this.")
    if not origins and (request.method not in _SAFE or request.path == EVENTS):
        raise ActError(403, "Only the page itself may do this.")
    # Browsers send no Origin with a GET of the same site, but tell by this one whose it is.
    if request.path.startswith("/api/") and request.headers.get("Sec-Fetch-Site", "none") not in (
        "none",
        "same-origin",
    ):
        raise ActError(403, "Another site asks for this.")


def _host(request: web.Request) -> str | None:
    """Return the Host if it is one of our two names: a foreign name that leads here is an attack."""
    if request.transport is None:
        return None
    port = int(request.transport.get_extra_info("sockname")[1])
    sent = request.headers.getall("Host", [])
    ours = (f"127.0.0.1:{port}", f"localhost:{port}")
    return sent[0] if len(sent) == 1 and sent[0] in ours else None


def _refusal(status: int, sentence: str, allow: str | None = None) -> web.Response:
    headers = {"Allow": allow} if allow else None
    # What is left unread of a refused upload must not be taken for the next request.
    answer = web.json_response({"error": sentence}, status=status, headers=headers)
    answer.force_close()
    return answer
