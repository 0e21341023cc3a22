"""Replies written after the rules were done, to measure them: text, and what the person wrote of it."""

OWN = "desk@maker.example"
NAMES = (OWN, "Maker Service Desk", "Lena Agent", "paul@client.example")

REPLIES: dict[str, tuple[str, str]] = {
    "Outlook 365 en with a banner and a long CC": (
        (
            "Hi Lena,\n\nthe unit restarted by itself twice. Log attached.\n\nKind regards,\n\nPaul Client\nHead of Operations | Client GmbH\nT +49 30 123456\n\n"
            "From: Maker Service Desk <desk@maker.example>\nSent: Wednesday, 3 June 2026 08:12\nTo: Paul Client <paul@client.example>\n"
            "Cc: Anna One <anna@client.example>; Bert Two <bert@client.example>;\n Carla Three <carla@client.example>\nSubject: RE: [1042] Unit restarts\nImportance: High\n\n"
            "CAUTION: External mail.\n\nHello Paul,\nplease send us the log."
        ),
        "Hi Lena,\n\nthe unit restarted by itself twice. Log attached.\n\nKind regards,\n\nPaul Client\nHead of Operations | Client GmbH\nT +49 30 123456",
    ),
    "Outlook de with EXTERN tags": (
        (
            "Hallo zusammen,\n\nLizenz ist eingespielt, läuft.\n\nGruß\nUwe\n\nVon: Lena Agent <desk@maker.example>\nGesendet: Mittwoch, 3. Juni 2026 08:12\n"
            "An: Uwe Kunde <uwe@kunde.example>\nCc: Team <team@kunde.example>\nBetreff: [EXTERN] AW: Lizenz abgelaufen\n\nHallo Uwe"
        ),
        "Hallo zusammen,\n\nLizenz ist eingespielt, läuft.\n\nGruß\nUwe",
    ),
    "two rounds of Outlook": (
        (
            "Passt, danke.\n\nVon: Lena Agent\nGesendet: Mittwoch, 3. Juni 2026 08:12\nAn: Uwe Kunde\nBetreff: AW: Lizenz\n\nErledigt?\n\n"
            "Von: Uwe Kunde <uwe@kunde.example>\nGesendet: Dienstag, 2. Juni 2026 18:00\nAn: Maker Service Desk <desk@maker.example>\nBetreff: Lizenz\n\nSie fehlt."
        ),
        "Passt, danke.",
    ),
    "Gmail fr on Android": (
        "Bonjour Lena,\nÇa marche, merci beaucoup\n\nLe mer. 3 juin 2026, 08:12, Maker Service Desk <desk@maker.example> a écrit :\n\n> Bonjour,\n> pouvez-vous réessayer ?\n>",
        "Bonjour Lena,\nÇa marche, merci beaucoup",
    ),
    "Gmail de on Android": (
        "Geht wieder.\n\nMaker Service Desk <desk@maker.example> schrieb am Mi., 3. Juni 2026,\n08:12:\n\n> Hallo\n> geht es wieder?\n",
        "Geht wieder.",
    ),
    "Gmail nl on Android": (
        "Werkt!\n\nOp wo 3 jun. 2026 08:12 schreef Maker Service Desk <desk@maker.example>:\n\n> Werkt het?",
        "Werkt!",
    ),
    "Gmail sv on Android": (
        "Fungerar.\n\nDen ons 3 juni 2026 08:12Maker Service Desk <desk@maker.example> skrev:\n\n> Fungerar det?",
        "Fungerar.",
    ),
    "Gmail en-US with narrow space": (
        "All good now\n\nOn Wed, Jun 3, 2026 at 8:12\u202fAM Maker Service Desk <desk@maker.example>\nwrote:\n\n> Is it?\n> Lena",
        "All good now",
    ),
    "iPad de": (
        "Bitte schließen\n\nVon meinem iPad gesendet\n\n> Am 03.06.2026 um 08:12 schrieb Maker Service Desk <desk@maker.example>:\n> \n> ﻿Hallo,\n> können wir schließen?",
        "Bitte schließen",
    ),
    "iPhone fr": (
        "Oui\n\nEnvoyé de mon iPhone\n\n> Le 3 juin 2026 à 08:12, Maker Service Desk <desk@maker.example> a écrit :\n> \n> Est-ce que ça marche ?",
        "Oui",
    ),
    "iPhone sv": (
        "Ja tack\n\nSkickat från min iPhone\n\n> 3 juni 2026 kl. 08:12 skrev Maker Service Desk <desk@maker.example>:\n> \n> Ska vi stänga?",
        "Ja tack",
    ),
    "iPhone nl": (
        "Prima\n\nVerstuurd vanaf mijn iPhone\n\n> Op 3 jun 2026 om 08:12 heeft Maker Service Desk <desk@maker.example> het volgende geschreven:\n> \n> Klopt het?",
        "Prima",
    ),
    "Mailspring": (
        "Deployed, works.\n\nOn Jun 3 2026, at 8:12 am, Maker Service Desk <desk@maker.example> wrote:\n> Did you deploy?",
        "Deployed, works.",
    ),
    "Evolution": (
        "Still slow.\n\nOn Wed, 2026-06-03 at 08:12 +0200, Maker Service Desk wrote:\n> How is the speed?\n> Lena",
        "Still slow.",
    ),
    "KMail de": (
        "Immer noch langsam.\n\nAm Mittwoch, 3. Juni 2026, 08:12:33 CEST schrieb Maker Service Desk:\n> Wie ist es?",
        "Immer noch langsam.",
    ),
    "mutt": (
        "Fixed by a reboot.\n\nOn Wed, Jun 03, 2026 at 08:12:33AM +0200, Maker Service Desk wrote:\n> Any news?\n",
        "Fixed by a reboot.",
    ),
    "Roundcube de": (
        "Am 2026-06-03 08:12, schrieb Maker Service Desk:\n\n> Welche Version?\n\n7.2, aber auf dem Testsystem 7.3.\n\n> Seit wann?\n\nSeit Montag.\n",
        "Am 2026-06-03 08:12, schrieb Maker Service Desk:\n\n> Welche Version?\n\n7.2, aber auf dem Testsystem 7.3.\n\n> Seit wann?\n\nSeit Montag.",
    ),
    "Roundcube fr": (
        "D'accord.\n\nLe 2026-06-03 08:12, Maker Service Desk a écrit :\n\n> On ferme ?",
        "D'accord.",
    ),
    "Zimbra": (
        'Please close it.\n\n----- Original Message -----\nFrom: "Maker Service Desk" <desk@maker.example>\nTo: "Paul Client" <paul@client.example>\nSent: Wednesday, June 3, 2026 8:12:00 AM\nSubject: Re: [1042]\n\nMay we?',
        "Please close it.",
    ),
    "Zimbra fr": (
        'Merci de clore.\n\n----- Mail original -----\nDe: "Maker Service Desk" <desk@maker.example>\nÀ: "Paul" <paul@client.example>\nEnvoyé: Mercredi 3 Juin 2026 08:12:00\nObjet: Re: [1042]\n\nOn peut ?',
        "Merci de clore.",
    ),
    "Zimbra de": (
        'Ja.\n\n----- Ursprüngliche Mail -----\nVon: "Maker Service Desk" <desk@maker.example>\nAn: "Uwe" <uwe@kunde.example>\nGesendet: Mittwoch, 3. Juni 2026 08:12:00\nBetreff: Re: [1042]\n\nOk?',
        "Ja.",
    ),
    "web.de in HTML made text": (
        'Hallo,\n \nder Zugang geht wieder.\n \nViele Grüße\nInge\n \n\nGesendet: Mittwoch, 03. Juni 2026 um 08:12 Uhr\nVon: "Maker Service Desk" <desk@maker.example>\nAn: inge@kundin.example\nBetreff: Re: Zugang\nHallo Inge,',
        "Hallo,\n \nder Zugang geht wieder.\n \nViele Grüße\nInge",
    ),
    "T-Online": (
        'Ich habe es probiert, es geht.\n\n-----Original-Nachricht-----\nBetreff: Re: Zugang\nDatum: 2026-06-03T08:12:00+0200\nVon: "Maker Service Desk" <desk@maker.example>\nAn: "inge@kundin.example" <inge@kundin.example>\n\nGeht es?',
        "Ich habe es probiert, es geht.",
    ),
    "Free.fr / SFR": (
        "C'est bon.\n\n----- Message d'origine -----\nDe : Maker Service Desk <desk@maker.example>\nDate : 03/06/2026 08:12 (GMT+01:00)\nÀ : zoe@cliente.example\nObjet : Re: Accès\n\nAlors ?",
        "C'est bon.",
    ),
    "Laposte": (
        'Bonjour, voilà.\n\n\nDe : "Maker Service Desk" \nA : zoe@cliente.example\nEnvoyé: mercredi 3 juin 2026 08:12\nObjet : Re: Accès\n\nAlors ?',
        "Bonjour, voilà.",
    ),
    "Telenet nl": (
        'Dank u.\n\n----- Oorspronkelijk bericht -----\nVan: "Maker Service Desk" <desk@maker.example>\nAan: "kees" <kees@klant.example>\nVerzonden: Woensdag 3 juni 2026 08:12:00\nOnderwerp: Re: Toegang\n\nWerkt het?',
        "Dank u.",
    ),
    "Lotus Notes de": (
        'Hallo Lena,\nerledigt.\n\n\n\nVon:\t"Maker Service Desk" <desk@maker.example>\nAn:\t"\'Uwe\'" <uwe@kunde.example>, \nDatum:\t03.06.2026 08:12\nBetreff:\tAW: Lizenz\n\n\n\nErledigt?',
        "Hallo Lena,\nerledigt.",
    ),
    "Lotus Notes en, one line": (
        "Done.\n\nMaker Service Desk ---03/06/2026 08:12:00---Did you do it?\n\nFrom: Maker Service Desk <desk@maker.example>\nTo: paul@client.example\nDate: 03/06/2026 08:12\nSubject: Re: [1042]",
        "Done.",
    ),
    "Samsung sv": (
        "Ok, stäng.\n\n\nSkickat från min Galaxy\n\n\n-------- Originalmeddelande --------\nFrån: Maker Service Desk <desk@maker.example>\nDatum: 2026-06-03 08:12 (GMT+01:00)\nTill: olle@kund.example\nÄmne: Re: [1042]\n\nStänga?",
        "Ok, stäng.",
    ),
    "Outlook mobile fr": (
        "Merci Lena\n\nTélécharger Outlook pour iOS<https://aka.ms/o0ukef>\n________________________________\nDe : Maker Service Desk <desk@maker.example>\nEnvoyé : Wednesday, June 3, 2026 8:12:00 AM\nÀ : Zoé <zoe@cliente.example>\nObjet : Re: Accès\n\nAlors ?",
        "Merci Lena",
    ),
    "Outlook mobile nl": (
        "Dank je\n\nOutlook voor Android downloaden<https://aka.ms/AAb9ysg>\n________________________________\nVan: Maker Service Desk <desk@maker.example>\nVerzonden: woensdag 3 juni 2026 08:12:00\nAan: Kees <kees@klant.example>\nOnderwerp: Re: Toegang\n\nWerkt het?",
        "Dank je",
    ),
    "Outlook lb, mixed labels": (
        "Moien,\nmerci, et leeft.\n\nFrom: Maker Service Desk <desk@maker.example>\nSent: Mëttwoch, 3. Juni 2026 08:12\nTo: Josy <josy@client.example>\nSubject: RE: Zougang\n\nMoien Josy",
        "Moien,\nmerci, et leeft.",
    ),
    "bottom posting with signature": (
        "On 03/06/2026 08:12, Maker Service Desk wrote:\n> Which build?\n> Lena\n\nBuild 1182.\n\n-- \nPaul",
        "Build 1182.",
    ),
    "inline in Outlook, pointed at": (
        "Lena, antworten unten in blau.\n\nVon: Lena Agent <desk@maker.example>\nGesendet: Mittwoch, 3. Juni 2026 08:12\nAn: Uwe\nBetreff: AW: x\n\nWelche Version?\n7.3\nSeit wann?\nGestern",
        "Lena, antworten unten in blau.\n\nVon: Lena Agent <desk@maker.example>\nGesendet: Mittwoch, 3. Juni 2026 08:12\nAn: Uwe\nBetreff: AW: x\n\nWelche Version?\n7.3\nSeit wann?\nGestern",
    ),
    "inline, first a word above": (
        "Hi, see in the mail:\n\nOn Wed, Jun 3, 2026 at 8:12 AM Maker Service Desk <desk@maker.example> wrote:\n> Version?\n7.3\n> Since?\nYesterday, around noon\n>\n> Lena",
        "Hi, see in the mail:\n\nOn Wed, Jun 3, 2026 at 8:12 AM Maker Service Desk <desk@maker.example> wrote:\n> Version?\n7.3\n> Since?\nYesterday, around noon",
    ),
    "pasted supplier mail, then ours": (
        (
            "The carrier says this:\n\nFrom: Carrier <info@carrier.example>\nSent: Tuesday, 2 June 2026 17:00\nTo: Paul\nSubject: Parcel 9\n\nLost in transit.\n\nWhat now?\n\n"
            "From: Maker Service Desk <desk@maker.example>\nSent: Wednesday, 3 June 2026 08:12\nTo: Paul\nSubject: RE: [1042]\n\nWhere is it?"
        ),
        "The carrier says this:\n\nFrom: Carrier <info@carrier.example>\nSent: Tuesday, 2 June 2026 17:00\nTo: Paul\nSubject: Parcel 9\n\nLost in transit.\n\nWhat now?",
    ),
    "a log with labels": (
        "This is what the gateway says:\n\nDate: 2026-06-03 08:00\nFrom: 10.0.0.1\nTo: 10.0.0.2\nSubject: handshake\nstatus: refused\n\nIs the port wrong?",
        "This is what the gateway says:\n\nDate: 2026-06-03 08:00\nFrom: 10.0.0.1\nTo: 10.0.0.2\nSubject: handshake\nstatus: refused\n\nIs the port wrong?",
    ),
    "an order with dashes": (
        "Bitte liefern:\n\n- 2 Sensoren\n- 1 Kabel\n\n-----\nLieferadresse: Tor 3\n\nMfG",
        "Bitte liefern:\n\n- 2 Sensoren\n- 1 Kabel\n\n-----\nLieferadresse: Tor 3\n\nMfG",
    ),
    "a question after the closing phrase": (
        "Das war es.\n\nMit freundlichen Grüßen\nUwe Kunde\n\nP.S. Wann kommt der Techniker?\n\nAm 03.06.26 um 08:12 schrieb Lena Agent:\n> Noch etwas?",
        "Das war es.\n\nMit freundlichen Grüßen\nUwe Kunde\n\nP.S. Wann kommt der Techniker?",
    ),
    "SQL with comments": (
        "We ran\n\n-- \n-- cleanup\nDELETE FROM t WHERE id = 1;\n\nand it hung.",
        "We ran\n\n-- \n-- cleanup\nDELETE FROM t WHERE id = 1;\n\nand it hung.",
    ),
    "answer between header and text of a reply all": (
        '> Message du 03/06/26 08:12\n> De : "Maker Service Desk" <desk@maker.example>\n> A : zoe@cliente.example\n> Objet : Re: Accès\n>\n> Quelle version ?\nLa 7.3.\n> Depuis quand ?\nHier.',
        '> Message du 03/06/26 08:12\n> De : "Maker Service Desk" <desk@maker.example>\n> A : zoe@cliente.example\n> Objet : Re: Accès\n>\n> Quelle version ?\nLa 7.3.\n> Depuis quand ?\nHier.',
    ),
    "Orange, top": (
        'Ça marche, merci.\n\n\n> Message du 03/06/26 08:12\n> De : "Maker Service Desk" <desk@maker.example>\n> A : zoe@cliente.example\n> Copie à : \n> Objet : Re: Accès\n>\n> Alors ?',
        "Ça marche, merci.",
    ),
    "Yahoo de": (
        "Danke, alles gut.\n\n    Am Mittwoch, 3. Juni 2026 um 08:12:00 MESZ hat Maker Service Desk <desk@maker.example> Folgendes geschrieben:  \n \n Hallo Inge,\nalles gut?",
        "Danke, alles gut.",
    ),
    "Yahoo mobile en": (
        "thanks\n\nSent from Yahoo Mail on Android \n \n  On Wed, 3 Jun 2026 at 8:12, Maker Service Desk<desk@maker.example> wrote:   Hello,\ncan we close?",
        "thanks",
    ),
    "AOL": (
        "Good to go.\n\n\n-----Original Message-----\nFrom: Maker Service Desk <desk@maker.example>\nTo: Sue <sue@client.example>\nSent: Wed, Jun 3, 2026 8:12 am\nSubject: Re: [1042]\n\nGo?",
        "Good to go.",
    ),
    "HCL Verse": (
        'ok for me\n\n"Maker Service Desk" <desk@maker.example> wrote on 06/03/2026 08:12:00 AM:\n\n> From: "Maker Service Desk" <desk@maker.example>\n> To: paul@client.example\n> Date: 06/03/2026 08:12 AM\n> Subject: Re: [1042]\n> \n> ok?',
        "ok for me",
    ),
    "Spark": (
        "Approved.\n\nPaul\nOn 3 Jun 2026, 08:12 +0200, Maker Service Desk <desk@maker.example>, wrote:\n> May we?",
        "Approved.\n\nPaul",
    ),
    "Airmail de": (
        "Freigegeben.\n\nAm 3. Juni 2026 um 08:12:00, Maker Service Desk (desk@maker.example) schrieb:\n\n> Dürfen wir?",
        "Freigegeben.",
    ),
    "eM Client": (
        'Fine with me\n\n------ Original Message ------\nFrom "Maker Service Desk" <desk@maker.example>\nTo "Paul" <paul@client.example>\nDate 03/06/2026 08:12:00\nSubject Re: [1042]\n\n>Fine?',
        "Fine with me",
    ),
    "Danish Outlook": (
        "Det virker nu.\n\nFra: Maker Service Desk <desk@maker.example>\nSendt: 3. juni 2026 08:12\nTil: Ida <ida@kunde.example>\nEmne: SV: [1042]\n\nVirker det?",
        "Det virker nu.",
    ),
    "Norwegian Gmail": (
        "Virker.\n\nons. 3. juni 2026 kl. 08:12 skrev Maker Service Desk <desk@maker.example>:\n\n> Virker det?",
        "Virker.",
    ),
    "a colleague's mail between": (
        "I agree with Paul.\n\nFrom: Paul Client <paul@client.example>\nSent: Wednesday, 3 June 2026 09:00\nTo: Sue <sue@client.example>\nSubject: RE: [1042]\n\nLet us wait.\n\nFrom: Maker Service Desk <desk@maker.example>\nSent: Wednesday, 3 June 2026 08:12\nTo: Paul\nSubject: RE: [1042]\n\nGo?",
        "I agree with Paul.",
    ),
    "only a thumb": ("👍\n\nOn Wed, Jun 3, 2026 at 8:12 AM Lena Agent <desk@maker.example> wrote:\n> ok?", "👍"),
    "numbers first": (
        "1. ja\n2. nein\n3. weiß nicht\n\nAm Mi., 3. Juni 2026 um 08:12 Uhr schrieb Lena Agent <\ndesk@maker.example>:\n\n> 1. a?\n> 2. b?\n> 3. c?",
        "1. ja\n2. nein\n3. weiß nicht",
    ),
}
