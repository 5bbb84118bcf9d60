"""Every dependency is explained and pinned, and the two locks agree."""

import re
import tomllib
from importlib.metadata import files, metadata
from typing import Final

import pytest

from tests.docs.sources import in_code, rows, text

PROJECT: Final = tomllib.loads(text("pyproject.toml"))["project"]
PAGE: Final = text("docs/dependencies.md")
LOCKS: Final = ("requirements.lock", "requirements-dev.lock")
_PIN: Final = re.compile(r"^([a-z0-9.-]+)==(\S+)((?: ;.*)?) \\$")
_HASH: Final = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=~!;\s]", requirement, maxsplit=1)[0].lower()


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pins(lock: str) -> dict[str, tuple[str, str]]:
    """Return each package's version and marker; every line is a pin with hashes, or the test fails."""
    pins: dict[str, tuple[str, str]] = {}
    hashes = 1
    for line in text(lock).splitlines():
        if _HASH.match(line):
            hashes += 1
            continue
        pin = _PIN.match(line)
        assert pin is not None, f"{lock}: {line}"
        assert hashes > 0, f"{lock}: no hash before {line}"
        assert pin[1] not in pins, f"{lock}: {pin[1]} has two versions"
        pins[pin[1]] = (pin[2], pin[3])
        hashes = 0
    assert hashes > 0
    return pins


RUN: Final = [_name(it) for it in PROJECT["dependencies"]]
DEV: Final = [_name(it) for it in PROJECT["optional-dependencies"]["dev"]]


def test_the_page_explains_what_the_bot_runs_on_and_nothing_else() -> None:
    used = PAGE.partition("## What the bot runs on")[2].partition("\n## ")[0]

    assert sorted(in_code(row[0])[0] for row in rows(used, "Package", "Why")) == sorted(RUN)


def test_the_page_explains_what_developers_use_and_nothing_else() -> None:
    used = PAGE.partition("## What the developers use")[2].partition("\n## ")[0]

    assert sorted(in_code(row[0])[0] for row in rows(used, "Package", "Why")) == sorted(DEV)


def _first_line_of_the_licence(name: str) -> str:
    """Read the licence itself, of a package that only brings it along."""
    (file,) = [file for file in files(name) or [] if file.name.upper().startswith("LICENSE")]
    return file.read_text().splitlines()[0]


@pytest.mark.parametrize("name", RUN + DEV)
def test_the_licence_told_is_the_one_that_the_package_declares(name: str) -> None:
    (told,) = [
        row[2]
        for part in PAGE.split("\n## ")[1:3]
        for row in rows(part, "Package", "Why")
        if in_code(row[0]) == [name]
    ]
    declared = " ".join(
        line
        for field in ("License-Expression", "License", "Classifier")
        for line in metadata(name).get_all(field) or []
        if field != "Classifier" or line.startswith("License ::")
    )
    declared = declared or _first_line_of_the_licence(name)

    # The packages spell it in different ways: an expression, a text, or a classifier.
    words = {word.partition("-")[0] for word in told.split() if word != "AND"}
    assert all(word in declared for word in words), declared


@pytest.mark.parametrize("lock", LOCKS)
def test_every_dependency_is_pinned_with_hashes(lock: str) -> None:
    wanted = RUN if lock == "requirements.lock" else RUN + DEV

    assert {_normal(name) for name in wanted} <= {_normal(name) for name in _pins(lock)}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    assert not re.search(r"://|index-url|find-links|trusted-host", text(lock))


def test_the_developers_lock_is_the_bots_and_more() -> None:
    run, dev = (_pins(lock) for lock in LOCKS)

    assert {name: dev.get(name) for name in run} == run
    assert len(dev) > len(run)


def test_sound_is_locked_only_where_python_lacks_it_and_the_page_says_so() -> None:
    _, marker = _pins("requirements.lock")["audioop-lts"]

    assert marker == " ; python_full_version >= '3.13'"
    assert "`audioop-lts`" in PAGE
