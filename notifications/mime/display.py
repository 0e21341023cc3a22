"""The HTML of a mail made safe to look at: what may stay is a closed list, everything else goes.

A second net is the policy of the frame that it is shown in, a third one the sandbox around that frame.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import nh3

from notifications.mime.letter import Unreadable

LONGEST = 512_000  # characters without the images inside
LONGEST_TAG = 10_000
DEEPEST = 400  # open tags; the cleaner's time grows with the square
MOST_OF_IMAGES = 15_000_000  # characters of images inside, however often each is shown

_DATA = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,[A-Za-z0-9+/=\s]*+", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]{0,30}+)([^<>]{0,10000})")
_WEB = re.compile(r"(?:https?:)?//[^\s/]", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_OFFICE = re.compile(r"Mso\w+(?: Mso\w+)*")
_SAFE_VALUE = re.compile(
    r"(?:[^()\\@{}<>/*]|/(?!\*)|\*(?!/)|(?:rgb|rgba|hsl|hsla|calc)\([\d\s.,%+*/a-z-]*\))*", re.IGNORECASE
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CLOSE_THEMSELVES = _words(
    "area base br col embed hr img input link meta param source track wbr p li td th tr dt dd option tbody"
    " thead tfoot colgroup html head body"
)
TAGS = _words(
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del"
    " details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li"
    " main mark ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td"
    " tfoot th thead time tr tt u ul var wbr"
)
GONE_WITH_CONTENT = _words(
    "script style title template noscript noembed noframes iframe object applet svg math xmp plaintext"
    " textarea select audio video head"
)
STYLES = _words(
    "background background-color border border-bottom border-bottom-color border-bottom-style"
    " border-bottom-width border-collapse border-color border-left border-left-color border-left-style"
    " border-left-width border-radius border-right border-right-color border-right-style border-right-width"
    " border-spacing border-style border-top border-top-color border-top-style border-top-width border-width"
    " clear color direction display float font font-family font-size font-style font-variant font-weight height"
    " letter-spacing line-height list-style-type margin margin-bottom margin-left margin-right margin-top"
    " max-height max-width min-height min-width overflow overflow-wrap padding padding-bottom padding-left"
    " padding-right padding-top text-align text-decoration text-indent text-transform vertical-align visibility"
    " white-space width word-break word-spacing word-wrap"
)
_SIZED = {"align", "valign", "width", "height", "bgcolor"}
ATTRIBUTES = {
    "*": {"style", "title", "dir", "lang", "align", "class"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "border", "hspace", "vspace"},
    "font": {"color", "face", "size"},
    "table": _SIZED | {"border", "cellpadding", "cellspacing"},
    "td": _SIZED | {"colspan", "rowspan", "nowrap"},
    "th": _SIZED | {"colspan", "rowspan", "nowrap", "scope"},
    "tr": _SIZED,
    "tbody": _SIZED,
    "thead": _SIZED,
    "col": _SIZED | {"span"},
    "colgroup": _SIZED | {"span"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "li": {"value"},
    "hr": {"width", "size", "color", "noshade"},
    "br": {"clear"},
    "details": {"open"},
}


@dataclass(frozen=True)
class Shown:
    """What can be shown, and how many images of other servers were left out of it."""

    html: str
    images_left_out: int = 0


def shown(html: str, *, images: Mapping[str, str], remote: bool) -> Shown:
    """The mail without anything that runs, asks other servers, or reaches out of its frame.

    `images` maps the Content-IDs of the mail's own images to addresses. Images of other servers stay only with
    `remote`. Raises Unreadable if the HTML is too long or too deeply nested to be cleaned in time.
    """
    inside: list[str] = []
    html = _DATA.sub(lambda found: _put_aside(found[0], inside), html)
    _check_size(html)
    pictures = _Pictures(images, inside, remote=remote)
    cleaned = nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=set(GONE_WITH_CONTENT),
        attributes=ATTRIBUTES,
        attribute_filter=_filter_with(pictures),
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        filter_style_properties=set(STYLES),
    )
    return Shown(cleaned, pictures.left_out)


def _put_aside(picture: str, inside: list[str]) -> str:
    inside.append(picture)
    return f"cid:inside-{len(inside) - 1}@here"


def _check_size(html: str) -> None:
    if len(html) > LONGEST:
        raise Unreadable("html_too_long", "The mail is too long to be shown with its layout.")
    open_tags = 0
    for tag in _TAG.finditer(html):
        if len(tag[3]) >= LONGEST_TAG:
            raise Unreadable("html_too_deep", "The layout of the mail is too complicated to be shown.")
        if tag[2].lower() not in _CLOSE_THEMSELVES and not tag[3].endswith("/"):
            open_tags = max(0, open_tags - 1) if tag[1] else open_tags + 1
        if open_tags > DEEPEST:
            raise Unreadable("html_too_deep", "The layout of the mail is nested too deeply to be shown.")


class _Pictures:
    """Where each image comes from, and how many were left out."""

    def __init__(self, images: Mapping[str, str], inside: list[str], *, remote: bool) -> None:
        sound = {cid: address for cid, address in images.items() if _is_picture(address)}
        self.images = {cid.casefold(): address for cid, address in sound.items()}
        self.images |= {f"inside-{n}@here": picture for n, picture in enumerate(inside)}
        self.remote = remote
        self.left_out = 0
        self.room = MOST_OF_IMAGES

    def source(self, src: str) -> str | None:
        src = src.strip()
        if src[:4].lower() == "cid:":
            return self._own(self.images.get(unquote(src[4:]).casefold()))
        if not _WEB.match(src):
            return None
        if self.remote:
            return f"https://{src.partition('//')[2]}"
        self.left_out += 1
        return None

    def _own(self, address: str | None) -> str | None:
        """Each showing of an image counts: a small mail can show a large image a thousand times."""
        if address is None:
            return None
        self.room -= len(address)
        return address if self.room >= 0 else None


def _is_picture(address: str) -> bool:
    return address[:5].lower() != "data:" or _PICTURE.fullmatch(address) is not None


def _filter_with(pictures: _Pictures) -> Callable[[str, str, str], str | None]:
    def kept(tag: str, attribute: str, value: str) -> str | None:
        match attribute:
            case "src":
                return pictures.source(value)
            case "href":
                return value if _LINK.match(value.strip()) else None
            case "style":
                return _style(value)
            case "class":
                return value if _OFFICE.fullmatch(value) else None
        return value

    return kept


def _style(value: str) -> str | None:
    """The declarations that ask nobody for anything."""
    kept = [one for one in value[:5000].split(";") if one.count(":") == 1 and _SAFE_VALUE.fullmatch(one)]
    return ";".join(kept) or None
