"""What a request is estimated to cost at RunComfy, in millionths of a dollar.

An estimate: the catalogue tells a base price only, and controls such as the resolution can change the bill.
The operator may set exact ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.core.models import EditResolution, ModelId, Request, SeedreamEdit, VideoResolution

MICRO: Final = 1_000_000
"""Millionths in a dollar."""

Usd = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class Price:
    """What RunComfy's catalogue says of a model."""

    usd: float
    unit: Literal["second", "output"]


class Prices(BaseModel):
    """What the operator says, by command and resolution: dollars per second of video, or per picture.

    What is not said here is as in RunComfy's catalogue.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seedance_pro: dict[VideoResolution, Usd] = {}
    seedance_lite: dict[VideoResolution, Usd] = {}
    seedance_fast: dict[VideoResolution, Usd] = {}
    seedream_edit: dict[EditResolution, Usd] = {}
    """What is said of 2K holds for the sizes given in pixels, which have as many, too."""

    def of(self, request: Request) -> float | None:
        """Return what is said of such a request."""
        said: dict[str, float] = getattr(self, request.command.replace("-", "_"))
        own = said.get(request.resolution)
        return said.get("2K") if own is None and "x" in request.resolution else own


def estimate(request: Request, prices: Prices, catalogue: Mapping[ModelId, Price]) -> int | None:
    """Return what the request may cost, in millionths of a dollar; None where no price is known."""
    said = prices.of(request)
    if said is not None:
        return microusd(said * _seconds(request))
    price = catalogue.get(request.model_id)
    if price is None:
        return None
    return microusd(price.usd * (_seconds(request) if price.unit == "second" else 1))


def microusd(usd: float) -> int:
    """Return dollars in millionths."""
    return round(usd * MICRO)


def _seconds(request: Request) -> int:
    return 1 if isinstance(request, SeedreamEdit) else request.duration
