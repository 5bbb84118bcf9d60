"""`python -m bot check`: one line for each thing that the bot needs, ok or what to do about it.

May be asked beside a bot that runs: it spends nothing, writes nothing and takes nothing away.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from bot.clock import SystemClock
from bot.config import ConfigError, Settings
from bot.core.errors import OperatorError, StoreUnusable, ZoetropeError
from bot.core.models import MODELS, ModelId
from bot.core.money import MICRO, Price
from bot.core.periods import Periods, periods
from bot.flow.prices import unpriced
from bot.opening import EX_CONFIG, EX_UNAVAILABLE, FatalError, discord_bot, log_in, runcomfy_client
from bot.runcomfy.client import RunComfyClient
from bot.runcomfy.protocol import CatalogueEntry
from bot.store.books_look import spent
from bot.store.look import Doubt, Look, look
from bot.store.opening import shown

Print = Callable[[str], None]

_LISTED: Final = 20  # jobs in doubt
_MODEL_OF: Final = {str(model.model_fields["command"].default): model.model_id for model in MODELS}


async def check(settings: Settings, say: Print) -> int:
    """Try everything once and return the exit code: 0, 78 or 69."""
    try:
        settings.discord.read_token()
        client = runcomfy_client(settings, SystemClock())
    except ConfigError as error:
        say(f"WRONG {error}")
        return EX_CONFIG
    say("ok    configuration")
    codes = [_storage(settings, say), await _discord(settings, say)]
    async with client as runcomfy:
        entries = [await _model(runcomfy, model.model_id, say) for model in MODELS]
        codes += [code for code, _ in entries]
        codes.append(await _balance(runcomfy, say))
    if settings.rates.budget.is_bounded:
        catalogue = {of: price for _, (of, price) in entries if price is not None}
        codes.append(_budget(settings, catalogue, datetime.now(UTC), say))
    return max(codes)


def _storage(settings: Settings, say: Print) -> int:
    try:
        seen = look(settings.storage.place, _LISTED)
    except StoreUnusable as error:
        say(f"WRONG storage: {error.reason.facts['detail']}")
        return EX_UNAVAILABLE
    say(f"ok    storage: {shown(settings.storage.place)}{_condition(seen)}")
    for doubt in seen.in_doubt:
        say(_note(doubt))
    return 0


def _condition(seen: Look) -> str:
    use = "" if seen.holder is None else f", in use by {seen.holder}"
    if not seen.applied:
        return f"{use}: new, run makes it at start"
    pending = f": migrations pending: {seen.pending}, run applies them at start" if seen.pending else ""
    return use + pending


def _note(doubt: Doubt) -> str:
    model = _MODEL_OF.get(doubt.command, doubt.command)
    return (
        f"note  job {doubt.id} of member {doubt.owner_id} is in doubt since {doubt.since:%Y-%m-%d %H:%M} UTC:"
        f" look at RunComfy whether {model} ran then; it is not sent again"
    )


async def _discord(settings: Settings, say: Print) -> int:
    async with discord_bot(settings) as bot:
        try:
            await log_in(bot, settings)
        except FatalError as error:
            say(f"WRONG {error}")
            return error.code
        say(f"ok    discord: logged in as {bot.user}")
        return 0


async def _model(
    client: RunComfyClient, model_id: ModelId, say: Print
) -> tuple[int, tuple[ModelId, Price | None]]:
    """Say what the catalogue has of a model; return the exit code, and the price."""
    try:
        entry = await client.catalogue(model_id)
    except OperatorError:
        say(f"WRONG runcomfy: {model_id}: the token is rejected; set runcomfy.token to a valid one")
        return EX_CONFIG, (model_id, None)
    except ZoetropeError as error:
        say(
            f"WRONG runcomfy: {model_id}: cannot be reached ({error}); check runcomfy.api_url and the network"
        )
        return EX_UNAVAILABLE, (model_id, None)
    if entry is None:
        say(f"WRONG runcomfy: {model_id}: not in the catalogue; its command will be refused")
        return EX_UNAVAILABLE, (model_id, None)
    say(f"ok    runcomfy: {model_id}: {_price(entry)}")
    return 0, (model_id, entry.price)


def _price(entry: CatalogueEntry) -> str:
    if entry.base_price_usd is None:
        return "no price given"
    return f"base price {entry.base_price_usd:g} USD per {entry.price_unit or 'unknown unit'}"


async def _balance(client: RunComfyClient, say: Print) -> int:
    """Say what is on the account; that it cannot be read is no reason not to run."""
    try:
        balance = await client.balance()
    except ZoetropeError as error:
        say(f"note  runcomfy: the balance cannot be read ({error}); see runcomfy.balance_url")
        return 0
    if balance <= 0:
        say(f"WRONG runcomfy: balance {balance / MICRO:.2f} USD: top it up; jobs wait until then")
        return EX_UNAVAILABLE
    say(f"ok    runcomfy: balance {balance / MICRO:.2f} USD")
    return 0


def _budget(settings: Settings, catalogue: Mapping[ModelId, Price], now: datetime, say: Print) -> int:
    """Say what is spent of the budget, and what is refused because nobody knows what it would cost."""
    budget, here = settings.rates.budget, periods(now, settings.rates.zone)
    used = _spent(settings, here)
    spans = (("today", here.day, budget.daily), ("this month", here.month, budget.monthly))
    for word, period, bound in spans:
        if bound is not None:
            of = used.get(period.key, 0)
            mark = "ok   " if of < bound else "note "
            say(f"{mark} budget: {of / MICRO:.2f} of {bound / MICRO:.2f} USD are spent or reserved {word}")
    if missing := unpriced(settings.prices, catalogue):
        commands = ", ".join(f"/{command}" for command in missing)
        say(
            f"WRONG budget: no price is known for {commands}, so what has none is refused; set it in [prices]"
        )
        return EX_CONFIG
    return 0


def _spent(settings: Settings, here: Periods) -> Mapping[str, int]:
    try:
        return spent(settings.storage.place, here)
    except StoreUnusable:
        # The line on the storage says why, or that there is no database yet.
        return {}
