"""What may be done to a member's picture so that a model takes it. Names only; the work is in `bot.media`."""

from enum import StrEnum


class Framing(StrEnum):
    """What the member chose for a picture whose shape no model takes; nothing is cut off unasked."""

    CROP = "crop"
    """Cut to the middle."""
    BARS = "bars"
    """Keep all of it between bars."""


class Mending(StrEnum):
    """What was done to a picture, in the order in which it is done."""

    UPRIGHT = "upright"
    """Turned as its EXIF orientation says."""
    FIRST_FRAME = "first_frame"
    """All frames but the first were left out."""
    LAST_FRAME = "last_frame"
    """It is the last frame of a video."""
    FLATTENED = "flattened"
    """What was transparent is white."""
    CROPPED = "cropped"
    BARRED = "barred"
    ENLARGED = "enlarged"
    REDUCED = "reduced"
    CONVERTED = "converted"
    """To another file format, because the model does not take the one that came."""
    COMPRESSED = "compressed"
    """At a lower quality, because the file was too large."""
