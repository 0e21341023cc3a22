"""A new vendor by hand: its name, its address and its zone; the rest is the smallest process that runs."""

from pathlib import Path

import yaml
from django import forms

from helpdesk import process
from helpdesk.admin.fields import Zone

SMALLEST = Path(process.__file__).parent / "smallest.yaml"


class BeginningForm(forms.Form):
    """What has to be known of a vendor before its process is written."""

    name = forms.CharField(max_length=80)
    slug = forms.SlugField(
        max_length=40, help_text="First part of the portal's address, such as acme for /acme/. It stays what it is."
    )
    time_zone = Zone(required=True, help_text="Times are shown in it, and the first calendar is kept in it.")

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"]).lower()

    def text(self) -> str:
        """The smallest process, for this vendor."""
        smallest = yaml.safe_load(SMALLEST.read_text(encoding="utf-8"))
        smallest["vendor"] = {name: self.cleaned_data[name] for name in ("slug", "name", "time_zone")}
        for calendar in smallest["calendars"]:
            calendar["time_zone"] = self.cleaned_data["time_zone"]
        return str(yaml.safe_dump(smallest, sort_keys=False, allow_unicode=True))


def administration_of(slug: str) -> str:
    """The address at which a vendor's own rows are."""
    return f"/{slug}/admin/"
