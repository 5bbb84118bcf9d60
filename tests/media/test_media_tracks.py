"""What the boxes say of the tracks: alike or not, and nothing that a hostile file could make of it."""

import random
from pathlib import Path

import pytest

from bot.media.boxes import Torn
from bot.media.tracks import read_tracks
from tests.media.films import make_film, run


def test_films_of_one_maker_are_alike_however_much_there_is_in_them(tmp_path: Path) -> None:
    make_film(tmp_path / "1.mp4", noise=0, seconds=1)
    loud = make_film(tmp_path / "2.mp4", noise=60, seconds=2)
    run("-i", str(loud.path), "-c", "copy", "-map_metadata", "-1", f"{tmp_path}/3.mp4")

    first, second, third = (read_tracks(tmp_path / f"{number}.mp4") for number in (1, 2, 3))

    assert [track.kind for track in first] == [b"vide", b"soun"]
    assert first == second == third


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["-vf", "scale=320:180"], id="sides"),
        pytest.param(["-video_track_timescale", "90000"], id="timescale"),
        pytest.param(["-profile:v", "high", "-preset", "medium"], id="profile"),
        pytest.param(["-c:v", "libx265", "-x265-params", "log-level=none"], id="codec"),
        pytest.param(["-ar", "22050"], id="sound's rate"),
        pytest.param(["-ac", "2"], id="sound's channels"),
        pytest.param(["-an"], id="no sound"),
    ],
)
def test_films_that_differ_are_not_alike(tmp_path: Path, options: list[str]) -> None:
    one = make_film(tmp_path / "1.mp4", seconds=0.5)
    other = make_film(tmp_path / "2.mp4", *options, seconds=0.5)

    assert read_tracks(one.path) != read_tracks(other.path)


def test_a_film_on_its_side_is_not_upright(tmp_path: Path) -> None:
    film = make_film(tmp_path / "1.mp4", seconds=0.5)
    run("-display_rotation", "90", "-i", str(film.path), "-c", "copy", f"{tmp_path}/2.mp4")

    upright, turned = (read_tracks(tmp_path / f"{number}.mp4")[0] for number in (1, 2))

    assert (upright.is_upright, turned.is_upright) == (True, False)


def test_a_film_spoilt_anywhere_is_torn_or_read_but_nothing_else(tmp_path: Path) -> None:
    film = make_film(tmp_path / "1.mp4", "-movflags", "faststart", seconds=0.5)
    content = film.path.read_bytes()
    end = content.index(b"mdat")
    chance = random.Random(3)
    torn = 0
    for _ in range(1000):
        spoilt = bytearray(content)
        for _ in range(chance.randint(1, 20)):
            spoilt[chance.randrange(end)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        film.path.write_bytes(spoilt)
        try:
            read_tracks(film.path)
        except Torn:
            torn += 1
    assert 100 < torn < 1000
