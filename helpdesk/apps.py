"""App configurations of the floor."""

from typing import Any

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.db.models.signals import post_migrate


class HelpdeskConfig(AppConfig):
    """Sets up logs; after every migration by the owner, the app role gets exactly the rights it needs."""

    name = "helpdesk"

    def ready(self) -> None:
        from helpdesk.logs import configure  # noqa: PLC0415 - needs settings that are ready

        configure()
        post_migrate.connect(_grant, sender=self)


def _grant(using: str, **_: Any) -> None:
    from helpdesk.grants import grant_to_app_role  # noqa: PLC0415 - needs settings that are ready

    grant_to_app_role(using)


class AdminConfig(DjangoAdminConfig):
    """Django admin, entered per vendor."""

    default_site = "helpdesk.admin.site.HelpdeskAdminSite"
