"""Posting to a web address that a vendor chose: bounded in time and size, and never into our own network."""

import http.client
import ssl
from collections.abc import Collection, Mapping
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from notifications.reach import Unreachable, check_host, connect, hang_up, is_trusted

SILENCE = 5.0  # seconds without a byte
LONGEST = 15.0  # seconds for the whole of it
TRUSTED = ssl.create_default_context()


def checked(url: str, *, trusted: Collection[str]) -> SplitResult:
    """The parts of an address that may be posted to; raises Unreachable with the reason where it may not."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Unreachable(f"This is no web address: {error}", permanent=True) from error
    host = parts.hostname
    if not host or parts.username is not None or port == 0:
        raise Unreachable(
            "Write an address such as https://pager.example/in, without a name or password.", permanent=True
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and is_trusted(host, trusted)):
        raise Unreachable("The address begins with https:// so that nobody reads along.", permanent=True)
    if any(character <= " " or character == "\x7f" for character in url):
        raise Unreachable("The address holds a character that no address may hold.", permanent=True)
    check_host(host, trusted=trusted)
    return parts


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    trusted: Collection[str],
    read: int,
    reads_success: bool = False,
) -> tuple[int, bytes]:
    """Send once, follow nothing; the status of the answer and the first `read` bytes of what it says.

    What is said beside a success is waited for only where it is asked for.
    """
    parts = checked(url, trusted=trusted)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sock = connect(host, port, timeout=SILENCE, trusted=trusted)
    try:
        if parts.scheme == "https":
            sock = TRUSTED.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
    except OSError as error:
        sock.close()
        raise Unreachable(f"{host} did not answer: {error}") from error
    watch = Timer(LONGEST, hang_up, [sock])  # a server that sends a byte now and then may not hold a worker
    watch.daemon = True
    watch.start()
    try:
        if isinstance(sock, ssl.SSLSocket):
            sock.do_handshake()
        link = http.client.HTTPConnection(host, port)
        link.sock = sock
        link.request("POST", path, body, {**headers, "Host": parts.netloc, "Connection": "close"})
        answer = link.getresponse()
        silent = answer.status < 300 and not reads_success
        return answer.status, b"" if silent else answer.read(read)
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"{host} did not answer: {str(error) or type(error).__name__}") from error
    finally:
        watch.cancel()
        sock.close()
