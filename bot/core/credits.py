"""What a request costs in credits: a pure function of the request and the operator's table of weights."""

import math
from typing import Annotated, Literal, assert_never, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.core.models import Request, SeedanceFast, SeedanceLite, SeedancePro, SeedreamEdit, VideoResolution

Weight = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]
Size = Literal["1K", "2K", "4K"]


def _complete(*keys: str) -> AfterValidator:
    def check(weights: dict[str, float]) -> dict[str, float]:
        if missing := [key for key in keys if key not in weights]:
            raise ValueError(f"a weight for each of {', '.join(keys)}; {', '.join(missing)} is missing")
        return weights

    return AfterValidator(check)


PerSecond = Annotated[dict[VideoResolution, Weight], _complete(*get_args(VideoResolution))]
PerPicture = Annotated[dict[Size, Weight], _complete(*get_args(Size))]


class Weights(BaseModel):
    """Credits per second of video by resolution, and per picture by size. Sound multiplies the Pro's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seedance_pro: PerSecond = Field(default={"480p": 0.5, "720p": 1, "1080p": 2}, validate_default=True)
    seedance_pro_audio: Weight = 2
    seedance_lite: PerSecond = Field(default={"480p": 0.4, "720p": 0.8, "1080p": 1.6}, validate_default=True)
    seedance_fast: PerSecond = Field(default={"480p": 0.2, "720p": 0.4, "1080p": 1}, validate_default=True)
    seedream_edit: PerPicture = Field(default={"1K": 1, "2K": 2, "4K": 4}, validate_default=True)


def cost(request: Request, weights: Weights) -> int:
    """Return the whole credits that a request reserves, at least 1."""
    return max(1, math.ceil(round(_weight(request, weights), 6)))


def _weight(request: Request, weights: Weights) -> float:
    match request:
        case SeedancePro():
            sound = weights.seedance_pro_audio if request.audio else 1
            return weights.seedance_pro[request.resolution] * request.duration * sound
        case SeedanceLite():
            return weights.seedance_lite[request.resolution] * request.duration
        case SeedanceFast():
            return weights.seedance_fast[request.resolution] * request.duration
        case SeedreamEdit():
            return weights.seedream_edit[_size(request)]
        case _:
            assert_never(request)


def _size(request: SeedreamEdit) -> Size:
    """Return the size to weigh: the named frame sizes all have about four million pixels, as 2K has."""
    return request.resolution if request.resolution in ("1K", "2K", "4K") else "2K"
