"""Configurations that would hurt are refused with the place and the reason; what people write is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.declaration.declared import imported
from clusters.importers import akhq, burrow, documents, jaas, kafka_ui
from clusters.importers.placeholders import DEEPEST, resolved
from clusters.importers.types import ImportRefused

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
LONG = "a: &a " + "x" * 900_000 + "\nb: [*a, *a, *a, *a, *a]\n"
MERGED = "a: &a {k: v, l: w}\n" + "".join(
    f"{name}: &{name} {{<<: [{', '.join(['*' + before] * 9)}]}}\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (LAUGHS, "line 7, column .*resolved this is more than 4,000,000 characters"),
        (MERGED, "resolved this is more than 4,000,000 characters"),
        (LONG, "resolved this is more than 4,000,000 characters"),
        ("a: &a [*a]", r"line 1, column 8: \*a stands within its own value"),
        ("a: *b\nb: &b 1", r"\*b stands within its own value, or before it"),
        ("a: &x 1\nb: &x [*x]", r"\*x stands within its own value"),
        ("[" * 1_000_000, "collections are nested more than 100 levels deep"),
        ("- " * 1_000_000, "collections are nested more than 100 levels deep"),
        ("a: !!python/object/apply:os.system [x]", "line 1, column 4: the tag !!python/object/apply:os.system"),
        ("!!python/name:os.system x", "the tag !!python/name:os.system is not accepted"),
        ("a: !vault |\n  x", "the tag !vault is not accepted"),
        ("a: !!binary AAAA", "the tag !!binary is not accepted"),
        ("a: 2020-13-45", "month must be in 1..12. Put strings in quotes"),
        ("a: " + "9" * 5000, "Put strings in quotes"),
        ("? [a]\n: b", "found unhashable key"),
        ("a: 'b", "line 1, column .*found unexpected end of stream"),
        ("a: 1\n---\n- b", "document 2 of 2 is not a mapping"),
        ("a: &x 1\n---\nb: *x", "line 3, column 4: found undefined alias"),
    ],
)
def test_what_would_hurt_is_refused_with_its_place(text: str, words: str) -> None:
    with pytest.raises(ImportRefused, match=words):
        documents.read(text)


def test_anchors_and_merges_are_read_as_people_use_them() -> None:
    text = """
common: &common {security.protocol: SASL_SSL, sasl.mechanism: PLAIN}
kafka:
  clusters:
    - {name: a, bootstrapServers: "a:1", properties: *common}
    - {name: b, bootstrapServers: "b:1", properties: {<<: *common, sasl.mechanism: SCRAM-SHA-256}}
"""
    imported = kafka_ui.read(documents.read(text), {})
    signed_in = [
        (cluster.fields["security_protocol"], cluster.fields["sasl_mechanism"]) for cluster in imported.clusters
    ]
    assert signed_in == [("SASL_SSL", "PLAIN"), ("SASL_SSL", "SCRAM-SHA-256")]
    assert documents.read("a: !!str 5\nb: ! x") == {"a": "5", "b": "x"}


SEVERAL = """
kafka: {clusters: [{name: one, bootstrapServers: "a:1"}], polling: {a: 1}}
---
---
spring: {config: {activate: {on-profile: "prod & !eu | test"}}}
kafka: {clusters: [{name: two, bootstrapServers: "b:1"}, {name: three, bootstrapServers: "c:1"}], polling: {b: 2}}
"""


@pytest.mark.parametrize(
    ("profiles", "names"),
    [([], ["one"]), (["prod"], ["two", "three"]), (["prod", "eu"], ["one"]), (["test", "eu"], ["two", "three"])],
)
def test_several_documents_are_one_as_spring_reads_them(profiles: list[str], names: list[str]) -> None:
    imports = kafka_ui.read(documents.read(SEVERAL, profiles=profiles), {})
    assert [cluster.name for cluster in imports.clusters] == names
    left_out = "document 2, for the profile prod & !eu | test: not used by kafkaadmin"
    assert (left_out in imports.remarks) == (names == ["one"])


def test_akhqs_former_root_is_read() -> None:
    text = 'kafkahq: {connections: {x: {properties: {bootstrap.servers: "a:1"}, registry: {}}}}'
    imports = imported(documents.read(text))
    assert imports.clusters[0].fields["bootstrap_servers"] == "a:1"
    assert imports.remarks == ("kafkahq.connections.x.registry: not used by kafkaadmin",)


def test_toml_is_read_and_refused_alike() -> None:
    assert documents.read("[a]\nb = 1", toml=True) == {"a": {"b": 1}}
    for text in ("a = ", "a = " + "[" * 100_000, "a = " + "[" * 101 + "]" * 101, "[a" + ".a" * 3000 + "]"):
        with pytest.raises(ImportRefused):
            documents.read(text, toml=True)


@pytest.mark.timeout(60)
def test_texts_made_to_be_slow_are_not() -> None:
    for text in ("${" * 500_000, "${a:" * 250_000, "${a" * 330_000, "${a" * 330_000 + "}" * 330_000):
        assert resolved(text, {}) == text
    for text in ("a." * 500_000 + "a = 1", "a" * 500_000, '"' * 500_000, '"a".' * 250_000):
        with pytest.raises(ImportRefused):
            documents.read(text, toml=True)
    with pytest.raises(ImportRefused, match="longer than 20,000 characters"):
        jaas.parse("org.ScramLoginModule required " + "a=b " * 250_000)
    assert resolved("${A:${B}}-${A}", {"A": "1"}) == "1-1"


@pytest.mark.parametrize(("depth", "is_resolved"), [(1, True), (DEEPEST - 1, True), (DEEPEST, False), (99, False)])
def test_placeholders_nested_too_deep_stay_as_they_are(depth: int, *, is_resolved: bool) -> None:
    text = "${A:" * depth + "end" + "}" * depth
    assert resolved(text, {}) == ("end" if is_resolved else text)


def test_placeholders_side_by_side_are_not_deep() -> None:
    assert DEEPEST == 20
    assert resolved("${A}" * 500, {"A": "x"}) == "x" * 500
    assert resolved("${A:" * 3 + "${B}" + "}" * 3 + "}", {"B": "in"}) == "in}"


WORDS = """kafka clusters name bootstrapServers properties ssl metrics type port matchers store prometheus url akhq
connections cluster consumer storage evaluator client-profile servers class-name tls sasl sasl.jaas.config
security.protocol truststoreLocation truststorePassword keystoreLocation readOnly profile username"""
KEYS = st.sampled_from(WORDS.split())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["a:1", "local", "kafka"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)
ENTRY = st.dictionaries(KEYS, VALUES, max_size=6).map(lambda entry: {"bootstrapServers": "a:1", **entry})
CONNECTION = VALUES | VALUES.map(lambda tls: {"properties": {"bootstrap.servers": "a:1", "ssl": tls}})


@given(entry=ENTRY, connection=CONNECTION, section=VALUES)
def test_whatever_stands_where_is_read_or_refused(entry: object, connection: object, section: object) -> None:
    readers = [
        lambda: kafka_ui.read({"kafka": {"clusters": [entry]}}, {}),
        lambda: akhq.read({"akhq": {"connections": {"x": connection}}}, {}),
        lambda: burrow.read({"cluster": {"local": entry}, "consumer": section, "storage": section}),
        lambda: burrow.read(
            {
                "cluster": {"local": {"servers": ["a:1"], "client-profile": "p"}},
                "client-profile": {"p": {"tls": "t", "sasl": "s"}},
                "tls": {"t": entry},
                "sasl": {"s": entry},
                "consumer": {"x": connection},
            }
        ),
    ]
    for read in readers:
        try:
            read()
        except ImportRefused as refusal:
            assert str(refusal)
