"""Draw the pictures of the guide to `segurdoc serve`: `python -m tests.web.pictures` after a change of the pages."""

import io
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.conftest import ROOT, VALID
from tests.web.browser import browser, tab
from tests.web.jobs.test_lists import ROW, as_csv
from tests.web.server import ORDER, TEMPLATE, served

FOLDER = ROOT / "docs" / "images"
WIDE, NARROW = 1280, 390
_COLOURS = 48


def _upload(page: Page, field: str, name: str, data: bytes) -> None:
    page.set_input_files(field, {"name": name, "mimeType": "application/octet-stream", "buffer": data})


def _order(page: Page) -> None:
    page.goto("/fr/commande")
    page.locator("details.load summary").click()
    _upload(page, "#load", "commande.json", ORDER)
    page.click("button[value=load]")
    page.wait_for_selector("img.sheet")


def _verify(page: Page) -> None:
    pdf = page.request.post("/api/v1/render", data=ORDER, headers={"Content-Type": "application/json"}).body()
    page.goto("/fr/verifier")
    _upload(page, "#file", "bdc.pdf", pdf)
    page.click("button.main")
    page.locator("article details summary").click()
    page.locator("article").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('article').scrollIntoView()")


def _batch(page: Page) -> None:
    page.goto("/fr/lot")
    _upload(page, "#orders", "clients.csv", as_csv(ROW))
    page.click("button.main")
    page.wait_for_selector("table.columns")


def _template(page: Page) -> None:
    page.goto("/fr/modele")
    _upload(page, "#template", "modele.docx", TEMPLATE)
    page.click("button.main")
    page.wait_for_selector(".verdict")
    page.evaluate("document.querySelector('section.results').scrollIntoView()")


def _followup(page: Page) -> None:
    page.goto("/fr/suivi")


STORIES: dict[str, Callable[[Page], None]] = {
    "service-commande": _order,
    "service-verifier": _verify,
    "service-lot": _batch,
    "service-modele": _template,
    "service-suivi": _followup,
}


def main() -> None:
    """Write the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        orders = Path(folder) / "orders"
        orders.mkdir()
        for path in sorted(VALID.glob("*.json")):
            value = json.loads(path.read_bytes())
            value["fournisseur"].pop("logo", None)
            (orders / path.name).write_text(json.dumps(value), "utf-8")
        with served(Path(folder) / "state", "--orders", str(orders)) as server, browser() as chromium:
            for name, story in STORIES.items():
                with tab(chromium, server.address, width=WIDE) as page:
                    story(page)
                    _write(f"{name}.png", page.screenshot())
            with tab(chromium, server.address, width=NARROW) as page:
                _verify(page)
                _write("service-verifier-390.png", page.screenshot())


def _write(name: str, picture: bytes) -> None:
    few = Image.open(io.BytesIO(picture)).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(FOLDER / name, optimize=True)


if __name__ == "__main__":
    main()
