"""Where a webhook may go: the table of addresses, names that lead inside, and URLs that are none."""

import socket

import pytest

from integrations.webhooks.addresses import (
    AddressRefused,
    Pinned,
    WebhookConfig,
    check_url,
    may_reach,
    read_url,
)
from integrations.webhooks.sending import Sender
from ledger.errors import Invalid

OUTSIDE, DEMO, INSIDE = WebhookConfig(), WebhookConfig(loopback=True), WebhookConfig(private=True)

ADDRESSES = [
    # address, by default, in a demo, with private networks allowed
    ("114.114.114.114", True, True, True),
    ("2400:3200::1", True, True, True),
    ("127.0.0.1", False, True, True),
    ("127.8.9.10", False, True, True),
    ("::1", False, True, True),
    ("::ffff:127.0.0.1", False, True, True),
    ("10.1.2.3", False, False, True),
    ("172.16.0.1", False, False, True),
    ("192.168.1.1", False, False, True),
    ("fd00::1", False, False, True),
    ("::ffff:10.0.0.1", False, False, True),
    ("64:ff9b::10.0.0.1", False, False, True),
    ("64:ff9b::114.114.114.114", True, True, True),
    ("2002:a00:1::1", False, False, True),
    ("169.254.169.254", False, False, False),
    ("::ffff:169.254.169.254", False, False, False),
    ("fe80::1", False, False, False),
    ("fe80::1%eth0", False, False, False),
    ("224.0.0.1", False, False, False),
    ("ff02::1", False, False, False),
    ("0.0.0.0", False, False, False),
    ("::", False, False, False),
    ("255.255.255.255", False, False, False),
    ("240.0.0.1", False, False, False),
    ("100.64.0.1", False, False, False),
    ("no address", False, False, False),
]


@pytest.mark.parametrize("address, outside, demo, inside", ADDRESSES)
def test_the_table_of_addresses(address: str, outside: bool, demo: bool, inside: bool) -> None:
    assert [may_reach(address, config) for config in (OUTSIDE, DEMO, INSIDE)] == [outside, demo, inside]


def test_without_tls_only_addresses_inside_are_reached() -> None:
    assert not may_reach("114.114.114.114", INSIDE, plain=True)
    assert may_reach("10.1.2.3", INSIDE, plain=True)
    assert may_reach("127.0.0.1", DEMO, plain=True)
    assert not may_reach("127.0.0.1", OUTSIDE, plain=True)


@pytest.mark.parametrize(
    "url, code",
    [
        ("ftp://hospital.example/x", "webhook-url-unusable"),
        ("file:///etc/passwd", "webhook-url-unusable"),
        ("hospital.example/x", "webhook-url-unusable"),
        ("https://user:word@hospital.example/", "webhook-url-unusable"),
        ("https://hospital.example/#part", "webhook-url-unusable"),
        ("https://hospital.example/a b", "webhook-url-unusable"),
        ("https://hospital.example:99999/", "webhook-url-unusable"),
        ("https://", "webhook-url-unusable"),
        ("https://[::1", "webhook-url-unusable"),
        ("http://hospital.example/", "webhook-not-https"),
        ("https://127.0.0.1/", "webhook-address-inside"),
        ("https://[::1]:8120/", "webhook-address-inside"),
        ("https://169.254.169.254/latest/meta-data/", "webhook-address-inside"),
        ("https://10.0.0.1/", "webhook-address-inside"),
    ],
)
def test_urls_that_are_refused(url: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_url(url, OUTSIDE)
    assert refused.value.code == code
    assert [one.field for one in refused.value.fields] == ["url"]


def test_urls_that_are_taken() -> None:
    assert read_url("https://hospital.example/hooks?x=1", OUTSIDE).host == "hospital.example"
    assert read_url("https://hospital.example:8443/", OUTSIDE).port == 8443
    assert read_url("http://127.0.0.1:9/", DEMO).port == 9


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001"])
async def test_a_name_that_leads_inside_is_refused(host: str) -> None:
    """However an address is written, it is judged as what it resolves to."""
    with pytest.raises(Invalid) as refused:
        await check_url(f"https://{host}/", OUTSIDE)
    assert refused.value.code == "webhook-address-inside"


async def test_a_name_that_nobody_knows_yet_may_be_registered() -> None:
    assert (await check_url("https://hospital.invalid/", OUTSIDE)).host == "hospital.invalid"


async def test_the_resolver_gives_only_what_was_judged() -> None:
    with pytest.raises(AddressRefused):
        await Pinned(OUTSIDE, plain=False).resolve("localhost", 443)
    found = await Pinned(DEMO, plain=True).resolve("localhost", 80, socket.AF_INET)
    assert {one["host"] for one in found} == {"127.0.0.1"}


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://localhost:9/", "https://10.0.0.1/"])
async def test_a_try_to_an_address_inside_is_not_made(url: str) -> None:
    """The configuration may have changed since the registration, or the name's address."""
    async with Sender(OUTSIDE, 1) as sender:
        outcome = await sender.send(url, {}, "{}")
    assert outcome.status is None
    assert outcome.failure is not None
    assert outcome.failure.code == "webhook-address-inside"
