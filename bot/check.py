"""`python -m bot check`: one line for each thing that the bot needs, ok or what to do about it."""

from collections.abc import Callable

from bot.app import EX_CONFIG, EX_UNAVAILABLE, App, FatalError, assemble, log_in
from bot.config import Settings
from bot.core.errors import OperatorError, ZoetropeError
from bot.core.job import State
from bot.core.models import MODELS, ModelId

Print = Callable[[str], None]
_LISTED = 20  # jobs in doubt


async def check(settings: Settings, say: Print) -> int:
    """Try everything once, spend nothing, and return the exit code: 0, 78 or 69."""
    say("ok    configuration")
    try:
        async with assemble(settings) as app:
            say(f"ok    storage: {settings.storage.path}")
            await _jobs_in_doubt(app, say)
            codes = [await _discord(app, settings, say)]
            codes += [await _model(app, model.model_id, say) for model in MODELS]
    except FatalError as error:
        say(f"WRONG {error}")
        return error.code
    return max(codes)


async def _jobs_in_doubt(app: App, say: Print) -> None:
    for job in await app.store.in_state(State.UNKNOWN, _LISTED):
        say(
            f"note  job {job.id} of member {job.owner_id} is in doubt since {job.ended_at:%Y-%m-%d %H:%M}"
            " UTC: look at RunComfy whether it ran; it is not sent again"
        )


async def _discord(app: App, settings: Settings, say: Print) -> int:
    try:
        await log_in(app.bot, settings)
    except FatalError as error:
        say(f"WRONG {error}")
        return error.code
    say(f"ok    discord: logged in as {app.bot.user}")
    return 0


async def _model(app: App, model_id: ModelId, say: Print) -> int:
    try:
        entry = await app.client.catalogue(model_id)
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
