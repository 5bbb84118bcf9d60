"""Reads a Dockerfile, and as much of YAML as compose.yaml uses: mappings, lists of words, comments."""

import json
import re
from dataclasses import dataclass, field
from typing import Final

Node = dict[str, "Node"] | list[str] | str | None
_PAIR: Final = re.compile(r"( *)([\w.-]+):(?: (.+))?")
_ITEM: Final = re.compile(r"( *)- (.+)")


@dataclass(frozen=True, slots=True)
class Stage:
    """One FROM and what follows it, as instructions with their arguments."""

    image: str
    name: str | None
    steps: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def all(self, instruction: str) -> list[str]:
        """Return the arguments of every such instruction."""
        return [argument for name, argument in self.steps if name == instruction]

    def one(self, instruction: str) -> str:
        """Return the argument of the only such instruction."""
        (argument,) = self.all(instruction)
        return argument

    def environment(self) -> dict[str, str]:
        """Return what ENV sets."""
        return dict(re.findall(r"(\S+?)=(\S+)", " ".join(self.all("ENV"))))


def stages(dockerfile: str) -> list[Stage]:
    """Return the stages; an ARG before the first is put in by its default."""
    whole = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", dockerfile, flags=re.MULTILINE))
    arguments: dict[str, str] = {}
    found: list[Stage] = []
    for line in filter(None, whole.splitlines()):
        instruction, _, argument = line.partition(" ")
        if instruction == "FROM":
            for name, value in arguments.items():
                argument = argument.replace(f"${{{name}}}", value)
            image, _, name = argument.partition(" AS ")
            found.append(Stage(image, name or None))
        elif found:
            found[-1].steps.append((instruction, argument.strip()))
        else:
            assert instruction == "ARG"
            name, _, value = argument.partition("=")
            arguments[name] = value
    return found


def exec_form(argument: str) -> list[str]:
    """Return the words of a command that is run without a shell; raises ValueError for any other."""
    return json.loads(argument[argument.index("[") :])


def compose(source: str) -> dict[str, Node]:
    """Return what the file says; raises ValueError where it uses more of YAML than is known here."""
    lines = [line for line in source.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    content, rest = _mapping(lines, 0)
    if rest:
        raise ValueError(f"not understood: {rest[0]}")
    return content


def _mapping(lines: list[str], depth: int) -> tuple[dict[str, Node], list[str]]:
    found: dict[str, Node] = {}
    while lines and (pair := _PAIR.fullmatch(lines[0])) and len(pair[1]) == depth:
        lines = lines[1:]
        if pair[2] in found:
            raise ValueError(f"twice: {pair[2]}")
        found[pair[2]], lines = (pair[3], lines) if pair[3] else _value(lines, depth)
    return found, lines


def _value(lines: list[str], depth: int) -> tuple[Node, list[str]]:
    indent = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
    if indent <= depth:
        return None, lines
    if not _ITEM.fullmatch(lines[0]):
        return _mapping(lines, indent)
    items: list[str] = []
    while lines and (item := _ITEM.fullmatch(lines[0])) and len(item[1]) == indent:
        items.append(item[2])
        lines = lines[1:]
    return items, lines
