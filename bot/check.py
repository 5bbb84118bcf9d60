"""`python -m bot check`: one line for each thing that the bot needs, ok or what to do about it.

May be asked beside a bot that runs: it spends nothing, writes nothing and takes nothing away.
"""

from collections.abc import Callable
from typing import Final

from bot.app import EX_CONFIG, EX_UNAVAILABLE, FatalError, discord_bot, log_in, runcomfy_client
from bot.clock import SystemClock
from bot.config import ConfigError, Settings
from bot.core.errors import OperatorError, StoreUnusable, ZoetropeError
from bot.core.models import MODELS, ModelId
from bot.runcomfy.client import RunComfyClient
from bot.store.look import Doubt, Look, look

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
        codes += [await _model(runcomfy, model.model_id, say) for model in MODELS]
    return max(codes)


def _storage(settings: Settings, say: Print) -> int:
    try:
        seen = look(settings.storage.path, _LISTED)
    except StoreUnusable as error:
        say(f"WRONG storage: {error.reason.facts['detail']}")
        return EX_UNAVAILABLE
    say(f"ok    storage: {settings.storage.path}{_condition(seen)}")
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


async def _model(client: RunComfyClient, model_id: ModelId, say: Print) -> int:
    try:
        entry = await client.catalogue(model_id)
    except OperatorError:
        say(f"WRONG runcomfy: {model_id}: the token is rejected; set runcomfy.token to a valid one")
        return EX_CONFIG
    except ZoetropeError as error:
        say(
            f"WRONG runcomfy: {model_id}: cannot be reached ({error}); check runcomfy.api_url and the network"
        )
        return EX_UNAVAILABLE
    if entry is None:
        say(f"WRONG runcomfy: {model_id}: not in the catalogue; its command will be refused")
        return EX_UNAVAILABLE
    price = "no price given" if entry.base_price_usd is None else f"base price {entry.base_price_usd} USD"
    say(f"ok    runcomfy: {model_id}: {price}")
    return 0
