"""Whether a picture can be taken at all, and whether what we made of it may be sent. Pure.

What is declared forbids little, as nearly everything can be mended once the bytes are there.
"""

from dataclasses import dataclass
from typing import Final

from bot.core.errors import MemberError, Problem
from bot.core.models import PictureRule
from bot.core.shaping import PIXEL_LIMIT, Bounds
from bot.core.source import PictureSource

# What is fetched at the most, in bytes; more than any server lets its members attach for nothing.
FETCH_LIMIT: Final = 64 << 20
# What a file is declared as whose kind nobody knows (RFC 2046, section 4.5.1).
UNSPECIFIED: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What the bytes of a picture say."""

    filename: str
    """As the member named it; nothing is concluded from it."""
    format: str
    """As Pillow names it."""
    size: int
    """Bytes."""
    width: int
    height: int
    """Pixels."""


def bounds_of(rule: PictureRule) -> Bounds:
    """Return what a model asks of the sides."""
    return Bounds(rule.side_over, rule.side_under, rule.aspect_over, rule.aspect_under)


def judge(facts: PictureFacts, rule: PictureRule) -> None:
    """Raise MemberError with the first rule that the picture breaks; a mended one breaks none."""
    judge_format(facts.filename, facts.format, rule)
    judge_size(facts.filename, facts.size, rule.bytes_under)
    _judge_sides(facts.filename, facts.width, facts.height, rule)
    if facts.width * facts.height > PIXEL_LIMIT:
        raise MemberError(Problem.PICTURE_TOO_MANY_PIXELS, filename=facts.filename, limit=PIXEL_LIMIT)


def judge_declared(source: PictureSource) -> None:
    """Raise MemberError where the declaration alone shows that nothing can be done."""
    declared = (source.content_type or UNSPECIFIED).partition(";")[0].strip().lower()
    wanted = "video/" if source.of_video else "image/"
    if not declared.startswith(wanted) and declared != UNSPECIFIED:
        raise MemberError(Problem.PICTURE_UNREADABLE, filename=source.filename)
    judge_size(source.filename, source.size, FETCH_LIMIT + 1)


def judge_format(filename: str, name: str, rule: PictureRule) -> None:
    """Raise MemberError if the model does not take this format."""
    if name not in rule.formats:
        allowed = ", ".join(sorted(rule.formats))
        raise MemberError(Problem.PICTURE_FORMAT, filename=filename, format=name, allowed=allowed)


def judge_size(filename: str, size: int, limit: int) -> None:
    """Raise MemberError if there are as many bytes as the limit, or more."""
    if size >= limit:
        raise MemberError(Problem.PICTURE_TOO_HEAVY, filename=filename, size=size, limit=limit)


def _judge_sides(filename: str, width: int, height: int, rule: PictureRule) -> None:
    sides = {"width": width, "height": height}
    if min(width, height) <= rule.side_over:
        raise MemberError(Problem.PICTURE_TOO_SMALL, filename=filename, **sides, limit=rule.side_over)
    if rule.side_under is not None and max(width, height) >= rule.side_under:
        raise MemberError(Problem.PICTURE_TOO_WIDE, filename=filename, **sides, limit=rule.side_under)
    aspect = width / height
    if not rule.aspect_over < aspect < rule.aspect_under:
        bounds = {"low": rule.aspect_over, "high": rule.aspect_under}
        raise MemberError(Problem.PICTURE_ASPECT, filename=filename, aspect=aspect, **bounds)
