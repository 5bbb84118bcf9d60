"""The English sentences about forms, menus and lists: what a member fills in and what is said of it."""

from collections.abc import Mapping
from typing import Final

FORMS: Final[Mapping[str, str]] = {
    # What stands above a form, and above each of its fields: 45 letters at most.
    "form.change": "Change it and make it anew",
    "form.animate": "Make a video of a picture",
    "form.extend": "Let the video go on",
    "form.edit": "Edit a picture",
    "field.prompt": "Prompt",
    "field.picture": "Picture",
    "field.picture.result": "Picture {number} of the result",
    "field.picture.avatar": "{name}'s avatar",
    "field.picture.size": " ({width} × {height})",
    "field.model": "Model",
    "field.resolution": "Resolution",
    "field.ratio": "Width to height",
    "field.duration": "Length",
    "field.seed": "Seed",
    "field.seed.hint": "A whole number; empty: drawn by chance",
    "field.options": "Options",
    "field.nothing": "none",
    # What can be picked: 100 letters at most, the hint below it too.
    "model.seedance-pro": "Seedance 1.5 Pro",
    "model.seedance-pro.hint": "With sound, if you like",
    "model.seedance-lite": "Seedance 1.0 Lite",
    "model.seedance-lite.hint": "Silent, costs less",
    "model.seedance-lite-from": "Seedance 1.0 Lite, from the picture before the edit to this one",
    "model.seedance-lite-from.hint": "Shows the change happen; not at 1080p, where the last picture has no effect",
    "tick.audio": "Sound",
    "tick.fixed_camera": "Fixed camera",
    "tick.joined": "Join both videos to one clip",
    "tick.spoiler": "Spoiler: covered until somebody wants to see it",
    "tick.pro": "Seedance 1.5 Pro only",
    # What is said of a form that was sent.
    "form.reopen": "Back to the form",
    "form.refused": "{reason} Nothing was charged, and what you typed is kept for a week.",
    "form.broken": (
        "Something went wrong on my side. If a card of yours appears, the job goes on; otherwise please try again: "
        "what you typed is kept for a week."
    ),
    "form.typed": "You had typed:",
    "form.unknown": (
        "I no longer know what this form was about, since forms are kept for a week. Nothing was charged. "
        "Please start again."
    ),
    "form.gone": "What you typed is no longer kept: that is a week at most. Nothing was charged. Please start again.",
    # The question about a picture's shape.
    "question.over": "This question has been answered already, or is no longer open. The card tells how the job goes on.",
    # Delete.
    "delete.ask": (
        "Delete this result for everyone? It cannot be brought back, and nothing of its {cost:credits} is given back. "
        "If you do nothing, it stays."
    ),
    "delete.sure": "Delete for everyone",
    "delete.copy": "The result is gone, but Discord did not let me delete the copy of it here.",
    "delete.gone": "Its result has been deleted already.",
    "delete.done": (
        "Deleted. It disappears in a moment, unless I may no longer act in that channel: then it stays there. "
        "Nothing of its {cost:credits} is given back."
    ),
    # /jobs: one job.
    "jobs.pick": "Look at one of them",
    "job.chain": "**How it came about**",
    "job.link": "{how} **{title}** · {state}{link}",
    "job.here": "➤ {link}",
    "job.how.first": "Began as",
    "job.how.again": "again:",
    "job.how.change": "changed:",
    "job.how.animate": "animated:",
    "job.how.extend": "extended:",
    "job.how.join": "extended and joined:",
    "job.deleted": "deleted",
    "job.more": "There is more that finds no room here.",
    # Posting a result again.
    "repost": "Post it here again",
    "repost.busy": "I am bringing other results at the moment. Nothing was done; please try again in a minute.",
    "repost.gone": "I could not bring it: its files are neither at Discord nor at RunComfy any more. Start a new one.",
    "repost.gone.joined": (
        "I could not bring it: the joined clip is no longer at Discord, and its last part no longer at RunComfy. "
        "Start a new one."
    ),
    "repost.part": (
        "The joined clip is no longer at Discord. Here is where its last part lies, for as long as RunComfy keeps it:"
    ),
    "repost.late": "I could not bring it right now. Nothing was charged; please try again in a few minutes.",
    "repost.failed": "I could not post it here: Discord does not let me. Nothing was charged.",
}
