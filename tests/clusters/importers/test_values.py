"""Values as Spring and Java take them; what is not understood is refused with its path, never taken for "no"."""

import re
from typing import Any

import pytest

from clusters.declaration.declared import declare, imported, store
from clusters.importers import kafka_ui
from clusters.importers.types import DeclaredCluster, Imported, ImportRefused
from clusters.models import Cluster


def read(variables: dict[str, str] | None = None, /, **entry: Any) -> Imported:
    entry = {"name": "x", "bootstrapServers": "a:1", **entry}
    return kafka_ui.read({"kafka": {"clusters": [entry]}}, variables or {})


def fields(**entry: Any) -> dict[str, Any]:
    return read(**entry).clusters[0].fields


@pytest.mark.parametrize("said", [True, 1, "true", "TRUE", "on", "Yes", "1", " true ", "${RO:true}", "${RO:${ALL:on}}"])
def test_read_only_is_whatever_spring_takes_for_true(said: object) -> None:
    assert fields(readOnly=said)["read_only"] is True
    assert fields(**{"read-only": said})["read_only"] is True


@pytest.mark.parametrize("said", [False, 0, "off", "No", "false", "${RO:0}"])
def test_it_is_not_read_only_where_that_is_said(said: object) -> None:
    assert fields(readOnly=said)["read_only"] is False


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"readOnly": "maybe"}, r"kafka.clusters\[0\].readOnly: “maybe” is neither true nor false"),
        ({"readOnly": "${UNSET}"}, r"kafka.clusters\[0\].readOnly: “\${UNSET}” is neither"),
        ({"readOnly": [True]}, r"kafka.clusters\[0\].readOnly: .* neither true nor false"),
        ({"ssl": {"verify-ssl": "nope"}}, r"kafka.clusters\[0\].ssl.verify-ssl: “nope”"),
        ({"environment": "Produktion"}, r"kafka.clusters\[0\].environment: “Produktion” is none of dev, staging"),
        ({"properties": {"security.protocol": "TLS"}}, r"properties.security.protocol: “TLS” is none of"),
        ({"bootstrapServers": {"a": 1}}, r"kafka.clusters\[0\].bootstrapServers is not a string"),
        ({"bootstrapServers": ","}, r"kafka.clusters\[0\].bootstrapServers has no server"),
        ({"metrics": {"type": "PROMETHEUS", "ssl": "perhaps"}}, r"metrics.ssl: “perhaps”"),
    ],
)
def test_what_is_not_understood_is_refused_by_its_path(entry: dict[str, Any], words: str) -> None:
    with pytest.raises(ImportRefused, match=words):
        read(**entry)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Production", "production"), ("prod", "production"), ("PROD", "production"),
        ("stage", "staging"), ("Development", "dev"), ("none", ""),
    ],
)  # fmt: skip
def test_an_environment_has_one_of_our_names(said: str, meant: str) -> None:
    assert fields(environment=said)["environment"] == meant


@pytest.mark.parametrize(
    "said",
    ["a:1,b:2", ["a:1", "b:2"], "PLAINTEXT://a:1, SASL_SSL://b:2", [" CLIENT://a:1 ", "b:2"], "a:1,,b:2,"],
)
def test_servers_are_taken_as_java_takes_them(said: object) -> None:
    assert fields(bootstrapServers=said)["bootstrap_servers"] == "a:1,b:2"


def test_protocol_and_mechanism_count_in_any_case() -> None:
    result = fields(properties={"security.protocol": "sasl_ssl", "sasl.mechanism": "scram-sha-512"})
    assert (result["security_protocol"], result["sasl_mechanism"]) == ("SASL_SSL", "SCRAM-SHA-512")
    akhq = {
        "akhq": {"connections": {"x": {"properties": {"bootstrap.servers": "SSL://a:1", "security.protocol": "ssl"}}}}
    }
    (cluster,) = imported(akhq).clusters
    assert (cluster.fields["bootstrap_servers"], cluster.fields["security_protocol"]) == ("a:1", "SSL")


def test_a_mechanism_that_we_have_not_is_said_and_hinders_no_other_cluster() -> None:
    result = read(properties={"sasl.mechanism": "AWS_MSK_IAM"})
    assert "kafka.clusters[0].properties.sasl.mechanism: AWS_MSK_IAM is not supported" in result.remarks[0]


def test_burrows_noverify_is_not_set_by_a_text_that_says_no() -> None:
    document = {
        "cluster": {"a": {"servers": ["x:1"], "client-profile": "p"}},
        "client-profile": {"p": {"tls": "t"}},
        "tls": {"t": {"noverify": "false"}},
    }
    assert imported(document).clusters[0].fields["verify_hostname"] is True


def test_a_placeholder_without_a_value_is_named_by_its_path() -> None:
    result = read({"B": "b"}, name="${A:${B}}", properties={"client.id": "${GONE}", "client.rack": "${C:${GONE}}"})
    assert result.clusters[0].name == "b"
    assert result.remarks == (
        "kafka.clusters[0].properties.client.id: ${GONE} has no value and no default",
        "kafka.clusters[0].properties.client.rack: ${GONE} has no value and no default",
    )
    assert read({"C": "c"}, properties={"client.rack": "${C:${GONE}}"}).remarks == ()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"name": "n" * 101}, r"^kafka.clusters\[0\].name: .*at most 100 characters"),
        ({"name": "a\0b"}, r"^kafka.clusters\[0\].name: NUL"),
        ({"bootstrapServers": "a:1," * 600}, r"^kafka.clusters\[0\].bootstrapServers: .*at most 2000"),
        ({"properties": {"client.id": "a\0"}}, r"^kafka.clusters\[0\].properties.client.id: NUL"),
        ({"properties": {"sasl.oauthbearer.token.endpoint.url": "file:///x"}}, r"oauthTokenUrl: not a URL"),
    ],
)
def test_what_the_database_would_not_keep_is_refused_by_its_path(entry: dict[str, Any], words: str) -> None:
    good = {"name": "good", "bootstrapServers": "a:1"}
    imports = kafka_ui.read({"kafka": {"clusters": [{"name": "x", "bootstrapServers": "a:1", **entry}, good]}}, {})
    (refused,) = imports.refused + declare(imports)[0]
    assert re.search(words, refused.reason)
    assert Cluster.objects.get().name == "good"


@pytest.mark.django_db
def test_a_token_endpoint_may_be_a_service_of_kubernetes() -> None:
    url = "http://keycloak:8080/realms/kafka/protocol/openid-connect/token"
    assert store(DeclaredCluster("x", {"bootstrap_servers": "a:1", "oauth_token_url": url})).oauth_token_url == url
