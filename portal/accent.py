"""The vendor's own colour, as a stylesheet of one line: the content policy allows no inline style."""

from django.http import HttpRequest, HttpResponse

DEFAULT = "#2f5fa7"


def accent_css(request: HttpRequest) -> HttpResponse:
    """The stylesheet makes readable shades of it for light and dark by itself."""
    accent = getattr(request.vendor, "accent", "") or DEFAULT  # type: ignore[attr-defined]
    response = HttpResponse(f":root{{--accent-base:{accent}}}", content_type="text/css")
    response["Cache-Control"] = "private, max-age=300"
    return response
