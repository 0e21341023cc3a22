"""What the API answers: find what this actor may see, shape it, send it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.calendars import working_calendars
from portal.api import answers, shapes
from sla.queries import explain
from sla.queries.due import due_after
from tickets.models import Ticket
from tickets.queries.lists import ORDERS, Key, page_of

FILTERS = ("status", "severity", "queue", "turn")
ERRORS = {401: shapes.Problem, 404: shapes.Problem, 429: shapes.Problem}
ERRORS_OF_QUERIES = {400: shapes.Problem, **ERRORS}


@extend_schema(
    operation_id="list_tickets",
    summary="Tickets that you may see, the last changed first",
    parameters=[shapes.TicketQuery],
    responses={200: shapes.TicketPage, **ERRORS_OF_QUERIES},
)
@api_view(["GET"])
def tickets(request: Request) -> Response:
    """A page of tickets. `next` leads on; a page is read by its place in the order, so none is lost or doubled."""
    asked, reader = _asked(shapes.TicketQuery, request), request.auth
    if "queue" in asked and not reader.is_agent:
        raise ValidationError({"queue": "Only agents see queues."})
    found = Ticket.objects.visible_to(reader).filter(**{name: asked[name] for name in FILTERS if name in asked})
    after = _key(asked["cursor"]) if "cursor" in asked else None
    page = page_of(found, ORDERS["recent"], after=after, size=asked["limit"])
    answer = {
        "next": _next(request, page.after) if page.after else None,
        "tickets": answers.tickets_for(page.tickets, reader, timezone.now()),
    }
    return Response(shapes.TicketPage(answer).data)


@extend_schema(operation_id="read_ticket", summary="One ticket", responses={200: shapes.TicketDetail, **ERRORS})
@api_view(["GET"])
def ticket(request: Request, number: str) -> Response:
    """The ticket with this number."""
    return Response(shapes.TicketDetail(answers.ticket_for(_find(request, number), request.auth, timezone.now())).data)


@extend_schema(
    operation_id="read_clocks",
    summary="The clocks of a ticket, explained interval by interval",
    responses={200: shapes.Clocks, **ERRORS},
)
@api_view(["GET"])
def clocks(request: Request, number: str) -> Response:
    """Every target being measured: what counted, what did not and why, and what lies ahead until it is due."""
    found, now = _find(request, number), timezone.now()
    return Response(shapes.Clocks({"now": now, "clocks": answers.clocks_for(explain(found, now), request.auth)}).data)


@extend_schema(
    operation_id="list_calendars", summary="The vendor's calendars", responses={200: shapes.Calendars, **ERRORS}
)
@api_view(["GET"])
def calendars(request: Request) -> Response:
    """Opening hours and closed dates, by which business time is counted."""
    return Response(shapes.Calendars({"calendars": answers.calendars()}).data)


@extend_schema(
    operation_id="compute_due",
    summary="When something would be due, and why",
    parameters=[shapes.DueQuery],
    responses={200: shapes.DueShape, **ERRORS_OF_QUERIES},
)
@api_view(["GET"])
def due(request: Request, code: str) -> Response:
    """Where an amount of time from an instant ends on this calendar. Nothing is stored."""
    if code not in working_calendars():
        raise Http404
    asked = _asked(shapes.DueQuery, request)
    try:
        found = due_after(asked["start"], asked["amount"], asked["unit"], code)
    except ValueError as error:
        raise ValidationError({"start": str(error)}) from error
    return Response(shapes.DueShape(answers.due_for(found, asked)).data)


class Schema(SpectacularAPIView):
    """The schema in OpenAPI 3, with `?format=json` in JSON. It says nothing of a vendor, so everybody may read it."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()


def _asked(shape: type[shapes.Shape], request: Request) -> dict[str, Any]:
    """The parameters of the address, checked. One that is unknown is refused: it would seem to have an effect."""
    query = shape(data=request.query_params)
    strange = sorted(set(request.query_params) - set(query.fields))
    if strange:
        raise ValidationError(
            {name: f"There is no such parameter; known: {', '.join(query.fields)}." for name in strange}
        )
    query.is_valid(raise_exception=True)
    return dict(query.validated_data)


def _find(request: Request, number: str) -> Ticket:
    return get_object_or_404(
        Ticket.objects.visible_to(request.auth).select_related("company", "requester", "assignee"), number=number
    )


# --- Pages -----------------------------------------------------------------------------------------------


def _next(request: Request, key: Key) -> str:
    at, pk = key
    cursor = urlsafe_b64encode(f"{at.isoformat()} {pk}".encode()).decode().rstrip("=")
    asked = {name: value for name, value in request.query_params.items() if name != "cursor"}
    return request.build_absolute_uri(f"{request.path}?{urlencode({**asked, 'cursor': cursor})}")


def _key(cursor: str) -> Key:
    try:
        written, _, pk = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(" ")
        at: datetime | None = parse_datetime(written)
        if at is not None and at.utcoffset() is not None and pk.isascii() and len(pk) < 19:
            return at, int(pk)
    except ValueError:
        pass
    raise ValidationError({"cursor": "Take it from `next` of the page before, as it is."})
