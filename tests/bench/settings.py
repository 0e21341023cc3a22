"""The product's settings, and in front of everything else the bare views that it is measured against."""

from helpdesk.settings import *  # noqa: F403
from helpdesk.settings import MIDDLEWARE

MIDDLEWARE = ["tests.bench.bare.BareMiddleware", *MIDDLEWARE]
