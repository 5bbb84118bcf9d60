"""What quotas look like to those who set them: figures, bounds, layers, a member's account. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from discord import ui

from bot.chat import quota
from bot.chat.administration.here import member, role
from bot.chat.cards import Layout
from bot.chat.texts import is_text, text
from bot.chat.words import plain
from bot.core.ids import GuildId, RoleId, UserId
from bot.core.ledger import Entry, Standing
from bot.core.office import Subject
from bot.core.periods import Period
from bot.core.quota import Allowance, Bound, Figures, Layer
from bot.flow.administration_allowances import MemberQuota, ServerQuota

# Letters for the layers, of the 4,000 that a layout has.
_LAYERS_SHOWN: Final = 2500
_WHY_SHOWN: Final = 80

Said = Allowance | Figures | Bound


def figures(said: Said, locale: str) -> str:
    """Return figures in words; what is not said is left out."""
    spans = (("daily", said.daily), ("monthly", said.monthly))
    active = () if isinstance(said, Bound) else (("active", said.active),)
    words = [
        text(f"figures.{name}", locale, figure=figure)
        for name, figure in (*spans, *active)
        if figure is not None
    ]
    return ", ".join(words) or text("figures.none", locale)


def subject(of: Subject, locale: str) -> str:
    """Return whose figures are meant."""
    match of.layer:
        case Layer.SERVER:
            return text("admin.quota.all", locale)
        case Layer.ROLE:
            return role(RoleId(of.id or 0), of.guild_id)
        case Layer.MEMBER:
            return member(UserId(of.id or 0))


def server(found: ServerQuota, locale: str) -> Layout:
    """Return what counts in a server, and who has something else."""
    frame = ui.Container["Layout"](ui.TextDisplay("\n".join(_server(found, locale))))
    others = [one for one in found.layers if one[0].layer is not Layer.SERVER]
    if others:
        frame.add_item(ui.Separator())
        frame.add_item(ui.TextDisplay(_layers(others, locale)))
    return Layout(frame)


def _server(found: ServerQuota, locale: str) -> Iterator[str]:
    yield text("admin.quota.server", locale)
    everybody = next((said for of, said in found.layers if of.layer is Layer.SERVER), None)
    if everybody is None:
        yield text("admin.quota.everybody.default", locale, figures=figures(found.default, locale))
    else:
        whole = Allowance(
            found.default.daily if everybody.daily is None else everybody.daily,
            found.default.monthly if everybody.monthly is None else everybody.monthly,
            found.default.active if everybody.active is None else everybody.active,
        )
        yield text("admin.quota.everybody", locale, figures=figures(whole, locale))
    key = "admin.quota.bound" if found.is_bound_here else "admin.quota.bound.default"
    yield text(key, locale, figures=figures(found.bound, locale))
    account = found.account
    yield from _span("day", account.day, found.bound.daily, account.periods.day, locale)
    yield from _span("month", account.month, found.bound.monthly, account.periods.month, locale)


def _span(span: str, standing: Standing, allowed: int | None, period: Period, locale: str) -> Iterator[str]:
    if allowed is not None:
        yield from quota.window(f"quota.{span}", standing, allowed, period, locale)
        return
    renews = int(period.ends.timestamp())
    used, reserved = max(0, standing.used), standing.reserved
    yield text(f"admin.quota.used.{span}", locale, used=used, reserved=reserved, renews=renews)


def _layers(layers: Sequence[tuple[Subject, Figures]], locale: str) -> str:
    lines, left = [text("admin.quota.layers", locale)], _LAYERS_SHOWN
    for number, (of, said) in enumerate(layers):
        row = text("admin.quota.layer", locale, who=subject(of, locale), figures=figures(said, locale))
        left -= len(row) + 1
        if left < 0:
            lines.append(text("admin.quota.more", locale, count=len(layers) - number))
            break
        lines.append(row)
    return "\n".join(lines)


def of_role(number: RoleId, guild_id: GuildId, said: Figures, locale: str) -> str:
    """Return what is set for a role."""
    who = role(number, guild_id)
    if said == Figures():
        return text("admin.quota.role.none", locale, who=who)
    return text("admin.quota.role", locale, who=who, figures=figures(said, locale))


def of_member(number: UserId, found: MemberQuota, locale: str) -> Layout:
    """Return how a member stands, and what has moved their credits lately."""
    frame = ui.Container["Layout"](ui.TextDisplay("\n".join(_member(number, found, locale))))
    if found.entries:
        rows = (_entry(entry, locale) for entry in found.entries)
        frame.add_item(ui.Separator())
        frame.add_item(ui.TextDisplay("\n".join([text("admin.quota.entries", locale), *rows])))
    return Layout(frame)


def _member(number: UserId, found: MemberQuota, locale: str) -> Iterator[str]:
    usage = found.usage
    account, allowance = usage.member_account, usage.allowance
    yield text("admin.quota.member", locale, who=member(number))
    yield from quota.window("quota.day", account.day, allowance.daily, account.periods.day, locale)
    yield from quota.window("quota.month", account.month, allowance.monthly, account.periods.month, locale)
    yield text("quota.legend", locale)
    if usage.granted:
        yield text("quota.granted", locale, granted=usage.granted)
    yield text("quota.active", locale, active=usage.active, allowance=allowance.active)
    if found.own == Figures():
        yield text("admin.quota.own.none", locale)
    else:
        yield text("admin.quota.own", locale, figures=figures(found.own, locale))


def _entry(entry: Entry, locale: str) -> str:
    about = [f"job {entry.job_id}"] if entry.job_id is not None else []
    about += [member(entry.actor_id)] if entry.actor_id is not None else []
    about += [_why(entry.why, locale)] if entry.why else []
    return text(
        "admin.quota.entry",
        locale,
        at=int(entry.at.timestamp()),
        movement=entry.movement.value,
        credits=entry.credits,
        about="".join(f" · {part}" for part in about),
    )


def _why(why: str, locale: str) -> str:
    """Return why credits moved: a state in the words that all else has for it, or what somebody typed."""
    return text(f"state.{why}", locale) if is_text(f"state.{why}") else plain(why, _WHY_SHOWN)
