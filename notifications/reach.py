"""Connections to servers that a vendor names: never into our own network, never to another address than was checked.

What the operator vouches for, a list of host names or addresses from the environment, may be inside.
"""

import ipaddress
import socket
from collections.abc import Collection
from contextlib import suppress
from typing import Any

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Unreachable(Exception):
    """There is no way to the host. A permanent failure stays one until somebody changes something."""

    def __init__(self, sentence: str, *, permanent: bool = False) -> None:
        super().__init__(sentence)
        self.permanent = permanent


def check_host(host: str, *, trusted: Collection[str]) -> None:
    """Refuse an address inside our own network; what a name leads to is looked at when it is used."""
    with suppress(ValueError):
        _refuse_inside(host, ipaddress.ip_address(host), trusted)


def connect(host: str, port: int, *, timeout: float, trusted: Collection[str]) -> socket.socket:
    """A connection to the address that was checked, not to whatever the name means a moment later."""
    family, kind, protocol, _, address = _resolved(host, port, trusted)
    sock = socket.socket(family, kind, protocol)
    sock.settimeout(timeout)
    try:
        sock.connect(address)
    except OSError as error:
        sock.close()
        raise Unreachable(f"{host} did not answer: {error}") from error
    return sock


def hang_up(sock: socket.socket) -> None:
    """End a connection that another thread waits on."""
    with suppress(OSError, ValueError):
        sock.shutdown(socket.SHUT_RDWR)


def is_trusted(host: str, trusted: Collection[str]) -> bool:
    """Whether the operator of the installation vouches for this host."""
    return host.lower() in trusted


def _refuse_inside(host: str, address: Address, trusted: Collection[str]) -> None:
    if not is_trusted(host, trusted) and not _is_outside(address):
        raise Unreachable(f"{host} is an address inside our own network.", permanent=True)


def _is_outside(address: Address) -> bool:
    """Whether it is an address of the public internet, also where it is wrapped in one of IPv6."""
    if isinstance(address, ipaddress.IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in NAT64:
            wrapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            return _is_outside(wrapped)
    return address.is_global and not address.is_multicast


def _resolved(host: str, port: int, trusted: Collection[str]) -> tuple[Any, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"{host} is not found: {error}") from error
    for entry in found:  # one address inside is enough: the name is not what it says
        _refuse_inside(host, ipaddress.ip_address(entry[4][0]), trusted)
    return found[0]
