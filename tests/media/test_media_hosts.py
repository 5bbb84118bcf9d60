"""Which addresses may be fetched, and every trick that must not work."""

import pytest

from bot.media.hosts import HostRule, host_of

RULE = HostRule.of(["RunComfy.net", "runcomfy.com", "127.0.0.1", "localhost", "[::1]", "203.0.113.7"])


@pytest.mark.parametrize(
    "address",
    [
        "https://runcomfy.net/a.mp4",
        "https://media.runcomfy.com/a.mp4?Signature=a%2Fb%3D&Expires=1",
        "https://a.b.c.runcomfy.net/",
        "HTTPS://Media.RUNCOMFY.net/a.mp4",
        "https://runcomfy.net:443/a.mp4",
        "http://127.0.0.1/a.mp4",
        "http://127.0.0.1:8080/a.mp4",
        "http://localhost:1/a.mp4",
        "http://[::1]:8080/a.mp4",
        "https://127.0.0.1:8443/a.mp4",
        "https://203.0.113.7/a.mp4",
    ],
)
def test_a_listed_host_may_be_fetched(address: str) -> None:
    assert RULE.admit(address) is not None


@pytest.mark.parametrize(
    "address",
    [
        # another host that looks like a listed one
        "https://evil-runcomfy.net/",
        "https://evilruncomfy.net/",
        "https://runcomfy.net.evil/",
        "https://runcomfy.net.evil.com/runcomfy.net",
        "https://runcomfy.network/",
        "https://net/",
        "https://com/",
        "https://evil.com/?https://runcomfy.net/",
        "https://evil.com/runcomfy.net",
        "https://evil.com#.runcomfy.net",
        "https://evil.com?.runcomfy.net",
        "https://evil.com/.runcomfy.net",
        # userinfo
        "https://runcomfy.net@evil.com/",
        "https://user@runcomfy.net/",
        "https://user:secret@runcomfy.net/",
        "https://@runcomfy.net/",
        "http://127.0.0.1:80@evil.com/",
        # parsers that disagree
        "https://evil.com\\@runcomfy.net/",
        "https://runcomfy.net\\.evil.com/",
        "https://runcomfy.net%2eevil.com/",
        "https://evil.com%23.runcomfy.net/",
        "https://evil.com%00.runcomfy.net/",
        "https://evil.com\t.runcomfy.net/",
        " https://runcomfy.net/",
        "https://runcomfy.net/a b",
        "https://runcomfy.net/\r\nHost: evil.com",
        "https://runcomfy.net\n",
        "https:runcomfy.net/",
        "https:/runcomfy.net/",
        "https:///runcomfy.net/",
        "//runcomfy.net/",
        "runcomfy.net/a",
        "https://[runcomfy.net]/",
        # names that are none
        "https://runcomfy.net./",
        "https://.runcomfy.net/",
        "https://a..runcomfy.net/",
        f"https://{'a' * 64}.runcomfy.net/",
        "https://",
        "https://:443/",
        "",
        # other letters that look alike, or become alike when normalised
        "https://runcomfỵ.net/",
        "https://\uff52uncomfy.net/",
        "https://runcomfy\u3002net/",
        "https://xn--runcmfy-l3a.net/",
        "https://bücher.runcomfy.net/",
        # scheme and port
        "http://runcomfy.net/",
        "ftp://runcomfy.net/",
        "file:///etc/passwd",
        "file://runcomfy.net/etc/passwd",
        "data:text/html,hello",
        "javascript:alert(1)",
        "https://runcomfy.net:8443/",
        "https://runcomfy.net:80/",
        "https://runcomfy.net:0/",
        "https://runcomfy.net:99999/",
        "https://runcomfy.net:٤٤٣/",
        # numbers
        "https://192.0.2.1/",
        "http://203.0.113.7/",
        "https://1.203.0.113.7/",
        "http://127.0.0.2/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://[::1%25lo]/",
        "http://169.254.169.254/latest/meta-data",
        "https://evil.127.0.0.1/",
        "https://evil.localhost/",
        "http://localhost.evil.com/",
        "ftp://127.0.0.1/",
        "file://localhost/etc/passwd",
    ],
)
def test_anything_else_is_refused(address: str) -> None:
    assert RULE.admit(address) is None


def test_loopback_is_refused_unless_it_is_listed() -> None:
    rule = HostRule.of(["runcomfy.net"])

    assert rule.admit("http://127.0.0.1/") is None
    assert rule.admit("http://localhost/") is None
    assert rule.admit("https://[::1]/") is None


def test_an_empty_list_allows_nothing() -> None:
    assert HostRule.of([]).admit("https://runcomfy.net/") is None


def test_a_signed_address_is_fetched_as_it_was_given() -> None:
    address = "https://runcomfy.net/a%20b%2Bc.mp4?sig=x%2Fy%3D+%20&is="

    assert str(RULE.admit(address)) == address


def test_a_log_gets_the_host_and_nothing_else() -> None:
    assert host_of("https://evil.com/path?token=secret") == "evil.com"
    assert host_of("https://user:secret@evil.com/") == "(none)"
    assert host_of("not an address\n") == "(none)"


def test_a_loopback_host_with_a_port_means_that_port_only() -> None:
    rule = HostRule.of(["127.0.0.1:8080"])
    assert rule.admit("http://127.0.0.1:8080/a.mp4") is not None
    assert rule.admit("http://127.0.0.1:8081/a.mp4") is None
    assert rule.admit("http://localhost:8080/a.mp4") is None
