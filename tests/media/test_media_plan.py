"""How a video is made to fit: only as much worse as the room demands, and never slower than it plays."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.media.encode import Meter
from bot.media.plan import Clip, plan_fit

MIB = 1 << 20
MINUTE = Clip(
    width=1920,
    height=1080,
    seconds=60,
    frames=1440,
    sound_rate=128_000,
    sound_packets=2813,
    is_aac=True,
)
CLIPS = st.builds(
    Clip,
    width=st.integers(160, 4096),
    height=st.integers(160, 4096),
    seconds=st.floats(1, 600),
    frames=st.integers(12, 20_000),
    sound_rate=st.one_of(st.just(0.0), st.floats(8_000, 512_000)),
    sound_packets=st.integers(0, 30_000),
    is_aac=st.booleans(),
)


def test_a_minute_in_ten_mebibytes_is_about_720_lines_with_its_sound_as_it_is() -> None:
    plan = plan_fit(MINUTE, 10 * MIB)

    assert plan is not None
    assert 640 <= plan.height <= 800
    assert (plan.sound_rate, plan.is_halved, plan.preset) == (None, False, "veryfast")


def test_a_short_clip_keeps_its_sides() -> None:
    plan = plan_fit(replace(MINUTE, seconds=10, frames=240, sound_packets=470), 10 * MIB)

    assert plan is not None
    assert (plan.width, plan.height) == (1920, 1080)


def test_less_room_never_means_larger_sides() -> None:
    plans = [plan_fit(MINUTE, room * MIB // 4) for room in range(400, 2, -3)]
    heights = [plan.height for plan in plans if plan and not plan.is_halved]

    assert heights == sorted(heights, reverse=True)
    assert (heights[0], heights[-1] < 400) == (1080, True)


def test_frames_are_spared_only_near_the_end() -> None:
    plans = [plan_fit(MINUTE, room * MIB // 8) for room in range(80, 2, -1)]
    halved = [plan.is_halved if plan else None for plan in plans]

    assert halved[0] is False
    assert halved[-1] is None
    assert [each for number, each in enumerate(halved) if number == 0 or each != halved[number - 1]] == [
        False,
        True,
        None,
    ]


def test_a_slow_film_spares_no_frame() -> None:
    slow = replace(MINUTE, frames=720)

    assert not any(plan.is_halved for room in range(1, 40) if (plan := plan_fit(slow, room * MIB // 4)))


def test_sixty_frames_a_second_are_made_smaller_rather_than_take_longer() -> None:
    plan = plan_fit(replace(MINUTE, seconds=5, frames=300), 10 * MIB)

    assert plan is not None
    assert 700 < plan.height < 1080
    assert plan.preset == "superfast"


@pytest.mark.parametrize(
    ("rate", "is_aac", "room", "expected"),
    [
        pytest.param(128_000, True, 10, None, id="small enough to stay"),
        pytest.param(128_000, False, 10, 96_000, id="of another kind"),
        pytest.param(320_000, True, 10, 96_000, id="large"),
        pytest.param(320_000, True, 4, 64_000, id="large, little room"),
        pytest.param(128_000, True, 1, 48_000, id="hardly any room"),
        pytest.param(32_000, True, 1, None, id="always small"),
        pytest.param(0, False, 10, None, id="none"),
    ],
)
def test_sound_takes_its_fair_share(rate: float, is_aac: bool, room: int, expected: int | None) -> None:
    plan = plan_fit(replace(MINUTE, sound_rate=rate, is_aac=is_aac, height=160, width=284), room * MIB)

    assert plan is not None
    assert plan.sound_rate == expected


@given(CLIPS, st.integers(10_000, 500 * MIB))
def test_a_plan_keeps_to_the_room_the_shape_and_the_floor(clip: Clip, room: int) -> None:
    assume(clip.frames / clip.seconds <= 120)
    plan = plan_fit(clip, room)
    if plan is None:
        return

    sound = clip.sound_rate if plan.sound_rate is None else plan.sound_rate
    assert (plan.video_rate + sound) / 8 * clip.seconds <= room
    assert plan.width % 2 == plan.height % 2 == 0
    assert min(plan.width, plan.height) >= 160
    assert plan.width <= clip.width + 1
    assert plan.height <= clip.height + 1
    assert plan.width / clip.width == pytest.approx(plan.height / clip.height, abs=2 / 160)
    pixels = plan.width * plan.height * clip.frames / clip.seconds / (2 if plan.is_halved else 1)
    assert pixels <= 1920 * 1080 * 30 * 1.03


def test_a_meter_only_grows() -> None:
    told = list[float]()
    meter = Meter(told.append)
    first, second = meter.part(0, 0.5), meter.part(0.5, 1)

    for part, share in ((first, 0.2), (first, 0.1), (first, 7), (second, 0), (second, 1), (first, 1)):
        part.tell(share)

    assert told == [0.1, 0.5, 1]
