"""The measurements of media at a tiny size: that they measure, and that their page says it as it should."""

from datetime import date
from pathlib import Path

import pytest

from bench.machine import facts
from bench.media import films, heavy, hostile, joins, pictures, suite
from bench.media.play import Plan as HeavyPlan
from bench.media.samples import SAMPLES, Sample, display_p3
from bench.media.sheet import Sheet, judged, weight
from bench.page import END
from bot.core.mending import Framing
from tests.media.samples import a_picture, a_telling_picture

TINY = films.Case("tiny", (320, 240), 24, 12)
OTHER = films.Case("upright", (240, 320), 24, 2)


def cells(sheet: Sheet, heading: str) -> list[str]:
    return [row[sheet.headings.index(heading)] for row in sheet.rows]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_what_the_models_treat_alike_is_one_row_and_what_they_do_not_is_two() -> None:
    samples = (
        Sample("PNG", lambda: a_picture("PNG")),
        Sample("WebP", lambda: a_picture("WEBP")),
        Sample("wide", lambda: a_picture("JPEG", (1200, 300))),
        Sample("wide, cropped", lambda: a_picture("JPEG", (1200, 300)), Framing.CROP),
    )

    sheet = await pictures.measure(samples, times=1)

    assert cells(sheet, "picture") == [
        "PNG",
        "WebP",
        "WebP",
        "wide",
        "wide",
        "wide, cropped",
        "wide, cropped",
    ]
    assert cells(sheet, "for")[:3] == ["both", "a video", "an edit"]
    assert [cell.split(",")[0] for cell in cells(sheet, "was sent")[:5]] == [
        "PNG",
        "WebP",
        "JPEG",
        "nothing",
        "nothing",
    ]
    assert cells(sheet, "the member reads")[1:3] == ["—", "saved in another format"]
    assert "4.00 to 1" in cells(sheet, "the member reads")[3]


async def test_the_notes_of_a_camera_are_counted_where_they_went_in(tmp_path: Path) -> None:
    sample = Sample("lying", lambda: a_telling_picture("JPEG", 6))

    sheet = await pictures.measure((sample,), times=1, keep=tmp_path)

    assert cells(sheet, "the member reads") == ["turned upright"]
    assert "Files that name a camera and a place: 1. Files sent that hold a word of it: 0." in sheet.notes
    assert names_in(tmp_path) == ["00-a-video.jpeg", "00-an-edit.jpeg"]


async def test_a_video_is_fitted_into_every_room_and_compared(tmp_path: Path) -> None:
    sheet = await films.measure((TINY,), 2, rooms=(600_000, 200_000), keep=tmp_path)

    likeness = [float(cell) for cell in cells(sheet, "SSIM")]
    assert len(sheet.rows) == 2
    assert 0 < likeness[1] <= likeness[0] <= 1
    assert all(float(cell) > 0 for cell in cells(sheet, "processor"))
    assert names_in(tmp_path) == ["tiny-200-kB.mp4", "tiny-600-kB.mp4"]


async def test_clips_are_joined_as_they_are_and_anew() -> None:
    sheet = await joins.measure(((OTHER, OTHER), (OTHER, TINY)), 1)

    assert cells(sheet, "how") == ["pictures copied", "encoded anew"]
    assert cells(sheet, "frames") == ["48 of 48", "48 of 48"]
    assert cells(sheet, "a frame a joint") == ["yes", "yes"]


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory is measured on Linux")
async def test_a_heavy_result_is_brought_while_others_type() -> None:
    tiny = HeavyPlan(seconds=2, width=854, height=480, bitrate=50_000_000, per_second=5, idle=1)

    sheet = await heavy.measure(tiny)

    figures = dict(zip(cells(sheet, "what"), cells(sheet, "figure"), strict=True))
    reached = dict(zip(cells(sheet, "what"), cells(sheet, "reached"), strict=True))
    assert (figures["frames decoded"], figures["plays for"]) == ("48", "2.00 s")
    assert (reached["file posted"], reached["plays for"]) == ("yes", "yes")
    assert "command answered, p99" in figures


async def test_every_harmful_file_is_in_the_account() -> None:
    sheet = await hostile.measure(most=8)

    counts = [cell for cell, aim in zip(cells(sheet, "figure"), cells(sheet, "aim"), strict=True) if not aim]
    assert cells(sheet, "figure")[0] == "8"
    assert cells(sheet, "reached")[0] == "NO"
    assert sum(int(count) for count in counts if count.isdecimal()) == 8


def test_each_sample_has_a_name_of_its_own() -> None:
    names = [sample.what for sample in SAMPLES]

    assert len(set(names)) == len(names) >= 24


def test_the_wide_profile_is_another_one_by_name_and_by_numbers() -> None:
    profile = display_p3()

    assert "sRGB".encode("utf-16-be") not in profile
    assert round(0.51512 * 65536).to_bytes(4, "big") in profile


def test_figures_carry_their_units() -> None:
    assert (weight(999_949), weight(1_000_000), weight(12_345)) == ("1000 kB", "1.0 MB", "12 kB")
    assert (judged([True, True]), judged([True, False])) == ("yes", "NO")


def test_the_page_keeps_everything_but_its_tables(tmp_path: Path) -> None:
    copy = tmp_path / "media.md"
    copy.write_text(f"before\n{suite.BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    sheet = Sheet("Clips", ("a", "b"), (("1", "2"),), ("a note",))

    for _ in range(2):
        suite.write([sheet, sheet], date(2025, 6, 15), copy)

    table = "### Clips\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n- a note"
    told = f"Measured on 2025-06-15: {facts()}.\n\n{table}\n\n{table}"
    assert copy.read_text(encoding="utf-8") == f"before\n{suite.BEGIN}\n\n{told}\n\n{END}\nafter\n"


@pytest.mark.parametrize(
    ("title", "headings"),
    [
        ("Pictures in", pictures.HEADINGS),
        ("Videos made to fit", films.HEADINGS),
        ("Clips joined", joins.HEADINGS),
        ("60 s of 1080p in a channel of 10 MiB", heavy.HEADINGS),
        ("Files made to harm", hostile.HEADINGS),
    ],
)
def test_the_shipped_page_has_every_table_under_its_present_headings(
    title: str, headings: tuple[str, ...]
) -> None:
    text = suite.PAGE.read_text(encoding="utf-8")

    assert suite.BEGIN in text
    assert f"### {title}\n\n| {' | '.join(headings)} |" in text


def test_the_shipped_page_shows_every_sample() -> None:
    text = suite.PAGE.read_text(encoding="utf-8")

    assert [sample.what for sample in SAMPLES if f"| {sample.what} |" not in text] == []
