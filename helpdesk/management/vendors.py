"""The vendor that a management command names."""

from django.core.management.base import CommandError

from helpdesk.models import Vendor
from helpdesk.process.spec import unknown


def vendor_or_error(slug: str) -> Vendor:
    """The vendor with this slug; otherwise a sentence that names the closest one."""
    vendor = Vendor.objects.filter(slug=slug).first()
    if vendor is None:
        raise CommandError(unknown("vendor", slug, Vendor.objects.values_list("slug", flat=True)))
    return vendor
