"""Health for load balancers: alive, and able to work."""

from datetime import timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from helpdesk.heartbeat import last_beat

STALE_AFTER = timedelta(minutes=2)


def live(request: HttpRequest) -> JsonResponse:
    """The web process answers."""
    return JsonResponse({"status": "live"})


def ready(request: HttpRequest) -> JsonResponse:
    """Database, broker, and the age of the workers' last sweep; 503 when the database is gone.

    A silent broker or worker is reported but leaves the answer at 200 "degraded": pages still work,
    and taking every web process out of service would help nobody.
    """
    report = {"database": _database(), "broker": _broker(), "sweep": "unknown"}
    if report["database"] == "ok":
        report["sweep"] = _sweep()
    if report["database"] != "ok":
        return JsonResponse({"status": "down", **report}, status=503)
    healthy = report["broker"] == "ok" and report["sweep"] == "ok"
    return JsonResponse({"status": "ready" if healthy else "degraded", **report})


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "unreachable"
    return "ok"


def _broker() -> str:
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1).ping()
    except redis.RedisError:
        return "unreachable"
    return "ok"


def _sweep() -> str:
    beat_at = last_beat("timers")
    if beat_at is None:
        return "never"
    age = timezone.now() - beat_at
    return "ok" if age < STALE_AFTER else f"{int(age.total_seconds())} s ago"
