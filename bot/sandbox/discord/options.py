"""What Discord's own client checks before a command ever leaves the member's screen.

Pure: a registered option and a value in, the refusal out. `member` asks and sends.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from bot.sandbox.discord.refusal import ClientRefusal
from bot.sandbox.discord.role import Role
from bot.sandbox.discord.upload import Upload
from bot.sandbox.discord.wire import Command, Option

if TYPE_CHECKING:
    from bot.sandbox.discord.channel import Channel
    from bot.sandbox.discord.member import Member

Value: TypeAlias = "str | int | float | bool | Upload | Role | Member | Channel"

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, NUMBER, ATTACHMENT = 3, 4, 5, 6, 7, 8, 10, 11
# The ending decides, not the content (Discord's changelog, `file_types` on attachment options, 2026-08-05).
ENDINGS = {
    "image": frozenset({"png", "jpg", "jpeg", "gif", "webp", "avif", "heic", "bmp"}),
    "video": frozenset({"mp4", "webm", "mov", "mkv"}),
    "audio": frozenset({"mp3", "ogg", "wav", "flac", "m4a"}),
}


def descend(command: Command, path: Sequence[str]) -> tuple[list[Option], Sequence[Option]]:
    """Follow subcommand names; return the options passed on the way and those to be filled in."""
    passed: list[Option] = []
    options = command.options or ()
    for name in path:
        found = next((option for option in options if option.name == name and option.type in (1, 2)), None)
        if found is None:
            raise ClientRefusal(f"/{command.name} has no subcommand {name}")
        passed.append(found)
        options = found.options or ()
    if options and options[0].type in (1, 2):
        raise ClientRefusal(f"/{command.name} needs a subcommand")
    return passed, options


def check(options: Sequence[Option], values: Mapping[str, Value], *, upload_limit: int) -> None:
    """Raise ClientRefusal for the first thing the client would not send."""
    known = {option.name: option for option in options}
    for name in values:
        if name not in known:
            raise ClientRefusal(f"there is no option {name}")
    for option in options:
        if option.name not in values:
            if option.required:
                raise ClientRefusal(f"{option.name} is required")
            continue
        value = values[option.name]
        for fault in _faults(option, value):
            raise ClientRefusal(f"{option.name}: {fault}")
        if isinstance(value, Upload) and value.size > upload_limit:
            raise ClientRefusal(f"{option.name}: {value.size} bytes, the member may upload {upload_limit}")


def kind_of(value: Value) -> int:
    """Return the option type a value has by itself."""
    if isinstance(value, bool):
        return BOOLEAN
    for plain, kind in ((str, STRING), (int, INTEGER), (float, NUMBER), (Upload, ATTACHMENT), (Role, ROLE)):
        if isinstance(value, plain):
            return kind
    return USER if hasattr(value, "mention") else CHANNEL


def chosen(option: Option | None, value: Value) -> Value:
    """Return what the client sends: a choice's value where its name was picked."""
    choices = option.choices or () if option is not None else ()
    return next((choice.value for choice in choices if choice.name == value), value)


def _faults(option: Option, value: Value) -> Iterator[str]:
    kind = kind_of(value)
    if option.type != kind and (option.type, kind) != (NUMBER, INTEGER):
        yield f"takes type {option.type}, not {kind}"
    elif option.choices and not any(value in (choice.value, choice.name) for choice in option.choices):
        yield f"{value!r} is not one of {[choice.name for choice in option.choices]}"
    elif isinstance(value, str):
        yield from _length_faults(option, len(value))
    elif isinstance(value, int | float):
        yield from _range_faults(option, value)
    elif isinstance(value, Upload):
        yield from _file_faults(option, value)


def _length_faults(option: Option, length: int) -> Iterator[str]:
    if option.min_length is not None and length < option.min_length:
        yield f"{length} characters, at least {option.min_length}"
    if length > (option.max_length or 6000):
        yield f"{length} characters, at most {option.max_length or 6000}"


def _range_faults(option: Option, value: float) -> Iterator[str]:
    if option.min_value is not None and value < option.min_value:
        yield f"{value} is below {option.min_value:g}"
    if option.max_value is not None and value > option.max_value:
        yield f"{value} is above {option.max_value:g}"


def _file_faults(option: Option, upload: Upload) -> Iterator[str]:
    ending = upload.filename.rpartition(".")[2].lower()
    allowed = [ENDINGS.get(kind, frozenset({kind.lstrip(".")})) for kind in option.file_types or ()]
    if allowed and not any(ending in endings for endings in allowed):
        yield f"{upload.filename} is none of {option.file_types}"
