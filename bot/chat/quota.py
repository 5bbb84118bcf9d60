"""How a member stands, as they see it: what is used, reserved and left, and what they can order of that now.

Pure: from the sums and the rules to a layout.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, get_args

from discord import ui

from bot.chat.bars import bar
from bot.chat.cards import Layout
from bot.chat.texts import say, text
from bot.core.credits import Size, Weights, cost
from bot.core.errors import MemberError, Problem, Reason
from bot.core.ledger import Standing
from bot.core.models import MODELS, Request, SeedancePro, SeedreamEdit, VideoResolution
from bot.core.office import House
from bot.core.periods import Period
from bot.core.policy import ModelRule, Policy, judge_model
from bot.core.quota import Account, Bound, Rates, Usage, beyond

_SAMPLE: Final = "-"
Estimate = Callable[[Request], int | None]


@dataclass(frozen=True, slots=True)
class Stand:
    """All that is told of a member's quota in a place."""

    usage: Usage
    rates: Rates
    house: House
    weights: Weights
    estimate: Estimate
    is_direct: bool


def view(stand: Stand, locale: str) -> Layout:
    """Return all of it."""
    frame = ui.Container["Layout"](ui.TextDisplay("\n".join(_lines(stand, locale))))
    frame.add_item(ui.Separator())
    frame.add_item(ui.TextDisplay("\n".join(_prices(stand, locale))))
    return Layout(frame)


def _lines(stand: Stand, locale: str) -> Iterator[str]:
    usage = stand.usage
    account, allowance = usage.member_account, usage.allowance
    yield text("quota.title.direct" if stand.is_direct else "quota.title", locale)
    if (reason := _closed(stand.house)) is not None:
        yield text("quota.closed", locale, reason=say(reason, locale))
    yield from window("quota.day", account.day, allowance.daily, account.periods.day, locale)
    yield from window("quota.month", account.month, allowance.monthly, account.periods.month, locale)
    yield text("quota.legend", locale)
    if usage.granted:
        yield text("quota.granted", locale, granted=usage.granted)
    yield text("quota.active", locale, active=usage.active, allowance=allowance.active)
    yield from _narrower(stand, locale)


def window(key: str, standing: Standing, allowed: int, period: Period, locale: str) -> Iterator[str]:
    """Yield what is used and left of a day or a month, in words and as a bar."""
    used = max(0, standing.used)
    held = standing.reserved
    reserved = text("quota.reserved", locale, reserved=held) if held > 0 else ""
    left = max(0, allowed - standing.credits)
    renews = int(period.ends.timestamp())
    yield text(key, locale, used=used, reserved=reserved, allowance=allowed, left=left, renews=renews)
    yield text("quota.bar", locale, bar=bar(used, held, allowed))


def _closed(house: House) -> Reason | None:
    if house.blocked is not None:
        return Reason(Problem.BLOCKED, {"why": house.blocked})
    paused = house.everywhere.paused or house.here.paused
    return None if paused is None else Reason(Problem.PAUSED, {"why": paused})


def _narrower(stand: Stand, locale: str) -> Iterator[str]:
    """Yield the bounds of the server and of the bot, where less is left in them than the member has."""
    usage = stand.usage
    account, allowance = usage.member_account, usage.allowance
    day = max(0, allowance.daily - account.day.credits) + usage.granted
    month = max(0, allowance.monthly - account.month.credits) + usage.granted
    own = min(day, month)
    yield from _bounds("quota.server", usage.server_account, usage.server, own, locale)
    yield from _bounds("quota.bot", usage.bot_account, stand.rates.bot, own, locale)


def _bounds(key: str, account: Account, bound: Bound, own: int, locale: str) -> Iterator[str]:
    spans = (
        ("day", account.day, bound.daily, account.periods.day),
        ("month", account.month, bound.monthly, account.periods.month),
    )
    for span, standing, allowed, period in spans:
        if allowed is None or (left := max(0, allowed - standing.credits)) >= own:
            continue
        renews = int(period.ends.timestamp())
        yield text(f"{key}.{span}", locale, left=left, allowance=allowed, renews=renews)


def _prices(stand: Stand, locale: str) -> Iterator[str]:
    yield text("quota.prices", locale)
    for model in MODELS:
        yield _row(model, stand, locale)
    yield text("quota.signs", locale)


def _row(model: type[Request], stand: Stand, locale: str) -> str:
    """Return what a command costs at each resolution that is on here, all else by default."""
    command = str(model.model_fields["command"].default)
    offered = [one for one in _requests(model) if _is_on(one, stand.house)]
    if not offered:
        return text("quota.price.off", locale, command=command)
    prices = " · ".join(_price(one, stand, locale) for one in offered)
    first = offered[0]
    if isinstance(first, SeedreamEdit):
        return text("quota.price", locale, command=command, prices=prices)
    about = [text("option.duration", locale, value=first.duration)]
    about += [text("option.audio", locale)] if isinstance(first, SeedancePro) else []
    return text("quota.price.about", locale, command=command, prices=prices, about=" · ".join(about))


def _requests(model: type[Request]) -> list[Request]:
    resolutions = get_args(Size if model is SeedreamEdit else VideoResolution)
    return [model.model_validate({"prompt": _SAMPLE, "resolution": one}) for one in resolutions]


def _is_on(request: Request, house: House) -> bool:
    policies: tuple[Policy, ...] = (house.everywhere, house.here)
    try:
        for policy in policies:
            # A limit on the length leaves the shorter ones, so it hides nothing.
            rule = policy.models.get(request.command, ModelRule())
            judge_model(rule.model_copy(update={"duration": None}), request)
    except MemberError:
        return False
    return True


def _price(request: Request, stand: Stand, locale: str) -> str:
    credits_ = cost(request, stand.weights)
    try:
        # As if nothing of theirs were under way: that is over soon, and told above.
        beyond(replace(stand.usage, active=0), stand.rates, credits_, stand.estimate(request))
        key = "quota.price.fits"
    except MemberError:
        key = "quota.price.dear"
    return text(key, locale, resolution=request.resolution, cost=credits_)
