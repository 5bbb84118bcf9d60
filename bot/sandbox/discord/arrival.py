"""A request as the handlers see it, and how its body comes in.

Owns the reading: files go to disk in pieces, so that a large upload costs no memory. It never judges.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar

from aiohttp import BodyPartReader, web
from pydantic import BaseModel, TypeAdapter, ValidationError

from bot.sandbox.discord.refusal import invalid_form
from bot.sandbox.discord.upload import SavedFile
from bot.sandbox.discord.wire import Json

PIECE = 256 * 1024
FILE_FIELD = re.compile(r"files\[(\d)\]")

Model = TypeVar("Model", bound=BaseModel)
Reply: TypeAlias = Json | Sequence[Json] | None


@dataclass(frozen=True)
class Arrival:
    """One request: the values of its path and query, its JSON and its files."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    files: tuple[SavedFile, ...]

    def parse(self, model: type[Model]) -> Model:
        """Read the JSON as `model`; Discord's 50035 if it is something else."""
        try:
            return model.model_validate_json(self.body or b"{}")
        except ValidationError as error:
            raise invalid_form(*_reasons(error)) from None

    def parse_list(self, adapter: TypeAdapter[list[Model]]) -> list[Model]:
        """Read the JSON as a list."""
        try:
            return adapter.validate_json(self.body)
        except ValidationError as error:
            raise invalid_form(*_reasons(error)) from None

    def number(self, name: str) -> int:
        """Return an id from the path; 50035 where there is none."""
        value = self.path[name]
        if not value.isdecimal():
            raise invalid_form(f"{name}: {value!r} is not a snowflake")
        return int(value)


@dataclass(frozen=True)
class Route:
    """A method and a path as the OpenAPI file writes it, whose token it takes, and who answers."""

    method: str
    template: str
    token: Literal["bot", "interaction", "none"]
    handle: Callable[[Arrival], Reply]


async def receive(request: web.Request, room: Callable[[], Path]) -> Arrival:
    """Read a request's body: JSON as bytes, files to paths given by `room`."""
    body, files = b"", list[SavedFile]()
    if request.content_type == "multipart/form-data":
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader):
                raise invalid_form("a multipart body inside a multipart body")
            field = FILE_FIELD.fullmatch(part.name or "")
            if field is not None:
                files.append(await _save(part, int(field[1]), room()))
            elif part.name == "payload_json":
                body = bytes(await part.read())
            else:
                raise invalid_form(f"unknown form field {part.name!r}")
    elif request.can_read_body:
        body = await request.read()
    return Arrival(dict(request.match_info), dict(request.query), body, tuple(files))


def discard(arrival: Arrival) -> None:
    """Delete the files of a request that came to nothing."""
    for file in arrival.files:
        file.path.unlink(missing_ok=True)


async def _save(part: BodyPartReader, index: int, path: Path) -> SavedFile:
    size = 0
    with path.open("wb") as file:
        while piece := await part.read_chunk(PIECE):
            size += file.write(piece)
    return SavedFile(index, path, part.filename or "unknown", size)


def _reasons(error: ValidationError) -> list[str]:
    # Without the input: a body may carry a prompt.
    return [
        f"/{'/'.join(map(str, entry['loc']))}: {entry['msg']}" for entry in error.errors(include_input=False)
    ]


Answer: TypeAlias = Callable[[], Awaitable[web.StreamResponse]]
