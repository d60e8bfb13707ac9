"""Measure the page of an order: milliseconds from a keystroke to the new picture of the document, in Chromium.

python -m benchmarks.preview --keys 60
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.web.browser import browser, tab
from tests.web.server import ORDER, served

# Resolves with the milliseconds from the keystroke to the new picture, painted.
_MEASURE = """
async ([selector, letter]) => {
  const field = document.querySelector(selector), result = document.querySelector("#resultat");
  const before = result.querySelector("img.sheet").src;
  const began = performance.now();
  field.value += letter;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const typed = performance.now() - began;
  await new Promise((done) => {
    setTimeout(() => done(), 10000);
    const look = () => {
      const image = result.querySelector("img.sheet");
      if (image && image.src !== before) image.decode().then(() => requestAnimationFrame(done));
      else requestAnimationFrame(look);
    };
    look();
  });
  return [performance.now() - began, typed];
}
"""
_FIELD = "#f-client-denomination_sociale"


def measure(page: Page, keys: int) -> tuple[list[float], list[float]]:
    """Return for each key the milliseconds to the new picture, and those in which the page took no input."""
    page.goto("/fr/commande")
    page.locator("details.load summary").click()
    upload = {"name": "commande.json", "mimeType": "application/json", "buffer": ORDER}
    page.set_input_files("#load", upload)  # type: ignore[arg-type]
    page.click("button[value=load]")
    page.wait_for_selector("img.sheet")
    measured = [page.evaluate(_MEASURE, [_FIELD, "abcdefghij"[number % 10]]) for number in range(keys)]
    return [each[0] for each in measured], [each[1] for each in measured]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=60)
    keys = parser.parse_args().keys
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder) / "state") as server,
        browser() as chromium,
        tab(chromium, server.address) as page,
    ):
        times, typed = measure(page, keys)
    slow = sorted(times)[int(len(times) * 0.95)]
    print(f"keystroke to new page: median {statistics.median(times):.0f} ms, 95 of 100 within {slow:.0f} ms")
    print(f"input blocked: at most {max(typed):.1f} ms ({len(times)} keys)")


if __name__ == "__main__":
    main()
