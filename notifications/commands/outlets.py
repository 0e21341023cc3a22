"""Whether a server is used now: its breaker, and how much it may send in an hour.

In the usual case, nothing wrong and no cap, this reads one row or none and writes nothing.
"""

from datetime import datetime, timedelta

from notifications.core.breaker import Breaker
from notifications.models import SendingAccount, SendingState

PROBE = timedelta(minutes=4)  # as long as one mail may take; only one finds out how things are


def wait_for(account: SendingAccount | None, *, now: datetime) -> datetime | None:
    """Until when nothing is sent by this server; None where it is used now. Asking may make this mail the probe."""
    state = SendingState.objects.filter(account=account).first()
    if state is None:
        return None
    if account is not None and account.hourly_cap and state.hour == _hour(now) and state.sent >= account.hourly_cap:
        return _hour(now) + timedelta(hours=1)
    breaker = Breaker(state.failures, state.open_until)
    if breaker.waits(now):
        return state.open_until
    return None if not breaker.is_half_open(now) else _probe(state, now)


def note_failure(account: SendingAccount | None, error: str, *, now: datetime) -> None:
    """The server failed; after several times in a row it is left alone for a while."""
    state = _locked(account)
    after = Breaker(state.failures, state.open_until).after_failure(now)
    state.failures, state.open_until, state.last_error = after.failures, after.open_until, error[:300]
    state.save(update_fields=["failures", "open_until", "last_error"])


def note_success(account: SendingAccount | None, *, now: datetime) -> None:
    """It took a mail: what failed before is over, and the mail counts where mails are counted."""
    SendingState.objects.filter(account=account, failures__gt=0).update(failures=0, open_until=None, last_error="")
    if account is not None and account.hourly_cap:
        state, hour = _locked(account), _hour(now)
        state.sent = state.sent + 1 if state.hour == hour else 1
        state.hour = hour
        state.save(update_fields=["hour", "sent"])


def _probe(state: SendingState, now: datetime) -> datetime | None:
    """None for the one mail that may try; the others look again when it must have ended."""
    free = SendingState.objects.filter(pk=state.pk).select_for_update(skip_locked=True).first()
    if free is None or free.open_until != state.open_until:
        return now + PROBE
    SendingState.objects.filter(pk=state.pk).update(open_until=now + PROBE)
    return None


def _locked(account: SendingAccount | None) -> SendingState:
    SendingState.objects.get_or_create(account=account)
    return SendingState.objects.select_for_update().get(account=account)


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)
