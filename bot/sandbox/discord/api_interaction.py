"""Routes with an interaction's token: its first answer, the original message and followups.

Owns which answer fits which interaction. How long the token lives is `interaction`'s to say.
"""

from collections.abc import Callable

from bot.sandbox.discord import form_message
from bot.sandbox.discord.arrival import Arrival, Reply, Route
from bot.sandbox.discord.interaction import Answer, Interaction, Kind, Modal
from bot.sandbox.discord.message import Message
from bot.sandbox.discord.modal_rules import modal_faults
from bot.sandbox.discord.posting import Draft, edit, post, thinking
from bot.sandbox.discord.refusal import (
    invalid_form,
    unknown_channel,
    unknown_interaction,
    unknown_message,
    unknown_webhook,
)
from bot.sandbox.discord.wire import EPHEMERAL, Callback, CallbackBody, Choice, Json, MessageBody
from bot.sandbox.discord.world import World

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
FOLLOWUP = "/webhooks/{webhook_id}/{webhook_token}"
ORIGINAL = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
ANY = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"

UPDATES = frozenset({Answer.DEFER_UPDATE, Answer.UPDATE})
REPLIES = frozenset({Answer.MESSAGE, Answer.DEFER})
FITTING = {
    Kind.COMMAND: REPLIES | {Answer.MODAL},
    Kind.COMPONENT: REPLIES | UPDATES | {Answer.MODAL},
    Kind.AUTOCOMPLETE: frozenset({Answer.CHOICES}),
    Kind.MODAL: REPLIES,
}


class InteractionApi:
    """Answers for interaction tokens."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """Return the routes, `@original` before the templated message id."""
        return [
            Route("POST", CALLBACK, "interaction", self.answer),
            Route("POST", FOLLOWUP, "interaction", self.follow_up),
            *self._message_routes(ORIGINAL, self._original),
            *self._message_routes(ANY, self._own),
        ]

    def _message_routes(self, template: str, find: Callable[[Arrival], Message]) -> list[Route]:
        return [
            Route("GET", template, "interaction", lambda arrival: form_message.message(find(arrival))),
            Route("PATCH", template, "interaction", lambda arrival: self._edit(arrival, find(arrival))),
            Route("DELETE", template, "interaction", lambda arrival: find(arrival).delete()),
        ]

    def answer(self, arrival: Arrival) -> Reply:
        """Take the first answer."""
        interaction = self._world.interactions.get(arrival.path["interaction_token"])
        if interaction is None or interaction.id != arrival.number("interaction_id"):
            raise unknown_interaction()
        interaction.must_be_open()
        callback = arrival.parse(Callback)
        kind = _fitting(interaction, callback)
        self._do(interaction, kind, callback.data or CallbackBody(), arrival)
        interaction.callback_type = kind
        interaction.answered_at = self._world.now()
        self._world.bell.ring()
        return _outcome(interaction) if arrival.query.get("with_response") in ("1", "true", "True") else None

    def follow_up(self, arrival: Arrival) -> Reply:
        """Post another message; the first one after a deferred answer takes that answer's place."""
        interaction = self._alive(arrival)
        if interaction.channel.gone:
            raise unknown_channel()
        draft = Draft(arrival.parse(MessageBody), arrival.files, interaction.upload_limit)
        waiting = interaction.message
        if waiting is not None and waiting.loading and not waiting.deleted:
            edit(self._world, waiting, draft)
            return form_message.message(waiting)
        message = post(self._world, interaction.channel, draft, interaction=interaction)
        interaction.followups.append(message)
        self._world.bell.ring()
        return form_message.message(message)

    def _do(self, interaction: Interaction, kind: Answer, data: CallbackBody, arrival: Arrival) -> None:
        draft = Draft(data, arrival.files, interaction.upload_limit)
        match kind:
            case Answer.MESSAGE:
                interaction.message = post(self._world, interaction.channel, draft, interaction=interaction)
            case Answer.DEFER:
                interaction.message = thinking(self._world, interaction, _only_ephemeral(data))
            case Answer.DEFER_UPDATE:
                interaction.message = interaction.source
            case Answer.UPDATE:
                interaction.message = interaction.source
                edit(self._world, self._present(interaction.source), draft)
            case Answer.CHOICES:
                interaction.choices = _at_most_25(data)
            case _:
                interaction.modal = _modal(interaction, data)
        interaction.private = interaction.message is not None and interaction.message.ephemeral

    def _edit(self, arrival: Arrival, message: Message) -> Reply:
        interaction = self._alive(arrival)
        edit(self._world, message, Draft(arrival.parse(MessageBody), arrival.files, interaction.upload_limit))
        return form_message.message(message)

    def _alive(self, arrival: Arrival) -> Interaction:
        interaction = self._world.interactions.get(arrival.path["webhook_token"])
        if interaction is None or arrival.number("webhook_id") != self._world.bot_id:
            raise unknown_webhook()
        interaction.must_be_alive()
        return interaction

    def _original(self, arrival: Arrival) -> Message:
        return self._present(self._alive(arrival).message)

    def _own(self, arrival: Arrival) -> Message:
        interaction = self._alive(arrival)
        number = arrival.number("message_id")
        own = [one for one in (interaction.message, *interaction.followups) if one is not None]
        return self._present(next((one for one in own if one.id == number), None))

    def _present(self, message: Message | None) -> Message:
        if message is None or message.deleted or message.channel.gone:
            raise unknown_message()
        return message


def _fitting(interaction: Interaction, callback: Callback) -> Answer:
    fitting = FITTING[interaction.kind]
    if interaction.kind is Kind.MODAL and interaction.source is not None:
        fitting = fitting | UPDATES
    if callback.type not in fitting:
        raise invalid_form(f"type: {callback.type} does not answer {interaction.kind.name}")
    return Answer(callback.type)


def _only_ephemeral(data: CallbackBody) -> int:
    if (data.flags or 0) & ~EPHEMERAL:
        raise invalid_form("data/flags: only the ephemeral flag goes with a deferred answer")
    return data.flags or 0


def _at_most_25(data: CallbackBody) -> tuple[Choice, ...]:
    choices = data.choices or ()
    if len(choices) > 25:
        raise invalid_form("data/choices: more than 25")
    return choices


def _modal(interaction: Interaction, data: CallbackBody) -> Modal:
    components = data.components or ()
    if faults := list(modal_faults(data.custom_id, data.title, components)):
        raise invalid_form(*faults)
    return Modal(data.custom_id or "", data.title or "", components, interaction)


def _outcome(interaction: Interaction) -> Json:
    about: dict[str, object] = {"id": str(interaction.id), "type": int(interaction.kind)}
    message, kind = interaction.message, interaction.callback_type
    if message is None:
        return {"interaction": about}
    about |= {
        "response_message_id": str(message.id),
        "response_message_loading": message.loading,
        "response_message_ephemeral": message.ephemeral,
    }
    if kind is Answer.MESSAGE or kind is Answer.UPDATE:
        resource: Json = {"type": kind.value, "message": form_message.message(message)}
        return {"interaction": about, "resource": resource}
    return {"interaction": about}
