"""The languages that Discord's client can be set to, by code and own name (its page "Locales")."""

from collections.abc import Mapping
from typing import Final

LOCALES: Final[Mapping[str, str]] = {
    "en-US": "English, US",
    "en-GB": "English, UK",
    "de": "Deutsch",
    "fr": "Français",
    "es-ES": "Español",
    "es-419": "Español, LATAM",
    "it": "Italiano",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt-BR": "Português do Brasil",
    "ro": "Română",
    "sv-SE": "Svenska",
    "da": "Dansk",
    "no": "Norsk",
    "fi": "Suomi",
    "hr": "Hrvatski",
    "hu": "Magyar",
    "lt": "Lietuviškai",
    "vi": "Tiếng Việt",
    "tr": "Türkçe",
    "cs": "Čeština",
    "el": "Ελληνικά",
    "bg": "български",
    "ru": "Русский",
    "uk": "Українська",
    "hi": "हिन्दी",
    "th": "ไทย",
    "zh-CN": "中文",
    "zh-TW": "繁體中文",
    "ja": "日本語",
    "ko": "한국어",
    "id": "Bahasa Indonesia",
}
