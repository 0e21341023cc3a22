"""Waking workers after a commit. A wake-up carries nothing that a row does not hold; losing it costs one sweep."""

import redis
import structlog
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from helpdesk.celery import app

log = structlog.get_logger("wake")


def wake_after_commit(task: str) -> None:
    """Ask for `task` as soon as this transaction is committed; a silent broker is logged, never raised."""
    transaction.on_commit(lambda: _wake(task), robust=True)


def _wake(task: str) -> None:
    # Asked first: the client of the queue keeps a person waiting for seconds where a broker is gone or hangs.
    if not broker_answers():
        log.warning("broker does not answer; the next sweep will do the work", task=task)
        return
    try:
        app.send_task(task, retry=False, ignore_result=True, expires=60)
    except (OperationalError, redis.RedisError) as error:
        log.warning("broker does not answer; the next sweep will do the work", task=task, error=str(error)[:200])


def broker_answers() -> bool:
    """Whether workers can be woken now, so that a page can say that sending waits."""
    try:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)
        return bool(client.ping())
    except redis.RedisError:
        return False
