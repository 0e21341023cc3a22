"""Mutated mails through the whole inbound path: `python -m tests.fuzz.inbound --count 20000`.

Each mail is stored, read in the child, decided and carried out at a real vendor in a real database. A mail is a failure
if it is not stored as it came, if anything raises, or if what became of it is not one of the five outcomes.
"""

import argparse
import logging
import os
import resource
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("HELPDESK_VAR", str(ROOT / "var" / "fuzz"))
os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
NAME, VENDOR = "helpdesk_fuzz", "nexus"
OUTCOMES = {"created", "appended", "suspended", "ignored"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    import django

    from tests import servers

    django.setup()
    logging.disable(logging.CRITICAL)
    from django.core.management import call_command

    from tests import database

    database.create(NAME)
    database.point_to(NAME)
    call_command("migrate", database="owner", verbosity=0)
    call_command("load_process", str(ROOT / "helpdesk" / "vendors" / f"{VENDOR}.yaml"), verbosity=0)
    try:
        report(asked.seed, asked.count)
    finally:
        database.point_to(database.MAINTENANCE)
        database.drop(NAME)
        servers.pytest_unconfigure()


def report(seed: int, count: int) -> None:
    from django.utils import timezone

    from helpdesk.models import Vendor
    from helpdesk.tenancy import acting_for
    from notifications.commands.receiving import receive, store
    from notifications.models import Mailbox, RawMail
    from tests.fuzz.mails import mutants
    from tests.post import mail_rules

    vendor = Vendor.objects.get(slug=VENDOR)
    with acting_for(vendor):
        box = Mailbox.objects.order_by("position").first()
        mail_rules(most_a_day=1_000_000, thread_match="call_number_or_headers", participants_from_cc="company")
    outcomes: Counter[str] = Counter()
    failures, slowest = [], 0.0
    for raw in mutants(seed, count):
        began = time.perf_counter()
        try:
            with acting_for(vendor):
                stored = store(raw, way="command", now=timezone.now(), mailbox=box)
            with acting_for(vendor):
                mail = receive(stored.pk, now=timezone.now())
                kept = bytes(RawMail.objects.get(mail=mail).content)
            outcomes[f"{mail.outcome} {mail.reason}".strip()] += 1
            if mail.outcome not in OUTCOMES or mail.attempts:
                failures.append((mail.outcome or "not decided", raw))
            elif len(kept) != len(raw) and kept != raw and mail.size == len(raw):
                failures.append(("not stored as it came", raw))
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            failures.append((repr(error)[:300], raw))
        slowest = max(slowest, time.perf_counter() - began)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{count} mails, seed {seed}: slowest {slowest:.2f} s, this process {memory:.0f} MB, {len(failures)} failures"
    )
    for outcome, times in outcomes.most_common():
        print(f"{times:>7} {outcome}")
    for at, (fault, raw) in enumerate(failures[:20]):
        Path(f"failure{at}.eml").write_bytes(raw)
        print(f"failure{at}.eml: {fault}")


if __name__ == "__main__":
    main()
