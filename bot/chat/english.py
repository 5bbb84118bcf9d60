"""The English catalogue: every sentence that a member can read, by key.

A text says what happened, what happens next, and whether it was charged. Values in braces are facts; what
they count stands after the colon (`bytes`, `seconds`, `credits`).
"""

from collections.abc import Mapping
from typing import Final

from bot.chat.english_administration import ADMINISTRATION
from bot.chat.english_forms import FORMS
from bot.chat.english_notices import NOTICES
from bot.chat.english_quota import QUOTA
from bot.chat.english_results import RESULTS
from bot.chat.english_stats import STATS
from bot.core.errors import Problem

ENGLISH: Final[Mapping[str, str]] = {
    # Problems: what a member reads of each.
    Problem.PROMPT_EMPTY: "The prompt is empty. Say in a few words what should happen.",
    Problem.PROMPT_TOO_LONG: "The prompt has {length} characters; this model takes {limit}. Please shorten it.",
    Problem.OPTION_INVALID: "The option `{option}` has a value that this model does not take. Pick one from the list.",
    Problem.PICTURE_MISSING: "This model needs a picture, and the number of pictures does not fit. Please attach again.",
    Problem.PICTURE_UNREADABLE: "`{filename}` is not a picture that I can open, or it is damaged. Attach a whole JPEG, PNG, WebP, GIF, AVIF or HEIC file.",
    Problem.PICTURE_TOO_SLOW: "`{filename}` takes too long to open. Save it again as a plain JPEG or PNG.",
    Problem.PICTURE_FORMAT: "`{filename}` is a {format} file; this model takes {allowed}. Save it as one of these.",
    Problem.PICTURE_TOO_HEAVY: "`{filename}` has {size:bytes}; I can take less than {limit:bytes}. Make it smaller.",
    Problem.PICTURE_TOO_SMALL: (
        "`{filename}` is {width} × {height} pixels; both sides must be over {limit}. Use a larger picture."
    ),
    Problem.PICTURE_TOO_WIDE: (
        "`{filename}` is {width} × {height} pixels; both sides must be under {limit}. Use a smaller picture."
    ),
    Problem.PICTURE_ASPECT: (
        "The sides of `{filename}` are as {aspect:.2f} to 1 (width to height); this model takes more than {low} "
        "and less than {high}. It has to be cropped, or to get bars."
    ),
    Problem.PICTURE_TOO_MANY_PIXELS: "`{filename}` has more than {limit:,} pixels. Use a smaller picture.",
    Problem.PICTURE_GONE: "I could not fetch `{filename}` from Discord. Please attach it again.",
    Problem.PICTURE_HOST: "`{filename}` is not on Discord's own servers. Please attach it to the command.",
    Problem.QUOTA_DAILY: (
        "This costs {cost:credits}, and you have {left} of today's {allowance} left. They renew <t:{renews}:R>."
    ),
    f"{Problem.QUOTA_DAILY}.granted": (
        "This costs {cost:credits}, and you have {left} left today, {granted} of them granted. Your allowance of "
        "{allowance:credits} a day renews <t:{renews}:R>."
    ),
    f"{Problem.QUOTA_DAILY}.hopeless": (
        "This costs {cost:credits}, and your allowance is {allowance} a day. Choose something smaller, or ask a server manager."
    ),
    Problem.QUOTA_MONTHLY: (
        "This costs {cost:credits}, and you have {left} of this month's {allowance} left. They renew <t:{renews}:R>."
    ),
    f"{Problem.QUOTA_MONTHLY}.granted": (
        "This costs {cost:credits}, and you have {left} left this month, {granted} of them granted. Your allowance of "
        "{allowance:credits} a month renews <t:{renews}:R>."
    ),
    f"{Problem.QUOTA_MONTHLY}.hopeless": (
        "This costs {cost:credits}, and your allowance is {allowance} a month. Choose something smaller, or ask a server manager."
    ),
    f"{Problem.QUOTA_ACTIVE}.hopeless": "You may have no jobs under way here. A server manager can change that.",
    Problem.QUOTA_ACTIVE: "You have {active} of {allowance} jobs under way. Wait for one to finish, or cancel one.",
    Problem.QUOTA_SERVER: (
        "This costs {cost:credits}, and this whole server has {left} of {allowance} left. They renew <t:{renews}:R>."
    ),
    f"{Problem.QUOTA_SERVER}.hopeless": (
        "This costs {cost:credits}, and this whole server never has more than {allowance}. Choose something smaller."
    ),
    Problem.QUOTA_BOT: (
        "This costs {cost:credits}, and I have {left} of {allowance} left for everybody together. They renew <t:{renews}:R>."
    ),
    f"{Problem.QUOTA_BOT}.hopeless": (
        "This costs {cost:credits}, and I never have more than {allowance} for everybody together. Choose something "
        "smaller."
    ),
    Problem.BUDGET_SPENT: (
        "The operator's budget for RunComfy has no room for it. The budget renews <t:{renews}:R>; something smaller may still fit."
    ),
    Problem.PRICE_UNKNOWN: (
        "I cannot find out what this costs at RunComfy, so I keep to the operator's budget and order nothing. Try "
        "again later, or another command; the operator has been told."
    ),
    Problem.PAUSED: "I take no orders at the moment: {why:sentence}",
    Problem.BLOCKED: "I take no orders from you: {why:sentence} Those who run this server or this bot can tell you more.",
    Problem.CHANNEL_DENIED: "I take no orders in this channel. Try another one; a server manager decides which.",
    Problem.ROLE_DENIED: "Your roles do not let you order here. A server manager decides which do.",
    Problem.ADULTS_ONLY: "In this server I take orders in age-restricted channels only. Try such a channel.",
    Problem.WORDS_REFUSED: "Your prompt has words that are not wanted here. Say it in other words.",
    Problem.MODEL_OFF: "This command is turned off here. `/quota` shows which ones are on.",
    Problem.MODEL_RESOLUTION: "Here this command makes at most {limit}. Choose a smaller resolution.",
    Problem.MODEL_DURATION: "Here this command makes videos of at most {limit} s. Choose a shorter length.",
    Problem.PERMISSION_MISSING: "I cannot work in this channel: I lack {permissions}. A server manager can grant it.",
    Problem.NOT_YOURS: "Only the member who started this job, or a server manager, can do that.",
    Problem.NO_SUCH_JOB: "I no longer know this job, or never did. Its buttons do nothing; pick another from a list.",
    Problem.NO_SUCH_RESULT: "This job has no result any more. Start a new one.",
    Problem.NOT_FROM_HERE: (
        "Its pictures belong to another channel, so only the member who made it can go on from them here. You can "
        "animate or extend the result itself."
    ),
    Problem.LOAN_GONE: "`{filename}` is gone from Discord and from RunComfy, so I cannot go on from it.",
    Problem.NO_PICTURE: "There is no picture in that message that I can use. Choose a message with a picture.",
    Problem.SEED_INVALID: "The seed must be a whole number, or empty.",
    Problem.TOKEN_REJECTED: "RunComfy does not take orders from me right now; the operator has been told. Your job waits.",
    Problem.BALANCE_EMPTY: "The RunComfy account is out of money; the operator has been told. Your job waits.",
    Problem.STORE_UNUSABLE: "I cannot reach my memory right now. Nothing was charged; please try again later.",
    Problem.GENERATOR_UNREACHABLE: "RunComfy cannot be reached right now. Your job waits and is tried again by itself.",
    Problem.GENERATOR_BUSY: "RunComfy is busy right now. Your job waits and is tried again by itself.",
    Problem.CHAT_UNREACHABLE: "Discord did not answer. Please try again.",
    Problem.STORE_BUSY: "I am busy right now. Nothing was charged; please try again in a moment.",
    Problem.REQUEST_REFUSED: "RunComfy refused this request ({code}). Change the prompt, the picture or the settings.",
    Problem.ANSWER_LOST: (
        "RunComfy's answer to your order was lost, so I cannot know whether it runs. I do not send it again, so that "
        "it cannot be paid for twice; the operator has been told."
    ),
    Problem.INTERRUPTED: (
        "I was interrupted while sending your order, so I cannot know whether it runs. I do not send it again, so "
        "that it cannot be paid for twice; the operator has been told."
    ),
    Problem.GENERATION_FAILED: "RunComfy could not make it: {detail}",
    f"{Problem.GENERATION_FAILED}.bare": "RunComfy could not make it, and gave no reason.",
    Problem.GENERATION_GONE: "RunComfy no longer knows this job.",
    Problem.RESULT_MISSING: "RunComfy says that it is done, but gave no file.",
    Problem.RESULT_BROKEN: "The file that RunComfy made is damaged; I fetched it several times.",
    Problem.RESULT_TOO_LARGE: "The file that RunComfy made is larger than {limit:bytes}, more than I can carry.",
    Problem.RESULT_GONE: "RunComfy has deleted the file before I could fetch it.",
    Problem.GAVE_UP: "RunComfy has not finished it within {hours} hours, so I stopped waiting.",
    Problem.UNDELIVERABLE: "I could not post the result: the channel is gone or closed to me.",
    Problem.NEVER_ACKNOWLEDGED: "Your command reached me, but my answer did not reach you in time. Please send it again.",
    Problem.ANSWERED_BY_ANOTHER: "Another bot with my token has answered this command: see its card.",
    Problem.SETTLED: "The operator has closed this job.",
    # The card: one line a state.
    "card.preparing": "Checking your picture…",
    "card.preparing.bare": "Getting ready…",
    "card.queued": "Waiting for a free place.",
    "card.queued.next": "Waiting for a free place: yours is the next to go.",
    "card.queued.place": "Waiting in line: number {position}.",
    "card.submitting": "Sending it to RunComfy…",
    "card.in_queue": "In RunComfy's queue.",
    "card.in_queue.place": "In RunComfy's queue: number {position}.",
    "card.in_progress": "RunComfy is working on it. It was sent <t:{since}:R>.",
    "card.expected": (
        "Such jobs take about {typical:seconds}. This one is done <t:{likely}:R>, with a chance of 8 in 10."
    ),
    "card.expected.open": "Such jobs take about {typical:seconds}.",
    "card.first": "There is no estimate yet: this is the first job of its kind.",
    "card.overdue": "It takes longer than usual. I keep looking, and ping you when it is there.",
    "card.wished": "Cancelling…",
    "card.wish_refused": "It is already being worked on and can no longer be cancelled. It will arrive here.",
    "card.ready": "It is finished. Bringing it here…",
    "card.delivered": "Done in {took:seconds}: {link}. {cost:credits} charged.",
    "card.cancelled": "Cancelled. Nothing was charged: {cost:credits} given back.",
    "card.ended": "{reason} Nothing was charged: {cost:credits} given back.",
    "card.cancel": "Cancel",
    "card.cost": "{cost:credits}",
    "card.id": "job {id}",
    # Messages of their own.
    "result.video": "<@{owner}> Your video is here.",
    "result.image": "<@{owner}> Your picture is here.",
    "result.link": (
        "<@{owner}> It is done, but Discord does not take a file of {size:bytes} here. "
        "Here is where it lies, for as long as RunComfy keeps it:"
    ),
    "result.more": "These are {shown} of {count} addresses; all of them are in the attached list.",
    "result.took": "took {took:seconds}",
    "result.direct": "I could no longer post in the channel where you asked, so this comes to you directly.",
    "ending": "<@{owner}> {reason} Nothing was charged: {cost:credits} given back.",
    "refusal": "{reason} Nothing was charged.",
    "jump": "[see the result]({url})",
    # Answers to the Cancel button.
    "cancel.done": "Cancelled. Nothing was charged: {cost:credits} given back.",
    "cancel.asked": "I have asked for it to be cancelled. The card will tell what came of it.",
    "cancel.running": "RunComfy is already working on it, so it can no longer be cancelled. It will arrive here.",
    "cancel.ready": "It is already finished and on its way, so it can no longer be cancelled.",
    "cancel.over": "This job has already ended.",
    # /jobs.
    "jobs.none": "You have no jobs yet. Try `/seedance-pro` with a picture.",
    "jobs.title": "### Your latest jobs",
    "jobs.row": "**{title}** · {state} · {cost:credits} · <t:{accepted}:R>{link}\n-# job {id} · {prompt}",
    "broken": (
        "Something went wrong on my side. If a card of yours appears, the job goes on; otherwise please try again."
    ),
    "stale.command": "This command has changed since your Discord loaded it. Please type it again.",
    "stale.button": "This button is no longer in use.",
    "state.preparing": "preparing",
    "state.queued": "waiting in line",
    "state.submitting": "being sent",
    "state.running": "running",
    "state.ready": "arriving",
    "state.unknown": "in doubt",
    "state.delivered": "delivered",
    "state.failed": "failed",
    "state.cancelled": "cancelled",
    "option.audio": "with sound",
    "option.no_audio": "silent",
    "option.fixed_camera": "fixed camera",
    "option.no_fixed_camera": "free camera",
    "option.duration": "{value} s",
    "option.seed": "seed {value}",
    **ADMINISTRATION,
    **FORMS,
    **NOTICES,
    **QUOTA,
    **RESULTS,
    **STATS,
}
