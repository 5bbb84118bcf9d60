"""RunComfy's prices as they were last read, kept over restarts. Without one, nothing is estimated.

Knows no budget and decides nothing: a price that is not known is None, never a guess.
"""

import asyncio
import itertools
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, get_args

from pydantic import TypeAdapter, ValidationError

from bot.core.errors import OperatorError, PassingError
from bot.core.models import (
    MODELS,
    EditResolution,
    ModelId,
    Request,
    SeedanceFast,
    SeedanceLite,
    SeedancePro,
    SeedreamEdit,
    VideoResolution,
)
from bot.core.money import Price, Prices, estimate
from bot.core.ports import Store
from bot.core.treasury import Market

log = logging.getLogger(__name__)

_KEPT_AS: Final = "prices"
_KEPT: Final = TypeAdapter(dict[ModelId, Price])


class PriceBook:
    """The catalogue as last read, beside what the operator says."""

    def __init__(self, *, store: Store, market: Market, said: Prices) -> None:
        self._store = store
        self._market = market
        self._said = said
        self._catalogue: Mapping[ModelId, Price] = {}

    def catalogue(self) -> Mapping[ModelId, Price]:
        """Return RunComfy's prices, as far as they are known."""
        return self._catalogue

    async def recall(self) -> None:
        """Take up what an earlier life has read; what cannot be read any more is forgotten."""
        kept = await self._store.recall(_KEPT_AS)
        if kept is None:
            return
        try:
            self._catalogue = _KEPT.validate_json(kept)
        except ValidationError:
            log.warning("the prices of an earlier life cannot be read; they are asked for anew")

    async def refresh(self) -> bool:
        """Read the catalogue; False where some of it could not be read. What is not told stays as it was."""
        told = await asyncio.gather(*(self._read(model.model_id) for model in MODELS))
        await self._keep({**self._catalogue, **{of: price for of, price, _ in told if price is not None}})
        return all(was_read for _, _, was_read in told)

    async def _read(self, model_id: ModelId) -> tuple[ModelId, Price | None, bool]:
        """Return a model's price, if it is told, and whether it could be read."""
        try:
            return model_id, await self._market.price(model_id), True
        except (PassingError, OperatorError) as error:
            log.info("the price of %s cannot be read: %s", model_id, error, extra={"action": "price"})
            return model_id, None, False

    async def _keep(self, found: Mapping[ModelId, Price]) -> None:
        for model_id, price in found.items():
            if self._catalogue.get(model_id) != price:
                facts = {"action": "price", "model": model_id}
                log.info("%s costs %g USD per %s", model_id, price.usd, price.unit, extra=facts)
        if found != self._catalogue:
            self._catalogue = found
            await self._store.remember(_KEPT_AS, _KEPT.dump_json(dict(found)).decode())

    # --- what can be had ---------------------------------------------------------------------------------

    def cheapest(self) -> int | None:
        """Return what the least that can be asked for may cost; None where no price is known."""
        return min(
            (cost for _, cost in _smallest(self._said, self._catalogue) if cost is not None), default=None
        )

    def unpriced(self) -> Sequence[str]:
        """Return the commands of which something can be asked for that has no price."""
        return unpriced(self._said, self._catalogue)


def unpriced(said: Prices, catalogue: Mapping[ModelId, Price]) -> Sequence[str]:
    """Return the commands of which something can be asked for that has no price."""
    return list(dict.fromkeys(command for command, cost in _smallest(said, catalogue) if cost is None))


def _smallest(said: Prices, catalogue: Mapping[ModelId, Price]) -> Iterator[tuple[str, int | None]]:
    for request in _SMALLEST:
        yield request.command, estimate(request, said, catalogue)


_SMALLEST: Final[Sequence[Request]] = tuple(
    itertools.chain(
        (SeedancePro(prompt="-", resolution=size, duration=4) for size in get_args(VideoResolution)),
        (SeedanceLite(prompt="-", resolution=size, duration=5) for size in get_args(VideoResolution)),
        (SeedanceFast(prompt="-", resolution=size, duration=2) for size in get_args(VideoResolution)),
        (SeedreamEdit(prompt="-", resolution=size) for size in get_args(EditResolution)),
    )
)
"""The least of each command at each resolution."""
