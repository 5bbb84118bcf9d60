"""/healthz and /metrics: what a supervisor and a dashboard may know. No member, no prompt, no secret."""

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from bot.core.errors import ZoetropeError
from bot.core.job import State
from bot.core.money import MICRO
from bot.core.ports import Clock, Store
from bot.core.quota import Account, Rates

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Vitals:
    """Where to look for signs of life."""

    store: Store
    clock: Clock
    rates: Rates
    balance: Callable[[], int | None]
    """At RunComfy, in millionths of a dollar; None where it is not known."""
    gateway_is_up: Callable[[], bool] | None
    """None where this process has no gateway connection to lose."""
    runcomfy_answered: Callable[[], datetime | None]
    runcomfy_takes_orders: Callable[[], bool]
    share: Callable[[], int | None] | None = None
    """How many jobs it follows of those that processes share; None where it may follow none."""


@asynccontextmanager
async def serve(address: tuple[str, int], vitals: Vitals) -> AsyncGenerator[int]:
    """Answer on host and port while the context is open; gives the port, which may have been 0."""

    async def healthz(_: web.Request) -> web.Response:
        return await _healthz(vitals)

    async def metrics(_: web.Request) -> web.Response:
        return await _metrics(vitals)

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", metrics)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, *address).start()
        port = int(runner.addresses[0][1])
        log.info("health at http://%s:%d/healthz", address[0], port, extra={"action": "listen"})
        yield port
    finally:
        await runner.cleanup()


async def _healthz(vitals: Vitals) -> web.Response:
    """200 while all that this process is there for works, 503 otherwise."""
    works = {"database_writable": await _is_writable(vitals)}
    if vitals.gateway_is_up is not None:
        works["gateway_connected"] = vitals.gateway_is_up()
    if vitals.share is not None:
        works["follows_jobs"] = vitals.share() is not None
    is_well = all(works.values())
    answered = vitals.runcomfy_answered()
    body = {
        "ok": is_well,
        **works,
        "runcomfy_last_answer": None if answered is None else answered.isoformat(),
        "runcomfy_takes_orders": vitals.runcomfy_takes_orders(),
    }
    return web.json_response(body, status=200 if is_well else 503)


async def _is_writable(vitals: Vitals) -> bool:
    try:
        await vitals.store.remember("healthz", vitals.clock.now().isoformat())
    except ZoetropeError:
        return False
    return True


async def _metrics(vitals: Vitals) -> web.Response:
    """Expose the state of the rows, read at the moment of asking; 503 where they cannot be read."""
    try:
        counts = await vitals.store.counts()
        account = await vitals.store.spending(vitals.rates, vitals.clock.now())
    except ZoetropeError:
        return web.Response(status=503, text="the database cannot be read\n")
    registry = CollectorRegistry()
    jobs = Gauge("zoetrope_jobs", "Jobs by state", ["state"], registry=registry)
    for state in State:
        jobs.labels(state.value).set(counts.get(state, 0))
    gate = Gauge("zoetrope_runcomfy_takes_orders", "0 while submits are paused", registry=registry)
    gate.set(vitals.runcomfy_takes_orders())
    if vitals.gateway_is_up is not None:
        gateway = Gauge("zoetrope_gateway_connected", "1 while every shard is connected", registry=registry)
        gateway.set(vitals.gateway_is_up())
    if vitals.share is not None:
        followed = Gauge("zoetrope_jobs_followed", "Jobs that this process follows", registry=registry)
        followed.set(vitals.share() or 0)
    answered = vitals.runcomfy_answered()
    last = Gauge("zoetrope_runcomfy_last_answer_seconds", "Unix time of the last answer", registry=registry)
    last.set(0 if answered is None else answered.timestamp())
    _add_money(registry, vitals, account)
    return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})


def _add_money(registry: CollectorRegistry, vitals: Vitals, account: Account) -> None:
    """Expose what is spent and what may be; a budget that is not set, or an unknown balance, is left out."""
    spent = Gauge("zoetrope_spent_usd", "Spent and reserved in the span", ["span"], registry=registry)
    spent.labels("day").set(account.day.microusd / MICRO)
    spent.labels("month").set(account.month.microusd / MICRO)
    bounds = {"day": vitals.rates.budget.daily, "month": vitals.rates.budget.monthly}
    budget = Gauge("zoetrope_budget_usd", "What may be spent in the span", ["span"], registry=registry)
    for span, bound in bounds.items():
        if bound is not None:
            budget.labels(span).set(bound / MICRO)
    balance = vitals.balance()
    if balance is not None:
        left = Gauge("zoetrope_balance_usd", "On the account at RunComfy", registry=registry)
        left.set(balance / MICRO)
