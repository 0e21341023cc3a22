"""Our own raw mails, by what they are about."""

from tests.mime.cases import bounces, charsets, extras, files, headers, machines, structure
from tests.mime.cases.case import Case

CASES: list[Case] = [
    case for about in (headers, charsets, structure, files, machines, bounces, extras) for case in about.CASES
]
