"""Requests checked against Discord's own OpenAPI description.

Owns the adjustments between that file and what Discord really takes; rules between fields live in `rules`.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

# What discord.py always adds and Discord takes, but the description leaves out; `file_types` was documented
# after the description was made (Discord's changelog, 2026-08-05).
ALSO_TAKEN = {
    "ApplicationCommandUpdateRequest": ("nsfw",),
    "ApplicationCommandAttachmentOption": ("file_types",),
    "RichEmbed": ("flags",),
    "MessageAttachmentRequest": ("proxy_url", "size", "url", "spoiler", "height", "width", "content_type"),
    "MessageEditRequestPartial": ("tts",),
    "IncomingWebhookUpdateRequestPartial": ("tts",),
    "InteractionCallbackUpdateRequest": ("tts",),
    "MessageComponentInteractionCallbackRequest": ("tts",),
    "IncomingWebhookInteractionRequest": ("tts",),
}


class OpenApi:
    """Knows every operation's request body; compiles a schema when it is first needed."""

    def __init__(self, path: Path) -> None:
        document: dict[str, Any] = json.loads(path.read_bytes())
        self._paths: dict[str, Any] = document["paths"]
        self._components = {"schemas": _adjusted(document["components"]["schemas"])}
        self._compiled: dict[tuple[str, str], jsonschema_rs.Draft202012Validator | None] = {}

    def faults(self, method: str, template: str, body: bytes) -> list[str]:
        """Return what the description refuses in a JSON body, each with its place."""
        validator = self._validator(method.lower(), template)
        if validator is None:
            return []
        try:
            instance = json.loads(body)
        except ValueError as error:
            return [f"not JSON: {error}"]
        return [
            f"/{'/'.join(map(str, e.instance_path))}: {e.message[:300]}"
            for e in validator.iter_errors(instance)
        ]

    def _validator(self, method: str, template: str) -> jsonschema_rs.Draft202012Validator | None:
        key = (method, template)
        if key not in self._compiled:
            self._compiled[key] = self._compile(method, template)
        return self._compiled[key]

    def _compile(self, method: str, template: str) -> jsonschema_rs.Draft202012Validator | None:
        operation: dict[str, Any] = self._paths.get(template, {}).get(method, {})
        content: dict[str, Any] = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return None
        schema: dict[str, Any] = content["application/json"]["schema"]
        return jsonschema_rs.Draft202012Validator({**schema, "components": self._components})


@cache
def openapi(path: Path) -> OpenApi:
    """Return the description at a path, read once per process."""
    return OpenApi(path)


def _adjusted(schemas: dict[str, Any]) -> dict[str, Any]:
    for name, schema in schemas.items():
        if "properties" in schema:
            schema["properties"] |= dict.fromkeys(ALSO_TAKEN.get(name, ()), True)
            # The description never forbids other properties, so a misspelt field would pass.
            schema["unevaluatedProperties"] = False
    # Ids may be numbers; discord.py sends attachment ids so.
    schemas["SnowflakeType"] = {"type": ["string", "integer"], "pattern": "^(0|[1-9][0-9]*)$"}
    return schemas
