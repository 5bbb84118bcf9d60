"""The models that the stand-in offers: what each takes, makes and costs.

`schemas.json` holds the input schemas as the model pages state them, facts only. The prices are this
stand-in's own: the real ones are not public and are read from the live catalogue.
"""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, cast

from bot.sandbox.runcomfy.records import Json, JsonObject

_PHOTOS = frozenset({"JPEG", "PNG", "WEBP"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One row of the catalogue."""

    model_id: str
    display_name: str
    category: str
    price: float | None
    """USD per unit; None: none is told, and jobs cost nothing."""
    unit: str
    """`second` or `output`; others were seen elsewhere."""
    formats: frozenset[str] = _PHOTOS
    """Picture formats that it takes, in Pillow's words."""
    input_schema: JsonObject

    @property
    def makes(self) -> Literal["video", "image"]:
        """The kind of its result."""
        return "video" if self.category.endswith("video") else "image"

    @property
    def properties(self) -> dict[str, JsonObject]:
        """The schema of each field."""
        return cast("dict[str, JsonObject]", self.input_schema["properties"])

    def entry(self, *, with_schema: bool) -> JsonObject:
        """Write the catalogue entry as the service does."""
        required = cast("list[Json]", self.input_schema["required"])
        entry: JsonObject = {
            "model_id": self.model_id,
            "display_name": self.display_name,
            "description": f"{self.display_name} ({self.category})",
            "categories": [self.category],
            "kind": "model",
            "base_price_usd": self.price,
            "price_unit": self.unit,
            "pricing_note": "a stand-in's price",
            "model_url": f"https://www.runcomfy.com/models/{self.model_id}",
            "inputs": list[Json](self.properties),
            "required_inputs": required,
        }
        return {**entry, "input_schema": self.input_schema} if with_schema else entry


def _schemas() -> dict[str, JsonObject]:
    text = files(__package__ or __name__).joinpath("schemas.json").read_text("utf-8")
    return cast("dict[str, JsonObject]", json.loads(text))


def load() -> dict[str, Model]:
    """Read the catalogue, keyed by model id."""
    schemas = _schemas()

    def model(model_id: str, name: str, category: str, price: float, **more: frozenset[str]) -> Model:
        return Model(
            model_id=model_id,
            display_name=name,
            category=category,
            price=price,
            unit="second" if category.endswith("video") else "output",
            input_schema=schemas[model_id],
            **more,
        )

    models = (
        model("bytedance/seedance-v1.5-pro/image-to-video", "Seedance 1.5 Pro", "image-to-video", 0.05),
        model("bytedance/seedance-1-0/lite/image-to-video", "Seedance 1.0 Lite", "image-to-video", 0.02),
        model(
            "bytedance/seedance-1-0/pro/fast/text-to-video", "Seedance 1.0 Pro Fast", "text-to-video", 0.03
        ),
        model(
            "bytedance/seedream-4-0/edit",
            "Seedream 4.0 Edit",
            "image-to-image",
            0.03,
            # The page's words for this field: jpeg or png.
            formats=frozenset({"JPEG", "PNG"}),
        ),
    )
    return {each.model_id: each for each in models}
