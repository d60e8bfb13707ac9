"""A real browser: Debian's Chromium, which `scripts/setup --tests` installs."""

import contextlib
import shutil
from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "chromium is missing: run scripts/setup --tests"
    with sync_playwright() as playwright:
        # As root, in containers, Chromium has no sandbox of its own.
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@contextlib.contextmanager
def tab(
    opened: Browser,
    address: str,
    *,
    width: int = 1280,
    lang: str = "fr",
    scheme: str = "light",
    scripts: bool = True,
) -> Iterator[Page]:
    """Open a tab that fails on an error of a script or a breach of the policy."""
    assert scheme in ("light", "dark")
    dark = scheme == "dark"
    context = opened.new_context(
        base_url=address,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        locale={"fr": "fr-FR", "en": "en-GB"}[lang],
        java_script_enabled=scripts,
    )
    errors: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert errors == []


def violations(page: Page) -> list[str]:
    """Return what axe-core finds, and whether the page is wider than its window."""
    found = Axe().run(page).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found] + ["too wide"] * wide
