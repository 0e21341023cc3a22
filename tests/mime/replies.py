"""Replies as mail programs write them, in six languages: what introduces the quotation, and what a person answers."""

from notifications.mime.letter import Hints

SUPPORT = "helpdesk@vendor.example"
HINTS = Hints(known=(SUPPORT, "Vendor Helpdesk", "Eva Agent"))

# What we wrote, and what is answered, in each language.
SAID = {
    "en": ("Which printer is it?", "It is the one on the second floor.\nShall I bring it down?"),
    "de": (
        "Um welchen Drucker geht es?",
        "Es ist der im zweiten Stock.\n\nSoll ich ihn bringen?\nMit freundlichen Grüßen\nMax Muster",
    ),
    "fr": ("De quelle imprimante s'agit-il ?", "C'est celle du deuxième étage.\n\nCordialement\nAnne Exemple"),
    "sv": ("Vilken skrivare gäller det?", "Det är den på andra våningen.\n\nHälsningar\nÅsa"),
    "nl": ("Om welke printer gaat het?", "Die op de tweede verdieping.\n\nMet vriendelijke groet\nJan"),
    "lb": ("Ëm wéi en Drécker geet et?", "Et ass deen am zweete Stack.\n\nBescht Gréiss\nJosy"),
}

# Lines above a quotation whose lines carry ">", by language and program.
MARKED = {
    ("en", "Gmail"): "On Tue, May 26, 2026 at 2:00 PM Vendor Helpdesk <helpdesk@vendor.example>\nwrote:",
    (
        "en",
        "Gmail, long name",
    ): "On Tue, May 26, 2026 at 2:00 PM The Helpdesk of the Vendor, first line <\nhelpdesk@vendor.example> wrote:",
    ("en", "Apple Mail"): "On 26 May 2026, at 14:00, Vendor Helpdesk <helpdesk@vendor.example> wrote:",
    ("en", "Apple Mail, quoted"): "> On 26 May 2026, at 14:00, Vendor Helpdesk <helpdesk@vendor.example> wrote:\n> ",
    ("en", "Thunderbird"): "On 26/05/2026 14:00, Eva Agent wrote:",
    ("en", "Thunderbird, name only"): "Eva Agent <helpdesk@vendor.example> wrote:",
    ("en", "Yahoo"): "On Tuesday, May 26, 2026 at 02:00:00 PM GMT+2, Vendor Helpdesk\n<helpdesk@vendor.example> wrote:",
    ("en", "Proton"): "On Tuesday, May 26th, 2026 at 2:00 PM, Vendor Helpdesk <helpdesk@vendor.example> wrote:",
    ("en", "Lotus Notes"): "Vendor Helpdesk <helpdesk@vendor.example> wrote on 26/05/2026 14:00:00:",
    ("en", "Gmail of old"): "2026-05-26 14:00 GMT+02:00 Vendor Helpdesk <helpdesk@vendor.example>:",
    ("de", "Gmail"): "Am Di., 26. Mai 2026 um 14:00 Uhr schrieb Vendor Helpdesk <\nhelpdesk@vendor.example>:",
    ("de", "Apple Mail"): "Am 26.05.2026 um 14:00 schrieb Vendor Helpdesk <helpdesk@vendor.example>:",
    ("de", "Thunderbird"): "Am 26.05.26 um 14:00 schrieb Eva Agent:",
    (
        "de",
        "Yahoo",
    ): "Am Dienstag, 26. Mai 2026 um 14:00:00 MESZ hat Vendor Helpdesk\n<helpdesk@vendor.example> Folgendes geschrieben:",
    ("de", "Lotus Notes"): "Vendor Helpdesk <helpdesk@vendor.example> schrieb am 26.05.2026 14:00:00:",
    ("de", "Open-Xchange"): "Vendor Helpdesk <helpdesk@vendor.example> hat am 26.05.2026 14:00 CEST\ngeschrieben:",
    ("fr", "Gmail"): "Le mar. 26 mai 2026 à 14:00, Vendor Helpdesk <helpdesk@vendor.example> a\nécrit :",
    ("fr", "Apple Mail"): "Le 26 mai 2026 à 14:00, Vendor Helpdesk <helpdesk@vendor.example> a écrit\xa0:",
    ("fr", "Thunderbird"): "Le 26/05/2026 à 14:00, Eva Agent a écrit\xa0:",
    ("fr", "Yahoo"): "Le mardi 26 mai 2026 à 14:00:00 UTC+2, Vendor Helpdesk\n<helpdesk@vendor.example> a écrit :",
    (
        "fr",
        "Orange",
    ): '> Message du 26/05/26 14:00\n> De : "Vendor Helpdesk" <helpdesk@vendor.example>\n> A : anne@client.example\n> Copie à : \n> Objet : Re: Imprimante\n> ',
    ("sv", "Gmail"): "Den tis 26 maj 2026 kl 14:00 skrev Vendor Helpdesk <helpdesk@vendor.example\n>:",
    ("sv", "Apple Mail"): "26 maj 2026 kl. 14:00 skrev Vendor Helpdesk <helpdesk@vendor.example>:",
    ("sv", "Thunderbird"): "Den 2026-05-26 kl. 14:00, skrev Eva Agent:",
    ("sv", "Yahoo"): "Den tisdag 26 maj 2026 14:00:00 CEST, Vendor Helpdesk\n<helpdesk@vendor.example> skrev:",
    ("nl", "Gmail"): "Op di 26 mei 2026 om 14:00 schreef Vendor Helpdesk <\nhelpdesk@vendor.example>:",
    (
        "nl",
        "Apple Mail",
    ): "Op 26 mei 2026, om 14:00 heeft Vendor Helpdesk <helpdesk@vendor.example>\nhet volgende geschreven:",
    ("nl", "Thunderbird"): "Op 26-05-2026 om 14:00 schreef Eva Agent:",
    ("nl", "Yahoo"): "Op dinsdag 26 mei 2026 om 14:00:00 CEST schreef Vendor Helpdesk\n<helpdesk@vendor.example>:",
    ("lb", "Thunderbird"): "Den 26.05.26 um 14:00 huet Eva Agent geschriwwen:",
    ("lb", "Gmail"): "Den Dë., 26. Mee 2026 um 14:00 huet Vendor Helpdesk <helpdesk@vendor.example>\ngeschriwwen:",
    ("lb", "another"): "Vendor Helpdesk <helpdesk@vendor.example> schreift den 26.05.2026 14:00:",
}

# Lines above a quotation without marks.
PLAIN = {
    (
        "en",
        "Outlook",
    ): "From: Vendor Helpdesk <helpdesk@vendor.example>\nSent: Tuesday, May 26, 2026 2:00 PM\nTo: Max Muster <max@client.example>\nSubject: RE: Printer",
    (
        "en",
        "Outlook, name only",
    ): "From: Vendor Helpdesk\nSent: 26 May 2026 14:00\nTo: Max Muster\nCc: Jim Sample; Ann Example; Joe Bloggs; Mary Major;\n Richard Roe\nSubject: RE: Printer",
    (
        "en",
        "OWA",
    ): "________________________________\nFrom: Vendor Helpdesk <helpdesk@vendor.example>\nSent: Tuesday, May 26, 2026 14:00\nTo: Max Muster\nSubject: Re: Printer",
    (
        "en",
        "Outlook for iOS",
    ): "Get Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: Vendor Helpdesk <helpdesk@vendor.example>\nSent: Tuesday, May 26, 2026 2:00:12 PM\nTo: Max Muster <max@client.example>\nSubject: Re: Printer",
    (
        "en",
        "Outlook, old",
    ): "-----Original Message-----\nFrom: Vendor Helpdesk [mailto:helpdesk@vendor.example]\nSent: 26 May 2026 14:00\nTo: Max Muster\nSubject: RE: Printer",
    (
        "en",
        "Outlook for Mac",
    ): "From: Vendor Helpdesk <helpdesk@vendor.example>\nDate: Tuesday, 26 May 2026 at 14:00\nTo: Max Muster <max@client.example>\nSubject: Re: Printer",
    (
        "en",
        "BlackBerry",
    ): "Sent from my BlackBerry 10 smartphone.\n  Original Message\nFrom: Vendor Helpdesk\nSent: Tuesday, 26 May 2026 14:00\nTo: Max Muster\nSubject: Re: Printer",
    (
        "en",
        "Samsung",
    ): "-------- Original message --------\nFrom: Vendor Helpdesk <helpdesk@vendor.example> \nDate: 26/05/2026 14:00 (GMT+01:00) \nTo: max@client.example \nSubject: Re: Printer ",
    (
        "en",
        "Gmail copied bold",
    ): "*From:* Vendor Helpdesk <helpdesk@vendor.example>\n*Sent:* Tuesday, May 26, 2026 2:00 PM\n*To:* Max Muster\n*Subject:* RE: Printer",
    (
        "en",
        "Lotus Notes",
    ): "From:\tVendor Helpdesk <helpdesk@vendor.example>\nTo:\tMax Muster/Client@Client\nDate:\t26/05/2026 14:00\nSubject:\tRe: Printer",
    (
        "de",
        "Outlook",
    ): "Von: Vendor Helpdesk <helpdesk@vendor.example>\nGesendet: Dienstag, 26. Mai 2026 14:00\nAn: Max Muster <max@client.example>\nBetreff: AW: Drucker",
    (
        "de",
        "Outlook, old",
    ): "-----Ursprüngliche Nachricht-----\nVon: Vendor Helpdesk [mailto:helpdesk@vendor.example] \nGesendet: Dienstag, 26. Mai 2026 14:00\nAn: Max Muster\nBetreff: AW: Drucker",
    (
        "de",
        "GMX",
    ): 'Gesendet: Dienstag, 26. Mai 2026 um 14:00 Uhr\nVon: "Vendor Helpdesk" <helpdesk@vendor.example>\nAn: max@client.example\nBetreff: Re: Drucker',
    (
        "de",
        "Samsung",
    ): "-------- Ursprüngliche Nachricht --------\nVon: Vendor Helpdesk <helpdesk@vendor.example> \nDatum: 26.05.26  14:00  (GMT+01:00) \nAn: max@client.example \nBetreff: Re: Drucker ",
    (
        "de",
        "new Outlook",
    ): "________________________________\nVon: Vendor Helpdesk <helpdesk@vendor.example>\nGesendet: Dienstag, 26. Mai 2026 14:00\nAn: Max Muster <max@client.example>\nBetreff: AW: Drucker",
    (
        "fr",
        "Outlook",
    ): "De : Vendor Helpdesk <helpdesk@vendor.example>\nEnvoyé : mardi 26 mai 2026 14:00\nÀ : Anne Exemple <anne@client.example>\nObjet : RE: Imprimante",
    (
        "fr",
        "Outlook, old",
    ): "-----Message d'origine-----\nDe : Vendor Helpdesk [mailto:helpdesk@vendor.example]\nEnvoyé : mardi 26 mai 2026 14:00\nÀ : Anne Exemple\nObjet : RE: Imprimante",
    (
        "fr",
        "Outlook for Mac",
    ): "De\xa0: Vendor Helpdesk <helpdesk@vendor.example>\nDate\xa0: mardi, 26 mai 2026 à 14:00\nÀ\xa0: Anne Exemple <anne@client.example>\nObjet\xa0: Re: Imprimante",
    (
        "fr",
        "Orange, new",
    ): "envoyé : 26 mai 2026 à 14:00\nde : Vendor Helpdesk <helpdesk@vendor.example>\nà : anne@client.example\nobjet : Re: Imprimante",
    (
        "fr",
        "Samsung",
    ): "-------- Message d’origine --------\nDe : Vendor Helpdesk <helpdesk@vendor.example> \nDate : 26/05/2026  14:00  (GMT+01:00) \nÀ : anne@client.example \nObjet : Re: Imprimante ",
    (
        "sv",
        "Outlook",
    ): "Från: Vendor Helpdesk <helpdesk@vendor.example>\nSkickat: den 26 maj 2026 14:00\nTill: Åsa Prov <asa@client.example>\nÄmne: SV: Skrivare",
    (
        "sv",
        "Outlook, old",
    ): "-----Ursprungligt meddelande-----\nFrån: Vendor Helpdesk [mailto:helpdesk@vendor.example]\nSkickat: den 26 maj 2026 14:00\nTill: Åsa Prov\nÄmne: SV: Skrivare",
    (
        "sv",
        "Samsung",
    ): "-------- Originalmeddelande --------\nFrån: Vendor Helpdesk <helpdesk@vendor.example> \nDatum: 2026-05-26  14:00  (GMT+01:00) \nTill: asa@client.example \nÄmne: Re: Skrivare ",
    (
        "sv",
        "OWA",
    ): "________________________________\nFrån: Vendor Helpdesk <helpdesk@vendor.example>\nSkickat: den 26 maj 2026 14:00:00\nTill: Åsa Prov\nÄmne: Sv: Skrivare",
    (
        "nl",
        "Outlook",
    ): "Van: Vendor Helpdesk <helpdesk@vendor.example>\nVerzonden: dinsdag 26 mei 2026 14:00\nAan: Jan Voorbeeld <jan@client.example>\nOnderwerp: RE: Printer",
    (
        "nl",
        "Outlook, old",
    ): "-----Oorspronkelijk bericht-----\nVan: Vendor Helpdesk [mailto:helpdesk@vendor.example]\nVerzonden: dinsdag 26 mei 2026 14:00\nAan: Jan Voorbeeld\nOnderwerp: RE: Printer",
    (
        "nl",
        "Samsung",
    ): "-------- Oorspronkelijk bericht --------\nVan: Vendor Helpdesk <helpdesk@vendor.example> \nDatum: 26-05-2026  14:00  (GMT+01:00) \nAan: jan@client.example \nOnderwerp: Re: Printer ",
    (
        "lb",
        "Outlook",
    ): "Vun: Vendor Helpdesk <helpdesk@vendor.example>\nGesent: Dënschdeg, 26. Mee 2026 14:00\nUn: Josy Beispill <josy@client.example>\nSujet: RE: Drécker",
    (
        "lb",
        "Outlook in French",
    ): "De : Vendor Helpdesk <helpdesk@vendor.example>\nEnvoyé : Tuesday, 26 May 2026 14:00\nÀ : Josy Beispill\nObjet : RE: Drécker",
    (
        "da",
        "Outlook",
    ): "Fra: Vendor Helpdesk <helpdesk@vendor.example>\nSendt: 26. maj 2026 14:00\nTil: Ida Prøve <ida@client.example>\nEmne: SV: Printer",
    (
        "es",
        "Apple Mail, in another language",
    ): "El 26 may 2026, a las 14:00, Vendor Helpdesk <helpdesk@vendor.example> escribió:",
}

FOOTERS = [
    "Sent from my iPhone", "Sent from my Galaxy", "Sent from Outlook for Android", "Get Outlook for Android<https://aka.ms/x>",
    "Von meinem iPhone gesendet", "Gesendet von meinem iPad", "Von meinem Samsung Galaxy Smartphone gesendet.",
    "Gesendet von Outlook für iOS", "Diese Nachricht wurde von meinem Android-Mobiltelefon mit WEB.DE Mail gesendet.",
    "Envoyé de mon iPhone", "Envoyé depuis mon appareil mobile Samsung", "Envoyé à partir de Outlook pour Android",
    "Skickat från min iPhone", "Skickat från Outlook för iOS", "Skickades från min Samsung Mobil.",
    "Verstuurd vanaf mijn iPhone", "Verzonden vanaf mijn Galaxy", "Verzonden met Outlook voor Android",
    "Vu mengem iPhone geschéckt", "Gesent vu mengem iPad",
]  # fmt: skip


def quoted(words: str) -> str:
    """Each line marked as a quotation."""
    return "\n".join(f"> {line}" if line else ">" for line in words.split("\n"))


def answer_in(language: str) -> tuple[str, str]:
    """What we said and what is answered; in English where the language has none of its own."""
    return SAID.get(language, SAID["en"])
