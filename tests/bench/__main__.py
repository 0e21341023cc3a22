"""Speed as ratios in one run: pages, sweeps and clocks, each against the least that could do the same work.

    python -m tests.bench [--tickets N] [--rounds N] [--only PART ...]

The database is its own, filled with synthetic tickets and kept between runs under var/bench.
"""

import argparse
import logging
import os
import platform
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("HELPDESK_VAR", str(ROOT / "var" / "bench"))
os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
PARTS = ("pages", "sweep", "replay", "calendar", "mail", "outbound")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=200, help="requests of each page")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    options = parser.parse_args()
    import django

    from tests import servers

    django.setup()
    from tests.bench import clocks, database, inbound, outbound, pages, server, sweep, table

    database.fill(options.tickets)
    logging.disable(logging.INFO)
    rows = []
    if "pages" in options.only:
        with server.Server() as running:
            rows += pages.pages(running, options.rounds)
    if "sweep" in options.only:
        rows.append(sweep.sweep(options.tickets))
    if "replay" in options.only:
        rows.append(clocks.replay(options.tickets))
    if "calendar" in options.only:
        rows += clocks.working_time()
    if "mail" in options.only:
        rows += inbound.inbound()
    if "outbound" in options.only:
        rows.append(outbound.outbound())
    database.tidy()
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(
        f"\n{options.tickets} tickets at {database.VENDOR}; pages: medians of {options.rounds} requests, one after the other"
    )
    print(f"{os.cpu_count()} cores, load {load}, Python {platform.python_version()}")
    table.show(rows)
    servers.pytest_unconfigure()


if __name__ == "__main__":
    main()
