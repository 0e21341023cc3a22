"""The connections of one batch: each server is connected to once, and closed at the end."""

from types import TracebackType

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notifications.models import Mailbox, SendingAccount
from notifications.outbound.smtp import EmailBackend, Server


class Servers:
    """Finds the server that a mail leaves by, and keeps its connection for the next one."""

    def __init__(self) -> None:
        self._accounts: list[SendingAccount] | None = None
        self._open: dict[int | None, BaseEmailBackend] = {}

    def account_for(self, box: Mailbox | None) -> SendingAccount | None:
        """The account of a mailbox; None for the installation's own server."""
        if self._accounts is None:
            self._accounts = list(SendingAccount.objects.all())
        own = (account for account in self._accounts if box is not None and account.mailbox_id == box.pk)
        common = (account for account in self._accounts if account.mailbox_id is None)
        return next(own, next(common, None))

    def connection(self, account: SendingAccount | None) -> BaseEmailBackend:
        """An open connection; raises what opening raises."""
        key = account.pk if account else None
        if key not in self._open:
            backend = EmailBackend(Server.of(account)) if account else get_connection(settings.EMAIL_BACKEND)
            backend.open()
            self._open[key] = backend
        return self._open[key]

    def drop(self, account: SendingAccount | None) -> None:
        """Forget a connection that failed."""
        backend = self._open.pop(account.pk if account else None, None)
        if backend is not None:
            backend.close()

    def __enter__(self) -> "Servers":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for backend in self._open.values():
            backend.close()
        self._open.clear()
