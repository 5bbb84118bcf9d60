"""What a page sends: JSON of known shapes, and files that go to disk in pieces.

Owns the bounds. Nothing is kept here after the act that it came for.
"""

import mimetypes
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final, Generic, TypeVar

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.sandbox.discord import MIB, Upload
from bot.sandbox.web.refusal import ActError, bad

JSON_BYTES: Final = 256 * 1024
FILE_BYTES: Final = 64 * MIB
FILES: Final = 10  # Discord's own limit for a message
_PIECE: Final = 256 * 1024
_NAME: Final = 150  # characters of a file name

Id = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}$")]
Short = Annotated[str, StringConstraints(max_length=100)]


class Act(BaseModel):
    """Something a member does on the page."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    member: Annotated[Id, Field(alias="as")]
    nonce: Short = ""


ActT = TypeVar("ActT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Parcel(Generic[ActT]):
    """An act with the files that came with it, by the names of their fields."""

    act: ActT
    files: dict[str, list[Upload]] = field(default_factory=dict[str, list[Upload]])


async def read(request: web.Request, model: type[ActT]) -> ActT:
    """Read a body of JSON; its bound is the application's."""
    if request.content_type != "application/json":
        raise bad("This takes JSON.")
    return _parsed(await request.read(), model)


@asynccontextmanager
async def parcel(request: web.Request, model: type[ActT], folder: Path) -> AsyncGenerator[Parcel[ActT]]:
    """Read an act that may carry files; they are deleted when it is over."""
    if request.content_type != "multipart/form-data":
        yield Parcel(await read(request, model))
        return
    paths: list[Path] = []
    try:
        yield await _parts(request, model, folder, paths)
    finally:
        for path in paths:
            path.unlink(missing_ok=True)


async def _parts(request: web.Request, model: type[ActT], folder: Path, paths: list[Path]) -> Parcel[ActT]:
    act: ActT | None = None
    files: dict[str, list[Upload]] = {}
    try:
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise bad("This body has parts without a name.")
            if part.filename is None:
                act = _named_act(part.name, act, _parsed(await _small(part), model))
            elif len(paths) == FILES:
                raise bad(f"At most {FILES} files go with one message.")
            else:
                paths.append(path := folder / secrets.token_hex(8))
                files.setdefault(part.name, []).append(await _saved(part, path))
    except (ValueError, HttpProcessingError) as error:
        raise bad("This body is not what it says it is.") from error
    if act is None:
        raise bad("The part named act is missing.")
    return Parcel(act, files)


def _named_act(name: str, earlier: ActT | None, act: ActT) -> ActT:
    if name != "act" or earlier is not None:
        raise bad("Only one part, named act, is no file.")
    return act


async def _small(part: BodyPartReader) -> bytes:
    content = bytearray()
    while piece := await part.read_chunk(_PIECE):
        content += piece
        if len(content) > JSON_BYTES:
            raise ActError(413, "This is more text than anybody types.")
    return bytes(content)


async def _saved(part: BodyPartReader, path: Path) -> Upload:
    size = 0
    with path.open("wb") as file:
        while piece := await part.read_chunk(_PIECE):
            size += file.write(piece)
            if size > FILE_BYTES:
                raise ActError(413, f"The demo takes files of at most {FILE_BYTES // MIB} MiB.")
    name = _plain(part.filename or "")
    # Discord judges by the name; only where that says nothing is the browser's word taken.
    said = part.headers.get("Content-Type")
    return Upload(path, name, None if mimetypes.guess_type(name)[0] else said)


def _plain(filename: str) -> str:
    """Return the last part of a name, without what no file name holds."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in name if letter.isprintable())[-_NAME:]
    return kept if kept.strip(". ") else "file"


def _parsed(content: bytes, model: type[ActT]) -> ActT:
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = "/".join(map(str, first["loc"]))
        raise bad(f"{where or 'body'}: {first['msg']}") from None
