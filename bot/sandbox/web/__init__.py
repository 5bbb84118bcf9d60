"""The demo in the browser: a page that is the member's side of the Discord stand-in.

What the page shows and does goes through the stand-ins' public classes; the bot behind is the real process.
"""

from bot.sandbox.web.server import Site, site

__all__ = ["Site", "site"]
