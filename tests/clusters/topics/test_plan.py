"""What a change to a topic would do, and what it warns of."""

from collections.abc import Collection

import pytest

from clusters.gateway.configs import ConfigEntry
from clusters.gateway.topics import NewTopic
from clusters.topics import plan
from core.plan import Plan, Step

MAY_DELETE = "This may delete existing records"


def entry(
    name: str, value: str | None, default: str | None = None, source: str = "DYNAMIC_TOPIC_CONFIG"
) -> ConfigEntry:
    return ConfigEntry(name, value, default, source, read_only=False, sensitive=False)


def changed(name: str, before: str | None, after: str) -> Plan:
    return plan.configure("orders", [entry(name, before)], {name: after}, ())


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("retention.ms", "7200000", "3600000"),
        ("retention.ms", "-1", "3600000"),
        ("retention.bytes", "-1", "1"),
        ("delete.retention.ms", "86400000", "0"),
        ("local.retention.ms", "20", "10"),
        ("local.retention.bytes", "20", "10"),
        ("cleanup.policy", "compact", "delete"),
        ("cleanup.policy", "delete", "compact"),
    ],
)
def test_keeping_less_than_now_says_that_messages_may_be_deleted(name: str, before: str, after: str) -> None:
    configured = changed(name, before, after)
    assert configured.destructive
    verb = "changed" if name == "cleanup.policy" else "lowered"
    assert configured.warnings[0] == f"{MAY_DELETE} ({name} {verb})."


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("retention.ms", "3600000", "7200000"),
        ("retention.ms", "3600000", "-1"),
        ("retention.bytes", "1", "-1"),
        ("local.retention.ms", "-1", "-2"),
        ("max.message.bytes", "1000", "2000"),
        ("min.insync.replicas", "2", "1"),
    ],
)
def test_keeping_as_much_or_more_warns_of_nothing(name: str, before: str, after: str) -> None:
    configured = changed(name, before, after)
    assert (configured.destructive, configured.warnings) == (False, ())
    assert configured.steps == (Step(name, before, after),)


def test_a_limit_that_nobody_knows_may_have_kept_everything() -> None:
    assert plan.configure("orders", [], {"retention.ms": "1000"}, ()).destructive
    assert changed("retention.ms", None, "1000").destructive


@pytest.mark.parametrize(("default", "destructive"), [("3600000", True), ("-1", False), ("9000000", False)])
def test_a_reset_to_a_shorter_default_warns_too(default: str, *, destructive: bool) -> None:
    configured = plan.configure("orders", [entry("retention.ms", "7200000", default)], {}, ("retention.ms",))
    assert configured.steps == (Step("retention.ms", "7200000", f"{default} (default)"),)
    assert configured.destructive is destructive


def test_all_that_may_delete_is_named_and_what_changes_nothing_is_left_out() -> None:
    entries = [entry("retention.ms", "20"), entry("retention.bytes", "20"), entry("compression.type", "zstd")]
    values = {"retention.ms": "10", "retention.bytes": "10", "compression.type": "zstd"}
    configured = plan.configure("orders", entries, values, ())
    assert configured.warnings == (f"{MAY_DELETE} (retention.bytes lowered, retention.ms lowered).",)
    assert [step.subject for step in configured.steps] == ["retention.bytes", "retention.ms"]
    inherited = entry("retention.ms", "20", "20", source="DEFAULT_CONFIG")
    assert plan.configure("orders", [inherited], {}, ("retention.ms",)).steps == ()


def test_a_new_topic_warns_where_one_broker_is_too_few() -> None:
    alone = plan.create(NewTopic("orders", 3, 1, {}))
    assert alone.steps == (Step("topic orders", None, "3 partitions, replication factor 1"),)
    assert "every broker restart" in alone.warnings[0]
    strict = plan.create(NewTopic("orders", 1, 2, {"min.insync.replicas": "2"}))
    assert "one broker down blocks acks=all" in strict.warnings[0]
    assert plan.create(NewTopic("orders", 1, 3, {"min.insync.replicas": "2"})).warnings == ()


def test_partitions_that_are_added_move_keys() -> None:
    added = plan.add_partitions("orders", 3, 6)
    assert added.steps == (Step("partitions", "3", "6"),)
    assert "Keys are redistributed" in added.warnings[0]


@pytest.mark.parametrize(
    ("name", "messages", "readers", "amount", "warnings"),
    [
        ("orders", None, (), "an unknown number", 1),
        ("orders", 1, (), "1 record", 1),
        ("orders", 0, ("shop", "bill"), "0 records", 2),
        ("__consumer_offsets", 5, (), "5 records", 2),
    ],
)
def test_a_deletion_says_what_is_lost(
    name: str, messages: int | None, readers: Collection[str], amount: str, warnings: int
) -> None:
    deleted = plan.delete(name, 3, messages, readers)
    assert deleted.steps == (Step(f"topic {name}", "3 partitions", None),)
    assert len(deleted.warnings) == warnings
    assert deleted.warnings[0] == f"Its records ({amount}) can't be restored."
    if readers:
        assert "bill, shop" in deleted.warnings[1]


def test_a_deletion_names_no_group_that_the_person_may_not_see() -> None:
    deleted = plan.delete("orders", 3, 0, {"shop"}, hidden_readers=2)
    assert deleted.warnings[1] == "Consumed by 3 groups: shop, 2 hidden from you."


def test_what_is_confirmed_does_not_change_while_records_are_written() -> None:
    assert plan.delete("orders", 3, 0, ()).digest == plan.delete("orders", 3, 999, {"new"}).digest
    assert plan.delete("orders", 3, 0, ()).digest != plan.delete("orders", 4, 0, ()).digest
