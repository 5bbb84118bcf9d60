"""What is committed belongs to the project: its licence, and nothing of the machine it was written on."""

import re
import tomllib
from pathlib import Path

from bot import __version__
from tests.docs.sources import ROOT, own_files, text

# Written so that they do not find themselves.
REGISTRY = re.compile(
    r"https?://[\w.:-]*(?:py[p]i|pythonhoste[d]|npm[j]s|artifactor[y]|nexu[s])|https?://\S+/simpl[e]\b"
    r"|(?<!emit-)\b(?:extra-)?index-ur[l]\b",
    re.IGNORECASE,
)
SOMEBODYS = re.compile(r"/(?:hom[e]|User[s])/\w")


def test_the_licence_is_mit() -> None:
    licence = text("LICENSE")

    assert licence.startswith("MIT License\n")
    assert "The above copyright notice and this permission notice shall be included in all" in licence
    assert tomllib.loads(text("pyproject.toml"))["project"]["license"] == "MIT"


def test_the_version_is_said_once_and_the_same() -> None:
    assert tomllib.loads(text("pyproject.toml"))["project"]["version"] == __version__


def _lines_with(pattern: re.Pattern[str], allowed: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in own_files()
        if str(path.relative_to(ROOT)) not in allowed
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_package_registry() -> None:
    # The tests of the locks name the options that they look for.
    assert _lines_with(REGISTRY, ("tests/docs/test_dependencies.py",)) == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    places = [str(place) for place in (ROOT, Path.home()) if len(place.parts) > 2]
    here = re.compile("|".join([SOMEBODYS.pattern, *(re.escape(place) + r"\b" for place in places)]))

    assert _lines_with(here) == []


def test_no_token_can_be_committed_by_mistake() -> None:
    kept = {path.name for path in own_files() if path.parent == ROOT / "secrets"}

    assert kept == {".gitignore"}
    assert "*" in text("secrets/.gitignore").splitlines()
    assert "config.toml" in text(".gitignore").splitlines()
