"""The forms of address that a setting may have. Each says, where it refuses, what is expected instead."""

import re
from ipaddress import ip_address
from typing import Annotated, Final
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

# A name or an address; only one on loopback is ever fetched at a port of its own.
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[?[0-9A-Fa-f:]+\]?")
_LISTEN: Final = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):([0-9]{1,5})")
# A name in ASCII, as it is looked up (RFC 1035, section 2.3.4); the underscore is Docker's.
_LABELS: Final = re.compile(r"(?=.{1,253}\Z)(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?")
_UNSEEN: Final = re.compile(r"[\s\x00-\x1f\x7f]")


def _split(text: str) -> SplitResult:
    """Take an address apart; ValueError in words where it has no such form, or a port that is none."""
    try:
        parts = urlsplit(text)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        has_port, parts = False, SplitResult("", "", "", "", "")
    if not has_port or not _is_host(parts.hostname or "") or _UNSEEN.search(text):
        raise ValueError("an address of the form https://host/path")
    return parts


def _is_host(text: str) -> bool:
    """Tell whether this could be looked up or reached; what could not is an error of its own kind, later."""
    try:
        ip_address(text)
    except ValueError:
        return _LABELS.fullmatch(text) is not None
    return True


def _api_url(text: str) -> str:
    parts = _split(text)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError("an address that starts with https:// (http:// only on loopback)")
    if parts.query or parts.fragment or parts.username:
        raise ValueError("an address of the form https://host/path")
    return text.rstrip("/")


def _proxy_url(text: str) -> str:
    """Accept http as well: a rate-limit proxy may stand in the operator's own network."""
    if _split(text).scheme not in ("http", "https"):
        raise ValueError("an address that starts with https:// or http://")
    return text.rstrip("/")


def _storage_url(text: str) -> str:
    if text.startswith("sqlite:///") and text != "sqlite:///" and "\0" not in text:
        return text
    if not _is_database(text):
        # Not what was written: it may hold a password.
        raise ValueError("sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/DATABASE")
    return text


def _is_database(text: str) -> bool:
    """Tell whether a text is the address of a database of PostgreSQL, its name included."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    has_host = _is_host(parts.hostname or "") or "host=" in parts.query
    is_clean = not _UNSEEN.search(text) and not parts.fragment
    return parts.scheme == "postgresql" and has_host and len(parts.path) > 1 and is_clean


def bare(url: str) -> str:
    """Return the address of a database without its password and its parameters, to be shown."""
    parts = urlsplit(url)
    user = f"{parts.username}@" if parts.username else ""
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{user}{host}{parts.path}"


def _listen(text: str) -> str:
    found = _LISTEN.fullmatch(text)
    if found is None or int(found[2]) > 65535 or not _is_host(found[1].strip("[]")):
        raise ValueError("host:port, as in 127.0.0.1:8080")
    return text


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ValueError("a host name without scheme or path, as in runcomfy.net")
    return text


ApiUrl = Annotated[str, AfterValidator(_api_url)]
ProxyUrl = Annotated[str, AfterValidator(_proxy_url)]
StorageUrl = Annotated[str, AfterValidator(_storage_url)]
Listen = Annotated[str, AfterValidator(_listen)]
Host = Annotated[str, AfterValidator(_host)]
