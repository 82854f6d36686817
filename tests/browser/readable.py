"""Whether everybody can read a page: nothing wider than the screen, no violation of axe's rules, in each look."""

from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import picture
from tests.browser.contrast import too_faint

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Each look with what another one does not show: contrast does not depend on the width, nothing else on the theme.
RULES = {"runOnly": LEVELS, "resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": False}}}
WITH_RULES, WITH_CONTRAST = ("1440-light", "390-light"), ("1440-light", "1440-dark")
ROWS = {"include": [["html"]], "exclude": [["tbody tr:nth-child(n+30)"]]}  # of hundreds of the same kind


def looks(page: Page) -> Iterator[str]:
    """Show the page in each theme at each width, and say which."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no colour is on its way
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            yield f"{width}-{scheme}"


# Tables that stick out of what they stand in.
STICKING_OUT = """() => [...document.querySelectorAll("main table")].filter((table) => {
  const around = table.parentElement;
  const over = table.getBoundingClientRect().right - around.getBoundingClientRect().right;
  return over > 1 && getComputedStyle(around).overflowX === "visible";
}).map((table) => table.caption?.textContent ?? table.className)"""


def assert_readable(page: Page, name: str = "") -> None:
    """Look at a page in both themes at both widths, and keep a picture of each look if it has a name."""
    have_axe(page)
    for look in looks(page):
        if name:
            picture(page, f"{name}-{look}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), look
        assert violations(page, look) == [], look
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.evaluate(STICKING_OUT) == []


def have_axe(page: Page) -> None:
    """Give axe to the page, and to those that follow it there: it is half a megabyte."""
    if not page.evaluate("'axe' in window"):
        script = Axe().axe_script
        page.add_init_script(script)
        page.evaluate(script)


def violations(page: Page, look: str) -> list[str]:
    """Return what axe has against a look, a line each."""
    lines: list[str] = []
    if look in WITH_RULES:
        result = page.evaluate("([rows, rules]) => axe.run(rows, rules)", [ROWS, RULES])
        lines += [said(violation) for violation in result["violations"]]
    if look in WITH_CONTRAST:
        lines += too_faint(page, look.rpartition("-")[2])
    return lines


def said(violation: dict[str, object]) -> str:
    """Say what is wrong where, in a line."""
    nodes = violation["nodes"]
    assert isinstance(nodes, list)
    return f"{violation['id']}: {'; '.join(node['html'][:120] for node in nodes[:4])}"
