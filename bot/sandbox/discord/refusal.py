"""How Discord says no: the API's error bodies, and what its client does not let a member do.

ApiError            an answer of the REST API; `blames` tells whether it proves a mistake of the bot
ClientRefusal       the member's own client refuses; nothing ever reaches the bot
"""

from dataclasses import dataclass, field


class ClientRefusal(Exception):  # noqa: N818 - it is the client's verdict, not an error of the stand-in
    """The member's client does not send this."""


@dataclass
class ApiError(Exception):
    """One refused request: HTTP status, Discord's JSON code, its sentence, and the reasons in detail."""

    status: int
    code: int
    message: str
    reasons: tuple[str, ...] = field(default=())
    blames: bool = False

    def body(self) -> dict[str, object]:
        """Return the JSON Discord would send."""
        body: dict[str, object] = {"message": self.message, "code": self.code}
        if self.reasons:
            body["errors"] = {"_errors": [{"code": "INVALID", "message": reason} for reason in self.reasons]}
        return body


def unknown_channel() -> ApiError:
    """Return 10003, for a channel that is gone or never was."""
    return ApiError(404, 10003, "Unknown Channel")


def unknown_message() -> ApiError:
    """Return 10008, also for ephemeral messages asked for with the bot's token."""
    return ApiError(404, 10008, "Unknown Message")


def unknown_webhook() -> ApiError:
    """Return 10015, for a token that names nothing or is not answered yet."""
    return ApiError(404, 10015, "Unknown Webhook", blames=True)


def unknown_interaction() -> ApiError:
    """Return 10062: the first answer came too late, or for no interaction at all."""
    return ApiError(404, 10062, "Unknown interaction", blames=True)


def missing_access() -> ApiError:
    """Return 50001: the bot does not see the channel."""
    return ApiError(403, 50001, "Missing Access")


def missing_permissions() -> ApiError:
    """Return 50013: the bot sees the channel and may not do this."""
    return ApiError(403, 50013, "Missing Permissions")


def invalid_form(*reasons: str) -> ApiError:
    """Return 50035: the request breaks the API's description."""
    return ApiError(400, 50035, "Invalid Form Body", reasons, blames=True)
