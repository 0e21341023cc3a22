"""The floor: vendors, people, calendars, process files and the doors every other room goes through."""

from helpdesk.celery import app as celery_app

__all__ = ["celery_app"]
