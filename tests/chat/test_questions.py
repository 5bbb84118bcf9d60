"""The private question about a picture's shape."""

from bot.chat import questions
from bot.core import events as ev
from bot.core.errors import Problem, Reason
from bot.core.job import Job, apply
from bot.core.mending import Framing
from tests.builders import NOON, a_job
from tests.chat.shown import gallery, parts, presses, words

SHAPE = Reason(Problem.PICTURE_ASPECT, {"filename": "wide`|.png", "aspect": 3.2, "low": 0.4, "high": 2.5})
NAMES = {Framing.CROP: "crop.png", Framing.BARS: "bars.png"}


def an_asking_job(*, spoiler: bool = False) -> Job:
    return apply(a_job(spoiler=spoiler), ev.Asked(SHAPE), NOON)


async def test_the_question_shows_each_answer_above_its_button_and_can_be_called_off() -> None:
    job = an_asking_job()
    layout = questions.question(job, NAMES)
    assert [item["description"] for item in gallery(layout)] == ["Crop to the middle", "Add bars"]
    assert presses(layout) == {
        "Crop to the middle": f"zoetrope:crop:{job.id}",
        "Add bars": f"zoetrope:bars:{job.id}",
        "Cancel": f"zoetrope:cancel:{job.id}",
    }
    order = [part["type"] for part in parts(layout)]
    assert order == [17, 10, 10, 12, 10, 12, 1, 2, 2, 2]


async def test_the_question_says_what_is_wrong_and_what_silence_means() -> None:
    told = words(questions.question(an_asking_job(), NAMES))
    assert "`wide'|.png` are as 3.20 to 1" in told
    assert "without an answer within 10 min the job ends, and nothing is charged" in told


async def test_previews_of_a_spoiler_are_covered() -> None:
    covered = gallery(questions.question(an_asking_job(spoiler=True), NAMES))
    assert [item["spoiler"] for item in covered] == [True, True]


async def test_an_answered_question_has_nothing_left_to_press_and_tells_the_choice() -> None:
    job = an_asking_job()
    told = {framing: questions.answered(job, framing) for framing in Framing}
    assert all(not presses(layout) and not gallery(layout) for layout in told.values())
    assert "cropped" in words(told[Framing.CROP])
    assert "bars" in words(told[Framing.BARS])
