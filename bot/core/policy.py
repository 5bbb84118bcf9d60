"""What a server's managers have decided about the bot in their server, and whether a request is within it.

The whole bot has such a policy too, its owners'. A policy is one document: small, read whole, written whole.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, StringConstraints

from bot.core.errors import MemberError, Problem
from bot.core.ids import ChannelId, RoleId
from bot.core.models import Request

RESOLUTIONS: Final = ("480p", "720p", "1080p", "1K", "2K", "4K")
"""From small to large, of videos and then of pictures; a limit is one of these."""

_LETTER: Final = r"[^\W_]"
"""An underscore is none: Discord makes emphasis of it."""
_UNSEEN: Final = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""What Unicode tells to show as nothing (Default_Ignorable_Code_Point), beyond the signs for formatting."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Weight = Annotated[float, Field(ge=0.1, le=100, allow_inf_nan=False)]


class ModelRule(BaseModel):
    """What a server allows of one command."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    off: bool = False
    resolution: str | None = None
    """The largest; None is no limit."""
    duration: PositiveInt | None = None
    """Seconds at most; None is no limit."""


class Policy(BaseModel):
    """All that is decided about one server; the default is what a server has that never decided anything."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    time_zone: str | None = None
    """In which days and months begin; None is as for the whole bot."""
    paused: str | None = None
    """Why nothing is accepted; None where all goes on."""
    models: Mapping[str, ModelRule] = {}
    """By command."""
    allowed_channels: frozenset[ChannelId] = frozenset()
    """Where there are any, only these; threads go with their parent."""
    denied_channels: frozenset[ChannelId] = frozenset()
    allowed_roles: frozenset[RoleId] = frozenset()
    """Where there are any, only members with one of these."""
    denied_roles: frozenset[RoleId] = frozenset()
    weights: Mapping[RoleId, Weight] = {}
    """How often a role's turn comes, against others of the server; the best counts."""
    refused_words: tuple[Words, ...] = ()
    """Words that no prompt may have; `*` stands for any letters."""
    flagged_words: tuple[Words, ...] = ()
    """Words that are told in the log channel."""
    adults_only: bool = False
    """Only in age-restricted channels."""
    spoilers: bool = False
    """Pictures and results are covered."""
    log_channel: ChannelId | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """Where something is asked for, and by whom, as the interaction tells."""

    channels: frozenset[ChannelId] = frozenset()
    """The channel, and a thread's parent."""
    roles: frozenset[RoleId] = frozenset()
    is_age_restricted: bool = False


def judge(policy: Policy, request: Request, where: Where) -> None:
    """Raise MemberError where the policy does not allow the request there."""
    judge_place(policy, where)
    judge_model(policy.models.get(request.command, ModelRule()), request)
    if found(policy.refused_words, request.prompt):
        raise MemberError(Problem.WORDS_REFUSED)


def judge_place(policy: Policy, where: Where) -> None:
    """Raise MemberError where the policy lets nobody, or not this member, order anything there."""
    if policy.paused is not None:
        raise MemberError(Problem.PAUSED, why=policy.paused)
    if policy.denied_channels & where.channels or not _is_among(policy.allowed_channels, where.channels):
        raise MemberError(Problem.CHANNEL_DENIED)
    if policy.denied_roles & where.roles or not _is_among(policy.allowed_roles, where.roles):
        raise MemberError(Problem.ROLE_DENIED)
    if policy.adults_only and not where.is_age_restricted:
        raise MemberError(Problem.ADULTS_ONLY)


def _is_among(allowed: frozenset[ChannelId] | frozenset[RoleId], these: frozenset[int]) -> bool:
    return not allowed or bool(allowed & these)


def judge_model(rule: ModelRule, request: Request) -> None:
    """Raise MemberError where a rule about its command is against a request."""
    if rule.off:
        raise MemberError(Problem.MODEL_OFF)
    if rule.resolution is not None and _size(request.resolution) > _size(rule.resolution):
        raise MemberError(Problem.MODEL_RESOLUTION, limit=rule.resolution)
    duration = request.settings().get("duration")
    if rule.duration is not None and isinstance(duration, int) and duration > rule.duration:
        raise MemberError(Problem.MODEL_DURATION, limit=rule.duration)


def _size(resolution: str) -> int:
    """Rank a resolution; the named frame sizes all have about four million pixels, as 2K has."""
    return RESOLUTIONS.index(resolution if resolution in RESOLUTIONS else "2K")


def weight(policy: Policy, roles: Iterable[RoleId]) -> float:
    """Return how often a member's turn comes: as the best of their roles says, beside the server's heaviest.

    It is 1 at most: one line serves all servers, and none may gain turns over another.
    """
    own = max((policy.weights[role] for role in roles if role in policy.weights), default=1.0)
    return own / max([1.0, *policy.weights.values()])


def found(words: tuple[str, ...], prompt: str) -> bool:
    """Tell whether a prompt has one of the words, whatever its case, accents, width, gaps and emphasis.

    Takes time in proportion to the prompt, whatever the words are. Letters of another script that look the
    same are others.
    """
    return bool(words) and _pattern(words).search(_plain(prompt)) is not None


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    parts = [part for part in map(_part, words) if part] or ["(?!)"]
    return re.compile(rf"(?<!{_LETTER})(?:{'|'.join(parts)})(?!{_LETTER})")


def _part(word: str) -> str:
    """Return the pattern of a word, empty where nothing but stars can be seen of it.

    Each piece between two stars is taken where it comes first, and for good: every other place leaves less
    for the rest. Tried again and again, a word with many stars would hold up the bot for hours.
    """
    plain = _plain(word)
    if not plain.strip("* "):
        return ""
    first, *others = map(re.escape, re.split(r"\*+", plain))
    if not others:
        return first
    *middle, last = others
    return first + "".join(rf"(?>{_LETTER}*?{piece})" for piece in middle) + rf"{_LETTER}*{last}"


def _plain(text: str) -> str:
    """Return a text without all that does not make it another word for whoever reads it."""
    decomposed = unicodedata.normalize("NFKD", text)
    seen = (sign for sign in decomposed if not unicodedata.combining(sign) and not _is_invisible(sign))
    return " ".join("".join(seen).casefold().split())


def _is_invisible(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cf", "Me"} or _UNSEEN.match(sign) is not None
