"""HTML becomes text as a person would type it, whatever is in it, in time that grows with its length alone."""

import pytest

from notifications.mime.readable import LONGEST, text_of

PAGES = {
    "paragraphs": ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
    "lines of Gmail": ("<div>One</div><div><br></div><div>Two</div><div>three<br></div>", "One\n\nTwo\nthree"),
    "Outlook without double blank lines": (
        '<p class="MsoNormal">One<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">Two<br>three</p>',
        "One\n\nTwo\nthree",
    ),
    "many breaks": ("One<br><br><br><br>Two", "One\n\nTwo"),
    "lists": ("Order:<ul><li>Toner<li>Paper<ul><li>A4</ul></ul><ol><li>now<li>here</ol>", "Order:\n\n- Toner\n- Paper\n  - A4\n\n1. now\n2. here"),
    "a table": ("<table><tr><th>No</th><th>Item</th></tr><tr><td>12</td><td><p>Toner</p></td></tr></table>", "No  Item\n12  Toner"),
    "a table of paragraphs": ("<table><tr><td><p>One</p><p>Two</p></td><td>Three</td></tr></table>", "One\n\nTwo\n\nThree"),
    "quotations": ("Yes.<blockquote>Is it?<blockquote>It broke.</blockquote></blockquote>Bye", "Yes.\n\n> Is it?\n>\n> > It broke.\n\nBye"),
    "code": ("<pre>a  b\n  c</pre>", "a  b\n  c"),
    "a link that shows its address": ('<a href="https://www.vendor.example/">vendor.example</a>', "vendor.example"),
    "a link that does not": ('See <a href="https://vendor.example/a?b=1&amp;c=2">the page</a>.', "See the page (https://vendor.example/a?b=1&c=2)."),
    "a mail link": ('<a href="mailto:max@client.example">Max</a>', "Max (max@client.example)"),
    "a script link": ('<a href="javascript:alert(1)">Max</a>', "Max"),
    "a preheader": ('<div style="display: none; max-height:0">Read this</div><span hidden>no</span>Hello', "Hello"),
    "style and script": ("<style>p{color:red}</style><script>alert(1)</script><title>T</title>Hello<!-- no -->", "Hello"),
    "conditional comments": ("<!--[if mso]><p>no</p><![endif]-->Hello<![if !mso]><p>yes</p><![endif]>", "Hello\n\nyes"),
    "an image that says what it shows": ('<img src="cid:1" alt="Error 17">', "[Error 17]"),
    "a signature delimiter": ("Hello<div><span>-- </span><br>Max</div>", "Hello\n-- \nMax"),
    "a bare fragment": ("no tags &amp; no page", "no tags & no page"),
    "a broken page": ("<p>One<div>Two</span></p></table>Three<b", "One\n\nTwoThree"),
    "entities": ("caf&eacute; &#8364; &nbsp;x", "café €  x"),
    "odd spaces": ("  a\n\n b\t <b> c</b> ", "a b c"),
    "a block in a list": ("<ul><li><p>One</p></li><li><div>Two</div></li></ul>", "- One\n- Two"),
    "nothing": ("", ""),
    "nothing visible": ("<html><head><title>x</title></head><body></body></html>", ""),
    "what is not Unicode": ("a\ud800b", "a?b"),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_it_reads_well(name: str) -> None:
    page, text = PAGES[name]
    assert text_of(page) == text


HOSTILE = {
    "nested": "<div>" * 100_000 + "deep",
    "nested tables": "<table><tr><td>" * 30_000 + "deep",
    "nested quotations": "<blockquote>x<p>" * 30_000 + "deep",
    "nested lists": "<ul><li>" * 40_000 + "deep",
    "a table as wide as a book": "<table><tr><td>" + "x<br>" * 5000 + "<td>" + "y" * 100_000 + "</table>deep",
    "columns": "<table><tr>" + "<td>x" * 80_000 + "<td>deep",
    "spans": '<table><tr><td colspan=999999999 rowspan=99999999 style="padding:9999999em">x</table>deep',
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(60_000)) + ">deep",
    "quoted attributes": "<p " + " ".join(f"a{n}='\" >'" for n in range(40_000)) + ">deep",
    "comments": "deep" + "<!--" * 120_000,
    "open tags": "deep" + "<a " * 150_000,
    "angles": "deep" + "<" * 500_000,
    "paragraphs": "<p>deep" * 70_000,
    "formatting": "".join(f"<b id={n}>" for n in range(1_800)) + "<p>deep" * 50_000,
    "open scripts": "deep" + "<script>" * 60_000,
    "an image inside": '<img src="data:image/png;base64,' + "A" * 5_000_000 + '">deep',
}  # fmt: skip


@pytest.mark.timeout(30)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_page_is_no_burden_and_keeps_its_words(name: str) -> None:
    page = HOSTILE[name]

    text = text_of(page)

    assert "deep" in text
    assert len(text) < 3 * len(page)


def test_words_beyond_the_longest_page_are_kept() -> None:
    text = text_of("<p>" + "x " * (LONGEST // 2) + "</p><p>The end <b>is</b> here.</p>")
    assert text.endswith("The end is here.")
