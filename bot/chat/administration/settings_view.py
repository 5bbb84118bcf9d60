"""All that is decided about a server, as its managers read it. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from discord import ui

from bot.chat.administration.here import member, role
from bot.chat.cards import Layout
from bot.chat.texts import text
from bot.chat.words import plain
from bot.core.ids import GuildId, UserId
from bot.core.policy import ModelRule, Policy
from bot.flow.administration_places import Decided

# Entries of a list that are shown: six such lists of mentions stay within a layout's 4,000 letters.
_SHOWN: Final = 15
_WHY_SHOWN: Final = 100


def view(
    decided: Decided, guild_id: GuildId, default_zone: str, locale: str, *, is_mute: bool = False
) -> Layout:
    """Return all of it; `is_mute`: the log channel takes nothing from the bot."""
    policy = decided.policy
    lines = (
        text("admin.settings.title", locale),
        *_stopped(decided, locale),
        *_general(policy, default_zone, locale),
        *_lists(policy, guild_id, locale),
        *_blocked(decided.blocked, locale),
        *(model(command, rule, locale) for command, rule in sorted(policy.models.items())),
        *_watch(policy, locale, is_mute=is_mute),
    )
    return Layout(ui.Container["Layout"](ui.TextDisplay("\n".join(lines))))


def _stopped(decided: Decided, locale: str) -> Iterator[str]:
    pauses = {
        "admin.settings.paused.everywhere": decided.paused_everywhere,
        "admin.settings.paused": decided.policy.paused,
    }
    for key, why in pauses.items():
        if why is not None:
            yield text(key, locale, why=plain(why, _WHY_SHOWN))


def _blocked(members: Sequence[UserId], locale: str) -> Iterator[str]:
    if members:
        yield text("admin.settings.blocked", locale, list=_some([member(one) for one in members], locale))


def _general(policy: Policy, default_zone: str, locale: str) -> Iterator[str]:
    if policy.time_zone is None:
        yield text("admin.settings.zone.default", locale, zone=default_zone)
    else:
        yield text("admin.settings.zone", locale, zone=policy.time_zone)
    yield text("admin.settings.adults", locale, value=_yes(policy.adults_only, locale))
    yield text("admin.settings.spoilers", locale, value=_yes(policy.spoilers, locale))


def _lists(policy: Policy, guild_id: GuildId, locale: str) -> Iterator[str]:
    channels = (
        ("allowed", [f"<#{number}>" for number in sorted(policy.allowed_channels)]),
        ("denied", [f"<#{number}>" for number in sorted(policy.denied_channels)]),
    )
    yield from _listed("channels", channels, locale)
    roles = (
        ("allowed", [role(number, guild_id) for number in sorted(policy.allowed_roles)]),
        ("denied", [role(number, guild_id) for number in sorted(policy.denied_roles)]),
    )
    yield from _listed("roles", roles, locale)
    weights = [
        text("admin.settings.weight", locale, role=role(number, guild_id), weight=turns)
        for number, turns in sorted(policy.weights.items())
    ]
    if weights:
        yield text("admin.settings.weights", locale, list=_some(weights, locale))


def _listed(kind: str, lists: Iterable[tuple[str, list[str]]], locale: str) -> Iterator[str]:
    filled = [(name, entries) for name, entries in lists if entries]
    if not filled:
        yield text(f"admin.settings.{kind}.none", locale)
    for name, entries in filled:
        yield text(f"admin.settings.{kind}.{name}", locale, list=_some(entries, locale))


def _some(entries: list[str], locale: str) -> str:
    more = len(entries) - _SHOWN
    rest = [text("admin.and_more", locale, count=more)] if more > 0 else []
    return ", ".join([*entries[:_SHOWN], *rest])


def _watch(policy: Policy, locale: str, *, is_mute: bool) -> Iterator[str]:
    refused, flagged = len(policy.refused_words), len(policy.flagged_words)
    yield text("admin.settings.words", locale, refused=refused, flagged=flagged)
    if policy.log_channel is None:
        yield text("admin.settings.log.none", locale)
    else:
        key = "admin.settings.log.mute" if is_mute else "admin.settings.log"
        yield text(key, locale, channel=policy.log_channel)


def model(command: str, rule: ModelRule, locale: str) -> str:
    """Return what a server allows of a command."""
    words = [text("admin.model.off" if rule.off else "admin.model.on", locale)]
    if rule.resolution is not None:
        words.append(text("admin.model.resolution", locale, resolution=rule.resolution))
    if rule.duration is not None:
        words.append(text("admin.model.duration", locale, duration=rule.duration))
    return text("admin.model", locale, command=command, rule=", ".join(words))


def _yes(value: bool, locale: str) -> str:  # noqa: FBT001 (a word for a truth)
    return text("admin.yes" if value else "admin.no", locale)
