"""Which addresses may be fetched. Pure; an address that is not plainly allowed is refused.

What is checked is what is fetched: the parsed address goes to the HTTP client, so that no two parsers can
disagree about its host. Nothing here ever looks a name up.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from yarl import URL

# Printable ASCII without the backslash, which browsers read as a slash. An address from an API is encoded.
_PLAIN: Final = re.compile(r"[!-\[\]-~]+")
# Only a name of letters, digits and hyphens, or an address: no userinfo, no zone, no percent sign.
_AUTHORITY: Final = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_LOCALHOST: Final = "localhost"


@dataclass(frozen=True, slots=True)
class HostRule:
    """Listed hosts and their subdomains by https at its own port; listed loopback hosts by http.

    A loopback host may be listed with a port, and then only that port is meant.
    """

    hosts: frozenset[str]

    @classmethod
    def of(cls, hosts: Iterable[str]) -> "HostRule":
        """Make a rule from a configured list, whatever its case; brackets around IPv6 may be there."""
        return cls(frozenset(host.lower().strip("[]") for host in hosts))

    def admit(self, address: str) -> URL | None:
        """Return the address, parsed and otherwise unchanged, if it may be fetched; else None."""
        url = _parse(address)
        if url is None or url.raw_host is None:
            return None
        host = url.raw_host.lower()
        if is_loopback(host):
            listed = host in self.hosts or f"{host}:{url.port}" in self.hosts
            return url if listed and url.scheme in {"http", "https"} else None
        return url if url.scheme == "https" and url.port == 443 and self._lists(host) else None

    def _lists(self, host: str) -> bool:
        """Tell whether a host, or a domain above it, is listed. A number is listed only as a whole."""
        if _is_ip(host):
            return host in self.hosts
        labels = host.split(".")
        above = {".".join(labels[start:]) for start in range(len(labels))}
        # An empty label, or one over 63 letters, is no part of a name (RFC 1035, section 2.3.4).
        is_name = all(0 < len(label) < 64 for label in labels)
        return is_name and any(not is_loopback(name) and not _is_ip(name) for name in above & self.hosts)


def host_of(address: str) -> str:
    """Return the host of an address for a log, and nothing else of it."""
    url = _parse(address)
    return (url.raw_host if url else None) or "(none)"


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine by its own name or number, in plain notation."""
    return host == _LOCALHOST or (_is_ip(host) and ip_address(host).is_loopback)


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _parse(address: str) -> URL | None:
    if not _PLAIN.fullmatch(address):
        return None
    try:
        # As it stands: a signed address must not be quoted anew.
        url = URL(address, encoded=True)
        # The port is parsed when first asked for; without one there is no address to fetch.
        return url if url.port and _AUTHORITY.fullmatch(url.raw_authority) else None
    except ValueError:
        return None
