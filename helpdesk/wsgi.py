"""The web server's way in."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

if settings.SECRET_KEY == settings.KEY_OF_COMMANDS:
    raise ImproperlyConfigured("HELPDESK_SECRET_KEY is not set. Set it to 50 or more random characters, and keep it.")

application = get_wsgi_application()
