"""Reads what strangers read: Markdown sections, tables and code, from the checkout."""

import re
import subprocess
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]


def text(path: str) -> str:
    """Return a file of the checkout."""
    return (ROOT / path).read_text(encoding="utf-8")


def rows(markdown: str, *head: str) -> list[list[str]]:
    """Return the cells of the table whose first columns have these names."""
    lines = iter(markdown.splitlines())
    for line in lines:
        if line.startswith("|") and tuple(_cells(line)[: len(head)]) == head:
            break
    else:
        raise LookupError(f"no table with the columns {head}")
    next(lines)
    found: list[list[str]] = []
    for line in lines:
        if not line.startswith("|"):
            break
        found.append(_cells(line))
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def in_code(cell: str) -> list[str]:
    """Return what stands between backticks, in order."""
    return re.findall(r"`([^`]+)`", cell)


def numbers(cell: str) -> list[float]:
    """Return the numbers in a text, in order."""
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", cell)]


def own_files() -> list[Path]:
    """Return every text file that is committed, or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:8192]]


def make_targets() -> set[str]:
    """Return the names that `make` knows, with variables put in."""
    makefile = text("Makefile")
    variables = dict(re.findall(r"^(\w+) [?:]=[ \t]*(.*)$", makefile, re.MULTILINE))
    while used := set(re.findall(r"\$\((\w+)\)", makefile)):
        for name in used:
            makefile = makefile.replace(f"$({name})", variables[name])
    return set(re.findall(r"^([\w./-]+):(?!=)", makefile, re.MULTILINE)) - {".PHONY"}
