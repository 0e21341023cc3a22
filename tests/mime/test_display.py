"""The HTML of a mail cannot run anything, ask anybody, or reach out of its frame; and it still looks like itself."""

import re
from contextlib import suppress

import pytest
from lxml.html import fragment_fromstring

from notifications.mime.cleaner import cleaned
from notifications.mime.display import DEEPEST, GONE_WITH_CONTENT, LONGEST, MOST_OF_IMAGES, STYLES, TAGS, shown
from notifications.mime.letter import Unreadable

PIXEL = "data:image/png;base64,iVBORw0KGgo="


def html_of(page: str, *, remote: bool = False, **images: str) -> str:
    return shown(page, images=images, remote=remote).html


SCRIPTS = {
    "script": "<script>alert(1)</script>",
    "script in pieces": "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "script with a source": "<script src=//evil.example></script>",
    "event handler": '<p onclick="alert(1)" onmouseover=alert(1)>x</p>',
    "event handler of an image": "<img src=x onerror=alert(1)>",
    "handler behind a slash": "<img/src='cid:x'/onerror=alert(1)>",
    "javascript link": '<a href="javascript:alert(1)">x</a>',
    "javascript link in disguise": '<a href=" jAvAsCrIpT&#58;alert(1)">x</a><a href="java\tscript:alert(1)">x</a>',
    "data link": '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "vbscript link": '<a href="vbscript:x">x</a>',
    "script image": '<img src="javascript:alert(1)">',
    "SVG image": '<img src="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=">',
    "SVG": "<svg onload=alert(1)><script>alert(1)</script><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "SVG animation": "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
    "MathML": '<math><maction actiontype="statusline" xlink:href="javascript:alert(1)">x</maction></math>',
    "mutation by noscript": '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "mutation by MathML": "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "mutation by SVG style": "<svg><style><img title='</style><img src onerror=alert(1)>'></style></svg>",
    "mutation by template": "<template><p title='</template><img src=x onerror=alert(1)>'></template>",
    "mutation by textarea": "<textarea><p title='</textarea><img src=x onerror=alert(1)>'>",
    "mutation by form": '<form><div></form><form><math><mtext></form><form><mglyph><style></math><img src onerror="alert(1)">',
    "mutation by a comment": "<!--><img src=x onerror=alert(1)>--><!-- --!><img src=x onerror=alert(1)>",
    "foreign tag": '<o:p onclick="alert(1)"></o:p><x-y onclick="alert(1)">z</x-y>',
    "style expression": '<p style="width:expression(alert(1))">x</p>',
    "style binding": '<p style="-moz-binding:url(//evil.example/x)">x</p>',
    "frame": "<iframe src=javascript:alert(1)></iframe><iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "object": "<object data=javascript:alert(1)></object><embed src=javascript:alert(1)><applet code=x></applet>",
}  # fmt: skip


def elements_of(page: str) -> list[tuple[str, dict[str, str]]]:
    """What a browser makes of it: each element with its attributes, in whatever order they stand."""
    return [(str(one.tag), dict(one.attrib)) for one in fragment_fromstring(page, create_parent="div").iter()]


@pytest.mark.parametrize("name", SCRIPTS)
def test_nothing_runs(name: str) -> None:
    page = html_of(f"<p>Before</p>{SCRIPTS[name]}")

    assert "Before" in page
    for tag, attributes in elements_of(page):
        assert tag in TAGS
        assert attributes.keys() <= {"title", "src", "href", "rel", "target", "style"}
        assert not re.search(r"script|data:|expression|url", attributes.get("href", "") + attributes.get("style", ""))
        assert "svg" not in attributes.get("src", "")
    assert elements_of(html_of(page)) == elements_of(page), "cleaning again finds nothing more"


REMOTE = {
    "image": '<img src="https://spy.example/1.png">',
    "image without scheme": '<img src="//spy.example/1.png">',
    "image in capitals": '<IMG SRC="HTTP://SPY.EXAMPLE/1.png">',
    "set of images": '<img srcset="https://spy.example/1.png 1x"><picture><source srcset="https://spy.example/2.png"></picture>',
    "background": '<table background="https://spy.example/1.png"><tr><td background="https://spy.example/2.png">x</table>',
    "background of the page": '<body background="https://spy.example/1.png">x',
    "CSS address": '<p style="background:url(https://spy.example/1.png)">x</p>',
    "CSS address, escaped": '<p style="background:u\\72l(https://spy.example/1.png)">x</p>',
    "CSS image set": "<p style=\"background:image-set('https://spy.example/1.png' 1x)\">x</p>",
    "CSS comment": '<p style="background:u/**/rl(https://spy.example/1.png)">x</p>',
    "CSS list": '<ul style="list-style:url(https://spy.example/1.png)"><li>x</ul>',
    "CSS content": '<p style="content:url(https://spy.example/1.png);cursor:url(https://spy.example/2.png)">x</p>',
    "CSS import": "<style>@import 'https://spy.example/1.css'; p{background:url(https://spy.example/2.png)}</style>",
    "CSS variable": '<p style="--x:url(https://spy.example/1.png);background:var(--x)">x</p>',
    "stylesheet": '<link rel="stylesheet" href="https://spy.example/1.css">',
    "early connection": '<link rel="preconnect" href="https://spy.example/"><link rel="dns-prefetch" href="//spy.example">',
    "font": "<style>@font-face{src:url(https://spy.example/1.woff)}</style>",
    "video": '<video src="https://spy.example/1.mp4" poster="https://spy.example/1.png"></video><audio src="//spy.example/1"></audio>',
    "input": '<input type="image" src="https://spy.example/1.png">',
    "SVG": '<svg><image href="https://spy.example/1.png"/><use href="https://spy.example/2.svg#x"/></svg>',
    "frame": '<iframe src="https://spy.example/"></iframe>',
    "object": '<object data="https://spy.example/1"></object><embed src="https://spy.example/1">',
    "base": '<base href="https://spy.example/"><img src="1.png">',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://spy.example/">',
    "form": '<form action="https://spy.example/"><input name="password"><button>Go</button></form>',
    "quotation": '<blockquote cite="https://spy.example/">x</blockquote><ins cite="https://spy.example/">x</ins>',
    "ping": '<a href="https://customer.example/" ping="https://spy.example/">x</a>',
    "portal": '<portal src="https://spy.example/"></portal>',
}  # fmt: skip


@pytest.mark.parametrize("name", REMOTE)
def test_nobody_is_asked(name: str) -> None:
    assert "spy.example" not in html_of(f"<p>x</p>{REMOTE[name]}").lower()


@pytest.mark.parametrize("name", [name for name in REMOTE if not name.startswith("image")])
def test_even_with_images_nobody_is_asked_but_by_images(name: str) -> None:
    assert "spy.example" not in html_of(f"<p>x</p>{REMOTE[name]}", remote=True).lower()


def test_images_left_out_are_counted_and_can_be_had() -> None:
    page = '<img src="https://a.example/1.png" alt="A"><img src="http://a.example/2.png"><img src="//a.example/3.png"><img src="cid:x">'

    assert shown(page, images={"x": PIXEL}, remote=False).images_left_out == 3
    with_images = shown(page, images={"x": PIXEL}, remote=True)
    assert with_images.images_left_out == 0
    assert re.findall(r'src="([^"]*)"', with_images.html) == [f"https://a.example/{n}.png" for n in (1, 2, 3)] + [PIXEL]


def test_own_images_are_found_by_their_content_id() -> None:
    assert PIXEL in html_of('<img src="cid:Logo%401@Client">', **{"logo@1@client": PIXEL})
    assert "src" not in html_of('<img src="cid:other">', logo=PIXEL)


def test_images_inside_stay() -> None:
    assert f'<img src="{PIXEL}">' in html_of(f'<img src="{PIXEL}">')


def test_an_image_shown_a_thousand_times_is_no_burden() -> None:
    large = "data:image/png;base64," + "A" * 1_000_000
    assert len(html_of("<img src=cid:x>" * 1000, x=large)) < MOST_OF_IMAGES + 100_000


def test_an_address_for_an_own_image_is_not_any_data() -> None:
    assert "text/html" not in html_of("<img src=cid:x>", x="data:text/html,<script>alert(1)</script>")


def test_links_open_apart_and_tell_nobody_where_they_were() -> None:
    page = html_of('<a href="https://customer.example/a?b=1" target="_top" rel="opener">x</a>')
    link = {"href": "https://customer.example/a?b=1", "target": "_blank", "rel": "noopener noreferrer nofollow"}
    assert elements_of(page)[1] == ("a", link)


@pytest.mark.parametrize(
    "href", ["/agent/", "agent/", "//evil.example", "#x", "cid:x", "file:///etc/passwd", "ftp://x.example"]
)
def test_links_lead_to_the_web_or_to_people(href: str) -> None:
    assert "href" not in html_of(f'<a href="{href}">x</a>')


def test_it_looks_like_itself() -> None:
    page = (
        '<p class="MsoNormal" style="margin:0cm;color:#1F497D;font-family:Calibri , sans-serif">Hello</p>'
        '<table border="1" cellpadding="2" style="border-collapse:collapse"><tbody><tr><td bgcolor="#ffff00" style="width:calc(10% + 2px);'
        'background:rgb(1, 2, 3)">x</td></tr></tbody></table><div style="display:none;max-height:0">preheader</div>'
    )
    assert elements_of(html_of(page)) == elements_of(page)


def test_it_does_not_leave_its_place() -> None:
    page = html_of(
        '<p id="top" name="x" class="button primary" style="position:fixed;top:0;z-index:9;opacity:0;color:red">x</p>'
    )
    assert page == '<p style="color:red">x</p>'


HUGE = {
    "long": "<p>x</p>" * (LONGEST // 8 + 1),
    "nested": "<div>" * (DEEPEST + 1),
    "nested tables": "<table><tr><td>" * (DEEPEST + 1),
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(60_000)) + ">x",
    "never closed": "<font></p>" * 40_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HUGE)
def test_huge_and_nested_pages_are_refused_at_once(name: str) -> None:
    with pytest.raises(Unreadable):
        shown(HUGE[name], images={}, remote=False)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "page",
    ["<font></i></p>" * 36_000, "<font title='<font></font>'></b>" * 16_000, "<div><style></div></style>" * 19_000, "<p>x" * 20_000 + "&" * 300_000],
    ids=["closing others", "tags in titles", "tags in styles", "ampersands"],
)  # fmt: skip
def test_what_gets_past_the_limits_is_ended(page: str) -> None:
    with suppress(Unreadable):
        assert cleaned(page, images={}, remote=False).html


def test_cleaning_apart_is_the_same() -> None:
    page = '<p style="color:red">å<img src="cid:x"><img src="https://a.example/"></p>'
    assert cleaned(page, images={"x": PIXEL}, remote=False) == shown(page, images={"x": PIXEL}, remote=False)
    with pytest.raises(Unreadable, match="nested too deeply"):
        cleaned(HUGE["nested"], images={}, remote=False)


@pytest.mark.parametrize("style", sorted(STYLES))
def test_a_style_that_may_stay_stays(style: str) -> None:
    assert html_of(f'<p style="{style}:inherit">x</p>') == f'<p style="{style}:inherit">x</p>'


def test_no_tag_both_stays_and_goes() -> None:
    assert not TAGS & GONE_WITH_CONTENT
