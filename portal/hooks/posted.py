"""A request with a mail in it: read whole, as long as a mail may be, where forms are kept shorter."""

from email.parser import BytesHeaderParser
from urllib.parse import parse_qsl

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import parse_header_parameters

MOST_PARTS = 1000


class Posted(HttpRequest):
    """The request as a provider's view of anymail reads it. `fields` are the bytes of its form fields."""

    def __init__(self, request: HttpRequest, *, most: int) -> None:
        super().__init__()
        self.method, self.META, self.path, self.path_info = (
            request.method,
            request.META,
            request.path,
            request.path_info,
        )
        self.content_type, self.content_params = request.content_type, request.content_params
        self._content = request.read(most + 1)
        if len(self._content) > most:
            raise RequestDataTooBig("The request is longer than any mail that is taken in.")
        self.fields: dict[str, bytes] = {}
        self.POST = QueryDict(mutable=True)
        if self.content_type == "multipart/form-data":
            self._take_apart()
        elif self.content_type == "application/x-www-form-urlencoded":
            for name, value in parse_qsl(self._content, keep_blank_values=True, max_num_fields=MOST_PARTS):
                self._add(name.decode("utf-8", "replace"), value)

    @property
    def body(self) -> bytes:
        """All of it."""
        return self._content

    def _take_apart(self) -> None:
        boundary = self.content_params.get("boundary", "").encode("latin-1", "replace")
        if not boundary:
            raise SuspiciousOperation("A form without a boundary.")
        pieces = (b"\r\n" + self._content).split(b"\r\n--" + boundary, MOST_PARTS)
        for piece in pieces[1:]:
            if piece.startswith(b"--"):
                break
            head, _, value = piece.partition(b"\r\n\r\n")
            self._keep(head.lstrip(), value)

    def _keep(self, head: bytes, value: bytes) -> None:
        headers = BytesHeaderParser().parsebytes(head)
        _, facts = parse_header_parameters(str(headers.get("Content-Disposition", "")))
        name = str(facts.get("name", ""))
        if "filename" in facts:
            kind = headers.get_content_type()
            self.FILES.appendlist(name, SimpleUploadedFile(str(facts["filename"]) or "file", value, kind))
        else:
            self._add(name, value)

    def _add(self, name: str, value: bytes) -> None:
        self.fields[name] = value
        self.POST.appendlist(name, value.decode("utf-8", "replace"))
