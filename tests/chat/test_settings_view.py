"""What /zoetrope settings shows: whatever was decided, all kinds of it fit into one message."""

from bot.chat.administration.settings_view import view
from bot.core.ids import ChannelId, GuildId, RoleId, UserId
from bot.core.policy import ModelRule, Policy
from bot.flow.administration_places import Decided
from tests.chat.shown import words

# As long as Discord's ids are.
_NUMBERS = range(1_573_612_519_077_969_922, 1_573_612_519_077_970_022)


def test_the_fullest_policy_fits_and_tells_how_much_more_there_is() -> None:
    policy = Policy(
        time_zone="America/Argentina/ComodRivadavia",
        paused="*" * 200,
        models={
            command: ModelRule(off=True, resolution="1080p", duration=12)
            for command in ("seedance-pro", "seedance-lite", "seedance-fast", "seedream-edit")
        },
        allowed_channels=frozenset(map(ChannelId, _NUMBERS)),
        denied_channels=frozenset(map(ChannelId, _NUMBERS)),
        allowed_roles=frozenset(map(RoleId, _NUMBERS)),
        denied_roles=frozenset(map(RoleId, _NUMBERS)),
        weights={RoleId(number): 99.5 for number in _NUMBERS},
        log_channel=ChannelId(_NUMBERS[0]),
    )
    decided = Decided(policy, [UserId(number) for number in _NUMBERS], "*" * 200)

    shown = view(decided, GuildId(1), "UTC", "en", is_mute=True)

    assert shown.content_length() <= 4000
    assert words(shown).count("and 85 more") == 6
