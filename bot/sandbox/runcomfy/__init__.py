"""A RunComfy that speaks the public wire contract on loopback, for tests and for the demo.

Independent of the program that it judges: nothing here imports anything else of `bot`.
"""

from bot.sandbox.runcomfy.fates import BadPicture, Ending, Fate, Pace, Served
from bot.sandbox.runcomfy.faults import Action, Fault, When
from bot.sandbox.runcomfy.records import Call, RemoteJob, Status, Submit
from bot.sandbox.runcomfy.server import RunComfy
from bot.sandbox.runcomfy.studio import Studio
from bot.sandbox.runcomfy.wire import ErrorBody, Output, Unfinished, Wire

__all__ = [
    "Action",
    "BadPicture",
    "Call",
    "Ending",
    "ErrorBody",
    "Fate",
    "Fault",
    "Output",
    "Pace",
    "RemoteJob",
    "RunComfy",
    "Served",
    "Status",
    "Studio",
    "Submit",
    "Unfinished",
    "When",
    "Wire",
]
