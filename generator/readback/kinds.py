"""The kinds of finding that reading back gives.

They stand here and not beside the checks, which need the libraries of the extra `ocr`: what a finding means can be
looked up without them.
"""

from __future__ import annotations

from generator.findings import ERROR
from generator.findings import INFO
from generator.findings import WARNING
from generator.findings import define

_CONTROLLED = "Webinaire SESAN : « La présence de ces mentions est contrôlée automatiquement par lecteur optique »"
_SLIDE = "Webinaire SESAN, « Contractualisation avec les éditeurs » : "

DOCUMENT_ILLISIBLE = define(
    "DOCUMENT-ILLISIBLE", ERROR,
    fr="le document ne peut pas être ouvert : {reason}", en="the document cannot be opened: {reason}",
    fix_fr="donner un PDF sans mot de passe, ou une image PNG, JPEG ou TIFF, de {pages} pages au plus",
    fix_en="give a PDF without a password, or a PNG, JPEG or TIFF picture, of {pages} pages at most",
)  # fmt: skip
LECTURE_ABSENTE = define(
    "LECTURE-ABSENTE", ERROR,
    fr="la mention « {id} » n'est pas lue ({by}) : {text}", en="the mention “{id}” is not read ({by}): {text}",
    fix_fr="vérifier qu'elle est sur la page, et que ni tache, ni tampon, ni signature ne la couvrent",
    fix_en="check that it is on the page, and that no spot, stamp or signature covers it",
    source="Webinaire SESAN : « il est important de veiller à leur lisibilité lors de la transmission des documents »",
)  # fmt: skip
LECTURE_DIFFERENTE = define(
    "LECTURE-DIFFERENTE", ERROR,
    fr="la mention « {id} » est lue autrement ({by}) : attendu « {expected} », lu « {read} »",
    en="the mention “{id}” is read otherwise ({by}): expected “{expected}”, read “{read}”",
    fix_fr="comparer la page avec la commande : elle est modifiée, ou peu lisible",
    fix_en="compare the page with the order: it was altered, or is hard to read",
)  # fmt: skip
LECTURE_VALEUR = define(
    "LECTURE-VALEUR", ERROR,
    fr="la valeur de « {id} » n'est pas celle de la commande ({by}) : attendu « {expected} », lu « {read} »",
    en="the value of “{id}” is not the order's ({by}): expected “{expected}”, read “{read}”",
    fix_fr="comparer la page avec la commande : la valeur est modifiée, ou peu lisible",
    fix_en="compare the page with the order: the value was altered, or is hard to read",
)  # fmt: skip
LECTURE_DIFFICILE = define(
    "LECTURE-DIFFICILE", INFO,
    fr="la mention « {id} » se lit mal ({by}) : lu d'abord, ou à un signe ambigu près, « {read} »",
    en="the mention “{id}” reads badly ({by}): read at first, or but for an ambiguous sign, “{read}”",
    fix_fr="numériser de nouveau, plus net ou plus contrasté, si c'est un scan",
    fix_en="scan again, sharper or with more contrast, if it is a scan",
)  # fmt: skip
DOCUMENT_AUTRE_SORTE = define(
    "DOCUMENT-AUTRE-SORTE", ERROR,
    fr="ce document est : {seen}, et non : {asked}", en="this document is a {seen}, not a {asked}",
    fix_fr="retirer --document, ou donner le document voulu", fix_en="leave --document out, or give the document meant",
)  # fmt: skip
LECTURE_DOUBLE = define(
    "LECTURE-DOUBLE", ERROR,
    fr="« {text} » se lit {count} fois ({by})", en="“{text}” is read {count} times ({by})",
    fix_fr="chercher la page ou la ligne en trop : deux valeurs ne peuvent pas valoir ensemble",
    fix_en="look for the page or line too many: two values cannot hold together",
)  # fmt: skip
DOCUMENT_AUTRE = define(
    "DOCUMENT-AUTRE", ERROR,
    fr="ce document n'est pas celui de la commande {numero} : {seen}",
    en="this document is not that of the order {numero}: {seen}",
    fix_fr="donner le descripteur de ce document, ou le document de cette commande",
    fix_en="give the descriptor of this document, or the document of this order",
)  # fmt: skip
DOCUMENT_VIDE = define(
    "DOCUMENT-VIDE", ERROR,
    fr="rien n'est lu sur ce document ({by})", en="nothing is read on this document ({by})",
    fix_fr="vérifier que la bonne face a été numérisée, à 200 points par pouce ou plus",
    fix_en="check that the right side was scanned, at 200 dots per inch or more",
)  # fmt: skip
QR_ABSENT = define(
    "QR-ABSENT", WARNING,
    fr="le code QR du document n'est pas lu", en="the document's QR code is not read",
    fix_fr="vérifier que la première page est entière et que rien ne couvre le code",
    fix_en="check that the first page is whole and that nothing covers the code",
)  # fmt: skip
QR_AUTRE_VERSION = define(
    "QR-AUTRE-VERSION", ERROR,
    fr="le code QR est celui d'un autre état de la commande : {differs}",
    en="the QR code is that of another state of the order: {differs}",
    fix_fr="le descripteur a changé depuis, ou le document a été modifié : refaire le document",
    fix_en="the descriptor changed since, or the document was altered: render it again",
    why_fr="Le code QR porte l'empreinte du descripteur dont le document a été fait. Un champ corrigé dans le "
    "descripteur après l'impression, même une virgule, donne une autre empreinte : c'est le document signé qui "
    "fait foi.",
    why_en="The QR code holds the digest of the descriptor that the document was made of. A field corrected in "
    "the descriptor after printing, be it a comma, gives another digest: the signed document is the one that "
    "counts.",
)  # fmt: skip
BDC_MENTION_ABSENTE = define(
    "BDC-MENTION-ABSENTE", ERROR,
    fr="la mention obligatoire « {text} » n'est pas lue sur le document",
    en="the mandatory mention “{text}” is not read on the document",
    fix_fr="demander au fournisseur un document qui la porte, mot pour mot",
    fix_en="ask the vendor for a document that has it, word for word", source=_CONTROLLED,
)  # fmt: skip
BDC_MENTION_AUTRE = define(
    "BDC-MENTION-AUTRE", ERROR,
    fr="la mention obligatoire « {text} » est écrite autrement, ou mal lue : « {read} »",
    en="the mandatory mention “{text}” is worded otherwise, or misread: “{read}”",
    fix_fr="comparer mot pour mot, accents compris ; demander un document corrigé si elle diffère",
    fix_en="compare word for word, accents included; ask for a corrected document where it differs", source=_CONTROLLED,
)  # fmt: skip
BDC_LIBELLE = define(
    "BDC-LIBELLE", WARNING,
    fr="le libellé « {text} » du modèle n'est pas lu sur le document",
    en="the label “{text}” of the model form is not read on the document",
    fix_fr="vérifier que l'information y est, sous un autre nom",
    fix_en="check that the fact is there, under another name",
    source=_SLIDE + "« le bon de commande exemple contient toutes les informations obligatoires »",
)  # fmt: skip
BDC_REFERENCE = define(
    "BDC-REFERENCE", ERROR,
    fr="aucune référence d'appel à financement connue n'est lue : {known}",
    en="no known reference of an appel à financement is read: {known}",
    fix_fr="mettre la page droite si elle est couchée ; donner la référence avec --reference si elle est illisible ; "
    "sinon le document ne la porte pas",
    fix_en="set the page upright if it lies on its side; give the reference with --reference if it is illegible; else "
    "the document does not have it", source=_CONTROLLED,
)  # fmt: skip
TEXTE_CACHE = define(
    "TEXTE-CACHE", ERROR,
    fr="le texte du PDF dit « {value} », que {by} ne lit pas sur la page",
    en="the PDF's text says “{value}”, which {by} does not read on the page",
    fix_fr="regarder la page : quelque chose peut recouvrir ce montant, ou il se lit mal",
    fix_en="look at the page: something may lie over this amount, or it reads badly",
)  # fmt: skip
REFERENCE_AUTRE = define(
    "REFERENCE-AUTRE", ERROR,
    fr="ce document est de l'appel à financement {seen}, et non de {asked}",
    en="this document is of the appel à financement {seen}, not of {asked}",
    fix_fr="retirer --reference, ou donner le document voulu",
    fix_en="leave --reference out, or give the document meant",
)  # fmt: skip
QR_CONTREDIT = define(
    "QR-CONTREDIT", ERROR,
    fr="le code QR et le texte ne disent pas la même chose : {name} {value} n'est pas lu",
    en="the QR code and the text do not say the same: {name} {value} is not read",
    fix_fr="le document a été modifié après sa fabrication, ou se lit mal : demander l'original",
    fix_en="the document was altered after it was made, or reads badly: ask for the original",
)  # fmt: skip
SANS_COMMANDE = define(
    "DOCUMENT-SANS-COMMANDE", INFO,
    fr="aucune commande n'est donnée : seules les mentions obligatoires de {reference} sont contrôlées",
    en="no order is given: only the mandatory mentions of {reference} are checked",
    fix_fr="donner --order ou --orders pour contrôler aussi les valeurs",
    fix_en="give --order or --orders to check the values as well",
)  # fmt: skip
BDC_NATURE = define(
    "BDC-NATURE", ERROR,
    fr="{count} natures de prestation sont cochées, il en faut une",
    en="{count} kinds of prestation are ticked, not one",
    fix_fr="faire cocher une case, et une seule", fix_en="have one box ticked, and one only",
    source=_SLIDE + "« cocher une des deux cases suivantes »",
)  # fmt: skip
BDC_NATURE_A_VOIR = define(
    "BDC-NATURE-A-VOIR", WARNING,
    fr="la nature cochée ne se lit pas par machine", en="which kind is ticked cannot be read by machine",
    fix_fr="regarder les cases : une seule doit être cochée", fix_en="look at the boxes: one alone must be ticked",
)  # fmt: skip
BDC_MONTANT = define(
    "BDC-MONTANT", ERROR,
    fr="aucun montant non nul n'est lu sur la ligne de la prestation",
    en="no amount above zero is read on the prestation's line",
    fix_fr="le montant réel, non nul, doit figurer en regard de la prestation, même si l'État la paie",
    fix_en="the real amount, above zero, must stand beside the prestation, though the State pays it",
    source="FAQ des industriels (ANS) : « le montant réel, non nul, de la Prestation Ségur »",
)  # fmt: skip
BDC_AUTRE_LIGNE = define(
    "BDC-AUTRE-LIGNE", WARNING,
    fr="une autre ligne porte un prix : « {line} »", en="another line has a price: “{line}”",
    fix_fr="aucune autre prestation ne doit figurer sur ce bon de commande : la mettre sur un autre",
    fix_en="no other prestation may stand on this order: put it on another one",
    source=_SLIDE + "« Aucune autre prestation ne doit figurer sur ce bon de commande »",
)  # fmt: skip
BDC_CLAUSE_A_VOIR = define(
    "BDC-CLAUSE-A-VOIR", WARNING,
    fr="une clause est à lire : « {line} »", en="a clause is to be read: “{line}”",
    fix_fr="la commande ne peut dépendre ni d'un réengagement, ni d'une option ou d'un produit payant hors périmètre",
    fix_en="the order may depend neither on a renewed commitment nor on a paid option or product outside its scope",
    source=_SLIDE + "« réengagement contractuel », « souscription à titre onéreux »",
)  # fmt: skip
BDC_VALEUR = define(
    "BDC-VALEUR", ERROR,
    fr="{name} : « {value} » n'est pas valable, ou se lit mal", en="{name}: “{value}” is not valid, or is misread",
    fix_fr="comparer avec la page", fix_en="compare with the page",
)  # fmt: skip
BDC_VALEUR_ABSENTE = define(
    "BDC-VALEUR-ABSENTE", ERROR,
    fr="rien ne se lit à la place attendue pour {name}", en="nothing is read where {name} should be",
    fix_fr="vérifier sur la page", fix_en="check on the page",
)  # fmt: skip
COMMANDE_INTROUVABLE = define(
    "COMMANDE-INTROUVABLE", ERROR,
    fr="aucune des commandes données n'est celle de ce document", en="none of the orders given is this document's",
    fix_fr="vérifier le dossier de --orders ; le code QR ou le texte doit porter le numéro et le FINESS de la commande",
    fix_en="check the folder of --orders; the QR code or the text must hold the order's number and FINESS",
)  # fmt: skip
