"""The sidebar's entries: one for each area of a cluster that is open to the person."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

from core.web.markup import markup
from core.web.paths import reverse
from core.web.tags import icon

if TYPE_CHECKING:
    from kafkaadmin.areas import Area

LINK = '<a href="{}" title="{}" data-key="{}"{}>{}<span>{}</span>{}</a>'
CURRENT = SafeString(' aria-current="page"')


@dataclass(frozen=True)
class AreaEntry:
    """An area's place in the sidebar, and its link."""

    section: str
    link: SafeString


def entries_of(
    areas: Iterable["Area"], slug: str, here: "Area | None", numbers: dict[str, tuple[int, str]]
) -> Iterator[AreaEntry]:
    """Yield an entry for each area; ``numbers`` has what is to be seen to there by view: how many, and of what."""
    for area in areas:
        number, noun = numbers.get(area.viewname, (0, ""))
        badge = markup('<span class="badge-critical" title="{0} {1}">{0}</span>', number, noun) if number else ""
        current = CURRENT if area == here else ""
        url = reverse(area.viewname, slug)
        yield AreaEntry(
            area.section, markup(LINK, url, area.label, area.key, current, icon(area.icon), area.label, badge)
        )
