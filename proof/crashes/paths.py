"""The paths: named plays that together come by every seam of the bot.

Each begins the bot itself and stands by until its jobs are over. It may be cut short anywhere by the bot's
death, so it keeps nothing that the judge would need.
"""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Final

from proof.crashes import paths_buttons, paths_office, paths_onward, paths_trouble
from proof.crashes.scene import PROMPT, Scene, card_of, picture

Act = Callable[[Scene], Coroutine[None, None, None]]


@dataclass(frozen=True, slots=True)
class Path:
    """One play."""

    name: str
    act: Act = field(repr=False)
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    kills: int = 0
    """Lives that the path itself ends without a word."""
    lost_answers: int = 0
    """Submits whose answer the path loses."""
    forgiven: tuple[str, ...] = ()
    """Patterns of the stand-ins' problems that its misfortunes explain."""


async def animate(scene: Scene) -> None:
    """Have a picture become a video: the main job."""
    await scene.start()
    await scene.done(await scene.animate())


async def edit(scene: Scene) -> None:
    """Have a picture become another."""
    await scene.start()
    await scene.edit()


async def lite(scene: Scene) -> None:
    """Have two pictures become a video."""
    await scene.start()
    asked = await scene.ask("seedance-lite", prompt=PROMPT, image=picture(), last_image=picture(480, 640))
    await scene.done(card_of(asked))


async def fast(scene: Scene) -> None:
    """Have words alone become a video."""
    await scene.start()
    await scene.film()


async def framing(scene: Scene) -> None:
    """Have the owner asked about a picture's shape, and answer."""
    await scene.start()
    question = await paths_buttons.question(scene)
    await scene.press(question, "Crop to the middle")
    await scene.rest()


PATHS: Final = (
    Path("animate", animate),
    Path("edit", edit),
    Path("lite", lite),
    Path("fast", fast),
    Path("framing", framing),
    Path("cancel in the queue", paths_buttons.cancel_in_the_queue),
    Path("cancel in our line", paths_buttons.cancel_in_line, {"RUNCOMFY__MAX_IN_FLIGHT": "1"}),
    Path("cancel refused", paths_buttons.cancel_refused),
    Path("cancel too late", paths_buttons.cancel_too_late),
    Path("cancel the question", paths_buttons.cancel_the_question),
    Path("again", paths_buttons.again),
    Path("change", paths_buttons.change),
    Path("animate a result", paths_buttons.animate_a_result),
    Path("lite from", paths_buttons.lite_from),
    Path("delete", paths_buttons.delete),
    Path("delete a copy", paths_buttons.delete_a_copy),
    Path("lists", paths_buttons.lists),
    Path("vital signs", paths_buttons.vital_signs, {"HTTP__LISTEN": "127.0.0.1:0"}),
    Path("join", paths_onward.join),
    Path("fit", paths_onward.fit),
    Path("link", paths_onward.link),
    Path("bring back", paths_onward.bring_back),
    Path("bring back a link", paths_onward.bring_back_a_link),
    Path("bring back in vain", paths_onward.bring_back_in_vain),
    Path("bring back, unheard", paths_onward.bring_back_unheard),
    Path("menu", paths_onward.menu),
    Path("draft", paths_onward.draft, {"QUOTA__MAX_ACTIVE_JOBS": "1"}),
    Path("renew", paths_onward.renew, {"RUNCOMFY__MAX_IN_FLIGHT": "1"}),
    Path("refusals", paths_trouble.refusals),
    Path("not a picture", paths_trouble.not_a_picture),
    Path("fails", paths_trouble.fails),
    Path("refused", paths_trouble.refused),
    Path("not sent", paths_trouble.not_sent),
    Path("in doubt", paths_trouble.in_doubt, lost_answers=1),
    Path("given up", paths_trouble.given_up),
    Path("channel gone", paths_trouble.channel_gone),
    Path("nowhere to tell", paths_trouble.nowhere_to_tell),
    Path("result gone", paths_trouble.result_gone),
    Path("unheard answer", paths_trouble.unheard_answer),
    Path("unheard answer, no token", paths_trouble.unheard_answer_no_token),
    Path("outage", paths_trouble.outage),
    Path("recovery", paths_trouble.recovery, kills=1),
    Path("log channel", paths_office.log_channel),
    Path("in office", paths_office.in_office),
    Path("settled", paths_office.settled, lost_answers=1),
    Path("ids suggested", paths_office.ids_suggested),
    Path("figures", paths_office.figures),
    Path("budget told", paths_office.budget_told),
    Path("upgrade", paths_trouble.upgrade, kills=1),
)
