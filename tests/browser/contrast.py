"""Whether text stands out: axe measures each look once, in whichever page it is met first.

A look is what the browser computed: the colour and size of a text, and what lies behind it. Whether that can be read
depends on nothing else, and most of a page looks like the page before. What axe has not passed is looked at again.
"""

from collections import defaultdict

from playwright.sync_api import Page

PASSED: defaultdict[str, set[str]] = defaultdict(set)  # the looks by theme
RULE = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "elementRef": True, "selectors": False}

# Two of a look are measured, for axe cannot tell of one that is covered or cut off.
MEASURE = """async ([passed, rule]) => {
  const FIELDS = "select, textarea, input:not([type=checkbox], [type=radio])";
  const SHOWN = { opacityProperty: true, visibilityProperty: true };
  const seen = new Set(passed), looks = new Map(), looking = new Map();
  const inSight = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.right > 0 && box.bottom + scrollY > 0;
  };
  const walk = (element, behind) => {
    const style = getComputedStyle(element);
    if (style.display === "none" || element.matches(":disabled, [aria-disabled=true]")) return;
    const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.position].join();
    const around = own === "rgba(0, 0, 0, 0),none,1,static" ? behind : `${behind}/${own}`;
    const text = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if ((text || element.matches(FIELDS)) && element.checkVisibility(SHOWN) && inSight(element)) {
      const look = [around, style.color, style.fontSize, style.fontWeight].join();
      if (!seen.has(look)) looks.set(look, [...(looks.get(look) ?? []), element]);
    }
    for (const child of element.children) walk(child, around);
  };
  walk(document.documentElement, "");
  for (const [look, elements] of looks) {
    for (const element of [elements[0], elements.at(-1)]) looking.set(element, look);
  }
  if (!looking.size) return { passed: [], violations: [] };
  const result = await axe.run({ include: [...looking.keys()] }, rule);
  const nodes = (rules) => rules.flatMap((rule) => rule.nodes);
  const onPicture = (node) => node.any[0]?.data?.messageKey === "bgImage";  // of which axe can never tell
  const judged = [...nodes(result.passes), ...nodes(result.incomplete).filter(onPicture)];
  return {
    passed: [...new Set(judged.map((node) => looking.get(node.element)).filter(Boolean))],
    violations: nodes(result.violations).map((node) => `${node.any[0].message}: ${node.html.slice(0, 120)}`),
  };
}"""


def too_faint(page: Page, theme: str) -> list[str]:
    """Return what axe has against the page's contrast, a line each."""
    result = page.evaluate(MEASURE, [sorted(PASSED[theme]), RULE])
    violations: list[str] = result["violations"]
    if not violations:
        PASSED[theme].update(result["passed"])
    return violations
