"""The private answers to /jobs and /quota, as text of at most 2,000 characters."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final

import discord

from bot.chat import cards
from bot.chat.texts import text
from bot.chat.words import plain
from bot.core.credits import Weights, cost
from bot.core.job import Job, State
from bot.core.models import MODELS, Request, SeedreamEdit
from bot.core.quota import Usage

Writer = Callable[[discord.Interaction], Awaitable[str]]

_MESSAGE: Final = 2000  # characters, Discord's limit
_PROMPT_SHOWN: Final = 80


def jobs(found: Sequence[Job], locale: str) -> str:
    """List jobs, newest first, as many as fit into one message."""
    if not found:
        return text("jobs.none", locale)
    lines = text("jobs.title", locale)
    for job in found:
        row = "\n" + _row(job, locale)
        if len(lines) + len(row) > _MESSAGE:
            break
        lines += row
    return lines


def _row(job: Job, locale: str) -> str:
    return text(
        "jobs.row",
        locale,
        title=job.request.title,
        state=state_of(job, locale),
        cost=job.cost,
        accepted=int(job.accepted_at.timestamp()),
        link=link_of(job, locale),
        id=job.id,
        prompt=plain(job.request.prompt, _PROMPT_SHOWN),
    )


def state_of(job: Job, locale: str) -> str:
    """Return where a job stands, in a word or two."""
    return text("job.deleted" if job.deleted_at is not None else f"state.{job.state}", locale)


def link_of(job: Job, locale: str) -> str:
    """Return the link to a job's result with what parts it from the words before, where there is one."""
    if job.state is not State.DELIVERED or job.deleted_at is not None:
        return ""
    return f" · {text('jump', locale, url=cards.jump_url(job))}"


def quota(usage: Usage, weights: Weights, locale: str) -> str:
    """Tell what is used, what is left, when it renews, and what each command costs."""
    account, allowance = usage.member_account, usage.allowance
    lines = [
        text("quota.title", locale),
        _window("quota.day", account.day.credits, allowance.daily, account.periods.day.ends, locale),
        _window("quota.month", account.month.credits, allowance.monthly, account.periods.month.ends, locale),
        text("quota.active", locale, active=usage.active, allowance=allowance.active),
        text("quota.prices", locale),
    ]
    lines += (
        text("quota.price", locale, command=_command(model), prices=_prices(model, weights, locale))
        for model in MODELS
    )
    return "\n".join(lines)


def _window(key: str, used: int, allowed: int, renewal: datetime, locale: str) -> str:
    left = max(0, allowed - used)
    return text(key, locale, used=used, allowance=allowed, left=left, renews=int(renewal.timestamp()))


def _command(model: type[Request]) -> str:
    return str(model.model_fields["command"].default)


def _prices(model: type[Request], weights: Weights, locale: str) -> str:
    """Return the cost at each resolution, all else by default."""
    resolutions = ("1K", "2K", "4K") if model is SeedreamEdit else ("480p", "720p", "1080p")
    default = model(prompt="-")
    about = [word for word in cards.settings(default, locale) if word not in (default.resolution, "adaptive")]
    costs = [
        f"{resolution} {text('card.cost', locale, cost=cost(_at(default, resolution), weights))}"
        for resolution in resolutions
    ]
    return f"{', '.join(costs)}" + (f" ({' · '.join(about)})" if about and model is not SeedreamEdit else "")


def _at(request: Request, resolution: str) -> Request:
    return type(request).model_validate({**request.model_dump(), "resolution": resolution})
