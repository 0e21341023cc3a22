"""Texts in every charset, and in charsets that the mail lies about."""

import base64
import quopri

from tests.mime.cases.case import Case, mail, part, text

SWEDISH = "Hej, skrivaren är trasig och låter så här: öööö"
JAPANESE = "プリンターが壊れています"
CHINESE = "打印机坏了，请帮忙"
KOREAN = "프린터가 고장 났습니다"
RUSSIAN = "Принтер сломан, помогите"


def _says(words: str) -> dict:
    return {"text": words}


CASES = [
    Case("utf-8", text(SWEDISH.encode(), "utf-8"), _says(SWEDISH)),
    Case("latin1", text(SWEDISH.encode("latin-1"), "iso-8859-1"), _says(SWEDISH)),
    Case("windows declared as latin1", text("“5 €” – ok".encode("cp1252"), "iso-8859-1"), _says("“5 €” – ok")),
    Case("utf-8 declared as latin1", text(SWEDISH.encode(), "iso-8859-1"), _says(SWEDISH)),
    Case("latin1 declared as utf-8", text(SWEDISH.encode("latin-1"), "utf-8"), _says(SWEDISH)),
    Case("latin1 declared as ascii", text(SWEDISH.encode("latin-1"), "us-ascii"), _says(SWEDISH)),
    Case("utf-8 undeclared", text(SWEDISH.encode()), _says(SWEDISH)),
    Case("latin1 undeclared", text(SWEDISH.encode("latin-1")), _says(SWEDISH)),
    Case("mixed charsets", text("Grüße ".encode() + "från Åsa".encode("latin-1"), "utf-8"), _says("Grüße från Åsa")),
    Case("utf-8 cut in a letter", text("Grüß".encode()[:-1], "utf-8"), _says("GrüÃ")),
    Case("unknown-8bit", text(SWEDISH.encode(), "unknown-8bit"), _says(SWEDISH)),
    Case("x-unknown", text(SWEDISH.encode("cp1252"), "x-unknown"), _says(SWEDISH)),
    Case("invented", text(SWEDISH.encode(), "klingon-1"), _says(SWEDISH)),
    Case("default", text(SWEDISH.encode("cp1252"), "default"), _says(SWEDISH)),
    Case("quoted name", mail(SWEDISH.encode("cp1252"), "Content-Type: text/plain; charset='Windows-1252'"), _says(SWEDISH)),
    Case("charset=charset=", text(SWEDISH.encode("latin-1"), '"charset=iso-8859-1"'), _says(SWEDISH)),
    Case("idna is no charset", text("plain words", "idna"), _says("plain words")),
    Case("punycode is no charset", text(SWEDISH.encode(), "punycode"), _says(SWEDISH)),
    Case("rot13 is no charset", text("plain words", "rot13"), _says("plain words")),
    Case("unicode_escape is no charset", text(b"C:\\new\\table", "unicode_escape"), _says("C:\\new\\table")),
    Case("zlib is no charset", text("plain words", "zlib"), _says("plain words")),
    Case("cyrillic 1251", text(RUSSIAN.encode("cp1251"), "windows-1251"), _says(RUSSIAN)),
    Case("koi8-r", text(RUSSIAN.encode("koi8-r"), "koi8-r"), _says(RUSSIAN)),
    Case("iso-8859-2", text("Příliš žluťoučký kůň".encode("iso-8859-2"), "iso-8859-2"), _says("Příliš žluťoučký kůň")),
    Case("iso-8859-15", text("50 € für Žižka".encode("iso-8859-15"), "iso-8859-15"), _says("50 € für Žižka")),
    Case("turkish", text("Yazıcı çalışmıyor".encode("cp1254"), "iso-8859-9"), _says("Yazıcı çalışmıyor")),
    Case("greek", text("Ο εκτυπωτής".encode("iso-8859-7"), "iso-8859-7"), _says("Ο εκτυπωτής")),
    Case("hebrew", text("המדפסת".encode("iso-8859-8"), "iso-8859-8-i"), _says("המדפסת")),
    Case("thai", text("เครื่องพิมพ์".encode("cp874"), "tis-620"), _says("เครื่องพิมพ์")),
    Case("mac", text("Café “ici”".encode("mac_roman"), "macintosh"), _says("Café “ici”")),
    Case("iso-2022-jp", text(JAPANESE.encode("iso2022_jp"), "iso-2022-jp"), _says(JAPANESE)),
    Case("iso-2022-jp undeclared", text(JAPANESE.encode("iso2022_jp")), _says(JAPANESE)),
    Case("shift_jis declared as iso-2022-jp", text(JAPANESE.encode("cp932"), "iso-2022-jp"), _says(JAPANESE)),
    Case("shift_jis with letters of windows", text("①株式会社㈱".encode("cp932"), "shift_jis"), _says("①株式会社㈱")),
    Case("euc-jp", text(JAPANESE.encode("euc_jp"), "euc-jp"), _says(JAPANESE)),
    Case("gb18030", text(CHINESE.encode("gb18030"), "gb18030"), _says(CHINESE)),
    Case("gbk declared as gb2312", text("朱镕基，€".encode("gb18030"), "gb2312"), _says("朱镕基，€")),
    Case("utf-8 declared as gb2312", text((CHINESE + "!").encode(), "gb2312"), _says(CHINESE + "!")),
    Case("gbk that is right utf-8 too", text("联通".encode("gbk"), "gbk"), _says("联通")),
    Case("big5", text("印表機壞了".encode("big5"), "big5"), _says("印表機壞了")),
    Case("hz", text(CHINESE.encode("hz"), "hz-gb-2312"), _says(CHINESE)),
    Case("ks_c_5601", text(KOREAN.encode("cp949"), "ks_c_5601-1987"), _says(KOREAN)),
    Case("euc-kr with larger letters", text("똠방각하".encode("cp949"), "euc-kr"), _says("똠방각하")),
    Case("iso-2022-kr", text(KOREAN.encode("iso2022_kr"), "iso-2022-kr"), _says(KOREAN)),
    Case("utf-7", text(SWEDISH.encode("utf-7"), "utf-7"), _says(SWEDISH)),
    Case("utf-7 old name", text(SWEDISH.encode("utf-7"), "unicode-1-1-utf-7"), _says(SWEDISH)),
    Case("utf-7 that is none", text("1 + 1 = 2 & a+b", "utf-7"), _says("1 + 1 = 2 & a+b")),
    Case("utf-16 with mark", text(base64.encodebytes(SWEDISH.encode("utf-16")), "utf-16", "base64"), _says(SWEDISH)),
    Case("utf-16 big without mark", text(base64.encodebytes(SWEDISH.encode("utf-16-be")), "utf-16", "base64"), _says(SWEDISH)),
    Case("utf-16 little undeclared", text(base64.encodebytes(SWEDISH.encode("utf-16-le")), "", "base64"), _says(SWEDISH)),
    Case("ascii declared as utf-16", text("plain words", "utf-16"), _says("plain words")),
    Case("utf-8 with mark", text(b"\xef\xbb\xbf" + SWEDISH.encode(), "iso-8859-1"), _says(SWEDISH)),
    Case("utf-8 in quoted-printable", text(quopri.encodestring(SWEDISH.encode()), "utf-8", "quoted-printable"), _says(SWEDISH)),
    Case("latin1 in base64", text(base64.encodebytes(SWEDISH.encode("latin-1")), "latin1", "base64"), _says(SWEDISH)),
    Case("surrogates in utf-8", text(b"a\xed\xa0\x80b", "utf-8"), {"words": ["aí\xa0€b".replace("\xa0", " ").split()[0], "€b"]}),
    Case("NUL and controls", text(b"a\0b\x07c\x1b[31md\x7fe\tf", "utf-8"), _says("abc[31mde\tf")),
    Case("line ends of all kinds", text(b"one\r\ntwo\nthree\rfour\x0bfive\x0csix"), _says("one\ntwo\nthree\nfour\nfive\nsix")),
    Case("next line of mainframes", text("one\x85two".encode(), "utf-8"), _says("one\ntwo")),
    Case("emoji", text("Thanks 👍🏽".encode(), "utf-8"), _says("Thanks 👍🏽")),
    Case(
        "html by its meta",
        mail(b'<meta charset="windows-1251"><p>' + RUSSIAN.encode("cp1251"), "Content-Type: text/html"),
        _says(RUSSIAN),
    ),
    Case(
        "two parts, two charsets",
        mail(
            b"--b\r\n" + part(SWEDISH.encode("latin-1"), "Content-Type: text/plain; charset=latin1")
            + b"\r\n--b\r\n" + part(RUSSIAN.encode("koi8-r"), "Content-Type: text/plain; charset=koi8-r") + b"\r\n--b--",
            "Content-Type: multipart/mixed; boundary=b",
        ),
        _says(SWEDISH + "\n\n" + RUSSIAN),
    ),
]  # fmt: skip
