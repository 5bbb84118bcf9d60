"""The English sentences about results: how they arrive, what leads on from them, and the pictures that go in."""

from collections.abc import Mapping
from typing import Final

from bot.core.mending import Mending

RESULTS: Final[Mapping[str, str]] = {
    # The card, while a picture waits for its owner's word and while a result is worked on.
    "card.asked": (
        "{reason}\nI cut nothing off unasked: <@{owner}> is asked privately what to do. Without an answer within "
        "{within:seconds} the job ends, and nothing is charged."
    ),
    "card.joining": "It is finished. Joining it with the clip before it…",
    "card.joining.done": "It is finished. Joining it with the clip before it: {done} % done.",
    "card.fitting": "It is finished, but larger than I may post here. Making it fit…",
    "card.fitting.done": "It is finished, but larger than I may post here. Making it fit: {done} % done.",
    "card.linking": "It is finished, but I could not bring the file here. Bringing you a link…",
    "card.deleted": "Done in {took:seconds}; the result has been deleted since. {cost:credits} charged.",
    # What was done to the pictures, on the card.
    "card.mended": "Mended: {what}.",
    "card.mended.one": "picture {number}: {what}",
    "card.mended.more": "and more",
    f"mending.{Mending.UPRIGHT}": "turned upright",
    f"mending.{Mending.FIRST_FRAME}": "first frame taken",
    f"mending.{Mending.LAST_FRAME}": "last frame taken",
    f"mending.{Mending.FLATTENED}": "see-through parts made white",
    f"mending.{Mending.CROPPED}": "cropped to the middle",
    f"mending.{Mending.BARRED}": "bars added",
    f"mending.{Mending.ENLARGED}": "made larger",
    f"mending.{Mending.REDUCED}": "made smaller",
    f"mending.{Mending.CONVERTED}": "saved in another format",
    f"mending.{Mending.COMPRESSED}": "saved at a lower quality",
    # Where a job comes from, on its card and under its result.
    "origin.job": "[job {id}]({url})",
    "origin.again": "once more, as {job}",
    "origin.change": "changed from {job}",
    "origin.animate": "brings the picture of {job} to life",
    "origin.extend": "goes on from {job}",
    "origin.join": "goes on from {job}, both as one clip",
    # How a result arrives.
    "result.videos": "<@{owner}> Your videos are here.",
    "result.images": "<@{owner}> Your pictures are here.",
    "result.joined": "<@{owner}> Your video is here: one clip, the earlier part and the new one.",
    "result.apart": "<@{owner}> Your video is here. It could not be joined with the earlier part, so this is the new part alone.",
    "result.fitted": "RunComfy's file has {size:bytes}; this version was made to fit here.",
    "result.fitted.many": "RunComfy's files have up to {size:bytes}; these versions were made to fit here.",
    "result.fitted.joined": "This version was made to fit here.",
    "result.original": "[The original]({url})",
    "result.original.part": "[The new part as RunComfy made it]({url})",
    "result.original.one": "[Original {number}]({url})",
    "result.originals": "{links}, for as long as RunComfy keeps it.",
    "result.originals.many": "{links}, for as long as RunComfy keeps them.",
    "result.originals.listed": "The attached list tells where the originals lie, for as long as RunComfy keeps them.",
    "result.originals.unlisted": "The originals' addresses are too long to be shown here.",
    "result.link.bare": (
        "<@{owner}> It is done, but I could not bring the file here. "
        "Here is where it lies, for as long as RunComfy keeps it:"
    ),
    "result.link.part": "It is not joined with the earlier part: this is the new part alone.",
    # The buttons under a result.
    "button.again": "Again",
    "button.change": "Change",
    "button.animate": "Animate",
    "button.extend": "Extend",
    "button.delete": "Delete",
    # The private question about a picture's shape.
    "question.choose": (
        "I cut nothing off unasked. Choose one of these; without an answer within {within:seconds} the job ends, and "
        "nothing is charged."
    ),
    "question.crop": "Crop to the middle",
    "question.bars": "Add bars",
    "question.cancel": "Cancel",
    "question.crop.chosen": "The picture is cropped to the middle. It goes on; the card shows how.",
    "question.bars.chosen": "The picture gets bars. It goes on; the card shows how.",
}
