"""Takes the README's pictures from a running demo: ``make demo`` in one terminal, ``make screenshots`` in another."""

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS

URL = "http://127.0.0.1:8080"
PAGES = {
    "overview": "/clusters/demo/",
    "topics": "/clusters/demo/topics/",
    "groups": "/clusters/demo/groups/",
    "evidence": "/clusters/demo/lag/groups/search-indexer/search.updates/0/",
    "metrics": "/clusters/demo/metrics/?range=15m",
    "group": "/clusters/demo/groups/payments-settlement/",
    "messages": "/clusters/demo/topics/orders/messages/",
}
FOLDER = Path("docs/images")


def main() -> None:
    """Take every picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 640})
        page.goto(URL)
        page.fill("[name=username]", "admin")
        page.fill("[name=password]", "admin")
        page.press("[name=password]", "Enter")
        page.wait_for_selector("header.bar")
        for name, path in PAGES.items():
            page.goto(URL + path, wait_until="networkidle")  # with the charts that come afterwards
            page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    main()
