from dataclasses import replace

from clusters.gateway.brokers import BrokerLogDirs
from clusters.gateway.cluster import Broker
from clusters.gateway.groups.describing import GroupListing, GroupOffsets
from clusters.gateway.offsets import Watermarks
from clusters.gateway.topics import Metadata, Partition, TopicDescription
from clusters.inventory import rows
from clusters.inventory.health import Counts, health

TOPIC = TopicDescription(
    "t",
    False,
    (Partition(0, 1, (1, 2), (1, 2)), Partition(1, None, (3,), ()), Partition(2, 1, (1, 3), (1,))),
)
METADATA = Metadata("id", 1, (Broker(1, "a", 1), Broker(2, "b", 2)), (TOPIC,))


def test_a_topic_counts_what_is_wrong_with_it() -> None:
    row = rows.topic_row(TOPIC, rows.TopicConfig("delete", 1000, 2), {}, {})
    assert (row["offline"], row["under_replicated"], row["under_min_isr"]) == (1, 2, 2)
    assert (row["messages"], row["size"]) == (None, None)


def test_a_single_replica_is_enough_where_there_is_no_other() -> None:
    alone = TopicDescription("alone", False, (Partition(0, 1, (1,), (1,)),))
    assert rows.topic_row(alone, rows.TopicConfig("delete", 1000, 2), {}, {})["under_min_isr"] == 0


def test_messages_are_known_only_when_every_partition_is() -> None:
    marks = {("t", 0): Watermarks(5, 10), ("t", 1): Watermarks(0, 1)}
    assert rows.messages(TOPIC, marks) is None
    assert rows.messages(TOPIC, {**marks, ("t", 2): Watermarks(0, 4)}) == 10


def test_without_a_config_nobody_claims_to_know_the_min_isr() -> None:
    assert rows.topic_row(TOPIC, rows.TopicConfig(), {}, {})["under_min_isr"] is None


def test_a_broker_that_is_gone_but_holds_replicas_is_down() -> None:
    brokers = rows.broker_rows(METADATA, [], {})
    assert (brokers[1]["online"], brokers[3]["online"]) == (True, False)
    assert (brokers[1]["leaders"], brokers[3]["replicas"], brokers[3]["out_of_sync"]) == (2, 2, 2)


def test_sizes_are_not_summed_while_a_broker_is_silent() -> None:
    part = BrokerLogDirs(1, (), {("t", 0): 100})
    assert rows.topic_sizes([part], [1], [1, 2]) == {}
    assert rows.topic_sizes([part, BrokerLogDirs(2, (), {("t", 0): 100})], [1, 2], [1, 2]) == {"t": 200}


def test_lag_is_summed_from_what_is_known_and_counts_the_rest() -> None:
    offsets = GroupOffsets("g", {("t", 0): 5, ("t", 1): None, ("u", 0): 9})
    behind = rows.behind_by_topic(offsets, {("t", 0): 8, ("t", 1): 4, ("u", 0): None})
    row = rows.group_row(GroupListing("g", "Empty", "classic", "", 1), None, behind)
    assert (row["lag"], row["unknown"], row["topics"]) == (3, 2, 2)
    assert "members" not in row


def test_a_lag_of_which_nothing_is_known_is_unknown_and_not_zero() -> None:
    offsets = GroupOffsets("g", {("t", 0): 5, ("t", 1): None})
    behind = rows.behind_by_topic(offsets, {("t", 0): None, ("t", 1): 4})
    assert (behind["t"].lag, behind["t"].unknown) == (None, 2)
    row = rows.group_row(GroupListing("g", "Empty", "classic", "", 1), None, behind)
    assert (row["lag"], row["unknown"], row["topics"]) == (None, 2, 1)


def test_a_lag_that_is_known_to_be_zero_is_zero() -> None:
    behind = rows.behind_by_topic(GroupOffsets("g", {("t", 0): 5, ("t", 1): None}), {("t", 0): 5})
    assert (behind["t"].lag, behind["t"].unknown) == (0, 1)
    assert rows.Behind().lag is None


def test_only_what_changed_is_written() -> None:
    stored = {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 2}, "gone": {"x": 0, "y": 0}}
    change = rows.difference(stored, {"a": {"x": 1}, "b": {"x": 3, "y": 2}, "new": {"x": 5}})
    assert change.add == {"new": {"x": 5}}
    assert change.alter == {"b": {"x": 3}}
    assert change.remove == {"gone"}


def test_health_is_one_sentence_with_the_worst_first() -> None:
    assert health(Counts(), ever_seen=False).level == "unknown"
    good = health(Counts(brokers=3, partitions=1200))
    assert (good.level, good.sentence) == ("ok", "All 1,200 partitions have a leader and are fully replicated.")
    bad = health(Counts(partitions=9, offline=1, under_replicated=3, brokers_offline=(2,)))
    assert bad.level == "critical"
    assert bad.sentence.startswith("1 partition offline (no leader)")
    assert "broker 2 is down" in bad.sentence
    assert health(Counts(), "refused").level == "critical"


def test_health_is_one_word() -> None:
    fine = Counts(partitions=9)
    healths = (health(fine), health(replace(fine, under_replicated=1)), health(replace(fine, offline=1)))
    assert [state.word for state in healths] == ["Healthy", "Degraded", "Critical"]
    assert [health(fine, "refused").word, health(Counts(), "refused", ever_seen=False).word] == ["Unreachable"] * 2
    assert health(Counts(), ever_seen=False).word == "Unknown"
