"""Publishing: the reactions that run inside a command's transaction, in the order that settings list them."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


@cache
def reactions() -> tuple[Callable[[Sequence[Any]], None], ...]:
    """The functions named in `settings.REACTIONS`; each takes the batch of changes being made."""
    return tuple(import_string(path) for path in settings.REACTIONS)
