"""Files: their names, sizes and kinds, and the containers they come in."""

import base64
import binascii

from tests.mime.cases import containers as outlook
from tests.mime.cases.case import PLAIN, Case, file, mail, of_parts, part

PNG = b"\x89PNG\r\n"


def _named(*lines: str) -> bytes:
    """A mail with one file whose header has these lines."""
    return of_parts("mixed", PLAIN, part("x", *lines))


def _disposition(parameters: str) -> bytes:
    return _named("Content-Type: application/pdf", f"Content-Disposition: attachment; {parameters}")


def _image(content_id: str, name: str = "", disposition: str = "inline") -> bytes:
    lines = [
        "Content-Type: image/png",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: {disposition}; filename={name}",
    ]
    return part(base64.encodebytes(PNG), *lines, *([f"Content-ID: <{content_id}>"] if content_id else []))


def _page(source: str) -> bytes:
    return part(f'<p>Look: <img src="{source}"></p>', "Content-Type: text/html")


def _tnef(*attributes: bytes, name: str = "winmail.dat", kind: str = "application/ms-tnef") -> bytes:
    return file(name, outlook.container(outlook.CODEPAGE, *attributes), kind)


def uu(name: str, content: bytes) -> bytes:
    lines = [binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45)]
    return f"begin 644 {name}\n".encode() + b"".join(lines) + b"`\nend\n"


ANSWER = """<div>Look here:<br><img src="cid:shot@x"></div><div class="gmail_signature">Ada Client<br><img src="cid:logo@x"></div>
<div class="gmail_quote"><div>On Mon, 2 Mar 2026 at 10:00, Desk &lt;desk@vendor.example&gt; wrote:</div>
<blockquote>What do you see? <img src="cid:old@x"></blockquote></div>"""
LONG_NAME = outlook.tag(0x1F, 0x3707, "Überblick 2026.docx\0".encode("utf-16-le"))
MIME_TYPE = outlook.tag(0x1E, 0x370E, b"image/png\0")
CID = outlook.tag(0x1E, 0x3712, b"logo@outlook\0")

CASES = [
    Case("file name in quotes", _disposition('filename="My file.pdf"'), {"names": ["My file.pdf"]}),
    Case("name without quotes", _disposition("filename=My file.pdf"), {"names": ["My file.pdf"]}),
    Case("name with an open quote", _disposition('filename="My file.pdf'), {"names": ["My file.pdf"]}),
    Case("name with a semicolon", _disposition('filename="a;b.pdf"'), {"names": ["a;b.pdf"]}),
    Case("name in a word of RFC 2047", _disposition('filename="=?utf-8?B?w4RyZ2VyLnBkZg==?="'), {"names": ["Ärger.pdf"]}),
    Case("name in several words", _disposition('filename="=?utf-8?Q?=C3=84r?=\r\n =?utf-8?Q?ger.pdf?="'), {"names": ["Ärger.pdf"]}),
    Case("name of RFC 2231", _disposition("filename*=utf-8''%C3%84rger.pdf"), {"names": ["Ärger.pdf"]}),
    Case("name of RFC 2231 in latin1", _disposition("filename*=iso-8859-1'de'%C4rger.pdf"), {"names": ["Ärger.pdf"]}),
    Case("name of RFC 2231 in pieces", _disposition("filename*1*=ger%20; filename*0*=utf-8''%C3%84r; filename*2=\"x.pdf\""),
         {"names": ["Ärger x.pdf"]}),
    Case("name of RFC 2231 without charset", _disposition("filename*=%C3%84rger.pdf"), {"names": ["Ärger.pdf"]}),
    Case("name of RFC 2231 broken", _disposition("filename*=utf-8''%ZZ%C3.pdf"), {"names": ["%ZZÃ.pdf"]}),
    Case("both names", _disposition("filename=\"Arger.pdf\"; filename*=utf-8''%C3%84rger.pdf"), {"names": ["Ärger.pdf"]}),
    Case("name in raw utf-8", _disposition('filename="Ärger.pdf"'), {"names": ["Ärger.pdf"]}),
    Case("name in raw latin1", _disposition('filename="Ärger.pdf"').replace("Ä".encode(), b"\xc4"), {"names": ["Ärger.pdf"]}),
    Case("name of the type", _named('Content-Type: application/pdf; name="a.pdf"'), {"names": ["a.pdf"]}),
    Case("name of the description", _named("Content-Type: application/pdf", "Content-Description: The plan"), {"names": ["The plan.pdf"]}),
    Case("no name", _named("Content-Type: application/pdf"), {"names": ["document.pdf"]}),
    Case("no name, image", _named("Content-Type: image/webp"), {"names": ["image.webp"]}),
    Case("no name, unknown", _named("Content-Type: application/x-thing"), {"names": ["attachment.bin"]}),
    Case("path up", _disposition('filename="../../etc/passwd"'), {"names": ["passwd"]}),
    Case("path of Windows", _disposition(r'filename="C:\Users\ada\plan.pdf"'), {"names": ["plan.pdf"]}),
    Case("path at the end", _disposition('filename="dir/"'), {"names": ["dir"]}),
    Case("only dots", _disposition('filename=".."'), {"names": ["document.pdf"]}),
    Case("hidden file", _disposition('filename=".htaccess"'), {"names": ["htaccess"]}),
    Case("NUL in the name", _disposition('filename="a.pdf\0.exe"'), {"names": ["a.pdf.exe"]}),
    Case("name turned around", _disposition('filename="invoice\u202efdp.exe"'), {"names": ["invoicefdp.exe"]}),
    Case("line end in the name", _disposition("filename*=utf-8''a%0D%0AX-Evil:%201.pdf"), {"names": ["a X-Evil_ 1.pdf"]}),
    Case("signs that systems reserve", _disposition('filename="a<b>:c|d?e*.pdf"'), {"names": ["a_b__c_d_e_.pdf"]}),
    Case("name of a device", _disposition('filename="CON.pdf"'), {"names": ["_CON.pdf"]}),
    Case("name of 300 letters", _disposition(f'filename="{"x" * 300}.pdf"'), {"names": ["x" * 146 + ".pdf"]}),
    Case("same name three times", of_parts("mixed", file("a.pdf"), file("A.pdf"), file("a.pdf")),
         {"names": ["a.pdf", "A (2).pdf", "a (3).pdf"]}),
    Case("name that a clash would take", of_parts("mixed", file("a (2).pdf"), file("a.pdf"), file("a.pdf")),
         {"names": ["a (2).pdf", "a.pdf", "a (2) (2).pdf"]}),
    Case("names of letters made of two", _disposition("filename*=utf-8''A%CC%88.pdf"), {"names": ["Ä.pdf"]}),
    Case("empty file", of_parts("mixed", PLAIN, file("a.pdf", b"")), {"sizes": [("a.pdf", 0)]}),
    Case("size of a binary file", of_parts("mixed", PLAIN, file("a.bin", bytes(range(256)) * 40)), {"sizes": [("a.bin", 10240)]}),
    Case("file in quoted-printable", of_parts("mixed", part("a=00b=\r\nc", "Content-Type: application/x-thing",
                                                            "Content-Transfer-Encoding: quoted-printable")),
         {"files": [("attachment.bin", b"a\0bc")]}),
    Case("file in 8bit", of_parts("mixed", part(b"\xff\xfe\0x", "Content-Type: application/x-thing")), {"files": [("attachment.bin", b"\xff\xfe\0x")]}),
    Case("file in broken base64", of_parts("mixed", part("JVBE\r\n*Ri0x", "Content-Type: application/pdf", "Content-Transfer-Encoding: base64")),
         {"files": [("document.pdf", b"%PDF-1")]}),
    Case("file encoded as x-uuencode", of_parts("mixed", part(uu("a.bin", b"abc" * 40), 'Content-Type: application/x-thing; name="a.bin"',
                                                              "Content-Transfer-Encoding: x-uuencode")), {"files": [("a.bin", b"abc" * 40)]}),
    Case("inline image", of_parts("related", _page("cid:logo@x"), _image("logo@x", "logo.png")), {"inline": ["logo.png"], "files": [("logo.png", PNG)]}),
    Case("inline image with escaped id", of_parts("related", _page("cid:logo%40x"), _image("logo@x", "logo.png")), {"inline": ["logo.png"]}),
    Case("inline image without name", of_parts("related", _page("cid:logo@x"), _image("logo@x")), {"inline": ["image.png"]}),
    Case("inline image sent as attachment", of_parts("mixed", _page("cid:a@x"), _image("a@x", "a.png", "attachment")), {"inline": ["a.png"]}),
    Case("logo below the own words", of_parts("related", part(ANSWER, "Content-Type: text/html"), _image("shot@x", "shot.png"),
                                              _image("logo@x", "logo.png"), _image("old@x", "old.png"), subject="Re: The printer"),
         {"inline": ["shot.png", "logo.png", "old.png"], "in_signature": ["logo.png", "old.png"]}),
    Case("picture above the own words", of_parts("related", part(ANSWER.replace("Look here", "Look <img src=cid:logo@x> here"), "Content-Type: text/html"),
                                                 _image("logo@x", "logo.png"), subject="Re: The printer"), {"in_signature": []}),
    Case("picture of a mail without a signature", of_parts("related", _page("cid:a@x"), _image("a@x", "a.png")), {"in_signature": []}),
    Case("image that nothing shows", of_parts("related", _page("https://x.example/a.png"), _image("logo@x", "logo.png")),
         {"inline": [], "kinds": [("logo.png", "image")]}),
    Case("image without id", of_parts("mixed", _page("cid:"), _image("", "a.png")), {"inline": []}),
    Case("container with files", of_parts("mixed", PLAIN, _tnef(outlook.attached(b"REPORT~1.PDF", b"%PDF-1"), outlook.attached(b"b.txt", b"two"))),
         {"text": "Hello", "files": [("REPORT~1.PDF", b"%PDF-1"), ("b.txt", b"two")]}),
    Case("container with long names", of_parts("mixed", PLAIN, _tnef(outlook.attached(b"UBERBL~1.DOC", b"doc", LONG_NAME))),
         {"files": [("Überblick 2026.docx", b"doc")]}),
    Case("container with an image", of_parts("mixed", PLAIN, _tnef(outlook.attached(b"logo.png", PNG, MIME_TYPE, CID))),
         {"kinds": [("logo.png", "image")], "types": [("logo.png", "image/png")]}),
    Case("container with the body", of_parts("mixed", _tnef(outlook.BODY_HTML)), {"text": "From Outlook", "html": "<p>From <i>Outlook</i></p>"}),
    Case("container with the body as text", of_parts("mixed", _tnef(outlook.BODY_TEXT)), {"text": "Grüße"}),
    Case("container whose body is known", of_parts("mixed", PLAIN, _tnef(outlook.BODY_HTML)), {"text": "Hello", "html": ""}),
    Case("container with rich text", of_parts("mixed", PLAIN, _tnef(outlook.BODY_RTF)), {"files": [("message.rtf", outlook.RTF)]}),
    Case("container by its name only", of_parts("mixed", PLAIN, _tnef(outlook.attached(b"b.txt", b"two"), kind="application/octet-stream")),
         {"files": [("b.txt", b"two")]}),
    Case("container cut off", of_parts("mixed", PLAIN, file("winmail.dat", outlook.container(outlook.attached(b"b.txt", b"two"))[:-4])),
         {"files": [("b.txt", b"t")]}),
    Case("container that is none", of_parts("mixed", PLAIN, file("winmail.dat", b"no container")), {"files": [("winmail.dat", b"no container")], "problem": True}),
    Case("uuencoded file in the text", mail(b"See:\n" + uu("a b.txt", b"words " * 20) + b"Bye\n"), {"words": ["See:", "Bye"], "files": [("a b.txt", b"words " * 20)]}),
    Case("two uuencoded files", mail(uu("a.txt", b"one") + uu("b.txt", b"two")), {"text": "", "files": [("a.txt", b"one"), ("b.txt", b"two")]}),
    Case("words that begin like a file", mail("begin 644 of the story\nand so on\nend\n"), {"text": "begin 644 of the story\nand so on\nend", "files": []}),
    Case("uuencoded file without an end", mail(uu("a.txt", b"one").replace(b"end\n", b"Bye\n")), {"words": ["begin", "644", "a.txt", "#;VYE", "`", "Bye"], "files": []}),
    Case("yEnc in the text stays text", mail("=ybegin line=128 size=3 name=a.bin\r\nabc\r\n=yend size=3\r\n"),
         {"text": "=ybegin line=128 size=3 name=a.bin\nabc\n=yend size=3", "files": []}),
    Case("text that is no text", mail(bytes(range(256)) * 8, "Content-Type: text/plain"), {"problem": True, "sizes": [("attachment.bin", 2048)], "text": ""}),
]  # fmt: skip
