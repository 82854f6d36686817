"""A preview of many groups shows each one's partitions, folded and bounded."""

import pytest
from django.template.loader import render_to_string

from clusters.bulk.items import Change, Item
from clusters.bulk.kinds import KINDS
from clusters.bulk.showing import shown
from clusters.models import Cluster
from core.plan import Plan, Step

RESET = KINDS["groups/reset"]
LOCAL = Cluster(slug="local", name="local")


def item(group: str, partitions: int) -> Item:
    steps = tuple(Step(f"work-{number}", str(number), str(number + 7)) for number in range(partitions))
    plan = Plan("groups.reset", group, steps, ("Up to 7 records will be skipped.",))
    return Item(group, Change(plan, lambda: None, lambda: None))


def page_of(*items: Item) -> str:
    rows = shown(items, RESET, LOCAL)
    context = {"rows": rows, "items": items, "kind": RESET, "form": object(), "number": len(items)}
    return render_to_string("bulk/plans.html", context)


@pytest.mark.parametrize(
    ("groups", "partitions", "expected", "more"),
    [(1, 5, 5, 0), (1, 500, 500, 0), (1, 501, 500, 1), (50, 40, 10, 30), (200, 40, 5, 35)],
)
def test_steps_of_all_groups_together_are_bounded(groups: int, partitions: int, expected: int, more: int) -> None:
    rows = shown([item(f"g{number}", partitions) for number in range(groups)], RESET, LOCAL)
    assert {(len(row.steps), row.more, row.total) for row in rows} == {(expected, more, partitions)}


def test_each_group_shows_its_partitions_old_and_new() -> None:
    page = page_of(item("<b>hostile", 6), item("small", 2), Item("busy", problem="It has 1 member."))
    assert "<summary>6 changes</summary>" in page
    for text in ("<del>5</del>", "<ins>12</ins>", "work-5", "&lt;b&gt;hostile", "It has 1 member."):
        assert text in page
    assert page.count("<details>") == 1, "what is short is not folded"
    assert page.count('name="plan"') == 2


def test_what_is_left_out_is_counted_and_one_page_away() -> None:
    page = page_of(item("one/two", 600))
    assert "100 more changes" in page
    assert 'href="/clusters/local/groups/one%2Ftwo/reset/"' in page
