"""The waits at a server's side, which the bot's clock does not govern: as short as those need who wait."""

from typing import Any, LiteralString

from bot.engine.procrastinate import ProcrastinateEngine
from bot.store.postgresql import address, writer
from proof.inside.orders import Live


def install(live: Live) -> None:
    """Have nobody wait longer than a member does, and a worker be silent as long as the bot's time says."""
    haste, speed = live.now.haste, live.now.clock_speed
    writer.PATIENCE /= haste  # pyright: ignore[reportConstantRedefinition] (from outside, before anybody has read it)
    limits = {"statement_timeout": 2000, "lock_timeout": 1500}
    spelt = [f"SET {name} = {round(limit / haste)}".encode() for name, limit in limits.items()]
    address._SETTINGS += tuple(spelt)  # pyright: ignore[reportPrivateUsage, reportConstantRedefinition] (as above; the last word counts)
    ask = ProcrastinateEngine._ask  # pyright: ignore[reportPrivateUsage] (all that it says of other workers)

    async def asked(
        self: ProcrastinateEngine, statement: LiteralString, **values: Any
    ) -> list[dict[str, Any]] | None:
        if "stale" in values:
            values["stale"] /= speed
        return await ask(self, statement, **values)

    ProcrastinateEngine._ask = asked  # pyright: ignore[reportPrivateUsage] (as above)
