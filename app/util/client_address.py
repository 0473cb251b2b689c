"""Which addresses count as one client."""

import re
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

CUSTOMER_BITS = 64  # an IPv6 customer has at least such a network (RFC 6177), which is one address here
# As some proxies forward it, with the port of the connection, which is another one each time.
_address_and_port = re.compile(r"\[?(.+?)\]?(?::[0-9]+)?").fullmatch


def client_of(address: str | None) -> str:
    """Return who counts as one client: an address, or the network of the customer whose address it is."""
    parsed = _parsed(address or "")
    if parsed is None:
        return address or "unknown"  # a socket without addresses, or a proxy that hides them
    if isinstance(parsed, IPv6Address) and not parsed.ipv4_mapped:
        return str(ip_network((parsed.packed, CUSTOMER_BITS), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address that *text* is, or has before a port."""
    split = _address_and_port(text)
    for address in (text, split[1] if split else ""):
        with suppress(ValueError):
            return ip_address(address)
    return None
