"""How a member stands, as they see it: what is used, reserved and left, and what they can order of that now.

Pure: from the sums and the rules to a layout.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, get_args

from discord import ui

from bot.chat.bars import bar
from bot.chat.cards import Layout
from bot.chat.texts import say, text
from bot.core.credits import Size, Weights, cost
from bot.core.errors import MemberError, Problem, Reason
from bot.core.ledger import Standing
from bot.core.models import MODELS, Request, SeedancePro, SeedreamEdit, VideoResolution, lengths
from bot.core.office import House
from bot.core.periods import Period
from bot.core.policy import ModelRule, Where, judge_model, judge_place
from bot.core.quota import Account, Bound, Rates, Usage, beyond

_SAMPLE: Final = "-"
# What is worth a line of its own: credits are told above.
_MONEY: Final = (Problem.BUDGET_SPENT, Problem.PRICE_UNKNOWN)
Estimate = Callable[[Request], int | None]


@dataclass(frozen=True, slots=True)
class Stand:
    """All that is told of a member's quota in a place."""

    usage: Usage
    rates: Rates
    house: House
    weights: Weights
    estimate: Estimate
    where: Where
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
    if (reason := _closed(stand)) is not None:
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


def _closed(stand: Stand) -> Reason | None:
    """Return why they can order nothing at all here, whatever it costs."""
    house, active = stand.house, stand.usage.allowance.active
    if house.blocked is not None:
        return Reason(Problem.BLOCKED, {"why": house.blocked})
    try:
        judge_place(house.everywhere, stand.where)
        judge_place(house.here, stand.where)
    except MemberError as error:
        return error.reason
    return None if active else Reason(Problem.QUOTA_ACTIVE, {"active": stand.usage.active, "allowance": 0})


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
    if _closed(stand) is not None:
        return
    usage = stand.usage
    is_full = usage.active >= usage.allowance.active
    yield text("quota.signs.full" if is_full else "quota.signs", locale)
    refused = {one.problem: one for model in MODELS for one in _refusals(model, stand)}
    yield from (
        text(f"quota.{problem}", locale, **refused[problem].facts) for problem in _MONEY if problem in refused
    )


def _row(model: type[Request], stand: Stand, locale: str) -> str:
    """Return what a command costs at each resolution that is on here, all else by default."""
    command = str(model.model_fields["command"].default)
    offered = _offered(model, stand.house)
    if not offered:
        return text("quota.price.off", locale, command=command)
    prices = " · ".join(_price(one, stand, locale) for one in offered)
    first = offered[0]
    if isinstance(first, SeedreamEdit):
        return text("quota.price", locale, command=command, prices=prices)
    about = [text("option.duration", locale, value=first.duration)]
    about += [text("option.audio", locale)] if isinstance(first, SeedancePro) else []
    if (longest := _longest(model, stand.house)) is not None:
        about.append(text("quota.price.longest", locale, seconds=longest))
    return text("quota.price.about", locale, command=command, prices=prices, about=" · ".join(about))


def _offered(model: type[Request], house: House) -> list[Request]:
    return [one for one in _requests(model, _longest(model, house)) if _is_on(one, house)]


@lru_cache(maxsize=64)
def _requests(model: type[Request], longest: int | None) -> tuple[Request, ...]:
    """Return one for each resolution, no longer than it may be, or than its shortest where nothing may be."""
    resolutions = get_args(Size if model is SeedreamEdit else VideoResolution)
    options: dict[str, int] = {}
    if longest is not None and (known := lengths(model)):
        usual = int(model.model_fields["duration"].default)
        options["duration"] = max((one for one in known if one <= min(usual, longest)), default=known[0])
    return tuple(
        model.model_validate({"prompt": _SAMPLE, "resolution": one, **options}) for one in resolutions
    )


def _longest(model: type[Request], house: House) -> int | None:
    """Return how many seconds a video may have here at most; None where nothing is said."""
    rules = _rules(str(model.model_fields["command"].default), house)
    said = [rule.duration for rule in rules if rule.duration is not None]
    return min(said) if said and lengths(model) else None


def _rules(command: str, house: House) -> Iterator[ModelRule]:
    for policy in (house.everywhere, house.here):
        yield policy.models.get(command, ModelRule())


def _is_on(request: Request, house: House) -> bool:
    try:
        for rule in _rules(request.command, house):
            judge_model(rule, request)
    except MemberError:
        return False
    return True


def _price(request: Request, stand: Stand, locale: str) -> str:
    if _closed(stand) is not None:
        key = "quota.price.bare"
    else:
        key = "quota.price.fits" if _refusal(request, stand) is None else "quota.price.dear"
    return text(key, locale, resolution=request.resolution, cost=cost(request, stand.weights))


def _refusals(model: type[Request], stand: Stand) -> Iterator[Reason]:
    for request in _offered(model, stand.house):
        if (reason := _refusal(request, stand)) is not None:
            yield reason


def _refusal(request: Request, stand: Stand) -> Reason | None:
    """Return why it cannot be ordered now, as if nothing of theirs were under way: that is told above."""
    usage = replace(stand.usage, active=0)
    try:
        beyond(usage, stand.rates, cost(request, stand.weights), stand.estimate(request))
    except MemberError as error:
        return error.reason
    return None
