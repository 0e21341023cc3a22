"""Parts in every order, and broken ways to put them together."""

import base64

from tests.mime.cases import containers as outlook
from tests.mime.cases.case import BASE, HTML, PLAIN, Case, file, group, mail, of_parts, part

PAGE = "<p>Hello <b>there</b></p>"
INNER = mail(b"The inner words\r\n", subject="Inner: subject", **{"from": "other@client.example"})
ALTERNATIVE = group("alternative", PLAIN, HTML, boundary="=_a")
NAMED = part("Named text\r\n", 'Content-Type: text/plain; name="notes.txt"', "Content-Disposition: inline")
FLOWED = "Content-Type: text/plain; format=flowed"

SIGNATURE = part("-----BEGIN PGP SIGNATURE-----", "Content-Type: application/pgp-signature")
PGP_VERSION = part("Version: 1", "Content-Type: application/pgp-encrypted")
PGP_BODY = part("-----BEGIN PGP MESSAGE-----", 'Content-Type: application/octet-stream; name="encrypted.asc"')

OPEN = b'Content-Type: multipart/mixed; boundary="b"'
TWO = b"--b\r\n\r\nOne\r\n--b\r\n\r\nTwo\r\n"


def _smime(content: bytes) -> bytes:
    return mail(base64.encodebytes(content), "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m",
                "Content-Transfer-Encoding: base64")  # fmt: skip


def _nested(depth: int) -> bytes:
    body = PLAIN
    for level in range(depth):
        body = group("mixed", body, boundary=f"b{level}")
    head, _, body = body.partition(b"\r\n\r\n")
    return mail(body, head)


CASES = [
    Case("alternative", of_parts("alternative", PLAIN, HTML), {"text": "Hello", "html": PAGE, "files": []}),
    Case("only html", mail(PAGE, "Content-Type: text/html"), {"text": "Hello there", "html": PAGE}),
    Case("alternative with an empty text", of_parts("alternative", part(" \r\n", "Content-Type: text/plain"), HTML),
         {"text": "Hello there", "html": PAGE}),
    Case("alternative the wrong way round", of_parts("alternative", HTML, PLAIN), {"text": "Hello", "html": PAGE}),
    Case("alternative of two texts", of_parts("alternative", PLAIN, part("Bye", "Content-Type: text/plain")),
         {"text": "Hello\n\nBye"}),
    Case("alternative with the same text twice", of_parts("alternative", PLAIN, PLAIN), {"text": "Hello"}),
    Case("alternative with mixed inside (Apple)",
         of_parts("alternative", PLAIN, group("mixed", HTML, file("a.pdf"), HTML, boundary="=_m")),
         {"text": "Hello", "html": PAGE + "\n" + PAGE, "files": [("a.pdf", b"%PDF-1")]}),
    Case("mixed", of_parts("mixed", PLAIN, file("a.pdf")), {"text": "Hello", "files": [("a.pdf", b"%PDF-1")], "problems": ()}),
    Case("mixed with alternative", of_parts("mixed", ALTERNATIVE, file("a.pdf")),
         {"text": "Hello", "html": PAGE, "names": ["a.pdf"]}),
    Case("text, file, text (Apple)", of_parts("mixed", PLAIN, file("a.pdf"), part("Bye\r\n", "Content-Type: text/plain")),
         {"text": "Hello\n\nBye", "html": "", "names": ["a.pdf"]}),
    Case("html and the footer of a list", of_parts("mixed", HTML, part("Leave: <here>\r\n", "Content-Type: text/plain")),
         {"text": "Hello there\n\nLeave: <here>", "html": PAGE + "\n<pre>Leave: &lt;here&gt;</pre>"}),
    Case("related", of_parts("related", HTML, file("a.png", b"\x89PNG", "image/png")), {"text": "Hello there", "names": ["a.png"]}),
    Case("unknown multipart", of_parts("x-new", PLAIN, file("a.pdf")), {"text": "Hello", "names": ["a.pdf"]}),
    Case("text with a name beside a text", of_parts("mixed", PLAIN, NAMED), {"text": "Hello", "files": [("notes.txt", b"Named text\r\n")]}),
    Case("text with a name alone", of_parts("mixed", NAMED), {"text": "Named text", "names": ["notes.txt"]}),
    Case("text as the whole mail, with a name", mail("Words", 'Content-Type: text/plain; name="x.txt"'), {"text": "Words", "files": []}),
    Case("text sent as a file", of_parts("mixed", PLAIN, part("Log", "Content-Disposition: attachment")),
         {"text": "Hello", "files": [("text.txt", b"Log")]}),
    Case("file as the whole mail", mail(base64.encodebytes(b"%PDF"), 'Content-Type: application/pdf; name="a.pdf"',
                                        "Content-Transfer-Encoding: base64"), {"text": "", "files": [("a.pdf", b"%PDF")]}),
    Case("preamble is not text", mail(b"This is a multi-part message\r\n" + TWO + b"--b--\r\n", OPEN), {"text": "One\n\nTwo"}),
    Case("text after the last part", mail(TWO + b"--b--\r\nFooter of a gateway\r\n", OPEN),
         {"text": "One\n\nTwo\n\nFooter of a gateway", "problem": True}),
    Case("parts after the last part", mail(TWO + b"--b--\r\n--b\r\n\r\nThree\r\n--b--\r\n", OPEN), {"text": "One\n\nTwo\n\nThree"}),
    Case("no final boundary", mail(TWO, OPEN), {"text": "One\n\nTwo", "problem": True}),
    Case("boundary with blanks behind", mail(TWO.replace(b"--b\r", b"--b \t\r") + b"--b-- \r\n", OPEN), {"text": "One\n\nTwo"}),
    Case("boundary that begins another", mail(b"--b\r\n\r\nOne\r\n--bc\r\n--b\r\n\r\nTwo\r\n--b--", OPEN), {"text": "One\n--bc\n\nTwo"}),
    Case("wrong boundary", mail(b"--other\r\nContent-Type: text/plain\r\n\r\nOne\r\n--other--\r\n", OPEN),
         {"text": "One", "problem": True}),
    Case("no boundary named", mail(b"--x\r\nContent-Type: text/plain\r\n\r\nOne\r\n--x--\r\n", "Content-Type: multipart/mixed"),
         {"text": "One", "problem": True}),
    Case("no boundary at all", mail(b"Just words\r\n", OPEN), {"text": "Just words", "problem": True}),
    Case("empty boundary", mail(b"Just words\r\n", b'Content-Type: multipart/mixed; boundary=""'), {"text": "Just words"}),
    Case("boundary of signs", of_parts("mixed", PLAIN, boundary="=_(1)+?.*[x"), {"text": "Hello"}),
    Case("boundary without quotes", mail(TWO.replace(b"--b", b"--b=1") + b"--b=1--", "Content-Type: multipart/mixed; boundary=b=1"),
         {"text": "One\n\nTwo"}),
    Case("parts without header", mail(b"--b\r\nOne without a header\r\n--b--", OPEN), {"text": "One without a header"}),
    Case("empty parts", mail(b"--b\r\n--b\r\n\r\n--b\r\n\r\nOne\r\n--b--", OPEN), {"text": "One", "files": []}),
    Case("no parts", mail(b"--b--\r\n", OPEN), {"text": "--b--", "files": [], "problem": True}),
    Case("inner multipart never ends", mail(
        b"--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\nOne\r\n--b\r\n\r\nTwo\r\n--b--", OPEN),
        {"text": "One\n\nTwo", "problem": True}),
    Case("multipart in base64", mail(base64.encodebytes(TWO + b"--b--"), OPEN, "Content-Transfer-Encoding: base64"),
         {"text": "One\n\nTwo"}),
    Case("LF in the body, CRLF in the header", mail((TWO + b"--b--\r\n").replace(b"\r\n", b"\n"), OPEN), {"text": "One\n\nTwo"}),
    Case("29 deep", _nested(29), {"text": "Hello", "unreadable": None}),
    Case("40 deep", _nested(40), {"unreadable": "too_deep"}),
    Case("499 parts", mail(b"--b\r\n\r\nx\r\n" * 498 + b"--b--", OPEN), {"unreadable": None}),
    Case("501 parts", mail(b"--b\r\n\r\nx\r\n" * 501 + b"--b--", OPEN), {"unreadable": "too_many_parts"}),
    Case("1001 header lines", mail("x", *[f"X-{n}: y" for n in range(1001)]), {"unreadable": "header_too_long"}),
    Case("header of 300 kB", mail("x", "X-Long: " + "y" * 300_000), {"unreadable": "header_too_large"}),
    Case("subject of 200 kB", mail("x", subject="y" * 200_000), {"subject": "y" * 200_000}),
    Case("header of a part with 300 kB", of_parts("mixed", part("x", "X-Long: " + "y" * 300_000)), {"unreadable": "header_too_large"}),
    Case("a line of 900 kB", mail("y" * 900_000), {"text": "y" * 900_000}),
    Case("a text of 3 MB", mail(b"words " * 500_000), {"sizes": [("text.txt", 3_000_000)], "problem": True}),
    Case("no content type", mail("Words"), {"text": "Words"}),
    Case("content type of one word", mail("Words", "Content-Type: text"), {"text": "Words"}),
    Case("content type of nonsense", mail("Words", "Content-Type: ;;;=/"), {"text": "Words"}),
    Case("content type in upper case", mail(PAGE, "CONTENT-TYPE: TEXT/HTML; CHARSET=UTF-8"), {"text": "Hello there"}),
    Case("two content types", mail(PAGE, "Content-Type: text/html", "Content-Type: text/plain"), {"html": PAGE}),
    Case("encoding of nonsense", mail("Words", "Content-Transfer-Encoding: rot13"), {"text": "Words"}),
    Case("encoding with a comment", mail("SGk=", "Content-Transfer-Encoding: BASE64 (really)"), {"text": "Hi"}),
    Case("enriched text", mail("<bold>Hi</bold> you", "Content-Type: text/enriched"), {"text": "Hi you"}),
    Case("flowed text", mail("One \r\nline\r\n> two \r\n> lines\r\n-- \r\nAda\r\n", FLOWED), {"text": "One line\n> two lines\n-- \nAda"}),
    Case("flowed text without blanks", mail("Zusam \r\nmen\r\n", FLOWED + "; delsp=yes"), {"text": "Zusammen"}),
    Case("broken base64", mail("SGVsbG8g\r\n!!d29y\r\nbGQ", "Content-Transfer-Encoding: base64"), {"text": "Hello world"}),
    Case("base64 in pieces", mail("SGVsbG8=\r\nIHdvcmxk\r\n", "Content-Transfer-Encoding: base64"), {"text": "Hello world"}),
    Case("base64 with a footer", mail("SGVsbG8K\r\nd29ybGQ=\r\n___\r\nLeave the list here\r\n", "Content-Transfer-Encoding: base64"),
         {"words": ["Hello", "world", "___", "Leave", "the", "list", "here"]}),
    Case("base64 that is plain text", mail("This is no base64, is it", "Content-Transfer-Encoding: base64"),
         {"text": "This is no base64, is it"}),
    Case("base64 of one letter", mail("A", "Content-Transfer-Encoding: base64"), {"text": ""}),
    Case("broken quoted-printable", mail("a=3Db =XY =\r\nc=", "Content-Transfer-Encoding: quoted-printable"), {"text": "a=b =XY c"}),
    Case("quoted-printable with blanks", mail("one = \r\ntwo", "Content-Transfer-Encoding: quoted-printable"), {"text": "one two"}),
    Case("quoted-printable in small letters", mail("=c3=a4", "Content-Transfer-Encoding: quoted-printable"), {"text": "ä"}),
    Case("attached mail", of_parts("mixed", PLAIN, part(INNER, "Content-Type: message/rfc822")),
         {"text": "Hello", "files": [("Inner_ subject.eml", INNER)], "kinds": [("Inner_ subject.eml", "message")]}),
    Case("attached mail with a name", of_parts("mixed", PLAIN, part(INNER, 'Content-Type: message/rfc822; name="old.eml"')),
         {"names": ["old.eml"], "types": [("old.eml", "message/rfc822")]}),
    Case("attached mail with a long header", of_parts("mixed", PLAIN, part(b"X: y\r\n" * 2000 + INNER, "Content-Type: message/rfc822")),
         {"text": "Hello", "names": ["Inner_ subject.eml"]}),
    Case("attached mail in base64", of_parts("mixed", PLAIN, part(
        base64.encodebytes(INNER), "Content-Type: message/rfc822", "Content-Transfer-Encoding: base64")),
        {"files": [("Inner_ subject.eml", INNER)]}),
    Case("a mail as the whole mail", mail(INNER, "Content-Type: message/rfc822"), {"text": "", "names": ["Inner_ subject.eml"]}),
    Case("digest", of_parts("digest", b"\r\n" + INNER, b"\r\n" + INNER), {"names": ["Inner_ subject.eml", "Inner_ subject (2).eml"]}),
    Case("a piece of a mail", mail("half a wo", 'Content-Type: message/partial; id="x"; number=1; total=2'),
         {"files": [("message.eml", b"half a wo")], "problem": True}),
    Case("PGP signed", of_parts("signed", PLAIN, SIGNATURE), {"text": "Hello", "security": "signed", "kinds": [("signature.asc", "signature")]}),
    Case("S/MIME signed", of_parts("signed", PLAIN, file("smime.p7s", b"0\x80", "application/pkcs7-signature")),
         {"text": "Hello", "security": "signed", "kinds": [("smime.p7s", "signature")]}),
    Case("PGP encrypted", of_parts("encrypted", PGP_VERSION, PGP_BODY), {
        "text": "", "security": "encrypted", "kinds": [("encrypted.eml", "message")],
        "files": [("encrypted.eml", group("encrypted", PGP_VERSION, PGP_BODY).replace(b"\r\n\r\n", b"\r\n\r\n", 1))]}),
    Case("S/MIME encrypted", mail(base64.encodebytes(b"0\x80x"), "Content-Type: application/pkcs7-mime; smime-type=enveloped-data",
                                  "Content-Transfer-Encoding: base64"),
         {"text": "", "security": "encrypted", "files": [("smime.p7m", b"0\x80x")]}),
    Case("S/MIME signed around the mail", _smime(outlook.signed(ALTERNATIVE)),
         {"text": "Hello", "html": PAGE, "security": "signed", "names": ["smime.p7m"]}),
    Case("S/MIME signed in pieces", _smime(outlook.signed(ALTERNATIVE, outlook.ber)), {"text": "Hello", "security": "signed"}),
    Case("S/MIME signed, cut off", _smime(outlook.signed(PLAIN)[:-8]), {"security": "signed", "text": "Hello"}),
    Case("S/MIME that says it is signed", mail(base64.encodebytes(b"0\x80"), "Content-Type: application/pkcs7-mime; smime-type=signed-data",
                                               "Content-Transfer-Encoding: base64"), {"security": "encrypted", "names": ["smime.p7m"]}),
    Case("PGP in the text, encrypted", mail("-----BEGIN PGP MESSAGE-----\r\nabc\r\n-----END PGP MESSAGE-----"), {"security": "encrypted"}),
    Case("PGP in the text, signed", mail("-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA1\r\n\r\nHi"), {"security": "signed"}),
    Case("encrypted inside mixed", of_parts("mixed", PLAIN, group("encrypted", PGP_VERSION, PGP_BODY, boundary="e")),
         {"text": "Hello", "security": "encrypted", "names": ["encrypted.eml"]}),
    Case("forms", of_parts("form-data", part("value", 'Content-Disposition: form-data; name="field"')), {"text": "value"}),
    Case("header of a mail in its text", mail(b"From: x@y.example\r\nSubject: inner\r\n\r\ntext\r\n"),
         {"sender": BASE["From"], "words": ["From:", "x@y.example", "Subject:", "inner", "text"]}),
]  # fmt: skip
