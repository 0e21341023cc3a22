"""Public holidays of the world's countries, to prepare a calendar with. Due times never ask here.

The library works them out from rules that change with its versions; a calendar keeps plain dates.
"""

import re
from collections.abc import Collection, Iterable
from functools import cache

import holidays
from django.conf.locale import LANG_INFO

from helpdesk.days import Day, joined

FIRST_YEAR, LAST_YEAR = 1990, 2100


@cache
def countries() -> dict[str, str]:
    """Names by code, in the order of the names."""
    named = {code: _spaced(name) for name, code, *_rest in holidays.registry.COUNTRIES.values()}
    known = holidays.list_supported_countries(include_aliases=False)
    return dict(sorted(((code, named.get(code, code)) for code in known), key=lambda pair: pair[1]))


def regions(country: str) -> dict[str, str]:
    """States, provinces and the like by code; empty where the whole country has the same days."""
    of_country = holidays.country_holidays(country)
    names = {code: name for name, code in reversed(of_country.subdivisions_aliases.items())}
    return {code: f"{names[code]} ({code})" if code in names else code for code in of_country.subdivisions}


def kinds(country: str) -> dict[str, str]:
    """Public holidays, bank holidays, days that are free by custom and so on."""
    of_country = holidays.country_holidays(country)
    first, others = of_country.default_category, sorted(of_country.supported_categories)
    return {kind: kind.replace("_", " ") for kind in dict.fromkeys((first, *others)) if kind}


def languages(country: str) -> dict[str, str]:
    """Languages in which the names are known, the country's own first."""
    of_country = holidays.country_holidays(country)
    own = of_country.default_language
    return {code: _language(code) for code in dict.fromkeys((own, *of_country.supported_languages)) if code}


def public_holidays(
    country: str, years: Collection[int], *, region: str = "", chosen: Iterable[str] = (), language: str = ""
) -> list[Day]:
    """The days of these years, in order; without a language in the country's own."""
    asked = holidays.country_holidays(
        country,
        subdiv=region or None,
        years=years,
        expand=False,
        # Left out, the names would be English in some countries and not in others.
        language=language or next(iter(languages(country)), None),
        categories=tuple(chosen) or None,
    )
    return joined(
        Day(day, name) for day, names in asked.items() for name in names.split("; ") if day.year in set(years)
    )


def _spaced(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)


def _language(code: str) -> str:
    known = LANG_INFO.get(code.lower().replace("_", "-")) or LANG_INFO.get(code.partition("_")[0]) or {}
    return str(known.get("name", code))
