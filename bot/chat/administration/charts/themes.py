"""The colours of the pictures, for Discord's light and dark theme.

The hues are those of Okabe and Ito (jfly.uni-koeln.de/color), which people tell apart whatever their eyes
lack. Words are in ink on all of them, with a contrast of 4.5 at least, as WCAG 2 asks.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours, as `#rrggbb`."""

    name: str
    background: str
    """That of Discord's messages."""
    track: str
    """Behind a bar, as far as the longest one could go."""
    line: str
    ink: str
    muted: str
    delivered: str
    not_delivered: str
    delivered_pale: str
    """Behind words."""
    not_delivered_pale: str
    model_pale: str
    member_pale: str


LIGHT: Final = Theme(
    name="light",
    background="#ffffff",
    track="#f2f3f5",
    line="#c4c9ce",
    ink="#1e1f22",
    muted="#4e5058",
    delivered="#0072b2",
    not_delivered="#d55e00",
    delivered_pale="#a6cee4",
    not_delivered_pale="#f0c7a6",
    model_pale="#a6ddce",
    member_pale="#ebc9dc",
)
DARK: Final = Theme(
    name="dark",
    background="#313338",
    track="#3a3c42",
    line="#5c5f66",
    ink="#f2f3f5",
    muted="#c4c9ce",
    delivered="#56b4e9",
    not_delivered="#e69f00",
    delivered_pale="#376b8c",
    not_delivered_pale="#795e22",
    model_pale="#166e58",
    member_pale="#7a5069",
)
THEMES: Final = (LIGHT, DARK)
