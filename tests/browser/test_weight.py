"""What the page weighs, and whom it knows: nobody but itself."""

import re

import bot.sandbox.web.pages
from bot.sandbox.stage import ROOT

STATIC = ROOT / "bot" / "sandbox" / "web" / "static"
LIMIT = 300_000  # bytes of all files together
# The one name of a namespace that a browser wants to hear; nobody is asked for it.
SVG = "http://www.w3.org/2000/svg"


def test_the_page_is_light() -> None:
    assert bot.sandbox.web.pages.__file__.startswith(str(STATIC.parent))
    assert 0 < sum(path.stat().st_size for path in STATIC.rglob("*") if path.is_file()) < LIMIT


def test_no_file_of_the_page_names_another_host() -> None:
    found = {
        f"{path.name}: {address}"
        for path in STATIC.rglob("*")
        if path.is_file()
        for address in re.findall(r"""(?:https?://|wss?://|["'`(]//)\w[^\s"'`)<]*""", path.read_text("utf-8"))
        if address != SVG
    }
    assert found == set()


def test_every_import_of_the_page_is_a_file_beside_it() -> None:
    named = {
        (path.parent / name).resolve()
        for path in STATIC.rglob("*.js")
        for name in re.findall(r"""(?:from|import)\s*\(?["']([^"']+)["']""", path.read_text("utf-8"))
    }
    assert named
    assert named <= {path.resolve() for path in STATIC.rglob("*.js")}
