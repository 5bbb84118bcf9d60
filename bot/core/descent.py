"""How one job leads to the next."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.ids import ChannelId, JobId, MessageId


class How(StrEnum):
    """What a member did with a result."""

    AGAIN = "again"
    """The same request once more."""
    CHANGE = "change"
    """The same pictures with other words or settings."""
    ANIMATE = "animate"
    """Its picture becomes a video."""
    EXTEND = "extend"
    """Its last frame becomes the first frame of another video."""
    JOIN = "join"
    """As EXTEND, and both are delivered as one clip."""


@dataclass(frozen=True, slots=True)
class Descent:
    """Where a job comes from; the message is the result whose button was pressed."""

    parent_id: JobId
    how: How
    channel_id: ChannelId
    message_id: MessageId
