"""The English sentences of `/zoetrope stats`: in the pictures, in their alt texts and below them.

What goes into a picture has the letters that its font has, which are few: see `charts_letters`.
"""

from collections.abc import Mapping
from typing import Final

STATS: Final[Mapping[str, str]] = {
    "stats.none": "No job was ordered in this server in this time ({period}). Ask for more days, up to {most}.",
    "stats.none.everywhere": "No job was ordered anywhere in this time ({period}). Ask for more days, up to {most}.",
    "stats.title": "This server, last {days} days",
    "stats.title.one": "This server, today",
    "stats.title.everywhere": "All servers, last {days} days",
    "stats.title.everywhere.one": "All servers, today",
    "stats.head": "### {title}",
    "stats.period": "{period}; days are those of UTC",
    "stats.total": "**{jobs}**, {figures}",
    "stats.by.models": "**By model**",
    "stats.by.members": "**By member**",
    "stats.by.states": "**By state**",
    "stats.row": "{who}: {jobs}, {figures}",
    "stats.note": "-# Credits are those charged. Dollars are as RunComfy says, or as estimated.",
    "stats.no_picture": "-# The picture could not be drawn.",
    # The alt texts.
    "stats.alt": "{title}, {period}: {jobs}, {figures}.",
    "stats.alt.models": "By model: {rows}.",
    "stats.alt.members": "By member: {rows}.",
    "stats.alt.states": "By state: {rows}.",
    "stats.alt.days": "Jobs a day from {first}: {counts}.",
    "stats.alt.row.bare": "{who} {jobs:,}",
    "stats.alt.row": "{who} {jobs:,} ({figures})",
    # Figures and names.
    "stats.jobs": "{count:,} jobs",
    "stats.jobs.one": "1 job",
    "stats.credits": "{count:,} credits",
    "stats.credits.one": "1 credit",
    "stats.usd": "${usd:,.2f}",
    "stats.usd.little": "under $0.01",
    "stats.member": "member …{end}",
    "stats.others": "{count:,} others",
    "stats.others.one": "1 other",
    "stats.under_way": "under way",
    "stats.day": "{day} {month}",
    "stats.day.year": "{day} {month} {year}",
    "stats.days": "{first} to {last}",
    "stats.months": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    # In the pictures only.
    "stats.drawn.jobs": "jobs",
    "stats.drawn.jobs.one": "job",
    "stats.drawn.credits": "credits",
    "stats.drawn.credits.one": "credit",
    "stats.drawn.usd": "dollars",
    "stats.drawn.days": "Jobs a day",
    "stats.drawn.delivered": "delivered",
    "stats.drawn.not_delivered": "not delivered",
    "stats.drawn.models": "By model",
    "stats.drawn.members": "By member",
    "stats.drawn.states": "By state",
}
