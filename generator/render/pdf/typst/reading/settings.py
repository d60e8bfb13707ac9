"""The settings of a DOCX that change its pages (ECMA-376 part 1, 17.15)."""

from dataclasses import dataclass

from lxml import etree

from generator.render.pdf.typst.reading.attributes import (
    Notes,
    W,
    is_on,
    note_value,
    read_integer,
    read_length,
    value_of,
    xml_name,
)

# The mode of Word 2013, where tables begin at the margin with their edge instead of their text.
WORD_2013, _WORD_2007, _LAST_MODE = 15, 12, 16
_HARMLESS = frozenset(
    """
        zoom view proofState rsids mathPr themeFontLang clrSchemeMapping decimalSymbol listSeparator
        hdrShapeDefaults footnotePr endnotePr shapeDefaults savePreviewPicture hideSpellingErrors
        hideGrammaticalErrors activeWritingStyle stylePaneFormatFilter stylePaneSortMethod linkStyles updateFields
        doNotTrackMoves trackRevisions documentProtection hyphenationZone doNotHyphenateCaps consecutiveHyphenLimit
        characterSpacingControl displayHorizontalDrawingGridEvery displayVerticalDrawingGridEvery
        drawingGridHorizontalSpacing drawingGridVerticalSpacing drawingGridHorizontalOrigin
        drawingGridVerticalOrigin doNotUseMarginsForDrawingGridOrigin embedTrueTypeFonts saveSubsetFonts
        embedSystemFonts documentType docVars doNotValidateAgainstSchema saveInvalidXml ignoreMixedContent
        alwaysShowPlaceholderText doNotDemarcateInvalidXml saveXmlDataOnly useXSLTWhenSaving showXMLTags
        alwaysMergeEmptyNamespace removePersonalInformation removeDateAndTime doNotDisplayPageBoundaries
        displayBackgroundShape printPostScriptOverText doNotShadeFormData noPunctuationKerning schemaLibrary
        forceUpgrade captions readModeInkLockDown smartTagType doNotIncludeSubdocsInStats doNotAutoCompressPictures
        doNotEmbedSmartTags defaultTableStyle writeProtection docId chartTrackingRefBased defaultImageDpi
        conflictMode discardImageEditingData persistentDocumentId
        """.split()  # noqa: SIM905  # a list that is read, not typed
)
_COMPAT_HARMLESS = frozenset(
    """
        useFELayout spaceForUL balanceSingleByteDoubleByteWidth doNotLeaveBackslashAlone ulTrailSpace
        adjustLineHeightInTable growAutofit doNotUseHTMLParagraphAutoSpacing useNormalStyleForList
        doNotUseIndentAsNumberingTabStop useAltKinsokuLineBreakRules allowSpaceOfSameStyleInTable
        doNotAutofitConstrainedTables autofitToFirstFixedWidthCell underlineTabInNumList displayHangulFixedWidth
        splitPgBreakAndParaMark doNotVertAlignCellWithSp doNotBreakConstrainedForcedTable doNotVertAlignInTxbx
        useAnsiKerningPairs cachedColBalance ignoreMixedContent
        """.split()  # noqa: SIM905  # a list that is read, not typed
)
# What they change is not in what the engine typesets (MS-DOCX 2.3).
_KNOWN_SETTINGS = frozenset(
    (
        *("overrideTableStyleFontSizeAndJustification", "enableOpenTypeFeatures", "doNotFlipMirrorIndents"),
        *("differentiateMultirowTableHeaders", "useWord2013TrackBottomHyphenation"),
        *("allowHyphenationAtTrackBottom", "allowTextAfterFloatingTableBreak"),
    )
)
_OFF = frozenset(("0", "false", "off", "none"))


@dataclass(frozen=True, slots=True)
class DocumentSettings:
    """What the settings part says of pages.

    Attributes:
        default_tab: the distance between tab stops where a paragraph has none, in points.
        even_and_odd: even pages have headers and footers of their own.
        hyphenates: words are broken at the ends of lines, in paragraphs that do not suppress it.
        mode: the version of Word whose layout is asked for, 15 for Word 2013 and later.
    """

    default_tab: float = 36.0
    even_and_odd: bool = False
    hyphenates: bool = False
    mode: int = 12


def read_settings(root: etree._Element | None, notes: Notes) -> DocumentSettings:
    """Return the settings of a settings part, None where a document has none; note those that are not supported."""
    # The mode of a document that names none.
    tab, even, hyphenates, mode = 36.0, False, False, _WORD_2007
    for child in root if root is not None else ():
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if name == "defaultTabStop":
            tab = read_length(child, notes, least=1.0, default=tab)
        elif name == "evenAndOddHeaders":
            even = is_on(child, notes)
        elif name == "compat":
            mode = _read_compat(child, notes)
        elif name == "autoHyphenation":
            hyphenates = is_on(child, notes)
        # A setting that is off changes nothing.
        elif name and name not in _HARMLESS and value_of(child) not in _OFF:
            notes.add(xml_name(child.tag))
    return DocumentSettings(tab, even, hyphenates, mode)


def _read_compat(element: etree._Element, notes: Notes) -> int:
    mode = _WORD_2007
    for child in element:
        name = str(child.tag).removeprefix(W)
        setting = value_of(child, "name")
        if name == "compatSetting" and setting == "compatibilityMode":
            mode = read_integer(child, notes, most=_LAST_MODE, default=mode)
        elif name == "compatSetting":
            if setting not in _KNOWN_SETTINGS or value_of(child) not in {"0", "1"}:
                note_value(child, f"{W}name", setting, notes)
        elif name not in _COMPAT_HARMLESS and value_of(child) not in _OFF:
            notes.add(xml_name(child.tag))
    return mode
