"""Whether a company's agreement still holds."""

from datetime import datetime

from django.db.models import Q

from helpdesk.models import Company
from helpdesk.tenancy import current_vendor
from sla.models import Agreement


def agreement_ended(company: Company, at: datetime) -> bool:
    """Whether there were agreements with the company, or with the partner that holds its own, and none holds any more.

    The first and last days are days of the vendor's time zone. Without any on record nothing has ended.
    """
    today = at.astimezone(current_vendor().zone).date()
    holders = [pk for pk in (company.pk, company.partner_id) if pk]
    of_it = Agreement.objects.filter(company_id__in=holders)
    valid = of_it.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today), valid_from__lte=today)
    return of_it.exists() and not valid.exists()
