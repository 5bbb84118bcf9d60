"""Judges a submit: its fields against the model's schema, and each picture by its bytes.

Judgements never repeat a value, so that no prompt gets into a log or a message.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import jsonschema_rs
from yarl import URL

from bot.sandbox.runcomfy.catalogue import Model
from bot.sandbox.runcomfy.records import Json, JsonObject

# SHA-256 of the sample prompt on the page of Seedance 1.5 Pro, stripped. It must never be sent.
_SAMPLE_PROMPTS = frozenset({"3ecfb62f09fd16905d748fdf3546110b56c4ed844c3ff83a0b7f03d27cfbf072"})


class PictureError(Exception):
    """The service cannot use a picture."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was fetched and decoded."""

    path: Path
    width: int
    height: int
    format: str
    size: int
    """Bytes."""


def violations(model: Model, body: JsonObject) -> list[Json]:
    """List what breaks the schema, as the `detail` of a 422; unknown fields do."""
    schema = {**model.input_schema, "additionalProperties": False}
    validator = jsonschema_rs.validator_for(schema, mask="the value")
    return [
        {"loc": ["body", *error.instance_path], "msg": error.message, "type": error.kind.name}
        for error in validator.iter_errors(body)
    ]


def samples(model: Model, body: JsonObject) -> Iterator[str]:
    """Name the fields that carry a page's sample value instead of a member's."""
    for name, value in body.items():
        if isinstance(value, str) and hashlib.sha256(value.strip().encode()).hexdigest() in _SAMPLE_PROMPTS:
            yield name
    for name, url in picture_urls(model, body):
        if (URL(url).host or "").endswith("runcomfy.net"):
            yield name


def picture_urls(model: Model, body: JsonObject) -> list[tuple[str, str]]:
    """List the pictures of a valid body as (field, address), in the order of the schema."""
    found: list[tuple[str, str]] = []
    for name, field in model.properties.items():
        if "validations" in field and name in body:
            value = body[name]
            urls = value if isinstance(value, list) else [value]
            found += [(name, url) for url in urls if isinstance(url, str)]
    return found


def check_picture(model: Model, name: str, picture: Picture) -> None:
    """Hold a picture against the rules of its field; bounds are exclusive, as they are written.

    A megabyte is counted as a million bytes: the smaller reading, so that who passes here passes anywhere.
    Raises PictureError.
    """
    if picture.format not in model.formats:
        raise PictureError(f"{name}: {picture.format} is not one of {', '.join(sorted(model.formats))}")
    measured = {
        "width_pixels": picture.width,
        "height_pixels": picture.height,
        "width/height": picture.width / picture.height,
        "file_size_mb": picture.size / 1_000_000,
    }
    for rule in cast("list[JsonObject]", model.properties[name]["validations"]):
        word, bound = str(rule["validation_rule"]), cast("float", rule["validation_value"])
        value = measured[word[:-1]]
        if not (value < bound if word.endswith("<") else value > bound):
            raise PictureError(f"{name}: {word[:-1]} is {value:g}, the rule is {word[-1]} {bound:g}")
