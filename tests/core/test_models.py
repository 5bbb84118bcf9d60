"""The models send exactly what was chosen and the pages' defaults, held against the pages' own schemas."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from pydantic import ValidationError

from bot.core.models import (
    MODELS,
    REQUEST,
    PictureRule,
    Request,
    SeedanceFast,
    SeedanceLite,
    SeedancePro,
    SeedreamEdit,
)

SCHEMAS = Path(__file__).parents[2].parent / "shared" / "runcomfy" / "schemas"
needs_schemas = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason=f"the vendor's schemas are not beside the project ({SCHEMAS})"
)
ONE = ("https://cdn.discordapp.com/1.png",)
TWO = (*ONE, "https://cdn.discordapp.com/2.png")

BODIES: list[tuple[Request, tuple[str, ...], dict[str, Any]]] = [
    (
        SeedancePro(prompt=" a boat "),
        ONE,
        {
            "prompt": "a boat",
            "first_frame_image_url": ONE[0],
            "resolution": "480p",
            "ratio": "adaptive",
            "duration": 5,
            "generate_audio": True,
            "camera_fixed": True,
        },
    ),
    (
        SeedancePro(
            prompt="a", resolution="1080p", ratio="21:9", duration=12, audio=False, fixed_camera=False
        ),
        ONE,
        {
            "prompt": "a",
            "first_frame_image_url": ONE[0],
            "resolution": "1080p",
            "ratio": "21:9",
            "duration": 12,
            "generate_audio": False,
            "camera_fixed": False,
        },
    ),
    (
        SeedanceLite(prompt="a"),
        ONE,
        {"prompt": "a", "first_frame_image_url": ONE[0], "resolution": "480p", "duration": 5},
    ),
    (
        SeedanceLite(prompt="a", duration=10),
        TWO,
        {
            "prompt": "a",
            "first_frame_image_url": TWO[0],
            "last_frame_image_url": TWO[1],
            "resolution": "480p",
            "duration": 10,
        },
    ),
    (SeedanceFast(prompt="a"), (), {"text": "a", "resolution": "480p", "ratio": "16:9", "duration": 5}),
    (
        SeedanceFast(prompt="a", seed=7),
        (),
        {"text": "a", "resolution": "480p", "ratio": "16:9", "duration": 5, "seed": 7},
    ),
    (
        SeedreamEdit(prompt="a"),
        TWO,
        {"prompt": "a", "images": list(TWO), "resolution": "2048x2048 (1:1)"},
    ),
]


def schema_of(model: type[Request]) -> dict[str, Any]:
    path = SCHEMAS / f"{model.model_id.replace('/', '__')}.json"
    return json.loads(path.read_text(encoding="utf-8"))["input_schema"]


@pytest.mark.parametrize(("request_", "pictures", "body"), BODIES)
def test_the_body_has_what_was_chosen_and_the_pages_defaults(
    request_: Request, pictures: tuple[str, ...], body: dict[str, Any]
) -> None:
    assert request_.body(pictures) == body


@needs_schemas
@pytest.mark.parametrize(("request_", "pictures"), [row[:2] for row in BODIES])
def test_the_vendors_schema_takes_the_body(request_: Request, pictures: tuple[str, ...]) -> None:
    schema = {**schema_of(type(request_)), "additionalProperties": False}
    assert list(jsonschema_rs.validator_for(schema).iter_errors(request_.body(pictures))) == []


@needs_schemas
@pytest.mark.parametrize("model", MODELS)
def test_defaults_are_the_pages_and_demo_values_are_nowhere(model: type[Request]) -> None:
    schema = schema_of(model)
    required = set(schema["required"])
    minimal = model(prompt="a").body(ONE * model.pictures_wanted[0])
    for name, field in schema["properties"].items():
        if name in required:
            assert "default" not in field or minimal[name] != field["default"]
        elif "default" in field:
            assert minimal[name] == field["default"]
        else:
            assert name not in minimal


@needs_schemas
@pytest.mark.parametrize("model", [model for model in MODELS if model.picture_rule is not None])
def test_the_picture_rule_is_the_pages(model: type[Request]) -> None:
    (name,) = (name for name in schema_of(model)["required"] if "image" in name)
    rules = {
        row["validation_rule"]: row["validation_value"]
        for row in schema_of(model)["properties"][name]["validations"]
    }
    rule = model.picture_rule
    assert isinstance(rule, PictureRule)
    assert rule.side_over == rules["width_pixels>"] == rules["height_pixels>"]
    assert rule.side_under == rules.get("width_pixels<")
    assert (rule.aspect_over, rule.aspect_under) == (rules["width/height>"], rules["width/height<"])
    assert rule.bytes_under == rules["file_size_mb<"] * 1_000_000


@pytest.mark.parametrize(
    ("model", "limit"), [(SeedancePro, 1900), (SeedanceLite, 1900), (SeedanceFast, 500), (SeedreamEdit, 600)]
)
def test_a_prompt_is_neither_empty_nor_too_long(model: type[Request], limit: int) -> None:
    assert len(model(prompt="a" * limit).prompt) == limit
    for wrong in ("", "   \n", "a" * (limit + 1)):
        with pytest.raises(ValidationError):
            model(prompt=wrong)


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (SeedancePro, {"duration": 3}),
        (SeedancePro, {"duration": 13}),
        (SeedancePro, {"resolution": "4K"}),
        (SeedancePro, {"seed": 1}),
        (SeedanceLite, {"duration": 6}),
        (SeedanceLite, {"ratio": "1:1"}),
        (SeedanceFast, {"ratio": "adaptive"}),
        (SeedanceFast, {"duration": 1}),
        (SeedreamEdit, {"resolution": "480p"}),
    ],
)
def test_what_the_page_does_not_offer_is_refused(model: type[Request], wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        model.model_validate({"prompt": "a", **wrong})


@pytest.mark.parametrize("request_", [row[0] for row in BODIES])
def test_a_stored_request_comes_back_the_same(request_: Request) -> None:
    assert REQUEST.validate_json(request_.model_dump_json()) == request_
