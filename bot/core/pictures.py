"""Whether a picture is one that a model takes. Pure: what is known of it comes in, a MemberError goes out.

The same rules judge what Discord declares, at once and for free, and what the bytes turned out to be.
"""

from dataclasses import dataclass
from typing import Final

from bot.core.errors import MemberError, Problem
from bot.core.models import PictureRule
from bot.core.source import PictureSource

# A phone's largest usual picture has 48 million. Decoded, this many take 200 MB at four bytes each.
PIXEL_LIMIT: Final = 50_000_000
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
    frames: int = 1


def judge(facts: PictureFacts, rule: PictureRule) -> None:
    """Raise MemberError with the first thing that the member would have to change."""
    judge_format(facts.filename, facts.format, rule)
    judge_size(facts.filename, facts.size, rule)
    _judge_sides(facts.filename, facts.width, facts.height, rule)
    _judge_pixels(facts.filename, facts.width * facts.height * facts.frames)


def judge_declared(source: PictureSource, rule: PictureRule) -> None:
    """Raise MemberError where the declaration alone forbids the picture; its bytes may still do so later."""
    _judge_content_type(source)
    judge_size(source.filename, source.size, rule)
    if source.width is not None and source.height is not None:
        _judge_sides(source.filename, source.width, source.height, rule)
        _judge_pixels(source.filename, source.width * source.height)


def _judge_content_type(source: PictureSource) -> None:
    """Raise MemberError where something else than a picture is declared; some clients declare nothing."""
    declared = (source.content_type or UNSPECIFIED).partition(";")[0].strip().lower()
    if not declared.startswith("image/") and declared != UNSPECIFIED:
        raise MemberError(Problem.PICTURE_UNREADABLE, filename=source.filename)


def judge_format(filename: str, name: str, rule: PictureRule) -> None:
    """Raise MemberError if the model does not take this format."""
    if name not in rule.formats:
        allowed = ", ".join(sorted(rule.formats))
        raise MemberError(Problem.PICTURE_FORMAT, filename=filename, format=name, allowed=allowed)


def judge_size(filename: str, size: int, rule: PictureRule) -> None:
    """Raise MemberError if there are too many bytes."""
    if size >= rule.bytes_under:
        raise MemberError(Problem.PICTURE_TOO_HEAVY, filename=filename, size=size, limit=rule.bytes_under)


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


def _judge_pixels(filename: str, pixels: int) -> None:
    if pixels > PIXEL_LIMIT:
        raise MemberError(Problem.PICTURE_TOO_MANY_PIXELS, filename=filename, limit=PIXEL_LIMIT)
