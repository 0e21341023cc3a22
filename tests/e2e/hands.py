"""What people do in the browser, driven by what they find on the page."""

from pathlib import Path

from playwright.sync_api import Locator, Page

INTAKE = "form#intake"
MARK = ".field-required"


def fields_on_the_page(page: Page) -> list[tuple[str, bool]]:
    """Labels of the intake form in order, and whether each is marked as required."""
    labels = page.locator(f"{INTAKE} .field-label, {INTAKE} .check-label > span")
    return [_read_label(label) for label in labels.all()]


def _read_label(label: Locator) -> tuple[str, bool]:
    marks = label.locator(MARK)
    is_marked = marks.count() > 0 and marks.first.is_visible()
    text = (label.text_content() or "").replace("*", "").strip()
    return text, is_marked


def fill_in_what_is_required(page: Page) -> None:
    """Write into every field that is marked, tick marked boxes, take the first of marked choices."""
    for field in page.locator(f"{INTAKE} .field").filter(has=page.locator(f"{MARK}:visible")).all():
        _fill_in(field)


def _fill_in(field: Locator) -> None:
    label = field.locator(".field-label, .check-label > span").first
    radios, select, box = (field.locator(part) for part in ("input[type=radio]", "select", "input[type=checkbox]"))
    if radios.count():
        if not field.locator("input[type=radio]:checked").count():
            radios.first.check()
    elif select.count():
        if not select.input_value():
            select.select_option(index=1)
    elif box.count():
        box.check()
    else:
        field.locator("input, textarea").first.fill(f"Words for {_read_label(label)[0]}")


def write(page: Page, label: str, text: str) -> None:
    """Write into the field with this label, whatever mark stands beside it."""
    labelled = page.locator(f"{INTAKE} .field").filter(has=page.locator(".field-label", has_text=label))
    labelled.first.locator("input, textarea").first.fill(text)


def attach(page: Page, form: str, file: Path) -> None:
    page.locator(f"{form} input[type=file]").first.set_input_files(file)


def send(page: Page, form: str) -> None:
    """Press the form's main button."""
    page.locator(f"{form} button.primary").last.click()


def number_in(page: Page) -> str:
    """The number of the ticket whose page this is: the last part of its address."""
    page.wait_for_url("**/tickets/**")
    return page.url.split("/tickets/")[1].split("?")[0].strip("/")


def open_ticket(page: Page, vendor: str, subject_label: str, subject: str, files: tuple[Path, ...] = ()) -> str:
    """File a ticket with the vendor's form; returns its number."""
    page.goto(f"/{vendor}/new/")
    fill_in_what_is_required(page)
    write(page, subject_label, subject)
    for file in files:
        attach(page, INTAKE, file)
    send(page, INTAKE)
    return number_in(page)
