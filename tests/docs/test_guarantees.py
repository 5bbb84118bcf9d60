"""The page of guarantees tells of tests and commands that are there, and of every fault once."""

import re

import pytest

from proof.crashes import table
from proof.plants import PLANTS, Plant
from tests.docs.sources import ROOT, text

PAGE = text("docs/guarantees.md")
FAULTS = {"P": 8, "D": 8, "R": 14, "C": 11, "T": 3, "M": 8}


def test_every_fault_has_its_row() -> None:
    told = re.findall(r"^\| ([PDRCTM]\d+) \|", PAGE, re.MULTILINE)
    assert told == [f"{letter}{number}" for letter, most in FAULTS.items() for number in range(1, most + 1)]


def test_every_row_names_a_test_or_says_why_there_is_none() -> None:
    rows = re.findall(r"^\| [PDRCTM]\d+ \|.*\| (.*) \|$", PAGE, re.MULTILINE)
    assert len(rows) == sum(FAULTS.values())
    assert [row for row in rows if not re.search(r"`tests/|`make |not yet: ", row)] == []


def test_every_test_that_is_named_is_there() -> None:
    named = set(re.findall(r"`(tests/[\w/]+(?:\.py)?)`", PAGE))
    assert len(named) > 40
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_the_crash_points_have_their_place() -> None:
    assert PAGE.index(table.BEGIN) < PAGE.index(table.END)


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_bug_to_be_planted_still_has_its_place_and_its_row(plant: Plant) -> None:
    assert text(plant.file).count(plant.before) == 1
    assert f"| {plant.name} |" in PAGE
