"""A mail of a ticket as agents see it: with its layout in a closed frame, or as text where that cannot be."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse

from notifications.mime.cleaner import cleaned
from notifications.mime.display import Shown
from notifications.mime.letter import Letter, Unreadable

SHOWN_IMAGES = {"image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp", "image/bmp"}
MOST_OF_IMAGES = 10_000_000  # bytes of the mail's own images in one frame
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:{remote}; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


@dataclass(frozen=True)
class Layout:
    """What the frame will show; `problem` says why there is none of it, and text has to do."""

    shown: Shown | None = None
    problem: str = ""


def layout_of(letter: Letter, *, remote: bool) -> Layout:
    """The HTML of the mail, cleaned, without its own images yet."""
    if not letter.html.strip():
        return Layout()
    try:
        return Layout(cleaned(letter.html, images={}, remote=remote))
    except Unreadable as unreadable:
        return Layout(problem=unreadable.sentence)


def with_images(letter: Letter, *, remote: bool) -> Shown:
    """The HTML of the mail, cleaned, its own images inside: a closed frame sends no cookies to ask for them."""
    return cleaned(letter.html, images=_own_images(letter), remote=remote)


def _own_images(letter: Letter) -> Mapping[str, str]:
    images, room = {}, MOST_OF_IMAGES
    for file in letter.files:
        if file.content_id and file.content_type in SHOWN_IMAGES and len(file.content) <= room:
            room -= len(file.content)
            kind = "image/jpeg" if file.content_type == "image/jpg" else file.content_type
            images[file.content_id] = f"data:{kind};base64,{b64encode(file.content).decode()}"
    return images


def framed(response: HttpResponse, *, remote: bool) -> HttpResponse:
    """The answer that holds a mail's HTML: nothing in it runs, and nobody is asked for anything but images."""
    response["Content-Security-Policy"] = POLICY.format(remote=" https:" if remote else "")
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Referrer-Policy"] = "no-referrer"
    return _kept_private(response)


def as_source(raw: bytes, name: str, *, save: bool) -> HttpResponse:
    """A mail as it came: to be read as plain text, or to be saved."""
    response = HttpResponse(raw, content_type="application/octet-stream" if save else "text/plain; charset=utf-8")
    response["Content-Disposition"] = f'{"attachment" if save else "inline"}; filename="{name}.eml"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return _kept_private(response)


def _kept_private(response: HttpResponse) -> HttpResponse:
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
