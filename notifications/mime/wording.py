"""What mail programs write around a quotation, in the languages that they speak: words only, no rules."""

from typing import Literal

Label = Literal["from", "date", "to", "cc", "subject", "other"]

# Labels of the header block that Outlook and its kin put above what they quote; lower case.
LABELS: dict[Label, str] = {
    "from": "from|von|de|från|van|vun|vu|fra|expéditeur|absender|avsändare|afzender|afsender",
    "date": "sent|date|received|gesendet|gesendet am|datum|date d'envoi|envoyé|envoyé le|reçu|skickat|skickades"
    "|verzonden|verzonden op|gesent|geschéckt|dato|sendt",
    "to": "to|an|à|a|pour|till|aan|un|fir|til|destinataire|empfänger|mottagare",
    "cc": "cc|bcc|kopie|copie|copie à|copies|kopia|kopi|kopie an|cci|blindkopie",
    "subject": "subject|betreff|objet|sujet|ämne|onderwerp|emne|betrëfft|thema",
    "other": "reply-to|antwort an|répondre à|svara till|svar till|antwoord aan|importance|priority|wichtigkeit"
    "|priorität|prioritet|prioriteit|urgentie|attachments|anlagen|anhänge|pièces jointes|bilagor|bifogade filer"
    "|bijlagen|organization|organisation",
}
KIND: dict[str, Label] = {word: kind for kind, words in LABELS.items() for word in words.split("|")}

# "On ... wrote:", as one word that must stand in the line.
WROTE = (
    "wrote|writes|schrieb|schreibt|geschrieben|écrit|ecrit|écrivait|skrev|skriver|skrivit|schreef|schrijft|geschreven"
    "|geschriwwen|schreift|skrifaði|escribió|escreveu|scritto|napisał|написал"
)
# How such a line begins before its date.
ON = "on|am|le|den|op|de|um|em|el|il|dne|w dniu"

# Between rows of dashes, above a quotation ...
ORIGINAL = (
    "original message|original email|ursprüngliche nachricht|ursprüngliche e-mail|originalnachricht|original-nachricht"
    "|ursprüngliche mail"
    "|message d'origine|message original|e-mail d'origine|courriel original|mail original|ursprungligt meddelande"
    "|originalmeddelande|ursprungligt e-postmeddelande|oorspronkelijk bericht|origineel bericht"
    "|oorspronkelijk e-mailbericht|original noriicht|ursprénglech noriicht|urspréngleche message|oprindelig meddelelse"
    "|opprinnelig melding|reply message|antwortnachricht"
)
# ... and above what is forwarded.
FORWARDED = (
    "forwarded message|forwarded by .{1,80}|begin forwarded message"
    "|weitergeleitete nachricht|weitergeleitet von .{1,80}|anfang der weitergeleiteten nachricht"
    "|anfang der weitergeleiteten e-mail|message transféré|message réexpédié"
    "|début du message réexpédié|début du message transféré|courriel transféré|vidarebefordrat meddelande"
    "|vidarebefordrat brev|vidarebefordrat mejl|vidarebefordrat mail|början på vidarebefordrat meddelande"
    "|vidarebefordrat e-postmeddelande|doorgestuurd bericht|begin doorgestuurd bericht"
    "|begin van doorgestuurd bericht|doorgezonden bericht|weidergeleete noriicht|weidergeleet noriicht"
    "|weidergeleete message|videresendt meddelelse|videresendt melding"
)
# Orange's line above its header block.
MESSAGE_OF = r"message du \d{1,2}[/.]\d{1,2}[/.]\d{2,4}(?: à)? \d{1,2}[:h]\d{2}"

# "Sent from my ...": the first words, and what they speak of.
SENT_FROM = (
    r"(?:this (?:message|e-?mail) was |diese (?:nachricht|e-mail) wurde |ce (?:message|mail|courriel) a été "
    r"|detta (?:meddelande|mejl) |dit bericht (?:is|werd) )?(?:"
    "sent from|sent via|sent with|sent using|gesendet von|gesendet mit|gesendet über|von meinem|mit meinem"
    "|von unterwegs|envoyé depuis|envoyé de|envoyé avec|envoyé à partir|skickat från|skickades från|skickat med"
    "|sänt från|verzonden vanaf|verzonden met|verstuurd vanaf|verstuurd met|verzonden via|verstuurd via|gesent vun"
    "|geschéckt vun|geschéckt vu|gesent vu|vu mengem|vun mengem|sendt fra|get outlook for|outlook für"
    "|holen sie sich outlook"
    "|obtenez outlook|obtenir outlook|télécharger outlook|hämta outlook|skaffa outlook|outlook voor|download outlook"
    "|hol der outlook)"
)
DEVICES = (
    "iphone|ipad|ios|android|samsung|galaxy|blackberry|huawei|xiaomi|nokia|sony|xperia|pixel|smartphone|handy"
    "|mobile|mobil"
    "|mobiltelefon|telefoon|telefon|téléphone|téléphone portable|phone|tablet|tablette|outlook|windows|mail|yahoo|gmx"
    r"|web\.de|proton|protonmail|orange|apple|gerät|toestel|apparat|device|mac|spark|k-9|fairphone|motorola"
    r"|oneplus|lg|htc"
)

# What a person writes above a quotation that they answer inside: then all of it is theirs.
ANSWERS_BELOW = (
    r"below|inline|in-line|in line|in red|in blue|in green|in bold|in colou?r|between the lines|in the text"
    r"|in your text|unten|untenstehend|weiter unten|in rot|in blau|in grün|farbig|fett markiert|zwischen den zeilen"
    r"|direkt im|ci-dessous|ci-après|plus bas|en rouge|en bleu|en vert|en gras|en couleur|dans le texte|dans le corps"
    r"|dans votre (?:mail|message|texte)"
    r"|nedan|nedanför|i rött|i blått|i grönt|i texten|inne i|i fetstil|i ditt mejl|i mejlet"
    r"|hieronder|onderstaand|beneden|in het rood|in het blauw|in het groen|in de tekst|tussen de regels|vetgedrukt"
    r"|ënnen|hei drënner|drënner|a rout|a blo|an der mail|am text"
)
