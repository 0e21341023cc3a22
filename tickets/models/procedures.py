"""What staff go through on a ticket: checklists, and the telephone lines whose messages they write down."""

from typing import ClassVar

from django.db import models

from helpdesk.models import Team
from tickets.models.process import ProcessRow


class Checklist(ProcessRow):
    """Steps that staff take on some tickets; the first one taken is the reaction."""

    name = models.CharField(max_length=120)
    when = models.JSONField(default=dict, blank=True, help_text="Conditions; empty: offered on every ticket.")
    items = models.JSONField(default=list, help_text="The steps: code and label.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "code"], name="checklist_code_is_taken")]


class VoicemailLine(ProcessRow):
    """A line with an answering machine: what a message must say, for which severities it is kept, who hears it."""

    name = models.CharField(max_length=120)
    questions = models.JSONField(default=list, help_text="What is written down of a message: key and label.")
    severities = models.JSONField(default=list, blank=True, help_text="Only for these; empty: for all.")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "code"], name="voicemail_code_is_taken")]
