"""What optical engines find wrong with a template, apart from what finds it: kinds are known without engines."""

from __future__ import annotations

from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import define

MODELE_LECTURE = define(
    "MODELE-LECTURE", ERROR,
    fr="la mention « {id} » ne se relit pas ({by})", en="the mention “{id}” does not read back ({by})",
    fix_fr="la mettre en noir, sans rien à côté, plus grande ou dans une police plus claire",
    fix_en="set it in black, with nothing beside it, larger or in a clearer face",
    source="Webinaire SESAN : « La présence de ces mentions est contrôlée automatiquement par lecteur optique »",
)  # fmt: skip
MODELE_LECTURE_FRAGILE = define(
    "MODELE-LECTURE-FRAGILE", WARNING,
    fr="la mention « {id} » ne se relit pas une fois la page abîmée ({by})",
    en="the mention “{id}” does not read back once the page is worn ({by})",
    fix_fr="rien d'obligé : un scan net se lit ; une police plus claire ou plus d'air autour résistent mieux",
    fix_en="nothing that must be: a sharp scan reads; a clearer face or more air around it withstand more",
)  # fmt: skip
