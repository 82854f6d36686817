"""Manifests in their layouts, from text to what a cluster shall have."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.acls.templates import CLUSTER_NAME, allow
from clusters.gateway.access.acls import Acl
from clusters.gateway.quotas import Entity
from clusters.manifests.formats.own import written
from clusters.manifests.reading import read
from clusters.manifests.resources import SECTIONS, Manifest, NotAManifest, TopicSpec
from clusters.models import AclEntry
from core.web.export import csv_lines

NAMES = st.text("abcü.:'\"{}[]#&*!|>%@`, -_0123456789", min_size=1, max_size=20).filter(lambda name: name.strip())
RATES = st.floats(0.5, 2**40, allow_nan=False)
ACLS = st.builds(
    Acl,
    principal=st.builds("User:{}".format, NAMES),
    host=st.sampled_from(["*", "10.0.0.1"]),
    operation=st.sampled_from(["READ", "WRITE", "ALL", "DESCRIBE_CONFIGS"]),
    permission=st.sampled_from(["ALLOW", "DENY"]),
    resource_type=st.just("TOPIC"),
    resource_name=NAMES,
    pattern_type=st.sampled_from(["LITERAL", "PREFIXED"]),
)
MANIFESTS = st.builds(
    Manifest,
    topics=st.dictionaries(
        NAMES, st.builds(TopicSpec, st.integers(1, 99), st.integers(1, 9), st.dictionaries(NAMES, st.text(max_size=9)))
    ),
    acls=st.frozensets(ACLS, max_size=6),
    users=st.dictionaries(NAMES, st.frozensets(st.sampled_from(["SCRAM-SHA-256", "SCRAM-SHA-512"]), min_size=1)),
    quotas=st.dictionaries(
        st.builds(Entity, st.one_of(st.just(""), NAMES), st.one_of(st.none(), NAMES)),
        st.dictionaries(st.sampled_from(["producer_byte_rate", "request_percentage"]), RATES, min_size=1),
    ),
    sections=st.just(frozenset(SECTIONS)),
)


@given(MANIFESTS)
def test_what_is_written_reads_as_the_same(manifest: Manifest) -> None:
    assert read(written(manifest)) == manifest


@given(st.frozensets(ACLS.filter(lambda acl: not acl.resource_name.startswith("'")), max_size=6))
def test_acls_in_our_lists_file_read_as_the_same(acls: frozenset[Acl]) -> None:
    lines = csv_lines([[getattr(acl, name) for name in AclEntry.KEY] for acl in acls], AclEntry.KEY)
    assert read("".join(lines)).acls == acls


def test_our_own_layout() -> None:
    manifest = read(
        """
topics:
  orders: {partitions: 6, replication_factor: 3, configs: {retention.ms: 3600000, cleanup.policy: [compact, delete]}}
  plain:
acls:
  - {principal: "User:app", resource_type: topic, resource_name: orders, operations: [read, DescribeConfigs]}
  - {principal: "User:app", resource_type: CLUSTER, operation: IDEMPOTENT_WRITE, permission: DENY, host: 10.0.0.1}
users: {app: {mechanisms: [SCRAM-SHA-512]}}
quotas:
  - {user: app, producer_byte_rate: 1048576}
  - {user: "", client_id: batch, request_percentage: 12.5}
"""
    )
    assert manifest == Manifest(
        {
            "orders": TopicSpec(6, 3, {"retention.ms": "3600000", "cleanup.policy": "compact,delete"}),
            "plain": TopicSpec(),
        },
        frozenset(
            {
                allow("User:app", "*", "READ", "TOPIC", "orders", "LITERAL"),
                allow("User:app", "*", "DESCRIBE_CONFIGS", "TOPIC", "orders", "LITERAL"),
                Acl("User:app", "10.0.0.1", "IDEMPOTENT_WRITE", "DENY", "CLUSTER", CLUSTER_NAME, "LITERAL"),
            }
        ),
        {"app": frozenset({"SCRAM-SHA-512"})},
        {Entity("app"): {"producer_byte_rate": 1048576.0}, Entity("", "batch"): {"request_percentage": 12.5}},
        frozenset(SECTIONS),
    )


def test_strimzis_resources() -> None:
    manifest = read(
        """
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaTopic
metadata: {name: my-orders, labels: {strimzi.io/cluster: prod}}
spec:
  topicName: My_Orders
  partitions: 3
  replicas: 2
  config: {min.insync.replicas: 2, unclean.leader.election.enable: false}
---
apiVersion: kafka.strimzi.io/v1
kind: KafkaUser
metadata: {name: app}
spec:
  authentication: {type: scram-sha-512}
  authorization:
    type: simple
    acls:
      - resource: {type: topic, name: my-, patternType: prefix}
        operations: [Describe, Read]
        host: "*"
      - resource: {type: transactionalId, name: tx}
        operation: Write
        type: deny
  quotas: {producerByteRate: 1024, requestPercentage: 55}
---
apiVersion: kafka.strimzi.io/v1
kind: KafkaUser
metadata: {name: secure}
spec:
  authentication: {type: tls}
  authorization: {type: simple, acls: [{resource: {type: cluster}, operations: [Describe]}]}
---
apiVersion: kafka.strimzi.io/v1
kind: Kafka
metadata: {name: prod}
"""
    )
    configs = {"min.insync.replicas": "2", "unclean.leader.election.enable": "false"}
    assert manifest == Manifest(
        {"My_Orders": TopicSpec(3, 2, configs)},
        frozenset(
            {
                allow("User:app", "*", "DESCRIBE", "TOPIC", "my-", "PREFIXED"),
                allow("User:app", "*", "READ", "TOPIC", "my-", "PREFIXED"),
                Acl("User:app", "*", "WRITE", "DENY", "TRANSACTIONAL_ID", "tx", "LITERAL"),
                allow("User:CN=secure", "*", "DESCRIBE", "CLUSTER", CLUSTER_NAME, "LITERAL"),
            }
        ),
        {"app": frozenset({"SCRAM-SHA-512"})},
        {Entity("app"): {"producer_byte_rate": 1024.0, "request_percentage": 55.0}},
        principals=frozenset({"User:app", "User:CN=secure"}),
        remarks=("Kafka prod: only KafkaTopic and KafkaUser are read.",),
    )


def test_the_desired_state_of_kafka_gitops() -> None:
    manifest = read(
        """
settings: {topics: {defaults: {replication: 3}, blacklist: {prefixed: [_confluent]}}}
topics:
  orders: {partitions: 6, configs: {cleanup.policy: compact}}
services:
  shop: {type: application, principal: "User:shop", produces: [orders], consumes: [clicks], group-id: readers}
  link: {type: kafka-connect, principal: "User:link", connectors: {sink: {consumes: [orders]}}}
  flow: {type: kafka-streams, principal: "User:flow", consumes: [orders]}
users:
  ann: {principal: "User:ann", roles: [reader, operator]}
customUserAcls:
  ann: {all: {name: kafka., type: TOPIC, pattern: PREFIXED, host: "*", operation: WRITE, permission: ALLOW}}
"""
    )
    assert manifest.topics == {"orders": TopicSpec(6, 3, {"cleanup.policy": "compact"})}
    assert manifest.spared == ("_confluent",)
    assert manifest.remarks == ("users.ann.roles: operator is not read; list its ACLs in customUserAcls.",)

    def of(principal: str) -> set[tuple[str, str, str, str]]:
        acls = [acl for acl in manifest.acls if acl.principal == principal]
        return {(acl.operation, acl.resource_type, acl.resource_name, acl.pattern_type) for acl in acls}

    assert of("User:shop") == {
        ("WRITE", "TOPIC", "orders", "LITERAL"),
        ("READ", "TOPIC", "clicks", "LITERAL"),
        ("READ", "GROUP", "readers", "LITERAL"),
    }
    storage = [f"connect-{kind}-link" for kind in ("configs", "offsets", "status")]
    assert of("User:link") == {
        *((operation, "TOPIC", topic, "LITERAL") for operation in ("READ", "WRITE") for topic in storage),
        ("READ", "TOPIC", "orders", "LITERAL"),
        ("READ", "GROUP", "link", "LITERAL"),
        ("READ", "GROUP", "connect-sink", "LITERAL"),
    }
    assert of("User:flow") == {
        ("READ", "TOPIC", "orders", "LITERAL"),
        ("ALL", "TOPIC", "flow", "PREFIXED"),
        ("READ", "GROUP", "flow", "PREFIXED"),
    }
    assert of("User:ann") == {
        ("READ", "TOPIC", "*", "LITERAL"),
        ("READ", "GROUP", "*", "LITERAL"),
        ("WRITE", "TOPIC", "kafka.", "PREFIXED"),
    }


def test_the_topology_of_julieops() -> None:
    manifest = read(
        """
context: shop
source: web
projects:
  - name: sales
    consumers: [{principal: "User:reader", group: "team-*"}]
    producers: [{principal: "User:writer", transactionId: "1234"}]
    streams: [{principal: "User:flow", applicationId: flow, topics: {read: [a], write: [b]}}]
    topics:
      - {name: orders, dataType: avro, config: {replication.factor: "3", num.partitions: "6", retention.ms: "1000"}}
      - {name: plain, consumers: [{principal: "User:one"}]}
platform: {}
"""
    )
    assert manifest.topics == {
        "shop.web.sales.orders.avro": TopicSpec(6, 3, {"retention.ms": "1000"}),
        "shop.web.sales.plain": TopicSpec(),
    }
    prefix = ("shop.web.sales", "PREFIXED")
    assert manifest.acls == {
        allow("User:reader", "*", "DESCRIBE", "TOPIC", *prefix),
        allow("User:reader", "*", "READ", "TOPIC", *prefix),
        allow("User:reader", "*", "READ", "GROUP", "team-", "PREFIXED"),
        allow("User:writer", "*", "DESCRIBE", "TOPIC", *prefix),
        allow("User:writer", "*", "WRITE", "TOPIC", *prefix),
        allow("User:writer", "*", "DESCRIBE", "TRANSACTIONAL_ID", "1234", "LITERAL"),
        allow("User:writer", "*", "WRITE", "TRANSACTIONAL_ID", "1234", "LITERAL"),
        allow("User:writer", "*", "IDEMPOTENT_WRITE", "CLUSTER", CLUSTER_NAME, "LITERAL"),
        allow("User:flow", "*", "READ", "TOPIC", "a", "LITERAL"),
        allow("User:flow", "*", "WRITE", "TOPIC", "b", "LITERAL"),
        allow("User:flow", "*", "ALL", "TOPIC", "flow", "PREFIXED"),
        allow("User:flow", "*", "READ", "GROUP", "flow", "PREFIXED"),
        allow("User:one", "*", "DESCRIBE", "TOPIC", "shop.web.sales.plain", "LITERAL"),
        allow("User:one", "*", "READ", "TOPIC", "shop.web.sales.plain", "LITERAL"),
        allow("User:one", "*", "READ", "GROUP", "*", "LITERAL"),
    }
    assert manifest.remarks == ("platform: not read.",)


def test_kafka_uis_csv_of_acls() -> None:
    text = (
        "Principal,ResourceType,PatternType,ResourceName,Operation,PermissionType,Host\n"
        "User:test1,TOPIC,PREFIXED,te,READ,ALLOW,*\n\nUser:test2,GROUP,LITERAL,'=odd,ALL,DENY,10.0.0.1\n"
    )
    assert read(text).acls == {
        Acl("User:test1", "*", "READ", "ALLOW", "TOPIC", "te", "PREFIXED"),
        Acl("User:test2", "10.0.0.1", "ALL", "DENY", "GROUP", "=odd", "LITERAL"),
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "empty"),
        ("topics: [a]", "topics: a mapping is expected"),
        ("topics: {a: {partitions: -1}}", "topics.a.partitions: a positive whole number"),
        ("topics: {a: {partitions: 99999999999999999999}}", "topics.a.partitions: a positive whole number"),
        ("topics: {a: {replicas: 1}}", "topics.a: “replicas” is not known"),
        ("topic: {}", "the file: “topic” is not known"),
        ("topics: {a: {configs: {b: {c: d}}}}", r"topics.a.configs.b: a plain value"),
        ("acls: [{principal: app, resource_type: TOPIC, resource_name: a, operation: READ}]", "Type:name"),
        (
            'acls: [{principal: "User:a", resource_type: TOPIC, resource_name: a, operation: FLY}]',
            r"acls\[0\].operation",
        ),
        ('acls: [{principal: "User:a", resource_type: GROUP, resource_name: a, operation: WRITE}]', "one of READ"),
        ('acls: [{principal: "User:a", resource_type: TOPIC, operation: READ}]', "resource_name: a text"),
        ("users: {a: {mechanisms: [PLAIN]}}", "SCRAM-SHA-256"),
        ("quotas: [{producer_byte_rate: 1}]", "user, client_id or ip"),
        ("quotas: [{user: a, producer_byte_rate: no}]", "a number greater than 0"),
        ("a: &a [*a]", "within its own value"),
        ("a: !!python/object:os.system {}", "not accepted"),
        ("a: [", "line 2, column 1"),
        ("just text", "One mapping"),
        ("Principal,ResourceType,Operation\nUser:a,TOPIC,READ", "line 2.resource_name"),
        ("services: {a: {type: rocket, principal: 'User:a'}}", "application, kafka-connect or kafka-streams"),
    ],
)
def test_what_is_not_written_right_is_told_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(NotAManifest, match=sentence):
        read(text)


KEYS = [*SECTIONS, "services", "projects", "context", "apiVersion", "kind", "spec", "metadata"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    )
)
def test_whatever_a_document_holds_it_is_read_or_refused(document: object) -> None:
    try:
        read(json.dumps(document))
    except NotAManifest as refusal:
        assert str(refusal)
