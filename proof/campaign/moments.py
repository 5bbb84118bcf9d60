"""The calls by which moments are counted: what one side sees of what the bot does."""

from collections.abc import Mapping
from typing import Final

FROM_DISCORD: Final[Mapping[str, tuple[str, str]]] = {
    "start": ("GET", r"/(users/@me|gateway/bot|oauth2/.*|applications/.*)"),
    "answer": ("POST", r"/interactions/.*"),
    "edit": ("PATCH", r"/(webhooks|channels)/.*"),
    "post": ("POST", r"/channels/.*"),
    "follow-up": ("POST", r"/webhooks/.*"),
    "read": ("GET", r"/(channels|webhooks)/.*"),
    "removal": ("DELETE", r".*"),
    "picture": ("GET", r"/ephemeral-attachments/.*"),
    "file": ("GET", r"/attachments/.*"),
    "call": ("*", r"/(interactions|webhooks|channels|ephemeral-attachments|attachments)/.*"),
}
"""Method and path, by the stand-in for Discord's spelling."""

FROM_RUNCOMFY: Final = frozenset({"submit", "status", "result", "cancel", "media"})
"""Names of calls, by the stand-in for RunComfy's spelling."""
