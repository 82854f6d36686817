"""The plans of what was selected, as a preview shows them: what is long is folded, and of all together bounded."""

from collections.abc import Sequence
from dataclasses import dataclass

from clusters.bulk.items import Item
from clusters.bulk.kinds import Kind
from clusters.models import Cluster
from core.plan import Step
from core.web.paths import reverse

MOST, FEWEST = 500, 5  # steps of all items together, and of each
UNFOLDED = 5  # as many are shown at once


@dataclass(frozen=True)
class ShownItem:
    """An item with the steps that are shown, how many more there are, and the page that shows them all."""

    item: Item
    steps: tuple[Step, ...] = ()
    more: int = 0
    url: str = ""

    @property
    def total(self) -> int:
        return len(self.steps) + self.more

    @property
    def is_folded(self) -> bool:
        return self.total > UNFOLDED


def shown(items: Sequence[Item], kind: Kind, cluster: Cluster) -> list[ShownItem]:
    """Return items with as many steps as a page can have."""
    bound = max(FEWEST, MOST // max(1, len(items)))
    return [shown_item(item, bound, kind, cluster) for item in items]


def shown_item(item: Item, bound: int, kind: Kind, cluster: Cluster) -> ShownItem:
    steps = item.change.plan.steps[: kind.steps] if item.change else ()
    url = reverse(kind.page_of_one, cluster.slug, item.name) if kind.page_of_one else ""
    return ShownItem(item, steps[:bound], max(0, len(steps) - bound), url)
