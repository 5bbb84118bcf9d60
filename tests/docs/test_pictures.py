"""The pictures of the pages: they are there, they are small, and they are told to who cannot see them."""

import re

from tests.docs.sources import ROOT, text

PAGES = text("README.md") + text("docs/administration.md") + text("docs/performance.md")
PICTURES = ROOT / "docs" / "pictures"


def test_every_picture_is_on_a_page_and_the_other_way_round() -> None:
    shown = set(re.findall(r"pictures/([\w-]+\.png)", PAGES))
    lying = {path.name for path in PICTURES.iterdir()}

    assert shown == lying


def test_the_pictures_are_few_and_small() -> None:
    sizes = [path.stat().st_size for path in PICTURES.iterdir()]

    assert 0 < len(sizes) <= 15
    assert max(sizes) < 200_000


def test_a_picture_that_is_shown_says_what_it_shows() -> None:
    told = re.findall(r"<img [^>]*>", PAGES)

    assert told
    assert all(re.search(r'alt="[^"]{20,}"', image) for image in told)
