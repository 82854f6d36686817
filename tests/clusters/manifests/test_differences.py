"""In what a cluster differs from a manifest: every kind of thing, missing, different and not listed."""

import pytest

from clusters.acls.templates import allow
from clusters.gateway.access.users import ScramCredential
from clusters.gateway.configs import ConfigEntry
from clusters.gateway.quotas import Entity
from clusters.gateway.topics import NewTopic
from clusters.manifests.differences import (
    AclNotListed,
    AclsMissing,
    CannotApply,
    ConfigsDiffer,
    CredentialsNotListed,
    Difference,
    PartitionsMissing,
    QuotasDiffer,
    TopicMissing,
    TopicNotListed,
    differences,
)
from clusters.manifests.present import Present, PresentTopic
from clusters.manifests.reading import read

READ_ORDERS = allow("User:app", "*", "READ", "TOPIC", "orders", "LITERAL")
READ_OTHER = allow("User:other", "*", "READ", "TOPIC", "orders", "LITERAL")
PLAIN = (False, False)  # neither read-only nor sensitive
PRESENT = Present(
    {
        "orders": PresentTopic(
            3,
            1,
            (
                ConfigEntry(
                    "retention.ms", "1000", "604800000", "DYNAMIC_TOPIC_CONFIG", read_only=False, sensitive=False
                ),
                ConfigEntry("cleanup.policy", "delete", "delete", "DEFAULT_CONFIG", read_only=False, sensitive=False),
            ),
        ),
        "_confluent-x": PresentTopic(1, 1),
    },
    frozenset({READ_ORDERS, READ_OTHER}),
    (ScramCredential("app", "SCRAM-SHA-256", 4096), ScramCredential("app", "SCRAM-SHA-512", 4096)),
    {Entity("app"): {"producer_byte_rate": 1.0, "consumer_byte_rate": 2.0}},
)
ORDERS = TopicNotListed("orders")
ACL = "{principal: 'User:app', resource_type: TOPIC, resource_name: orders, operation: READ}"


@pytest.mark.parametrize(
    ("text", "added", "removed"),
    [
        ("topics: {orders: {partitions: 3, replication_factor: 1, configs: {retention.ms: 1000}}}", [],
         [TopicNotListed("_confluent-x")]),
        ("topics: {orders: {configs: {cleanup.policy: delete}}}", [],
         [ConfigsDiffer("orders", {}, ("retention.ms",)), TopicNotListed("_confluent-x")]),
        ("topics: {orders: {configs: {retention.ms: 5, cleanup.policy: compact}}, _confluent-x: }",
         [ConfigsDiffer("orders", {"retention.ms": "5", "cleanup.policy": "compact"})], []),
        ("topics: {orders: {partitions: 5, configs: {retention.ms: 1000}}, _confluent-x: }",
         [PartitionsMissing("orders", 3, 5)], []),
        ("topics: {orders: {partitions: 2, configs: {retention.ms: 1000}}, _confluent-x: }",
         [CannotApply("topic orders", "It has 3 partitions and the file says 2: partitions can't be removed.",
                      "topics", "orders")], []),
        ("topics: {new: {partitions: 2, replication_factor: 1, configs: {a: b}}}",
         [TopicMissing(NewTopic("new", 2, 1, {"a": "b"}))], [TopicNotListed("_confluent-x"), ORDERS]),
        ("settings: {topics: {blacklist: {prefixed: [_conf]}}}\ntopics: {new: {partitions: 2, replication: 1}}",
         [TopicMissing(NewTopic("new", 2, 1, {}))], [ORDERS]),
        (f"acls: [{ACL}]", [], [AclNotListed(READ_OTHER)]),
        (f"acls: [{ACL.replace('READ', 'WRITE')}]",
         [AclsMissing("User:app", (allow("User:app", "*", "WRITE", "TOPIC", "orders", "LITERAL"),))],
         [AclNotListed(READ_ORDERS), AclNotListed(READ_OTHER)]),
        ("acls: []", [], [AclNotListed(READ_ORDERS), AclNotListed(READ_OTHER)]),
        ("apiVersion: kafka.strimzi.io/v1\nkind: KafkaUser\nmetadata: {name: app}\nspec: {}", [],
         [AclNotListed(READ_ORDERS)]),
        ("users: {app: {mechanisms: [SCRAM-SHA-512]}}", [], [CredentialsNotListed("app", ("SCRAM-SHA-256",))]),
        ("quotas: [{user: app, producer_byte_rate: 5}]", [QuotasDiffer(Entity("app"), {"producer_byte_rate": 5.0})],
         [QuotasDiffer(Entity("app"), {"producer_byte_rate": 5.0, "consumer_byte_rate": None})]),
        ("quotas: [{user: app, producer_byte_rate: 1, consumer_byte_rate: 2}]", [], []),
        ("quotas: []", [], [QuotasDiffer(Entity("app"), {"producer_byte_rate": None, "consumer_byte_rate": None})]),
    ],
)  # fmt: skip
def test_what_is_missing_is_added_and_what_is_not_listed_is_removed_only_if_asked(
    text: str, added: list[Difference], removed: list[Difference]
) -> None:
    manifest = read(text)
    assert differences(manifest, PRESENT, remove=False) == added
    assert [each for each in differences(manifest, PRESENT, remove=True) if each not in added] == removed


def test_a_new_topic_without_numbers_has_those_of_the_brokers_or_is_told() -> None:
    manifest = read("topics: {new: }")
    (refusal,) = differences(manifest, Present(), remove=False)
    assert isinstance(refusal, CannotApply)
    present = Present(defaults=read("topics: {a: {partitions: 7, replication_factor: 2}}").topics["a"])
    assert differences(manifest, present, remove=False) == [TopicMissing(NewTopic("new", 7, 2, {}))]


def test_passwords_are_in_no_file_so_that_a_missing_user_is_only_told() -> None:
    (refusal,) = differences(read("users: {new: {mechanisms: [SCRAM-SHA-256]}}"), PRESENT, remove=False)
    assert refusal == CannotApply(
        "user new (SCRAM-SHA-256)",
        "Files have no passwords: create it on the page Users or with kafkaadmin users create.",
        "users",
        "new",
    )
