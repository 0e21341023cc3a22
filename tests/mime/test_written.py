"""What a person wrote is cut from what was there before, in six languages and the usual programs, and never lost."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.mime.letter import Address, Hints
from notifications.mime.readable import text_of
from notifications.mime.written import Cut, cut, forwarded_sender
from tests.mime import later_replies
from tests.mime.replies import FOOTERS, HINTS, MARKED, PLAIN, answer_in, quoted

MARKER = replace(HINTS, markers=("Please reply above this line",))
SIGNATURES = replace(HINTS, strip_signature=True)


def reply(text: str, hints: Hints = HINTS, html: str = "") -> Cut:
    parted = cut(text, html, hints, is_reply=True, is_forward=False)
    assert_whole(text, parted)
    return parted


def lines_of(text: str) -> list[str]:
    return sorted(line for line in text.split("\n") if line.strip())


def assert_whole(text: str, parted: Cut) -> None:
    assert lines_of(f"{parted.written}\n{parted.rest}") == lines_of(text)


@pytest.mark.parametrize(("language", "program"), MARKED)
class TestMarked:
    """Above a quotation whose lines carry >."""

    def test_answer_above(self, language: str, program: str) -> None:
        asked, answer = answer_in(language)
        parted = reply(f"{answer}\n\n{MARKED[language, program]}\n\n{quoted(asked)}\n")
        assert parted.written == answer

    def test_answer_below(self, language: str, program: str) -> None:
        asked, answer = answer_in(language)
        parted = reply(f"{MARKED[language, program]}\n{quoted(asked)}\n\n{answer}")
        assert parted.written == answer

    def test_answers_in_between_keep_what_they_answer(self, language: str, program: str) -> None:
        asked, answer = answer_in(language)
        text = f"{MARKED[language, program]}\n{quoted(asked)}\n{answer}\n{quoted('Since when?')}\nMonday."
        parted = reply(f"{text}\n{quoted('Regards')}")
        assert parted.written == text

    def test_answer_without_a_blank_line(self, language: str, program: str) -> None:
        asked, answer = answer_in(language)
        parted = reply(f"{answer}\n{MARKED[language, program]}\n{quoted(asked)}")
        assert parted.written == answer

    def test_quotation_alone_is_nothing_written(self, language: str, program: str) -> None:
        parted = reply(f"{MARKED[language, program]}\n{quoted(answer_in(language)[0])}")
        assert parted.written == ""

    def test_the_same_without_marks_below(self, language: str, program: str) -> None:
        asked, answer = answer_in(language)
        above = re.sub(r"(?m)^> ", "", MARKED[language, program]).strip()
        parted = reply(f"{answer}\n\n{above}\n\n{asked}\n\nEva Agent")
        assert parted.written == answer


@pytest.mark.parametrize(("language", "program"), PLAIN)
class TestPlain:
    """Above a quotation without marks."""

    def test_answer_above(self, language: str, program: str) -> None:
        asked, answer = answer_in(language)
        parted = reply(f"{answer}\n\n{PLAIN[language, program]}\n\n{asked}\n\nEva Agent")
        assert parted.written == answer

    def test_pasted_from_a_stranger_it_stays(self, language: str, program: str) -> None:
        pasted = (
            PLAIN[language, program].replace("helpdesk@vendor", "sales@courier").replace("Vendor Helpdesk", "Courier")
        )
        text = f"They wrote this:\n\n{pasted}\n\nWe are late.\n\nWhat do I tell them?"
        parted = reply(text)
        kept = [line for line in text.split("\n") if line.strip() and line not in parted.rest.split("\n")]
        assert parted.written.split("\n")[-1] == "What do I tell them?"
        assert "We are late." in kept

    def test_answer_inside_is_kept_whole(self, language: str, program: str) -> None:
        text = f"See my answers below in red.\n\n{PLAIN[language, program]}\n\nWhich one?\nThe big one."
        assert "The big one." in reply(text).written

    def test_nothing_above_keeps_all(self, language: str, program: str) -> None:
        text = f"{PLAIN[language, program]}\n\nWhich one?\n\nThe big one."
        assert "The big one." in reply(text).written


HTML = {
    "Gmail": (
        (
            '<div dir="ltr">Ja, der im zweiten Stock.<div><br></div><div>Danke</div></div><br><div class="gmail_quote">'
            '<div dir="ltr" class="gmail_attr">Am Di., 26. Mai 2026 um 14:00 Uhr schrieb Vendor Helpdesk &lt;'
            '<a href="mailto:helpdesk@vendor.example">helpdesk@vendor.example</a>&gt;:<br></div><blockquote class="gmail_quote"'
            ' style="margin:0px 0px 0px 0.8ex">Welcher Drucker?<br><p>Eva</p></blockquote></div>'
        ),
        "Ja, der im zweiten Stock.\n\nDanke",
    ),
    "Outlook": (
        (
            '<html><head><style>p.MsoNormal{margin:0cm}</style></head><body><div class="WordSection1"><p class="MsoNormal">Oui,'
            ' celle du deuxième.<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">Anne<o:p></o:p></p>'
            '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>De&nbsp;:'
            "</b> Vendor Helpdesk &lt;helpdesk@vendor.example&gt; <br><b>Envoyé&nbsp;:</b> mardi 26 mai 2026 14:00<br><b>À&nbsp;:</b>"
            ' Anne<br><b>Objet&nbsp;:</b> RE: Imprimante<o:p></o:p></p></div></div><p class="MsoNormal">Quelle imprimante ?</p></div>'
        ),
        "Oui, celle du deuxième.\n\nAnne",
    ),
    "OWA": (
        (
            '<div style="font-family:Calibri">Den på andra våningen.</div><div id="appendonsend"></div><hr style="width:98%">'
            '<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>Från:</b> Vendor Helpdesk &lt;helpdesk@vendor.example&gt;<br>'
            "<b>Skickat:</b> den 26 maj 2026 14:00<br><b>Till:</b> Åsa<br><b>Ämne:</b> Re: Skrivare</font><div>&nbsp;</div></div>"
            "<div>Vilken skrivare?</div>"
        ),
        "Den på andra våningen.",
    ),
    "new Outlook": (
        (
            '<div class="elementToProof">Die op de tweede.</div><div class="elementToProof"><br></div><div id="appendonsend"></div>'
            '<hr><div id="divRplyFwdMsg"><b>Van:</b>&nbsp;Vendor Helpdesk &lt;helpdesk@vendor.example&gt;<br><b>Verzonden:</b>'
            "&nbsp;dinsdag 26 mei 2026 14:00<br><b>Aan:</b>&nbsp;Jan<br><b>Onderwerp:</b>&nbsp;Re: Printer</div><div>Welke?</div>"
        ),
        "Die op de tweede.",
    ),
    "Apple Mail": (
        (
            '<html><body>The one upstairs.<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote type="cite"><div>On 26 May 2026,'
            ' at 14:00, Vendor Helpdesk &lt;helpdesk@vendor.example&gt; wrote:</div><br class="Apple-interchange-newline"><div>Which'
            " printer?</div></blockquote></div><br></body></html>"
        ),
        "The one upstairs.",
    ),
    "Thunderbird": (
        (
            '<p>Den am zweete Stack.</p><p>Josy<br></p><div class="moz-cite-prefix">Am 26.05.26 um 14:00 schrieb Eva Agent:<br></div>'
            '<blockquote type="cite" cite="mid:x@y"><p>Wéi en Drécker?</p></blockquote>'
        ),
        "Den am zweete Stack.\n\nJosy",
    ),
    "Thunderbird, answers in between": (
        (
            '<div class="moz-cite-prefix">On 26/05/2026 14:00, Eva Agent wrote:<br></div><blockquote type="cite"><p>Which?</p>'
            '</blockquote><p>The red one.</p><blockquote type="cite"><p>Since?</p></blockquote><p>Monday.</p>'
        ),
        "On 26/05/2026 14:00, Eva Agent wrote:\n\n> Which?\n\nThe red one.\n\n> Since?\n\nMonday.",
    ),
    "GMX": (
        (
            "<div>Der große Drucker.</div><div>&nbsp;<div>&nbsp;<div name='quote' style='margin:10px'><div><b>Gesendet:</b>&nbsp;Dienstag,"
            ' 26. Mai 2026 um 14:00 Uhr<br/><b>Von:</b>&nbsp;"Vendor Helpdesk" &lt;helpdesk@vendor.example&gt;<br/><b>An:</b>&nbsp;max'
            "<br/><b>Betreff:</b>&nbsp;Re: Drucker</div><div>Welcher?</div></div></div></div>"
        ),
        "Der große Drucker.",
    ),
    "Yahoo": (
        (
            '<div>The old one.</div><div><br></div><div id="yahoo_quoted_1" class="yahoo_quoted"><div>On Tuesday, May 26, 2026 at 02:00:00'
            " PM GMT+2, Vendor Helpdesk &lt;helpdesk@vendor.example&gt; wrote:</div><div><br></div><div>Which?</div></div>"
        ),
        "The old one.",
    ),
    "Gmail with signature": (
        (
            '<div dir="ltr">Upstairs.<br clear="all"><div><br></div><span class="gmail_signature_prefix">-- </span><br><div'
            ' class="gmail_signature">Max Muster<br>+352 123 456</div></div><br><div class="gmail_quote"><div class="gmail_attr">On Tue,'
            " May 26, 2026 at 2:00 PM Vendor Helpdesk &lt;helpdesk@vendor.example&gt; wrote:<br></div><blockquote>Which?</blockquote></div>"
        ),
        "Upstairs.",
    ),
}


@pytest.mark.parametrize("program", HTML)
def test_answer_in_html(program: str) -> None:
    page, written = HTML[program]
    assert reply(text_of(page), html=page).written == written


@pytest.mark.parametrize("footer", FOOTERS)
def test_phone_footer_is_not_written(footer: str) -> None:
    parted = reply(f"Yes, the big one.\n\n{footer}\n")
    assert (parted.written, parted.rest) == ("Yes, the big one.", footer)


@pytest.mark.parametrize("footer", FOOTERS)
def test_words_below_a_phone_footer_are_written(footer: str) -> None:
    parted = reply(f"Yes.\n\n{footer}\n\nAnd the small one, too.")
    assert "And the small one, too." in parted.written


@pytest.mark.parametrize(
    "line",
    [
        "It was sent from my iPhone at noon, and the answer never came.",
        "Sent from the warehouse yesterday",
        "Von meinem Kollegen hörte ich dasselbe.",
        "I get Outlook for iOS errors since Monday, on every phone that we have in the house",
    ],
)
def test_a_sentence_of_telephones_is_no_footer(line: str) -> None:
    assert reply(f"Hello\n{line}").written == f"Hello\n{line}"


MARKERS = {
    "bare": "Please reply above this line",
    "decorated": "##- Please reply above this line -##",
    "dashes": "-------- PLEASE REPLY ABOVE THIS LINE --------",
    "underscores": "____Please reply above this line____",
    "quoted": "> Please reply above this line",
    "deeply quoted": ">> > *Please reply above this line*",
    "wrapped": "> Please reply above\n> this line",
    "odd spaces": "Please\xa0reply  above\tthis line",
}


@pytest.mark.parametrize("marker", MARKERS.values(), ids=MARKERS)
class TestMarker:
    """XP-2-06, XP-2-07: what stands above the vendor's line is read."""

    def test_what_is_above_is_written(self, marker: str) -> None:
        parted = reply(f"It works now.\n\n{marker}\n> Which printer?", MARKER)
        assert (parted.written, parted.under_marker) == ("It works now.", False)

    def test_what_is_below_is_rest(self, marker: str) -> None:
        parted = reply(f"It works now.\n{marker}\n\nBelow the line.", MARKER)
        assert "Below the line." in parted.rest

    def test_nothing_above_it(self, marker: str) -> None:
        parted = reply(f"\n{marker}\n\nMy answer.", MARKER)
        assert (parted.written, parted.under_marker) == ("", True)
        assert "My answer." in parted.rest

    @pytest.mark.parametrize("program", MARKED)
    def test_with_an_attribution(self, marker: str, program: tuple[str, str]) -> None:
        parted = reply(f"It works.\n\n{MARKED[program]}\n\n{marker}\n> Hello", MARKER)
        assert parted.written == "It works."
        assert reply(f"{MARKED[program]}\n> \n{marker}\n> Hello", MARKER).under_marker

    @pytest.mark.parametrize("program", PLAIN)
    def test_with_headers_of_anyone(self, marker: str, program: tuple[str, str]) -> None:
        headers = PLAIN[program].replace("helpdesk@vendor", "another@alias").replace("Vendor Helpdesk", "Alias")
        assert reply(f"It works.\n\n{headers}\n\n{marker}\nHello", MARKER).written.startswith("It works.")
        assert reply(f"It works.\n\n{PLAIN[program]}\n\n{marker}\nHello", MARKER).written == "It works."


def test_a_marker_in_a_sentence_is_none() -> None:
    text = 'It says "Please reply above this line" but where?\nPlease reply above this line, you say: how?'
    assert reply(text, MARKER).written == text


def test_signature_above_the_marker() -> None:
    parted = reply("Done.\n\n-- \nMax\n\nPlease reply above this line\nHello", MARKER)
    assert parted.written == "Done."
    assert reply("-- \nMax\nSent from my iPhone", MARKER).written == "-- \nMax"


SIGNED = {
    "rfc": "-- \nMax Muster\nClient Ltd\n+352 12 34 56",
    "dashes": "--\nMax Muster\nClient Ltd",
    "underscores": "____\nMax Muster\nmax@client.example",
    "underscore line": "_________________\nMax Muster\nHead of Stores",
    "em dash": "—\nMax Muster",
    "en dash": "–\nwww.client.example",
}


@pytest.mark.parametrize("signature", SIGNED.values(), ids=SIGNED)
def test_signature_is_stripped_where_the_vendor_says_so(signature: str) -> None:
    """XP-1-03, XP-1-06, XP-2-08: text after a signature delimiter is not part of the words."""
    parted = reply(f"The printer is out of toner.\n\nRegards\nMax\n\n{signature}", SIGNATURES)
    assert (parted.written, parted.rest) == ("The printer is out of toner.\n\nRegards\nMax", signature)


@pytest.mark.parametrize("signature", list(SIGNED.values())[1:], ids=list(SIGNED)[1:])
def test_only_the_standard_delimiter_counts_elsewhere(signature: str) -> None:
    assert reply(f"No toner.\n\n{signature}").rest == ""


@pytest.mark.parametrize(
    "text",
    [
        "Please send:\n- Toner\n- Paper",
        "Please send:\n--\n- Toner\n- Paper",
        "Please send:\n—\n1. Toner\n2. Paper",
        "It fails.\n\nMit freundlichen Grüßen\nMax\n\nCan you call me?",
        "It fails.\n\n-- \nMax\n\nCan you call me at five?",
        "It fails.\n\n-- \nMax\n\nPS: the other one fails, too.",
        "The script:\n-- \nSELECT * FROM stock;\n-- \nSELECT 1;",
        "First part\n____\nThe second part tells how it went on that day, in words.",
        "-- \nonly a signature",
        "Table:\nPos | Item\n----|-----\n1   | Toner",
        "Best regards\n\nOne more thing: it smells of smoke.",
        "a\n-- \n" + "\n".join(f"line {n} of the log" for n in range(40)),
    ],
)
def test_no_signature(text: str) -> None:
    assert reply(text, SIGNATURES).written == text


KEPT = {
    "pasted headers": "I got this today:\nFrom: Courier <x@courier.example>\nSent: Monday 25 May 2026 09:00\nTo: me\nSubject: Parcel\n\nYour parcel waits.\nWhat is it?",
    "pasted headers without address": "From: Somebody\nDate: 26 May 2026\nTo: me\n\ntext",
    "a little table": "De : Luxembourg\nÀ : Arlon\nDate : 26/05/2026\nMerci de réserver.",
    "a form": "Von: Lager Nord\nAn: Lager Süd\nDatum: 26.05.2026\nBetreff: Umlagerung\n\nBitte prüfen.",
    "a sentence that says who wrote": "On page 3 of the manual of 2026 the author wrote:\nUse the red valve.\nThat is wrong.",
    "a hand-made citation": "Am 26.05.2026 um 14:00 schrieb mein Kollege:\nDer Drucker raucht.\nWas tun?",
    "a quotation by hand": "You said:\n> restart it\nI did.",
    "a quotation at the end": "The log says\n> error 17\n> error 18\n> error 19",
    "shell prompts": "I typed\n> dir\n> cd x\n> run",
    "a rule": "One\n-----------\nTwo",
    "two headers": "From: helpdesk@vendor.example\nSubject: x\nI never got this one.",
    "from and to": "From: Vendor Helpdesk\nTo: me\nwhere is the date of that one?",
    "a pasted forward": "See:\n---------- Forwarded message ---------\nFrom: Courier <x@courier.example>\nDate: Tue, May 26, 2026 at 2:00 PM\nSubject: x\nTo: me\n\nHello",
    "empty": "",
    "spaces": "   \n  ",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_nothing_is_cut(text: str) -> None:
    assert reply(text).written == text


def test_our_address_with_a_token_is_ours() -> None:
    text = "Yes.\n\nFrom: Desk <Helpdesk+t1a2@Vendor.example>\nSent: 26 May 2026 14:00\nTo: x\nSubject: y\n\nHello"
    assert reply(text).written == "Yes."


def test_the_name_of_ours_at_a_strange_address_is_not_ours() -> None:
    text = "Yes.\n\nFrom: Vendor Helpdesk <x@courier.example>\nSent: 26 May 2026 14:00\nTo: x\nSubject: y\n\nHello"
    assert reply(text).written == text


def test_a_mail_that_is_no_reply_is_not_cut() -> None:
    text = "Look:\n\nOn 26/05/2026 14:00, Eva Agent wrote:\n> Which?"
    assert cut(text, "", HINTS, is_reply=False, is_forward=False) == Cut(text)


FORWARDS = {
    "Gmail": "---------- Forwarded message ---------\nFrom: Joe Bloggs <Joe@customer.example>\nDate: Tue, May 26, 2026 at 2:00 PM\nSubject: Broken\nTo: <max@client.example>",
    "Apple Mail": "Begin forwarded message:\n\nFrom: Joe Bloggs <joe@customer.example>\nSubject: Broken\nDate: 26 May 2026 at 14:00:00 CEST\nTo: max@client.example",
    "Outlook": "From: Joe Bloggs <joe@customer.example>\nSent: Tuesday, May 26, 2026 2:00 PM\nTo: Max\nSubject: Broken",
    "Thunderbird de": "-------- Weitergeleitete Nachricht --------\nBetreff: Kaputt\nDatum: Tue, 26 May 2026 14:00:00 +0200\nVon: Joe Bloggs <joe@customer.example>\nAn: max@client.example",
    "Apple Mail de": "Anfang der weitergeleiteten Nachricht:\n\nVon: Joe Bloggs <joe@customer.example>\nBetreff: Kaputt\nDatum: 26. Mai 2026 um 14:00:00 MESZ\nAn: max@client.example",
    "Outlook de": "Von: Joe Bloggs <joe@customer.example>\nGesendet: Dienstag, 26. Mai 2026 14:00\nAn: Max\nBetreff: Kaputt",
    "Gmail fr": "---------- Message transféré ---------\nDe : Joe Bloggs <joe@customer.example>\nDate: mar. 26 mai 2026 à 14:00\nSubject: Cassé\nTo: <max@client.example>",
    "Outlook fr": "De : Joe Bloggs [mailto:joe@customer.example]\nEnvoyé : mardi 26 mai 2026 14:00\nÀ : Max\nObjet : Cassé",
    "Gmail sv": "---------- Vidarebefordrat meddelande ---------\nFrån: Joe Bloggs <joe@customer.example>\nDatum: tis 26 maj 2026 kl 14:00\nÄmne: Trasig\nTill: <max@client.example>",
    "Apple Mail sv": "Vidarebefordrat brev:\n\nFrån: Joe Bloggs <joe@customer.example>\nÄmne: Trasig\nDatum: 26 maj 2026 14:00:00 CEST\nTill: max@client.example",
    "Gmail nl": "---------- Forwarded message ---------\nVan: Joe Bloggs <joe@customer.example>\nDate: di 26 mei 2026 om 14:00\nSubject: Kapot\nTo: <max@client.example>",
    "Outlook nl": "________________________________\nVan: Joe Bloggs <joe@customer.example>\nVerzonden: dinsdag 26 mei 2026 14:00\nAan: Max\nOnderwerp: Kapot",
    "lb": "---------- Weidergeleete Noriicht ---------\nVun: Joe Bloggs <joe@customer.example>\nDatum: 26.05.2026 14:00\nUn: Max\nSujet: Futti",
}


@pytest.mark.parametrize("block", FORWARDS.values(), ids=FORWARDS)
class TestForward:
    """What is forwarded is what the sender wants to say."""

    def test_all_of_it_is_written(self, block: str) -> None:
        text = f"Please look at this.\n\n{block}\n\nThe machine is broken.\n\nOn 25/05/2026 10:00, Eva Agent wrote:\n> Is it?"
        parted = cut(text, "", HINTS, is_reply=False, is_forward=True)
        assert parted.written == text
        assert parted.forwarded_from == Address("joe@customer.example", "Joe Bloggs")
        assert forwarded_sender(text) == parted.forwarded_from

    def test_the_forwarder_s_signature_is_not(self, block: str) -> None:
        parted = cut(f"Look.\n-- \nMax\n\n{block}\n\nBroken.", "", HINTS, is_reply=False, is_forward=True)
        assert parted.written == f"Look.\n{block}\n\nBroken."

    def test_in_a_reply_nobody_is_said_to_be_forwarded(self, block: str) -> None:
        assert reply(f"See:\n{block}\n\nBroken.").forwarded_from is None


def test_a_forward_announced_in_the_text_alone() -> None:
    text = f"Look.\n\n{FORWARDS['Gmail']}\n\nBroken."
    assert cut(text, "", HINTS, is_reply=False, is_forward=False).forwarded_from == Address(
        "joe@customer.example", "Joe Bloggs"
    )
    text = f"Look.\n\n{FORWARDS['Outlook']}\n\nBroken."
    assert cut(text, "", HINTS, is_reply=False, is_forward=False).forwarded_from is None


def test_a_forward_that_names_no_address() -> None:
    assert forwarded_sender("From: Joe\nSent: 26 May 2026 14:00\nTo: Max\n\nHello") is None
    assert forwarded_sender("Hello") is None


SHOWN_TWICE = {"Lotus Notes en, one line", "Yahoo mobile en"}  # what is quoted there stays with what was written


@pytest.mark.parametrize("strip_signature", [False, True])
@pytest.mark.parametrize("name", later_replies.REPLIES)
def test_replies_that_the_rules_were_not_made_for(name: str, strip_signature: bool) -> None:
    text, written = later_replies.REPLIES[name]
    parted = reply(text, Hints(known=later_replies.NAMES, strip_signature=strip_signature))

    if name in SHOWN_TWICE:
        assert parted.written.startswith(written)
    else:
        assert lines_of(parted.written) == lines_of(written)


PIECES = [
    *MARKED.values(), *PLAIN.values(), *MARKERS.values(), *SIGNED.values(), *FORWARDS.values(), *FOOTERS,
    "", "> quoted", ">> twice", "Hello", "- Toner", "answers below", "Can you call me?", "x\r", "\xa0", "From:", "> From: a", "a:",
]  # fmt: skip


@settings(max_examples=1000, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES) | st.text(alphabet="ab>:-_ \n\r\xa0@.0O", max_size=40), max_size=12).map(
        "\n".join
    ),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_no_line_is_ever_lost(text: str, is_reply: bool, is_forward: bool, with_marker: bool) -> None:
    hints = replace(SIGNATURES, markers=MARKER.markers if with_marker else ())
    parted = cut(text, "", hints, is_reply=is_reply, is_forward=is_forward)
    assert_whole(text.replace("\r\n", "\n"), parted)


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "text",
    [
        "\n" * 500_000, "> \n" * 200_000, "a: b\n" * 100_000, "From: a\n" * 60_000, "From: a\nDate: b\n" * 30_000,
        "On 1\n" * 100_000, "On 1 wrote\n" * 40_000, "x:\n> y\n" * 70_000, ">" * 500_000, "please " * 70_000, "a@" * 200_000,
        "please\n" + "\n" * 400_000 + "reply", "-- \n" * 100_000, "-" * 500_000, "_" * 500_000, "Sent from " * 50_000,
        "On 1.1.2026 a@b.example wrote:\nx\n" * 15_000, "\xa0" * 300_000, "> a\nb\n" * 80_000,
    ],
    ids=lambda text: repr(text[:24]),
)  # fmt: skip
def test_hostile_text_is_no_burden(text: str) -> None:
    assert_whole(text, cut(text, "", replace(MARKER, strip_signature=True), is_reply=True, is_forward=False))
