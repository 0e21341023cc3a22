"""The process file in the admin: its versions, their differences, and applying a file or an earlier version."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from helpdesk.admin.beginning import BeginningForm, administration_of
from helpdesk.admin.tenant import ViewOnlyAdmin
from helpdesk.models import ProcessVersion, Vendor
from helpdesk.process.files import Loaded, ProcessInvalid, diff, dump, load, parse
from helpdesk.process.spec import Problem
from helpdesk.tenancy import current_vendor, current_vendor_or_none

LONGEST_FILE = 2 * 1024 * 1024


def recent() -> Any:
    """The newest versions, for the index page."""
    return ProcessVersion.objects.order_by("-number").defer("text")[:6]


class FileForm(forms.Form):
    """A process file: a chosen one, or the text as edited on the page."""

    file = forms.FileField(required=False, label="File", help_text="Replaces the text below.")
    text = forms.CharField(
        required=False, label="Text", strip=False, widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false"})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("file"):
            cleaned["text"] = self._read(cleaned["file"])
            # Shown again with what the chosen file holds.
            self.data = {**self.data.dict(), "text": cleaned["text"]}  # type: ignore[union-attr]
        cleaned["text"] = cleaned.get("text", "").replace("\r\n", "\n")
        if not cleaned["text"].strip():
            raise forms.ValidationError("Choose a file, or write one.")
        return cleaned

    def _read(self, file: Any) -> str:
        if file.size > LONGEST_FILE:
            raise forms.ValidationError("A process file has at most 2 MB.")
        try:
            return str(file.read().decode("utf-8"))
        except UnicodeDecodeError as error:
            raise forms.ValidationError("The file is not text in UTF-8.") from error

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Show what is wrong with the file, one sentence a line."""
        for problem in problems:
            self.add_error(None, str(problem))


class VersionAdmin(ViewOnlyAdmin):
    """Versions of the process file."""

    group = "Process file"
    list_display = ("number", "applied_at", "applied_by", "go_back")
    list_display_links = ("number",)
    ordering = ("-number",)
    change_list_template = "admin/process/versions.html"
    change_form_template = "admin/process/version.html"
    fields = ("number", "applied_at", "applied_by")

    def entries(self, entry: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        file = {**entry, "name": "Edit or upload the file", "admin_url": reverse("admin:process_file"), "add_url": None}
        return [(self.group, {**entry, "name": "Versions of the file"}), (self.group, {**file, "view_only": False})]

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view
        return [
            path("file/", view(self.file_view), name="process_file"),
            path("download/", view(self.download_view), name="process_download"),
            path("<int:number>/back/", view(self.back_view), name="process_back"),
            *super().get_urls(),
        ]

    def go_back(self, version: ProcessVersion) -> str:
        """The way back to a version."""
        return format_html(
            '<a href="{}">Go back to this version</a>', reverse("admin:process_back", args=[version.number])
        )

    go_back.short_description = ""  # type: ignore[attr-defined]

    def changeform_view(
        self, request: Any, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """A version's text, and what it changed."""
        version = self.get_object(request, object_id) if object_id else None
        before = (
            ProcessVersion.objects.filter(number__lt=version.number).order_by("-number").first() if version else None
        )
        changed = diff(before.text, version.text, str(before), str(version)) if before and version else ""
        return super().changeform_view(
            request, object_id, form_url, {"before": before, "changed": lines_of(changed), **(extra_context or {})}
        )

    def download_view(self, request: HttpRequest) -> HttpResponse:
        """The process as its rows stand now, as a file."""
        vendor = _vendor_here()
        file = HttpResponse(dump(vendor), content_type="application/yaml; charset=utf-8")
        file["Content-Disposition"] = f'attachment; filename="{vendor.slug}.yaml"'
        return file

    def file_view(self, request: HttpRequest) -> HttpResponse:
        """The file to edit or upload: checked, shown as a difference, then applied."""
        return _file_page(self, request, _vendor_here())

    def back_view(self, request: Any, number: int) -> HttpResponse:
        """Apply an earlier version again; it becomes a new one."""
        vendor = _vendor_here()
        version = get_object_or_404(ProcessVersion, number=number)
        try:
            if request.method == "POST":
                loaded = _apply(request, version.text, vendor, by=f"{request.user.email}, back to {version}")
                messages.success(request, f"The process is that of {version} again." if loaded.diff else _NOTHING)
                return redirect("admin:helpdesk_processversion_changelist")
            changed = _preview(request, version.text, vendor).diff
        except ProcessInvalid as invalid:
            for problem in invalid.problems:
                messages.error(request, str(problem))
            return redirect("admin:helpdesk_processversion_changelist")
        return _page(
            self,
            request,
            "admin/process/back.html",
            f"Go back to {version}",
            version=version,
            changed=lines_of(changed),
        )


_NOTHING = "Nothing to change: the process says this already."


def new_vendor(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The page that makes a vendor, from its name or from its file, at the platform's address."""
    if current_vendor_or_none() is not None:
        raise PermissionDenied
    begins = "begin" in request.POST
    beginning = BeginningForm(request.POST if begins else None)
    if not begins:
        return _file_page(model_admin, request, None, beginning=beginning)
    if beginning.is_valid():
        try:
            made = _apply(request, beginning.text(), None, by=request.user.email).vendor
        except ProcessInvalid as invalid:
            for problem in invalid.problems:
                beginning.add_error("slug" if problem.path == "vendor.slug" else None, problem.sentence)
        else:
            messages.success(
                request,
                f"{made} is here, with the smallest process that runs: one calendar, one queue, one severity, no "
                "deadlines. Change it here, row by row.",
            )
            return redirect(administration_of(made.slug))
    return _file_page_of(model_admin, request, None, FileForm(), beginning=beginning)


def _file_page(model_admin: Any, request: Any, vendor: Vendor | None, **context: Any) -> HttpResponse:
    form = FileForm(request.POST or None, request.FILES or None, initial={"text": dump(vendor) if vendor else ""})
    preview = None
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            if "apply" in request.POST:
                loaded = _apply(request, text, vendor, by=request.user.email)
                messages.success(request, "The file is applied." if loaded.diff else _NOTHING)
                return redirect(_after(loaded, vendor))
            preview = _preview(request, text, vendor)
        except ProcessInvalid as invalid:
            form.refuse(invalid.problems)
    return _file_page_of(model_admin, request, vendor, form, preview, **context)


def _file_page_of(
    model_admin: Any, request: Any, vendor: Vendor | None, form: FileForm, preview: Loaded | None = None, **context: Any
) -> HttpResponse:
    title = "Edit or upload the file" if vendor else "New vendor"
    return _page(
        model_admin,
        request,
        "admin/process/file.html",
        title,
        form=form,
        preview=preview,
        changed=lines_of(preview.diff) if preview else (),
        **context,
    )


def _after(loaded: Loaded, vendor: Vendor | None) -> str:
    if vendor is None:
        return administration_of(loaded.vendor.slug)
    return reverse("admin:helpdesk_processversion_changelist")


def _vendor_here() -> Vendor:
    if current_vendor_or_none() is None:
        raise PermissionDenied
    return current_vendor()


def _preview(request: Any, text: str, vendor: Vendor | None) -> Loaded:
    """What applying would change: it is applied and taken back."""
    with transaction.atomic():
        loaded = _apply(request, text, vendor, by=request.user.email)
        transaction.set_rollback(True)
    return loaded


def _apply(request: Any, text: str, vendor: Vendor | None, *, by: str) -> Loaded:
    """Load the file if it is this vendor's; what only the platform decides stays as it is."""
    problems = list(_out_of_place(parse(text)["vendor"], vendor, platform=request.user.is_platform_admin))
    if problems:
        raise ProcessInvalid(problems)
    return load(text, now=timezone.now(), by=by)


def _out_of_place(written: Any, vendor: Vendor | None, *, platform: bool) -> Iterable[Problem]:
    others = Vendor.objects.exclude(slug=written.slug)
    if vendor is None and Vendor.objects.filter(slug=written.slug).exists():
        yield Problem("vendor.slug", f"'{written.slug}' is here already; change it at /{written.slug}/admin/")
    elif vendor is not None and written.slug != vendor.slug:
        yield Problem("vendor.slug", f"'{written.slug}' is another vendor; this page changes '{vendor.slug}'")
    elif vendor is not None and written.portal_host != vendor.domain and not platform:
        yield Problem("vendor.portal_host", "a platform administrator sets the host name")
    if written.portal_host and others.filter(domain=written.portal_host).exists():
        yield Problem("vendor.portal_host", f"'{written.portal_host}' is another vendor's host name")


def _page(model_admin: Any, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    site = model_admin.admin_site
    request.current_app = site.name  # type: ignore[attr-defined]
    return TemplateResponse(
        request, template, {**site.each_context(request), "title": title, "opts": model_admin.opts, **context}
    )


def lines_of(changed: str) -> list[tuple[str, str]]:
    """A unified diff as (kind, line) for the page: added, removed, place or same."""
    kinds = {"+": "added", "-": "removed", "@": "place"}
    return [
        (kinds.get(line[:1], "same"), line) for line in changed.splitlines() if not line.startswith(("--- ", "+++ "))
    ]
