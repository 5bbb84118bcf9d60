"""The package stands alone: its schemas are the model pages', and it imports nothing of what it judges."""

import ast
import json
from pathlib import Path
from typing import cast

import pytest

import bot.sandbox.runcomfy
from bot.sandbox.runcomfy import catalogue
from tests.sandbox.runcomfy.caller import Body

PAGES = Path(__file__).parents[3].parent / "shared" / "runcomfy" / "schemas"


def without_texts(schema: Body) -> Body:
    """Drop what is prose or a sample: titles, descriptions, messages, defaults of required fields."""
    required = cast("list[str]", schema["required"])
    properties = cast("dict[str, Body]", schema["properties"])
    for name, field in properties.items():
        for word in ("title", "description", *(["default"] if name in required else [])):
            field.pop(word, None)
        for rule in cast("list[Body]", field.get("validations", [])):
            del rule["validation_error"]
    return {name: part for name, part in schema.items() if name != "title"}


def test_the_schemas_are_those_of_the_pages() -> None:
    if not PAGES.exists():
        pytest.skip("the pages' schemas are not beside this checkout")
    pages = [cast("Body", json.loads(path.read_text("utf-8"))) for path in PAGES.glob("*.json")]
    expected = {str(page["model_id"]): without_texts(cast("Body", page["input_schema"])) for page in pages}
    assert {model_id: model.input_schema for model_id, model in catalogue.load().items()} == expected


def test_nothing_else_of_the_program_is_imported() -> None:
    package = Path(bot.sandbox.runcomfy.__file__).parent
    trees = [ast.parse(path.read_text("utf-8")) for path in package.glob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    modules = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    modules += [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
    own = {module for module in modules if module.split(".")[0] in ("bot", "cogs")}
    assert own
    assert all(module.startswith("bot.sandbox.runcomfy") for module in own)
