"""Turns a submit into what the studio has to make: kind, size, length, sound and sources. Pure."""

import hashlib
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.sandbox.runcomfy.catalogue import Model
from bot.sandbox.runcomfy.inputs import Picture
from bot.sandbox.runcomfy.records import Json, JsonObject

_SIDES = {"1K": 1024, "2K": 2048, "4K": 4096}
_RATIOS = ("16:9", "4:3", "1:1", "3:4", "9:16", "21:9")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A film or a picture to be made."""

    kind: Literal["video", "image"]
    width: int
    height: int
    seconds: int = 0
    sound: bool = False
    moving: bool = True
    """Whether the camera moves; otherwise only the light does."""
    pictures: tuple[Path, ...] = ()
    last: Path | None = None
    """The picture that a film ends with."""
    seed: int = 0
    """Colours what is drawn."""
    variant: int = 0
    """Sets one of several results apart from the others."""


def order_for(model: Model, body: JsonObject, pictures: list[tuple[str, Picture]]) -> Order:
    """Write the order for a valid body and its pictures, as (field, picture); defaults are the schema's."""
    chosen = {name: body.get(name, field.get("default")) for name, field in model.properties.items()}
    seed = _seed(body)
    if model.makes == "image":
        width, height = _image_size(str(chosen["resolution"]), pictures[0][1])
        paths = tuple(picture.path for _, picture in pictures)
        return Order(kind="image", width=width, height=height, pictures=paths, seed=seed)
    first = [picture for name, picture in pictures if not name.startswith("last")]
    last = [picture.path for name, picture in pictures if name.startswith("last")]
    width, height = _video_size(
        str(chosen["resolution"]), str(chosen.get("ratio")), first[0] if first else None
    )
    return Order(
        kind="video",
        width=width,
        height=height,
        seconds=_whole(chosen["duration"]),
        sound=chosen.get("generate_audio") is True,
        # The page's default is a fixed camera; the demo is livelier if only a member's choice stills it.
        moving=body.get("camera_fixed") is not True,
        pictures=tuple(picture.path for picture in first),
        # By the page of the lite model a last frame has no effect at 1080p.
        last=last[0] if last and chosen["resolution"] != "1080p" else None,
        seed=seed,
    )


def _whole(value: Json) -> int:
    if not isinstance(value, int | float):
        raise TypeError("a duration is a number")
    return int(value)


def _seed(body: JsonObject) -> int:
    seed = body.get("seed")
    if isinstance(seed, int):
        return seed
    words = str(body.get("text") or body.get("prompt"))
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:4])


def _image_size(resolution: str, picture: Picture) -> tuple[int, int]:
    if fixed := re.match(r"(\d+)x(\d+)", resolution):
        return int(fixed[1]), int(fixed[2])
    side = _SIDES[resolution]
    longest = max(picture.width, picture.height)
    return max(1, round(side * picture.width / longest)), max(1, round(side * picture.height / longest))


def _video_size(resolution: str, ratio: str, picture: Picture | None) -> tuple[int, int]:
    """Give even sides, the shorter as the resolution says; without a ratio the nearest to the picture's."""
    short = int(resolution.removesuffix("p"))
    shape = _shape(ratio) if ratio in _RATIOS else _nearest(picture)
    long = round(short * max(shape, 1 / shape) / 2) * 2
    return (long, short) if shape >= 1 else (short, long)


def _shape(ratio: str) -> float:
    width, height = ratio.split(":")
    return int(width) / int(height)


def _nearest(picture: Picture | None) -> float:
    if picture is None:
        return _shape("16:9")
    own = math.log(picture.width / picture.height)
    return min((_shape(ratio) for ratio in _RATIOS), key=lambda shape: abs(math.log(shape) - own))
