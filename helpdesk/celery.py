"""The Celery application and the base of every task: a vendor's task opens that vendor's door."""

import os
from typing import Any

from celery import Celery, Task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

app = Celery("helpdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


class VendorTask(Task):  # type: ignore[misc]
    """A task whose first argument is a vendor's id: it runs inside `acting_for` that vendor."""

    abstract = True

    def __call__(self, vendor_id: int, *args: Any, **kwargs: Any) -> Any:
        from helpdesk.models import Vendor  # noqa: PLC0415 - apps are not ready when this module loads
        from helpdesk.tenancy import acting_for  # noqa: PLC0415 - as above

        with acting_for(Vendor.objects.get(pk=vendor_id)):
            return super().__call__(vendor_id, *args, **kwargs)
