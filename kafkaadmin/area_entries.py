"""The sidebar's entries: one for each area of a cluster that is open to the person."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

from core.web.markup import markup
from core.web.paths import reverse
from core.web.tags import icon

if TYPE_CHECKING:
    from kafkaadmin.areas import Area

ITEM = '<li><a href="{}" title="{}" data-key="{}"{}>{}<span>{}</span>{}</a></li>'
SHORTCUT = "<div><dt><kbd>g</kbd> <kbd>{}</kbd></dt><dd>{}</dd></div>"
CURRENT = SafeString(' aria-current="page"')


def entries_of(
    areas: Iterable["Area"], slug: str, here: "Area | None", numbers: dict[str, tuple[int, str]]
) -> dict[str, SafeString]:
    """Return the entries of the areas by section; of those that need no heading the section is empty.

    ``numbers`` has what is to be seen to in an area, by its view: how many, and of what.
    """
    entries: dict[str, list[str]] = {}
    for area in areas:
        number, noun = numbers.get(area.viewname, (0, ""))
        badge = markup('<span class="badge-critical" title="{0} {1}">{0}</span>', number, noun) if number else ""
        current, url = CURRENT if area == here else "", reverse(area.viewname, slug)
        entry = markup(ITEM, url, area.label, area.key, current, icon(area.icon), area.label, badge)
        entries.setdefault(area.section, []).append(entry)
    return {section: SafeString("".join(items)) for section, items in entries.items()}


def shortcuts_of(areas: Iterable["Area"]) -> SafeString:
    """Return the keys that lead to the areas, for the list of keys."""
    return SafeString("".join(markup(SHORTCUT, area.key, area.label) for area in areas if area.key))
