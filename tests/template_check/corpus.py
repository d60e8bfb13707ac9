"""Templates with one fault each, made from the built-in ones; and restylings that are none.

`python -m tests.template_check.corpus FOLDER` writes them all, to be opened in Word.
"""

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from templates.ooxml import PACKAGE, R, W, cell, paragraph, run, table, tag
from tests.template_check.edits import (
    BODY,
    SETTINGS,
    STYLES,
    TYPES,
    Change,
    Parts,
    add_part,
    after,
    around,
    before,
    both,
    changed,
    drawing,
    edit,
    edit_paragraph,
    exact_row,
    floating_table,
    font,
    into_header,
    mention_line,
    page_break,
    paragraph_properties,
    paragraph_with,
    picture,
    rename,
    run_properties,
    text_box,
    without_end,
    without_mention,
)


@dataclass(frozen=True)
class Fault:
    """A fault that a template was given.

    Attributes:
        name: what was done to it.
        code: the finding that it must give.
        where: what the finding's place, excerpt or message must name.
        change: does it to the parts of a template.
        document: the built-in template that it is done to.
        rendered: it shows on rendered pages alone.
        raw: instead of parts, the file itself.
    """

    name: str
    code: str
    where: str
    change: Change
    document: str = "bdc"
    rendered: bool = False
    raw: bytes | None = None

    def build(self) -> bytes:
        """Return the template."""
        return self.raw if self.raw is not None else changed(self.document, self.change)


VALUE = "{{ mention.siret.value }}"
SIRET, FINESS, ETAT = "mention.siret.text", "mention.finess.text", "mention.mention_etat.text"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_ADD_COVER, _INLINE = picture()
_COVER = drawing("rIdP", behind=False, anchored=True)
_NARROW = '<w:ind w:right="7000"/>'


def _tags() -> Iterator[Fault]:
    """Tags that do not fit together."""
    yield Fault("valeur jamais fermée", "MODELE-BALISE-OUVERTE", "siret", edit(VALUE, "{{ mention.siret.value }"))
    yield Fault("condition jamais fermée", "MODELE-BALISE-OUVERTE", "clause", edit("{%p if clause %}", "{%p if clause"))
    yield Fault("endif oublié", "MODELE-BLOC", "if clause", without_end("{{ clause }}", "endif"))
    yield Fault("endfor oublié", "MODELE-BLOC", "for question", without_end("question.text", "endfor"))
    yield Fault("endif en trop", "MODELE-BLOC", "endif", before(SIRET, tag("endif") + tag("endif")))
    yield Fault("else sans if", "MODELE-BLOC", "else", before("{{ mention.nature.text }}", tag("endif") + tag("else")))
    yield Fault(
        "deux noms dans une balise", "MODELE-SYNTAXE", "value value", edit(VALUE, "{{ mention.siret.value value }}")
    )
    yield Fault("filtre inconnu", "MODELE-SYNTAXE", "grand", edit(VALUE, "{{ mention.siret.value|grand }}"))
    yield Fault("test inconnu", "MODELE-SYNTAXE", "vide", edit("{%p if clause %}", "{%p if clause is vide %}"))
    yield Fault("instruction inconnue", "MODELE-SYNTAXE", "tantque", before(SIRET, tag("tantque numero")))
    beside = edit_paragraph("{%p if clause %}", lambda old: old.replace("%}", "%} Condition"))
    yield Fault("texte à côté d'une balise de paragraphe", "MODELE-TEXTE-PERDU", "Condition", beside)
    yield Fault("espace devant le préfixe", "MODELE-PREFIXE", "% p if", edit("{%p if clause %}", "{% p if clause %}"))
    unbreakable = edit("{%p if clause %}", "{%p\u00a0if clause %}")
    yield Fault("espace insécable après le préfixe", "MODELE-PREFIXE", "insécable", unbreakable)
    yield Fault(
        "balise de ligne hors d'un tableau",
        "MODELE-PREFIXE",
        "tr if",
        around(SIRET, "{%tr if numero %}", "{%tr endif %}"),
    )
    yield Fault("préfixes différents", "MODELE-PREFIXE", "endif", around(SIRET, "{%p if numero %}", "{% endif %}"))
    once = before(SIRET, paragraph(run("{%p if numero %}{%p endif %}")))
    yield Fault("ouverte et fermée dans un paragraphe", "MODELE-PREFIXE", "if numero", once)
    row = before(
        "Montant", table([100], [cell(100, paragraph(run("{%tr if numero %}")), paragraph(run("{%tr endif %}")))])
    )
    yield Fault("ouverte et fermée dans une ligne", "MODELE-PREFIXE", "endif", row)
    yield Fault(
        "pour cent dans une balise",
        "MODELE-PREFIXE",
        "20 %",
        edit("{%p if clause %}", "{%p if montant.complet == '20 %' %}"),
    )
    yield Fault("préfixe d'objet", "MODELE-PREFIXE", "{{r mention", edit(VALUE, "{{r mention.siret.value }}"))
    yield Fault(
        "variable de boucle après la boucle",
        "MODELE-BOUCLE",
        "question.text",
        before("mention.avance.text", paragraph(run("{{ question.text }}"))),
    )
    cut = edit_paragraph(
        VALUE, lambda old: old.replace(VALUE, "{{ mention.</w:t></w:r></w:p><w:p><w:r><w:t>siret.value }}")
    )
    yield Fault("balise sur deux paragraphes", "MODELE-BALISE-ETENDUE", "siret", cut)


def _names() -> Iterator[Fault]:
    """Names that do not exist."""
    yield Fault("nom mal écrit", "MODELE-NOM-INCONNU", "numro", before(SIRET, paragraph(run("{{ numro }}"))))
    yield Fault(
        "nom mal écrit dans un groupe",
        "MODELE-NOM-INCONNU",
        "sirett",
        before(SIRET, paragraph(run("{{ fournisseur.sirett }}"))),
    )
    yield Fault("mention mal écrite", "MODELE-MENTION-INCONNUE", "sirett", edit(VALUE, "{{ mention.sirett.value }}"))
    yield Fault(
        "mention demandée mal écrite",
        "MODELE-MENTION-INCONNUE",
        "finesss",
        edit("mention.get('finess')", "mention.get('finesss')"),
    )
    hidden = before(SIRET, tag("if numero") + tag("else") + paragraph(run("{{ cliant.nom }}")) + tag("endif"))
    yield Fault("nom inconnu dans une branche qu'aucune commande n'atteint", "MODELE-NOM-INCONNU", "cliant", hidden)
    yield Fault(
        "nom mal écrit dans une boucle", "MODELE-NOM-INCONNU", "anwser", edit("question.answer", "question.anwser")
    )
    yield Fault(
        "nom mal écrit dans l'en-tête",
        "MODELE-NOM-INCONNU",
        "en-tête",
        rename("{{ numero }}", "{{ numeero }}", "word/header2.xml"),
    )
    yield Fault(
        "nom mal écrit au pied de page",
        "MODELE-NOM-INCONNU",
        "pied de page",
        rename("{{ reference }}", "{{ referrence }}", "word/footer1.xml"),
    )
    yield Fault(
        "nom mal écrit dans une zone de texte",
        "MODELE-NOM-INCONNU",
        "numeroo",
        before(SIRET, text_box(paragraph(run("{{ numeroo }}")))),
    )
    footnote = (
        f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2"><w:p><w:r><w:t>{{{{ numera }}}}</w:t></w:r></w:p></w:footnote>'
        "</w:footnotes>"
    )
    noted = add_part("word/footnotes.xml", footnote, "footnotes", f"{_WORD}.footnotes+xml")
    yield Fault("nom mal écrit dans une note", "MODELE-NOM-INCONNU", "note de bas de page", noted)
    yield Fault("groupe imprimé", "MODELE-NOM-INCOMPLET", "mention.siret", edit(VALUE, "{{ mention.siret }}"))
    yield Fault(
        "partie d'une valeur", "MODELE-NOM-INCONNU", "numero.annee", before(SIRET, paragraph(run("{{ numero.annee }}")))
    )
    yield Fault(
        "mention d'un autre document",
        "MODELE-MENTION-INCONNUE",
        "titre_va",
        before(SIRET, paragraph(run("{{ mention.titre_va.text }}"))),
    )


def _forbidden() -> Iterator[Fault]:
    """What reaches for Python, or for silence."""
    for name, expression in (
        ("classe d'une valeur", "numero.__class__"),
        ("constructeur de cycler", "cycler.__init__.__globals__"),
        ("objet self", "self.__init__.__globals__"),
        ("filtre attr", "numero|attr('__class__')"),
        ("clé entre crochets", "numero['__class__']"),
        ("attribut donné à map", "questions|map(attribute='__class__')|list"),
        ("texte inventé", "lipsum()"),
    ):
        yield Fault(name, "MODELE-INTERDIT", expression[:4], before(SIRET, paragraph(run(f"{{{{ {expression} }}}}"))))
    yield Fault("autre fichier", "MODELE-INTERDIT", "include", before(SIRET, tag("include '/etc/passwd'")))
    silence = before(SIRET, paragraph(run("{#p docxtpl-lint: disable=DTL101,DTL103 #}")))
    yield Fault("commentaire qui demande le silence", "MODELE-DIRECTIVE", "docxtpl-lint", silence)


def _omissions() -> Iterator[Fault]:
    """What a document must have."""
    yield Fault("FINESS oublié", "MODELE-MENTION-ABSENTE", "finess", without_mention("finess"))
    yield Fault("mention de l'État oubliée", "MODELE-MENTION-ABSENTE", "mention_etat", without_mention("mention_etat"))
    yield Fault("valeur oubliée", "MODELE-MENTION-ABSENTE", "siret", edit(VALUE, ""))
    yield Fault(
        "réponses oubliées", "MODELE-VALEUR-OMISE", "questions[].answer", rename("{{ question.answer }}", "oui")
    )
    yield Fault("cases oubliées", "MODELE-VALEUR-OMISE", "prestations[].box", rename("{{ choice.box }}", "☐"))
    yield Fault("réserves oubliées", "MODELE-VALEUR-OMISE", "reserves.items[]", rename("{{ reserve }}", "…"), "va")
    yield Fault(
        "signataire oublié",
        "MODELE-VALEUR-OMISE",
        "signature.client.nom",
        rename("{{ signature.client.nom }}", ""),
        "va",
    )
    yield Fault("code QR oublié", "MODELE-SANS-QR", "QR", rename("{{ qr_code }}", "", "word/header1.xml"))
    reworded = edit_paragraph(
        ETAT,
        lambda old: old.replace(f"{{{{ {ETAT} }}}}", "Montant pris en charge par l'Etat au titre du Ségur de la santé"),
    )
    yield Fault(
        "mention reformulée",
        "MODELE-MENTION-ABSENTE",
        "mention_etat",
        both(without_mention("mention_etat", keep=True), reworded),
    )
    imaged = edit_paragraph(ETAT, lambda old: re.sub(r"<w:r>.*</w:r>", _INLINE, old))
    yield Fault(
        "mention en image",
        "MODELE-MENTION-ABSENTE",
        "mention_etat",
        both(_ADD_COVER, without_mention("mention_etat", keep=True), imaged),
    )


def _typography() -> Iterator[Fault]:
    """How mentions are set."""
    small = run_properties('<w:sz w:val="16"/>')
    yield Fault("mention en corps 8", "MODELE-CORPS-PETIT", "finess", edit_paragraph(FINESS, small))
    yield Fault(
        "style en corps 9",
        "MODELE-CORPS-PETIT",
        "autres paragraphes",
        edit(
            '<w:style w:type="paragraph" w:styleId="Kept"><w:name w:val="Mention"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr><w:keepLines/></w:pPr><w:rPr>',
            '<w:style w:type="paragraph" w:styleId="Kept"><w:name w:val="Mention"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr><w:keepLines/></w:pPr><w:rPr><w:sz w:val="18"/>',
            STYLES,
        ),
    )
    yield Fault(
        "mention en gris pâle",
        "MODELE-COULEUR-PALE",
        "finess",
        edit_paragraph(FINESS, run_properties('<w:color w:val="BFBFBF"/>')),
    )
    yield Fault(
        "mention en blanc",
        "MODELE-COULEUR-PALE",
        "finess",
        edit_paragraph(FINESS, run_properties('<w:color w:val="FFFFFF"/>')),
    )
    dark = '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:color="auto" w:fill="1F3864"/>'
    yield Fault(
        "mention en blanc sur fond foncé", "MODELE-COULEUR-PALE", "finess", edit_paragraph(FINESS, run_properties(dark))
    )
    yield Fault(
        "mention surlignée en bleu foncé",
        "MODELE-COULEUR-PALE",
        "finess",
        edit_paragraph(FINESS, run_properties('<w:highlight w:val="darkBlue"/>')),
    )
    pattern = run_properties('<w:shd w:val="pct75" w:color="auto" w:fill="auto"/>')
    yield Fault("mention sur une trame", "MODELE-COULEUR-PALE", "finess", edit_paragraph(FINESS, pattern))
    theme = run_properties('<w:color w:val="auto" w:themeColor="background1"/>')
    yield Fault(
        "mention de la couleur du fond du thème", "MODELE-COULEUR-PALE", "finess", edit_paragraph(FINESS, theme)
    )
    yield Fault("ligne d'en-tête d'un style de tableau", "MODELE-COULEUR-PALE", "finess", _styled_table())
    for name, properties in (
        ("mention barrée", "<w:strike/>"),
        ("mention barrée deux fois", "<w:dstrike/>"),
        ("mention en relief", "<w:emboss/>"),
        ("lettres serrées à 50 %", '<w:w w:val="50"/>'),
        ("lettres très espacées", '<w:spacing w:val="120"/>'),
        ("lettres décalées", '<w:position w:val="20"/>'),
    ):
        yield Fault(name, "MODELE-EFFET", "finess", edit_paragraph(FINESS, run_properties(properties)))
    raised = run_properties('<w:vertAlign w:val="superscript"/>')
    yield Fault("mention en exposant", "MODELE-CORPS-PETIT", "finess", edit_paragraph(FINESS, raised))
    yield Fault(
        "mention masquée", "MODELE-TEXTE-MASQUE", "finess", edit_paragraph(FINESS, run_properties("<w:vanish/>"))
    )
    yield Fault("mention dans une zone de texte", "MODELE-ZONE-DE-TEXTE", "finess", edit_paragraph(FINESS, text_box))
    frame = '<w:framePr w:w="4000" w:hSpace="100" w:wrap="around" w:vAnchor="text" w:hAnchor="margin" w:y="1"/>'
    yield Fault(
        "mention dans un cadre", "MODELE-ZONE-DE-TEXTE", "finess", edit_paragraph(FINESS, paragraph_properties(frame))
    )
    yield Fault(
        "mention justifiée",
        "MODELE-JUSTIFIE",
        "prestation_unique",
        edit_paragraph("mention.prestation_unique.text", paragraph_properties('<w:jc w:val="both"/>')),
    )
    yield Fault(
        "style justifié",
        "MODELE-JUSTIFIE",
        "autres paragraphes",
        edit('<w:jc w:val="left"/>', '<w:jc w:val="both"/>', STYLES),
    )
    hyphens = both(
        edit('<w:autoHyphenation w:val="0"/>', "<w:autoHyphenation/>", SETTINGS),
        edit("<w:suppressAutoHyphens/>", "", STYLES),
    )
    yield Fault("césure", "MODELE-CESURE", "autres paragraphes", hyphens)
    for name, height in (("interligne exact de 8 points", 160), ("interligne exact de 10 points", 200)):
        exact = f'<w:spacing w:line="{height}" w:lineRule="exact"/>'
        yield Fault(name, "MODELE-INTERLIGNE", "finess", edit_paragraph(FINESS, paragraph_properties(exact)))
    moved = both(without_mention("finess"), into_header("{{ mention.finess.text }} {{ mention.finess.value }}"))
    yield Fault("mention dans l'en-tête seulement", "MODELE-HORS-CORPS", "en-tête", moved)
    yield Fault(
        "police absente",
        "POLICE-ABSENTE",
        "Police Introuvable",
        edit_paragraph(FINESS, run_properties('<w:rFonts w:ascii="Police Introuvable" w:hAnsi="Police Introuvable"/>')),
    )


def _leftovers() -> Iterator[Fault]:
    """What Word leaves, and what fetches."""
    inserted = edit_paragraph(
        FINESS,
        lambda old: old.replace("<w:r>", '<w:ins w:id="1" w:author="A" w:date="2026-01-01T00:00:00Z"><w:r>', 1).replace(
            "</w:r>", "</w:r></w:ins>", 1
        ),
    )
    yield Fault("insertion suivie", "MODELE-REVISIONS", "finess", inserted)
    deleted = edit_paragraph(
        FINESS,
        lambda old: old.replace(
            "</w:p>",
            '<w:del w:id="1" w:author="A" w:date="2026-01-01T00:00:00Z"><w:r><w:delText>{{ mention.siret.value }}</w:delText></w:r></w:del></w:p>',
        ),
    )
    yield Fault("suppression suivie", "MODELE-REVISIONS", "finess", deleted)
    comment = f'<w:comments xmlns:w="{W}"><w:comment w:id="0" w:author="A"><w:p><w:r><w:t>À revoir</w:t></w:r></w:p></w:comment></w:comments>'
    yield Fault(
        "commentaire laissé",
        "MODELE-COMMENTAIRES",
        "1",
        add_part("word/comments.xml", comment, "comments", f"{_WORD}.comments+xml"),
    )
    note = f'<w:endnotes xmlns:w="{W}"><w:endnote w:id="1"><w:p><w:r><w:t>{{{{ numero }}}}</w:t></w:r></w:p></w:endnote></w:endnotes>'
    yield Fault(
        "balise dans une note de fin",
        "MODELE-BALISE-NON-REMPLIE",
        "note de fin",
        add_part("word/endnotes.xml", note, "endnotes", f"{_WORD}.endnotes+xml"),
    )
    linked = add_part("", "", "image", "", mode=' TargetMode="External"', target="https://ailleurs.example/logo.png")
    yield Fault("image liée", "MODELE-CONTENU-ACTIF", "ailleurs.example", linked)
    attached = add_part("", "", "attachedTemplate", "", mode=' TargetMode="External"', target="file:///S:/modele.dotm")
    yield Fault("modèle attaché", "MODELE-CONTENU-ACTIF", "modele.dotm", attached)
    yield Fault(
        "macro", "MODELE-CONTENU-ACTIF", "vbaProject", add_part("", "", "vbaProject", "", target="vbaProject.bin")
    )
    field = before(
        SIRET,
        '<w:p><w:fldSimple w:instr="INCLUDETEXT &quot;C:\\\\x.docx&quot;"><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>',
    )
    yield Fault("champ INCLUDETEXT", "MODELE-CONTENU-ACTIF", "INCLUDETEXT", field)
    yield Fault("filigrane", "MODELE-FILIGRANE", "BROUILLON", _watermark)
    simple = '<w:fldSimple w:instr=" MERGEFIELD F "><w:r><w:t>{{ numero }}</w:t></w:r></w:fldSimple></w:p>'
    merged = edit_paragraph(VALUE, lambda old: old.removesuffix("</w:p>") + simple)
    yield Fault("balise dans un champ de fusion", "MODELE-CHAMP", "MERGEFIELD", merged)
    typed = edit_paragraph(
        VALUE, lambda old: old.removesuffix("</w:p>") + _field("IF {{ numero }} = 1 a b", "a") + "</w:p>"
    )
    yield Fault("balise dans l'instruction d'un champ", "MODELE-CHAMP", "IF", typed)
    yield Fault("fichier qui n'est pas un DOCX", "MODELE-ILLISIBLE", "DOCX", both(), raw=b"PK not a zip")
    strict = rename(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    yield Fault("format Strict Open XML", "MODELE-ILLISIBLE", "Strict", strict)
    yield Fault(
        "préfixe d'espace de noms",
        "MODELE-ILLISIBLE",
        "comme Word",
        both(rename("<w:", "<x:"), rename("</w:", "</x:"), rename("xmlns:w=", "xmlns:x=")),
    )
    yield Fault("XML abîmé", "MODELE-ILLISIBLE", "", edit("</w:body>", ""))
    untitled = both(without_mention("titre_bdc"))
    yield Fault("titre oublié", "MODELE-DOCUMENT-INCONNU", "", untitled)


def _shown() -> Iterator[Fault]:
    """Faults that show on the pages alone."""
    yield Fault(
        "valeur facultative sans condition",
        "MODELE-VALEUR-ABSENTE",
        "client.adresse",
        before(SIRET, paragraph(run("{{ client.adresse }}"))),
        rendered=True,
    )
    endless = before(
        SIRET,
        tag("for a in range(99999)")
        + tag("for b in range(99999)")
        + paragraph(run("x"))
        + tag("endfor")
        + tag("endfor"),
    )
    yield Fault("boucle sans fin", "MODELE-SANS-FIN", "", endless, rendered=True)
    yield Fault(
        "division par zéro", "MODELE-SYNTAXE", "division", before(SIRET, paragraph(run("{{ 1 / 0 }}"))), rendered=True
    )
    price = before(ETAT, paragraph(run("Option hébergement, par an : 1 200,00 €")))
    yield Fault("autre prix", "MODELE-AUTRE-PRIX", "hébergement", price, rendered=True)
    line = paragraph(run("{{ mention.ligne_prestation.text }} {{ mention.ligne_prestation.value }}"))
    yield Fault(
        "ligne de la prestation en double",
        "MODELE-LIGNE-REPETEE",
        "2",
        after("mention.ligne_prestation.text", line),
        rendered=True,
    )
    yield Fault(
        "mention dans une colonne étroite",
        "MENTION-COUPEE",
        "mention_etat",
        edit_paragraph(ETAT, paragraph_properties(_NARROW)),
        rendered=True,
    )
    yield Fault(
        "mention coupée à la main",
        "MENTION-COUPEE",
        "siret",
        edit_paragraph(SIRET, lambda old: old.replace(f" {VALUE}", f"</w:t><w:br/><w:t>{VALUE}", 1)),
        rendered=True,
    )
    caps = run_properties("<w:caps/>")
    yield Fault("mention en capitales", "MENTION-ABSENTE", "finess", edit_paragraph(FINESS, caps), rendered=True)
    upper = edit("{{ mention.finess.text }}", "{{ mention.finess.text|upper }}")
    yield Fault("mention passée en majuscules par un filtre", "MENTION-ABSENTE", "finess", upper, rendered=True)
    condition = edit("mention.get('finess')", "mention.get('client_adresse')")
    yield Fault("mention sous une condition étrangère", "MENTION-ABSENTE", "finess", condition, rendered=True)
    clipped = edit_paragraph("mention.prestation_unique.text", lambda old: exact_row(old, 300))
    yield Fault("ligne de tableau trop basse", "MODELE-TEXTE-INVISIBLE", "", clipped, rendered=True)
    outside = edit_paragraph(SIRET, paragraph_properties('<w:ind w:left="-900"/>'))
    yield Fault("retrait hors de la page", "MODELE-DEBORDE", "N° de SIRET", outside, rendered=True)
    squeezed = edit_paragraph(
        "mention.prestation_unique.text", paragraph_properties('<w:spacing w:line="90" w:lineRule="exact"/>')
    )
    yield Fault("interligne écrasé", "MODELE-SUPERPOSE", "", squeezed, rendered=True)
    covered = both(_ADD_COVER, edit_paragraph(FINESS, lambda old: old.replace("</w:pPr>", f"</w:pPr>{_COVER}", 1)))
    yield Fault("mention recouverte par une image", "MODELE-TEXTE-INVISIBLE", "FINESS", covered, rendered=True)
    paired = table([80, 90], [cell(80, mention_line("siret")), cell(90, mention_line("finess"))])
    columns = both(without_mention("finess"), without_mention("siret"), before("Montant", paired + paragraph(run(" "))))
    yield Fault("deux colonnes", "MODELE-COTE-A-COTE", "siret", columns, rendered=True)
    one_line = both(
        without_mention("telephone"),
        edit_paragraph(
            "mention.mail.text",
            lambda old: (
                mention_line("telephone").replace("</w:p>", "")
                + re.sub(r"^<w:p>(<w:pPr>.*?</w:pPr>)?", "<w:r><w:t xml:space='preserve'>     </w:t></w:r>", old)
            ),
        ),
    )
    yield Fault("deux mentions sur une ligne", "MODELE-COTE-A-COTE", "telephone", one_line, rendered=True)
    many = before("mention.prestation_unique.text", "".join(paragraph(run("Annexe"), page_break()) for _ in range(3)))
    yield Fault("cinq pages", "MODELE-PAGES", "5", many, rendered=True)
    blank = before("Montant", paragraph(page_break()) + paragraph(page_break()))
    yield Fault("page blanche", "MODELE-PAGE-BLANCHE", "page 2", blank, rendered=True)
    floating = both(without_mention("finess"), before("mention.siret.text", floating_table(mention_line("finess"))))
    yield Fault("mention remontée par un tableau flottant", "MODELE-ORDRE-LECTURE", "finess", floating, rendered=True)
    wide = both(font("DejaVu Sans"), edit('<w:sz w:val="22"/>', '<w:sz w:val="28"/>', STYLES))
    yield Fault("police plus large en corps 14", "MENTION-COUPEE", "mention_etat", wide, rendered=True)
    spaced = edit_paragraph(
        FINESS, lambda old: old.replace("{{ mention.finess.value }}", "{{ mention.finess.value|replace('0', 'O') }}")
    )
    yield Fault("valeur récrite", "MENTION-ABSENTE", "finess", spaced, rendered=True)


def _styled_table() -> Change:
    """Set a mention in the first row of a table whose style sets that row white on dark blue."""
    style = (
        '<w:style w:type="table" w:styleId="Grille"><w:name w:val="Grille"/><w:tblStylePr w:type="firstRow"><w:rPr>'
        '<w:color w:val="FFFFFF"/></w:rPr><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="1F3864"/></w:tcPr>'
        "</w:tblStylePr></w:style></w:styles>"
    )
    look = '<w:tblPr><w:tblStyle w:val="Grille"/><w:tblLook w:val="04A0" w:firstRow="1"/>'

    def in_table(old: str) -> str:
        plain = table([178], [cell(178, old.replace('<w:pStyle w:val="Kept"/>', ""))])
        return plain.replace("<w:tblPr>", look, 1) + paragraph(run(" "))

    return both(edit("</w:styles>", style, STYLES), edit_paragraph(FINESS, in_table))


def _watermark(parts: Parts) -> None:
    """Let a black word of Word's run across the page, from the header."""
    shape = (
        '<w:p><w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape id="w" style="position:absolute;width:480pt;'
        'height:180pt;rotation:315;z-index:-1" fillcolor="black"><v:textpath string="BROUILLON"/></v:shape></w:pict>'
        "</w:r></w:p></w:hdr>"
    )
    edit("</w:hdr>", shape, "word/header1.xml")(parts)


def _field(instruction: str, result: str) -> str:
    """Return a field as Word writes those that hold others."""
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    return f"{begin}<w:r><w:instrText>{instruction}</w:instrText></w:r>{separate}<w:r><w:t>{result}</w:t></w:r>{end}"


FAULTS = (*_tags(), *_names(), *_forbidden(), *_omissions(), *_typography(), *_leftovers(), *_shown())


def _client_first(parts: Parts) -> None:
    """Let the client's block stand before the vendor's."""
    xml = parts[BODY].decode("utf-8")
    start = xml.index(tag("if mention.get('fournisseur')"))
    middle = xml.index(tag("if mention.get('client')"))
    end = xml.index(paragraph(run("Montant"), style="Heading1"))
    parts[BODY] = (xml[:start] + xml[middle:end] + xml[start:middle] + xml[end:]).encode("utf-8")


def _english(parts: Parts) -> None:
    """Say the headings in English as well, small and grey."""
    xml = parts[BODY].decode("utf-8")
    for text, said in (("Montant", "Amount"), ("Autres mentions", "Others")):
        old = paragraph_with(xml, f">{text}<")
        note = paragraph(
            '<w:r><w:rPr><w:i/><w:color w:val="595959"/><w:sz w:val="18"/></w:rPr>' + f"<w:t>{said}</w:t></w:r>"
        )
        xml = xml.replace(old, old + note, 1)
    parts[BODY] = xml.encode("utf-8")


def _logo(parts: Parts) -> None:
    """Put a picture of the vendor's own into the header."""
    stream = io.BytesIO()
    Image.new("RGB", (300, 90), (31, 56, 100)).save(stream, "PNG")
    parts["word/media/own.png"] = stream.getvalue()
    relation = f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rIdL" Type="{R}/image" Target="media/own.png"/></Relationships>'
    parts["word/_rels/header1.xml.rels"] = relation.encode()
    parts[TYPES] = parts[TYPES].replace(b"<Override", b'<Default Extension="png" ContentType="image/png"/><Override', 1)
    logo = drawing("rIdL", behind=False).replace("5400000", "1080000").replace("260000", "324000")
    edit(
        "{{ fournisseur.denomination_sociale }}</w:t></w:r>",
        f"{{{{ fournisseur.denomination_sociale }}}}</w:t></w:r>{logo}",
        "word/header1.xml",
    )(parts)


_TERMS = (
    paragraph(page_break())
    + paragraph(run("Conditions générales"), style="Heading1")
    + "".join(
        paragraph(run(f"Article {number}. Texte fictif, sans prix ni engagement, pour éprouver la mise en page."))
        for number in range(1, 25)
    )
)

RESTYLINGS: dict[str, tuple[str, tuple[Change, ...]]] = {
    "Noto Serif": ("bdc", (font("Noto Serif"),)),
    "titres et mentions en bleu": (
        "bdc",
        (edit('<w:b/><w:sz w:val="32"/>', '<w:b/><w:color w:val="1F3864"/><w:sz w:val="32"/>', STYLES), edit('<w:color w:val="000000"/>', '<w:color w:val="0000CC"/>', STYLES)),
    ),
    "client d'abord": ("bdc", (_client_first,)),
    "conditions générales en annexe": ("bdc", (edit("<w:sectPr>", _TERMS + "<w:sectPr>"),)),
    "logo dans l'en-tête": ("bdc", (_logo,)),
    "deux langues": ("bdc", (_english,)),
    "corps 11,5": ("bdc", (edit('<w:sz w:val="24"/><w:szCs w:val="24"/>', '<w:sz w:val="23"/><w:szCs w:val="23"/>', STYLES),)),
    "marges de 20 mm": ("bdc", (rename('w:right="794"', 'w:right="1134"'), rename('w:left="794"', 'w:left="1134"'))),
    "titres centrés": ("pv-pilote", (edit('<w:spacing w:before="160" w:after="80" w:line="440" w:lineRule="exact"/>', '<w:spacing w:before="160" w:after="80" w:line="440" w:lineRule="exact"/><w:jc w:val="center"/>', STYLES),)),
    "titres de section en bleu": ("va", (edit('<w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/>', '<w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:color w:val="1F3864"/>', STYLES),)),
    "cadre autour du montant": (
        "bdc",
        (edit_paragraph("mention.ligne_prestation.text", paragraph_properties('<w:pBdr><w:top w:val="single" w:sz="8" w:space="8" w:color="1F3864"/></w:pBdr>')),),
    ),
    "texte ajouté sans prix": ("bdc", (before("mention.prestation_unique.text", paragraph(run("Le présent bon de commande est régi par les conditions de l'appel à financement."))),)),
}  # fmt: skip


def main() -> None:
    """Write every template of the corpus."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, fault in enumerate(FAULTS, start=1):
        (folder / f"{number:02} {fault.code}.docx").write_bytes(fault.build())
    for name, (document, changes) in RESTYLINGS.items():
        (folder / f"{name}.docx").write_bytes(changed(document, *changes))


if __name__ == "__main__":
    main()
