"""The whole life of a ticket at each vendor, from the form to its reopening, through the real stack in a real browser."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.browser import Room
from tests.e2e.due import let_clock_run_out, let_closing_come_due, let_scheduled_rules_have_their_turn
from tests.e2e.hands import (
    INTAKE,
    attach,
    fields_on_the_page,
    fill_in_what_is_required,
    number_in,
    open_ticket,
    send,
    write,
)
from tests.e2e.process import FILES, Process
from tests.e2e.stack import Stack, until

SUBJECT = "The export stops after two hundred rows"
NOTE = "Between us: the same thing happened to another customer in spring."
ANSWER = "Please send us the log of the export. We look at it the same day."
COMEBACK = "It happened again this morning, with another file."


@pytest.mark.parametrize("slug", FILES)
def test_the_life_of_a_ticket(slug: str, stack: Stack, room: Room, tmp_path: Path) -> None:
    story = Story(slug, stack, room, tmp_path)
    story.customer_files_a_ticket()
    story.desk_routes_it()
    story.agent_takes_it()
    story.agent_notes_and_answers()
    story.customer_reads_the_answer_and_not_the_note()
    story.colleague_sees_it_and_strangers_do_not()
    story.it_ends()
    story.customer_reopens_it()
    story.another_one_runs_late()


def test_the_logs_of_all_of_them_hold(stack: Stack) -> None:
    stack.manage("verify_log")


class Story:
    """One vendor, its customer and its agent, and the ticket between them."""

    def __init__(self, slug: str, stack: Stack, room: Room, folder: Path) -> None:
        self.process, self.stack, self.room, self.folder = Process(slug), stack, room, folder
        self.slug, self.number = slug, ""
        self.customer = room.signed_in("customer", slug)
        self.agent = room.signed_in("agent", slug)

    # --- The customer's side -----------------------------------------------------------------------------

    def customer_files_a_ticket(self) -> None:
        page, process = self.customer, self.process
        page.goto(f"/{self.slug}/")
        page.locator(".site-nav a", has_text=process.pages["new_ticket"]).click()
        page.wait_for_selector(INTAKE)
        assert fields_on_the_page(page) == process.asked_fields()
        file = self.folder / "export.log"
        file.write_text("row 200: stopped\n")
        fill_in_what_is_required(page)
        write(page, process.label("subject"), SUBJECT)
        attach(page, INTAKE, file)
        send(page, INTAKE)
        self.number = number_in(page)
        expect(page.locator(".ticket-meta .number")).to_contain_text(self.number)
        expect(page.locator("h1")).to_have_text(SUBJECT)
        expect(page.locator(".ticket-meta .status")).to_have_text(process.rows("statuses")[0]["name"])
        self._promise_is_made()
        link = page.locator(".conversation a", has_text="export.log")
        assert page.request.get(str(link.get_attribute("href"))).text() == file.read_text()
        assert self.number in self.stack.mail(self._address("customer"), self.number).subject

    def _promise_is_made(self) -> None:
        """Where a target is agreed, the page says until when we answer: its day and time of day."""
        title = self.customer.locator(".promise").first.inner_text()
        assert any(character.isdigit() for character in title) == self.process.promises, title

    def customer_reads_the_answer_and_not_the_note(self) -> None:
        self.customer.goto(self._page())
        expect(self.customer.locator(".conversation")).to_contain_text(ANSWER)
        assert NOTE not in self.customer.content()
        self.stack.mail(self._address("customer"), self.number, ANSWER)
        assert not self.stack.mails(self._address("customer"), NOTE)

    def colleague_sees_it_and_strangers_do_not(self) -> None:
        if label := self.process.pages.get("company_tickets"):
            colleague = self.room.signed_in("colleague", self.slug)
            colleague.goto(f"/{self.slug}/tickets/")
            assert self.number not in colleague.locator("main").inner_text()
            colleague.locator(".site-nav a", has_text=label).click()
            colleague.locator(".line", has_text=self.number).locator("a").click()
            expect(colleague.locator(".conversation")).to_contain_text(ANSWER)
        other = next(slug for slug in FILES if slug != self.slug)
        stranger = self.room.signed_in("customer", other)
        for address in (self._page(), f"/{self.slug}/tickets/", self._desk_page()):
            answer = stranger.goto(address)
            assert answer is not None
            assert answer.status == 404, address

    def customer_reopens_it(self) -> None:
        """As the policy of all five says: an answer reopens, and where it asks so, tells the situation anew."""
        page, policy = self.customer, self.process.file["reopen_policy"]
        page.goto(self._page())
        restated = page.locator("input[name=restatement]")
        assert bool(restated.count()) == policy.get("restatement_required", False)
        if restated.count():
            page.fill("textarea[name=body]", COMEBACK)
            send(page, "form.composer")
            expect(page.locator(".error-summary")).to_be_visible()
            expect(page.locator("textarea[name=body]")).to_have_value(COMEBACK)
            restated.last.check()
        page.fill("textarea[name=body]", COMEBACK)
        send(page, "form.composer")
        expect(page.locator(".conversation .entry").last).to_contain_text(COMEBACK)
        reopened = self.process.status_set_on("customer_reply") or self.process.first_status("open")
        assert reopened is not None
        expect(page.locator(".ticket-meta .status")).to_have_text(reopened["name"])

    # --- The desk's side ---------------------------------------------------------------------------------

    def desk_routes_it(self) -> None:
        if self.process.scheduled_rules:
            let_scheduled_rules_have_their_turn(self.stack, self.slug, self.number)
        name = self.process.row("queues", self.process.queue)["name"]
        self.agent.goto(f"/{self.slug}/agent/all/")
        self.agent.locator(".side a", has_text=name).first.click()
        row = self._row_in_list()
        assert bool(row.locator(".cell-clock .clock").count()) == self.process.has_clock
        row.locator("a").first.click()
        expect(self.agent.locator("#ticket-head h1")).to_have_text(SUBJECT)

    def agent_takes_it(self) -> None:
        page = self.agent
        page.locator("#ticket-head form[action*='/take/'] button").click()
        expect(page.locator("#ticket-head form[action*='/take/']")).to_have_count(0)
        first, taken = self.process.rows("statuses")[0], self.process.status_set_on("assignment")
        now = taken if taken and first["category"] == "new" else first
        self._status_is(now["name"])

    def agent_notes_and_answers(self) -> None:
        page = self.agent
        page.locator("#composer input[value=note]").check(force=True)
        page.fill("#say-body", NOTE)
        send(page, "#composer")
        expect(page.locator("#thread .entry-note")).to_contain_text(NOTE)
        waiting = self.process.first_status("pending_customer")
        assert waiting is not None
        page.locator("#composer input[value=reply]").check(force=True)
        page.fill("#say-body", ANSWER)
        page.select_option("#composer select[name=then]", waiting["code"])
        self._give_what_is_asked(page.locator("#composer .then-facts"))
        send(page, "#composer")
        expect(page.locator("#thread .entry-agent").last).to_contain_text(ANSWER)
        self._status_is(waiting["name"])

    def it_ends(self) -> None:
        """By the vendor's own rule for customers who do not answer; where there is none, by the agent."""
        if not self.process.closing_rules:
            self._agent_closes_it()
            return
        waiting = self.process.first_status("pending_customer")
        assert waiting is not None
        rule = next(row for row in self.process.closing_rules if waiting["code"] in row.get("statuses", ()))
        let_closing_come_due(self.stack, self.slug, self.number)
        end = self.process.row("statuses", rule["to_status"])
        self._customer_finds(end["name"])
        reason = next((row for row in end.get("reasons", ()) if row["code"] == rule.get("reason")), {})
        said = reason.get("message") or end["message"]
        expect(self.customer.locator(".conversation")).to_contain_text(said)
        self.stack.mail(self._address("customer"), self.number, said.split(".")[0])

    def _agent_closes_it(self) -> None:
        end = self.process.first_status("resolved")
        assert end is not None
        page = self.agent
        page.goto(self._desk_page())
        form = page.locator("form[action*='/status/']")
        page.locator("details.edit", has=form).locator("summary").first.click()
        form.locator("select[name=status]").select_option(end["code"])
        self._give_what_is_asked(form)
        form.locator("button").last.click()
        self._status_is(end["name"])
        self._customer_finds(end["name"])

    def another_one_runs_late(self) -> None:
        number = open_ticket(self.customer, self.slug, self.process.label("subject"), "Another matter")
        self.agent.goto(self._desk_page(number))
        if not self.process.has_clock:
            self._agent_grades_it()
        missed = self.agent.locator("#thread .event", has_text="was missed")
        before = missed.count()
        let_clock_run_out(self.stack, self.slug, number)
        self.agent.goto(f"/{self.slug}/agent/due-today/")
        late = self.agent.locator("tr.is-late", has_text=number)
        expect(late.locator(".clock-late")).to_be_visible()

        def told() -> bool:
            self.agent.goto(self._desk_page(number))
            return missed.count() == before + 1

        until(told, "the line that says that it was missed")

    def _agent_grades_it(self) -> None:
        """Where tickets begin without a severity: the gravest one, with which the clocks begin."""
        form = self.agent.locator("form[action*='/severity/']")
        self.agent.locator("details.edit", has=form).locator("summary").first.click()
        form.locator("input[type=radio]").first.check()
        form.locator("button").last.click()
        expect(self.agent.locator("#ticket-aside .clocks")).to_be_visible()

    # --- Looking -----------------------------------------------------------------------------------------

    def _address(self, who: str) -> str:
        return f"{who}@{self.slug}.example"

    def _page(self) -> str:
        return f"/{self.slug}/tickets/{self.number}/"

    def _desk_page(self, number: str = "") -> str:
        return f"/{self.slug}/agent/tickets/{number or self.number}/"

    def _row_in_list(self) -> Locator:
        """The ticket's row in the list that the agent looks at, as soon as the worker has put it there."""
        row = self.agent.locator("tr[data-row]", has_text=self.number)

        def there() -> bool:
            self.agent.reload()
            return row.count() == 1

        until(there, f"{self.number} in {self.agent.url}")
        return row

    def _status_is(self, name: str) -> None:
        expect(self.agent.locator("#ticket-head .status")).to_have_text(name)

    def _customer_finds(self, status: str) -> None:
        def found() -> bool:
            self.customer.goto(self._page())
            return self.customer.locator(".ticket-meta .status").inner_text() == status

        until(found, f"the status {status}")

    def _give_what_is_asked(self, form: Locator) -> None:
        """Fill in the facts, reasons and deadlines that the form shows for the status chosen."""
        in_a_week = datetime.now(ZoneInfo(self.process.file["vendor"]["time_zone"])) + timedelta(days=7)
        for field in form.locator("[data-show-when] .field:visible").all():
            if field.locator("input[type=checkbox]").count():
                field.locator("input[type=checkbox]").check()
            elif field.locator("select").count():
                field.locator("select").select_option(index=1)
            elif field.locator("input[type=datetime-local]").count():
                field.locator("input").fill(in_a_week.strftime("%Y-%m-%dT%H:%M"))
            else:
                field.locator("input, textarea").first.fill("The import was restarted with a larger buffer.")
