"""The pulse of the workers, for the health page."""

from django.db import models


class Beat(models.Model):
    """One kind of sweep and when it last ran, whichever worker ran it."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
