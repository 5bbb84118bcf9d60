"""Requests checked against Discord's own OpenAPI description.

Owns the adjustments between that file and what Discord really takes; rules between fields live in `rules`.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, cast

from jsonschema_rs import Draft202012Validator as Validator

# What discord.py always adds and Discord takes, but the description leaves out; `file_types` was documented
# after the description was made (Discord's changelog, 2026-08-05).
ALSO_TAKEN = {
    "ApplicationCommandUpdateRequest": ("nsfw",),
    "ApplicationCommandAttachmentOption": ("file_types",),
    "RichEmbed": ("flags",),
    "MessageAttachmentRequest": ("proxy_url", "size", "url", "spoiler", "height", "width", "content_type"),
    "MessageEditRequestPartial": ("tts",),
    "IncomingWebhookUpdateRequestPartial": ("tts",),
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": ("tts",),
}


class OpenApi:
    """Knows every operation's request body; compiles a schema when it is first needed."""

    def __init__(self, path: Path) -> None:
        document: dict[str, Any] = json.loads(path.read_bytes())
        self._paths: dict[str, Any] = document["paths"]
        self._components = {"schemas": _adjusted(document["components"]["schemas"])}
        self._compiled: dict[tuple[str, str, int | None], Validator | None] = {}

    def faults(self, method: str, template: str, body: bytes) -> list[str]:
        """Return what the description refuses in a JSON body, each with its place."""
        try:
            instance: object = json.loads(body)
        except ValueError as error:
            return [f"not JSON: {error}"]
        fields = _fields(instance)
        kind = fields.get("type")
        validator = self._validator(method.lower(), template, kind if isinstance(kind, int) else None)
        return _told(validator, instance) if validator is not None else []

    def answer_faults(self, method: str, template: str, answer: bytes) -> list[str]:
        """Return what the description does not expect in an answer with status 200."""
        responses: dict[str, Any] = self._paths[template][method.lower()]["responses"]
        schema = responses["200"]["content"]["application/json"]["schema"]
        validator = Validator({**schema, "components": self._components})
        return [
            f"/{'/'.join(map(str, error.instance_path))}: {error.message[:300]}"
            for error in validator.iter_errors(json.loads(answer))
        ]

    def _validator(self, method: str, template: str, kind: int | None) -> Validator | None:
        key = (method, template, kind)
        if key not in self._compiled:
            self._compiled[key] = self._compile(method, template, kind)
        return self._compiled[key]

    def _compile(self, method: str, template: str, kind: int | None) -> Validator | None:
        operation: dict[str, Any] = self._paths.get(template, {}).get(method, {})
        content: dict[str, Any] = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return None
        schema = self._narrowed(content["application/json"]["schema"], kind)
        return Validator({**schema, "components": self._components})

    def _narrowed(self, schema: dict[str, Any], kind: int | None) -> dict[str, Any]:
        """Return the one alternative whose `type` this is; its errors say more than "none of these"."""
        for option in schema.get("anyOf", ()):
            alternative = self._components["schemas"][option["$ref"].rpartition("/")[2]]
            if kind is not None and kind in alternative["properties"].get("type", {}).get("enum", ()):
                return option
        return schema


@cache
def openapi(path: Path) -> OpenApi:
    """Return the description at a path, read once per process."""
    return OpenApi(path)


def _fields(instance: object) -> dict[str, object]:
    return cast("dict[str, object]", instance) if isinstance(instance, dict) else {}


def _told(validator: Validator, instance: object) -> list[str]:
    errors = validator.iter_errors(instance)
    return [f"/{'/'.join(map(str, error.instance_path))}: {error.message[:300]}" for error in errors]


def _adjusted(schemas: dict[str, Any]) -> dict[str, Any]:
    for name, schema in schemas.items():
        if "properties" in schema and not name.endswith("Response"):
            schema["properties"] |= dict.fromkeys(ALSO_TAKEN.get(name, ()), True)
            # The description never forbids other properties, so a misspelt field would pass.
            schema["unevaluatedProperties"] = False
    # Ids may be numbers; discord.py sends attachment ids so.
    schemas["SnowflakeType"] = {"type": ["string", "integer"], "pattern": "^(0|[1-9][0-9]*)$"}
    return schemas
