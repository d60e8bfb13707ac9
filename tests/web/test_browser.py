"""Each page's whole story in Chromium: an order, a document, a list, a template, the follow-up."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PIL import ImageDraw
from playwright.sync_api import Browser, Page, expect

from tests.web.browser import browser, tab, violations
from tests.web.jobs.test_lists import ROW, as_csv
from tests.web.server import ORDER, TEMPLATE, Served

pytestmark = pytest.mark.slow
# A busy machine answers late.
expect.set_options(timeout=60_000)

PAGES = ("commande", "verifier", "lot", "modele", "suivi")
# Keys pressed until something has the focus: the longest page has fewer fields.
MOST_KEYS = 120


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture(
    params=[(1280, "fr", "light"), (390, "en", "light"), (1280, "en", "dark"), (390, "fr", "dark")], ids=str
)
def page(request: pytest.FixtureRequest, chromium: Browser, site: Served) -> Iterator[Page]:
    width, lang, scheme = request.param
    with tab(chromium, f"{site.address}", width=width, lang=lang, scheme=scheme) as opened:
        yield opened


@pytest.fixture
def desk(chromium: Browser, site: Served) -> Iterator[Page]:
    """A French page of 1280 pixels."""
    with tab(chromium, site.address) as opened:
        yield opened


@pytest.fixture
def scan(tmp_path: Path, rendered: bytes) -> Path:
    """A scan of the first page, on which the vendor's name is covered."""
    image = pypdfium2.PdfDocument(rendered)[0].render(scale=200 / 72).to_pil().convert("L")
    ImageDraw.Draw(image).rectangle((150, 880, 1000, 960), fill=255)
    image.save(tmp_path / "scan.png", dpi=(200, 200))
    return tmp_path / "scan.png"


def upload(name: str, data: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def load_order(page: Page, lang: str = "fr") -> None:
    page.goto(f"/{lang}/commande")
    page.locator("details.load summary").click()
    page.set_input_files("#load", upload("commande.json", ORDER))  # type: ignore[arg-type]
    page.click("button[value=load]")
    # What is typed before the scripts have begun is not followed.
    page.wait_for_load_state()
    expect(page.locator("img.sheet").first).to_be_visible()


def lang_of(page: Page) -> str:
    page.goto("/")
    lang: str = page.locator("html").get_attribute("lang") or ""
    return lang


def test_pages_are_accessible_when_empty(page: Page) -> None:
    lang = lang_of(page)
    for name in PAGES:
        page.goto(f"/{lang}/{name}")
        assert page.locator("html").get_attribute("lang") == lang
        assert violations(page) == [], name


def test_order_follows_what_is_typed(page: Page) -> None:
    load_order(page, lang := lang_of(page))
    before = page.locator("img.sheet").first.get_attribute("src")
    page.fill("#f-client-denomination_sociale", "Hôpital Fictif du Test")
    expect(page.locator("img.sheet").first).not_to_have_attribute("src", before or "")
    assert violations(page) == []
    page.fill("#f-fournisseur-siret", "73282932000075")
    expect(page.locator("#f-fournisseur-siret-e")).to_contain_text("SIRET")
    expect(page.locator("#f-fournisseur-siret")).to_have_attribute("aria-invalid", "true")
    assert violations(page) == []
    page.fill("#f-fournisseur-siret", "73282932000074")
    expect(page.locator("#f-fournisseur-siret-e")).to_be_empty()
    expect(page.locator("#f-fournisseur-siret")).not_to_have_attribute("aria-invalid", "true")
    assert lang in page.url


@pytest.mark.parametrize(("action", "start"), [("pdf", b"%PDF-"), ("docx", b"PK"), ("zip", b"PK"), ("json", b"{")])
def test_order_is_downloaded(desk: Page, action: str, start: bytes) -> None:
    load_order(desk)
    with desk.expect_download() as download:
        desk.click(f"button[value={action}]")
    data = Path(download.value.path()).read_bytes()
    assert data.startswith(start)
    if action == "json":
        assert json.loads(data) == json.loads(ORDER)


def test_order_is_checked_and_rendered_without_scripts(chromium: Browser, site: Served) -> None:
    with tab(chromium, site.address, scripts=False) as page:
        load_order(page)
        page.fill("#f-fournisseur-siret", "73282932000075")
        page.get_by_role("button", name="Vérifier").click()
        page.wait_for_load_state()
        expect(page.locator("#f-fournisseur-siret-e")).to_contain_text("SIRET")
        page.fill("#f-fournisseur-siret", "73282932000074")
        page.get_by_role("button", name="Vérifier").click()
        page.wait_for_load_state()
        expect(page.locator("#f-fournisseur-siret-e")).to_be_empty()
        with page.expect_download() as download:
            page.click("button[value=pdf]")
        assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")


def test_establishment_of_the_base_is_proposed(desk: Page) -> None:
    load_order(desk)
    desk.fill("#f-client-finess_pmsi", "9900000")
    proposal = desk.locator(".proposals button").first
    expect(proposal).to_be_visible()
    said = proposal.inner_text()
    proposal.click()
    desk.wait_for_load_state()
    name, finess = desk.input_value("#f-client-denomination_sociale"), desk.input_value("#f-client-finess_pmsi")
    assert finess.startswith("9900000")
    assert finess in said
    assert name in said


def test_form_works_with_the_keyboard_alone(desk: Page) -> None:
    desk.goto("/fr/commande")
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.className") == "skip"
    desk.keyboard.press("Enter")
    reached = set()
    for _ in range(MOST_KEYS):
        desk.keyboard.press("Tab")
        name = desk.evaluate("document.activeElement.name || ''")
        reached.add(name)
        if name == "/numero":
            desk.keyboard.type("BC-1")
        if desk.evaluate("document.activeElement.value") == "json":
            break
    assert {"/reference", "/numero", "/client/finess_pmsi", "/montant/ht"} <= reached
    with desk.expect_download() as download:
        desk.keyboard.press("Enter")
    assert json.loads(Path(download.value.path()).read_bytes())["numero"] == "BC-1"


def test_document_is_verified(page: Page, rendered: bytes, scan: Path) -> None:
    lang = lang_of(page)
    page.goto(f"/{lang}/verifier")
    page.set_input_files("#file", [upload("bdc.pdf", rendered), upload("scan.png", scan.read_bytes())])  # type: ignore[arg-type]
    page.click("button.main")
    good, bad = page.locator("article").all() if page.wait_for_selector("article") else []
    expect(good.locator(".verdict")).to_contain_text({"fr": "Conforme", "en": "Compliant"}[lang])
    expect(good.locator("img.sheet")).to_have_count(2)
    expect(bad.locator(".verdict")).to_contain_text({"fr": "Non conforme", "en": "Not compliant"}[lang])
    expect(bad.locator("tbody .badge.bad").first).to_be_visible()
    expect(bad.locator("img.crop").first).to_be_visible()
    assert violations(page) == []


def test_list_becomes_documents(page: Page) -> None:
    lang = lang_of(page)
    page.goto(f"/{lang}/lot")
    wrong = ("990000010", *ROW[1:3], "abc", *ROW[4:])
    page.set_input_files("#orders", upload("clients.csv", as_csv(ROW, wrong)))  # type: ignore[arg-type]
    page.click("button.main")
    expect(page.locator("select[name='column.client.finess_pmsi']")).to_have_value("A")
    assert violations(page) == []
    page.click("button[value=import]")
    expect(page.locator("p.verdict.bad")).to_be_visible()
    assert violations(page) == []
    vendor = json.loads(ORDER)
    page.set_input_files("#vendor", upload("fournisseur.json", json.dumps(vendor).encode()))  # type: ignore[arg-type]
    page.fill("[name='value.reference']", "AF-HOP-DPI-Va2")
    page.fill("[name='value.prestation']", "V2")
    for question in page.locator("[name^='value.scenario.']").all():
        is_date = "date" in (question.get_attribute("name") or "")
        question.fill("02/11/2026" if is_date else "oui")
    page.click("button[value=import]")
    expect(page.locator(".verdict.good")).to_contain_text("1")
    expect(page.locator("tbody")).to_contain_text("abc")
    assert violations(page) == []
    page.click("button.main")
    with page.expect_download() as download:
        page.locator("a.button.main").click(timeout=60_000)
    names = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())).namelist()
    assert len([name for name in names if name.endswith(".pdf")]) == 1
    assert {"rapport.html", "rapport.json", "manifest.jsonl"} <= set(names)
    assert violations(page) == []


def test_template_shows_where_it_is_wrong(page: Page) -> None:
    lang = lang_of(page)
    source, stream = zipfile.ZipFile(io.BytesIO(TEMPLATE)), io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bad:
        for name in source.namelist():
            bad.writestr(name, source.read(name).replace(b"mention.siret.text", b"mention.siret.texte"))
    page.goto(f"/{lang}/modele")
    page.set_input_files("#template", upload("modele.docx", stream.getvalue()))  # type: ignore[arg-type]
    page.click("button.main")
    expect(page.locator(".verdict.bad")).to_be_visible()
    expect(page.locator(".findings")).to_contain_text("MODELE-NOM-INCONNU")
    expect(page.locator("img.sheet").first).to_be_visible()
    assert violations(page) == []
    page.set_input_files("#template", upload("modele.docx", TEMPLATE))  # type: ignore[arg-type]
    page.click("button.main")
    expect(page.locator(".verdict.good")).to_be_visible()
    expect(page.locator("img.sheet")).to_have_count(4)
    assert violations(page) == []


def test_followup_is_sorted_and_filtered(page: Page) -> None:
    lang = lang_of(page)
    page.goto(f"/{lang}/suivi")
    assert page.locator("tbody tr").count() == 3
    numbers = sorted(page.locator("tbody th").all_inner_texts())
    page.locator("thead a").nth(2).click()
    expect(page.locator("tbody th")).to_have_text(numbers)
    page.locator("thead a").nth(2).click()
    expect(page.locator("tbody th")).to_have_text(numbers[::-1])
    page.fill("#q", numbers[0])
    page.click("button.main")
    expect(page.locator("tbody th")).to_have_text([numbers[0]])
    page.wait_for_load_state()
    assert violations(page) == []
    for name, start in ((".csv", b"\xef\xbb\xbfreference;"), (".ics", b"BEGIN:VCALENDAR")):
        with page.expect_download() as download:
            page.click(f"a[href$='{name}']")
        assert Path(download.value.path()).read_bytes().startswith(start)


@pytest.mark.parametrize("name", ["verifier", "modele", "lot"])
def test_errors_are_shown_on_their_page(desk: Page, name: str) -> None:
    desk.goto(f"/fr/{name}")
    desk.set_input_files("input.drop", upload("rien.pdf", b"nothing"))  # type: ignore[arg-type]
    desk.click("button.main")
    expect(desk.locator(".verdict.bad").first).to_be_visible()
    assert violations(desk) == []


def test_pages_fit_a_wide_window(chromium: Browser, site: Served) -> None:
    with tab(chromium, site.address, width=1920) as wide:
        load_order(wide)
        assert violations(wide) == []
        form, preview = wide.locator("#order").bounding_box(), wide.locator("#resultat").bounding_box()
        assert form is not None
        assert preview is not None
        assert form["x"] + form["width"] <= preview["x"]
