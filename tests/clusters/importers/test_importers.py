from typing import Any

import pytest
import yaml

from clusters.importers import akhq, jaas, kafka_ui
from clusters.importers import environment as variables
from clusters.importers.types import Imported, ImportRefused

SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"
USUAL = f"""
kafka:
  clusters:
    - name: prod
      bootstrapServers: a:9092,b:9092
      readOnly: true
      needsApproval: true
      properties:
        security.protocol: SASL_PLAINTEXT
        sasl.mechanism: SCRAM-SHA-512
        sasl.jaas.config: {SCRAM} required username="devops" password="p\\"q;r=s";
        request.timeout.ms: 5000
"""


def read(text: str, **environment: str) -> Imported:
    return kafka_ui.read(yaml.safe_load(text), environment)


def test_the_usual_configuration_of_a_kafka_ui_user_is_understood() -> None:
    imported = read(USUAL)
    (cluster,) = imported.clusters
    assert imported.remarks == ()
    assert cluster.name == "prod"
    assert cluster.fields["bootstrap_servers"] == "a:9092,b:9092"
    assert cluster.fields["read_only"] is True
    assert cluster.fields["needs_approval"] is True
    assert cluster.fields["security_protocol"] == "SASL_PLAINTEXT"
    assert cluster.fields["username"] == "devops"
    assert cluster.secrets == {"password": 'p"q;r=s'}
    assert "p" not in repr(cluster).partition("password")[2][:3]


def test_nested_properties_relaxed_keys_and_placeholders_mean_the_same() -> None:
    (cluster,) = read(
        """
kafka:
  clusters:
    - name: x
      bootstrap-servers: ${HOST:nowhere}:9092
      properties: {security: {protocol: SSL}, sasl: {mechanism: "${MECHANISM:PLAIN}"}}
""",
        HOST="somewhere",
    ).clusters
    assert cluster.fields["bootstrap_servers"] == "somewhere:9092"
    assert cluster.fields["security_protocol"] == "SSL"
    assert cluster.fields["sasl_mechanism"] == "PLAIN"


def test_every_key_that_is_not_taken_over_is_named_by_its_path() -> None:
    remarks = read(
        """
server: {port: 8080}
kafka:
  polling: {}
  clusters:
    - bootstrapServers: a:1
      ksqldbServer: http://x
      properties: {ssl.truststore.location: /x.jks, plugin.library.paths: /evil.so}
"""
    ).remarks
    text = "\n".join(remarks)
    for path in (
        "server:",
        "kafka.polling:",
        "kafka.clusters[0].ksqldbServer:",
        "kafka.clusters[0].properties.ssl.truststore.location:",
        "kafka.clusters[0].properties.plugin.library.paths:",
    ):
        assert path in text


def test_the_environment_form_is_the_same_thing() -> None:
    environment = {
        "KAFKA_CLUSTERS_0_NAME": "env",
        "KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS": "a:9092",
        "KAFKA_CLUSTERS_0_READONLY": "true",
        "KAFKA_CLUSTERS_0_PROPERTIES_SECURITY_PROTOCOL": "SASL_SSL",
        "KAFKA_CLUSTERS_0_PROPERTIES_SASL_JAAS_CONFIG": f'{SCRAM} required username="u" password="p";',
        "UNRELATED": "x",
    }
    (cluster,) = kafka_ui.read(variables.from_environment(environment), environment).clusters
    assert (cluster.name, cluster.fields["read_only"], cluster.fields["username"]) == ("env", True, "u")
    assert cluster.fields["security_protocol"] == "SASL_SSL"
    assert variables.from_environment({"UNRELATED": "x"}) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "kafka.clusters"),
        ("[]", "kafka.clusters"),
        ("kafka: {clusters: [{name: x}]}", "has no bootstrapServers"),
        ("kafka: {clusters: [text]}", "not a mapping"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(ImportRefused, match=words.replace("[", "\\[")):
        read(text)


def test_of_two_clusters_with_one_name_the_second_is_refused() -> None:
    imports = read("kafka: {clusters: [{name: x, bootstrapServers: a:1}, {name: x, bootstrapServers: b:1}]}")
    assert imports.clusters[0].fields["bootstrap_servers"] == "a:1"
    assert [cluster.reason for cluster in imports.refused] == [
        "kafka.clusters[1] has the same name as kafka.clusters[0]."
    ]


@pytest.mark.parametrize(
    "line",
    [
        'com.sun.security.auth.module.JndiLoginModule required user.provider.url="ldap://evil";',
        "no jaas at all",
        f"{SCRAM} required username",
    ],
)
def test_a_login_module_that_could_run_code_is_refused(line: str) -> None:
    with pytest.raises(ImportRefused):
        jaas.parse(line)


@pytest.mark.parametrize(
    ("options", "username", "password"),
    [
        ('username="a" password="b c"', "a", "b c"),
        ("username='a' password='b\\'c'", "a", "b'c"),
        ('username=a \\\n  password="x=y;z"', "a", "x=y;z"),
        ('tokenauth="true" username="a" password="p"', "a", "p"),
    ],
)
def test_jaas_options_are_read_with_their_quotes(options: str, username: str, password: str) -> None:
    parsed = jaas.parse(f"{SCRAM} required {options};")
    assert (parsed.options["username"], parsed.options["password"]) == (username, password)


@pytest.mark.parametrize("flag", ["required", "REQUIRED", "Optional"])
def test_jaas_knows_its_flags_in_any_case(flag: str) -> None:
    assert jaas.parse(f"{SCRAM} {flag} username=a;").options == {"username": "a"}


@pytest.mark.parametrize(
    ("line", "options"),
    [
        (f"{SCRAM} required username=a password=b tokenauth=true", ["tokenauth"]),
        ("a.Krb5LoginModule required principal=p useKeyTab=true keyTab=/k", ["useKeyTab", "keyTab"]),
        ("a.OAuthBearerLoginModule required clientId=a clientSecret=b extension_x=y", ["extension_x"]),
        ("a.PlainLoginModule required username=a password=b", []),
    ],
)
def test_every_option_of_a_login_module_that_is_not_taken_over_is_named(line: str, options: list[str]) -> None:
    entry = {"bootstrapServers": "a:1", "properties": {"sasl.jaas.config": line}}
    parsed = kafka_ui.read({"kafka": {"clusters": [entry]}}, {})
    path = "kafka.clusters[0].properties.sasl.jaas.config"
    assert parsed.remarks == tuple(f"{path}.{option}: not used by kafkaadmin" for option in options)


def test_kerberos_service_name_is_taken_from_the_login_module() -> None:
    line = "a.Krb5LoginModule required principal=p serviceName=broker"
    entry = {"bootstrapServers": "a:1", "properties": {"sasl.jaas.config": line}}
    (cluster,) = kafka_ui.read({"kafka": {"clusters": [entry]}}, {}).clusters
    assert (cluster.fields["kerberos_principal"], cluster.fields["kerberos_service_name"]) == ("p", "broker")


def test_formats_of_records_are_declared_in_lines() -> None:
    entry = {"name": "a", "bootstrapServers": "k:9092", "formats": ["x-* key=long", "* value=hex"]}
    (cluster,) = kafka_ui.read({"kafka": {"clusters": [entry]}}, {}).clusters
    assert cluster.fields["formats"] == "x-* key=long\n* value=hex"
    with pytest.raises(ImportRefused, match=r"clusters\[0\]\.formats: .*there is no format nonsense"):
        kafka_ui.read({"kafka": {"clusters": [entry | {"formats": "x value=nonsense"}]}}, {})


def test_a_schema_registry_is_taken_with_its_sign_in() -> None:
    entry = {
        "name": "a",
        "bootstrapServers": "k:9092",
        "schemaRegistry": "http://r1:8081/, http://r2:8081",
        "schemaRegistryAuth": {"username": "me", "password": "secret", "other": 1},
        "schemaRegistrySsl": {"keystoreLocation": "/k.jks", "unknown": 1},
    }
    imports = kafka_ui.read({"kafka": {"clusters": [entry]}}, {})
    (cluster,) = imports.clusters
    (registry,) = cluster.registries
    assert (registry.name, registry.fields) == ("default", {"url": "http://r1:8081,http://r2:8081", "username": "me"})
    assert registry.secrets == {"password": "secret"}
    assert [remark.partition(":")[0].removeprefix("kafka.clusters[0].") for remark in imports.remarks] == [
        "schemaRegistryAuth.other", "schemaRegistrySsl.unknown", "schemaRegistrySsl.ssl.keystore.location"
    ]  # fmt: skip


def test_a_schema_registrys_client_credentials_are_taken() -> None:
    oauth = {
        "tokenUrl": "https://login/token", "client-id": "kafkaadmin", "clientSecret": "secret", "scopes": ["a", "b"],
        "tokenCacheEnabled": True,
    }  # fmt: skip
    entry = {
        "name": "a", "bootstrapServers": "k:9092", "schemaRegistry": "http://r", "schemaRegistryAuth": {"oauth": oauth}
    }  # fmt: skip
    imports = kafka_ui.read({"kafka": {"clusters": [entry]}}, {})
    (cluster,) = imports.clusters
    (registry,) = cluster.registries
    assert registry.fields["oauth_token_url"] == "https://login/token"
    assert registry.fields["oauth_client_id"] == "kafkaadmin"
    assert registry.fields["oauth_scope"] == "a b"
    assert registry.secrets == {"oauth_client_secret": "secret"}
    assert imports.remarks == ("kafka.clusters[0].schemaRegistryAuth.oauth.tokenCacheEnabled: not used by kafkaadmin",)


def test_further_schema_registries_are_taken_by_their_names() -> None:
    new = {"name": "new", "address": "http://n1:8081/,http://n2:8081", "token": "secret", "verifySsl": False, "x": 1}
    entry = {
        "name": "a", "bootstrapServers": "k:9092", "schemaRegistry": "http://r:8081",
        "schemaRegistries": [new, {"name": "eu", "address": "http://e", "oauth": {"tokenUrl": "http://t"}}],
    }  # fmt: skip
    imports = kafka_ui.read({"kafka": {"clusters": [entry]}}, {})
    default, read_new, eu = imports.clusters[0].registries
    assert [registry.name for registry in (default, read_new, eu)] == ["default", "new", "eu"]
    assert read_new.fields == {"url": "http://n1:8081,http://n2:8081", "verify": False}
    assert read_new.secrets == {"token": "secret"}
    assert eu.fields["oauth_token_url"] == "http://t"
    assert imports.remarks == ("kafka.clusters[0].schemaRegistries[0].x: not used by kafkaadmin",)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ("x", "schemaRegistries is not a list"),
        ([{"address": "http://e"}], r"schemaRegistries\[0\]\.name: not a name"),
        ([{"name": "a/b", "address": "http://e"}], "not a name"),
        ([{"name": "x"}], "address is missing"),
        ([{"name": "x", "address": "nowhere"}], "not a URL"),
        ([{"name": "default", "address": "http://e"}], "two schema registries have the same name"),
    ],
)
def test_a_schema_registry_that_cannot_be_used_is_refused(entries: object, reason: str) -> None:
    entry = {
        "name": "a", "bootstrapServers": "k:9092", "schemaRegistry": "http://r:8081", "schemaRegistries": entries
    }  # fmt: skip
    with pytest.raises(ImportRefused, match=reason):
        kafka_ui.read({"kafka": {"clusters": [entry]}}, {})


def test_schema_registries_are_taken_from_the_environment() -> None:
    environment = {
        "KAFKA_CLUSTERS_0_NAME": "a",
        "KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS": "k:9092",
        "KAFKA_CLUSTERS_0_SCHEMAREGISTRY": "http://r:8081",
        "KAFKA_CLUSTERS_0_SCHEMAREGISTRYAUTH_USERNAME": "me",
        "KAFKA_CLUSTERS_0_SCHEMAREGISTRYAUTH_PASSWORD": "secret",
        "KAFKA_CLUSTERS_0_SCHEMAREGISTRIES_0_NAME": "new",
        "KAFKA_CLUSTERS_0_SCHEMAREGISTRIES_0_ADDRESS": "http://n:8081",
        "KAFKA_CLUSTERS_0_SCHEMAREGISTRIES_0_OAUTH_TOKENURL": "http://t",
        "KAFKA_CLUSTERS_0_SCHEMAREGISTRIES_0_OAUTH_CLIENTSECRET": "hidden",
    }
    imports = kafka_ui.read(variables.from_environment(environment), {})
    default, new = imports.clusters[0].registries
    assert (default.fields, default.secrets) == ({"url": "http://r:8081", "username": "me"}, {"password": "secret"})
    assert new.fields == {"url": "http://n:8081", "oauth_token_url": "http://t"}
    assert new.secrets == {"oauth_client_secret": "hidden"}
    assert imports.remarks == ()


def test_akhqs_schema_registry_is_taken() -> None:
    connection = {
        "properties": {"bootstrap.servers": "k:9092"},
        "schema-registry": {
            "url": "http://r:8081", "type": "confluent", "basic-auth-username": "me", "basic-auth-password": "secret",
            "properties": {"schema.registry.ssl.truststore.type": "PEM"}, "more": 1,
        },
    }  # fmt: skip
    imports = akhq.read({"akhq": {"connections": {"a": connection}}}, {})
    (cluster,) = imports.clusters
    (registry,) = cluster.registries
    assert registry.fields == {"url": "http://r:8081", "username": "me"}
    assert registry.secrets == {"password": "secret"}
    assert imports.remarks == ("akhq.connections.a.schema-registry.more: not used by kafkaadmin",)


def test_connect_clusters_are_taken_with_their_sign_in() -> None:
    entry = {
        "name": "a", "bootstrapServers": "k:9092",
        "kafkaConnect": [
            {"name": "files", "address": "http://c1:8083/, http://c2:8083", "username": "me", "password": "secret"},
            {"name": "dr", "address": "http://d:8083", "consumerNamePattern": "c-%s", "keystoreLocation": "/k", "x": 1},
            {"name": "cloud", "address": "http://e:8083",
             "oauth": {"tokenUrl": "http://t/token", "clientId": "me", "clientSecret": "secret", "scopes": ["a", "b"]}},
        ],
    }  # fmt: skip
    imports = kafka_ui.read({"kafka": {"clusters": [entry]}}, {})
    files, dr, cloud = imports.clusters[0].connect or ()
    assert cloud.fields == {
        "url": "http://e:8083", "oauth_token_url": "http://t/token", "oauth_client_id": "me", "oauth_scope": "a b"
    }  # fmt: skip
    assert cloud.secrets == {"oauth_client_secret": "secret"}
    assert files.fields == {"url": "http://c1:8083,http://c2:8083", "username": "me"}
    assert files.secrets == {"password": "secret"}
    assert dr.fields == {"url": "http://d:8083", "group_pattern": "c-%s"}
    assert imports.remarks[0] == "kafka.clusters[0].kafkaConnect[1].x: not used by kafkaadmin"
    assert "ssl.keystore.location" in imports.remarks[1]


@pytest.mark.parametrize(
    ("connect", "words"),
    [
        ({"name": "a/b", "address": "http://c:8083"}, r"kafkaConnect\[0\]\.name: it has a slash"),
        ({"name": "clusters", "address": "http://c:8083"}, "is “clusters”"),
        ({"name": "c"}, "the URL is missing"),
        ({"name": "c", "address": "file:///etc"}, "not a URL"),
        ({"name": "c", "address": "http://c", "oauth": {"tokenUrl": "file:///etc"}}, "oauth.tokenUrl: not a URL"),
        ({"name": "c", "address": "http://c", "consumerNamePattern": "c"}, "the connector's name, is missing"),
    ],
)
def test_a_connect_cluster_that_cannot_be_used_is_refused(connect: dict[str, Any], words: str) -> None:
    entry = {"name": "a", "bootstrapServers": "k:9092", "kafkaConnect": [connect]}
    with pytest.raises(ImportRefused, match=words):
        kafka_ui.read({"kafka": {"clusters": [entry]}}, {})


def test_connect_clusters_are_taken_from_the_environment() -> None:
    values = {
        "KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS": "k:9092",
        "KAFKA_CLUSTERS_0_KAFKACONNECT_0_NAME": "files",
        "KAFKA_CLUSTERS_0_KAFKACONNECT_0_ADDRESS": "http://c:8083",
        "KAFKA_CLUSTERS_0_KAFKACONNECT_10_NAME": "later",
        "KAFKA_CLUSTERS_0_KAFKACONNECT_10_ADDRESS": "http://l:8083",
        "KAFKA_CLUSTERS_0_KAFKACONNECT_2_NAME": "dr",
        "KAFKA_CLUSTERS_0_KAFKACONNECT_2_ADDRESS": "http://d:8083",
        "KAFKA_CLUSTERS_0_KAFKACONNECT_2_PASSWORD": "secret",
        "KAFKA_CLUSTERS_0_KAFKACONNECT_2_OAUTH_TOKENURL": "http://t/token",
        "KAFKA_CLUSTERS_0_KAFKACONNECT_2_OAUTH_CLIENTSECRET": "other",
    }
    (cluster,) = kafka_ui.read(variables.from_environment(values), {}).clusters
    assert [connect.name for connect in cluster.connect or ()] == ["files", "dr", "later"]
    dr = (cluster.connect or ())[1]
    assert dr.fields["oauth_token_url"] == "http://t/token"
    assert dr.secrets == {"password": "secret", "oauth_client_secret": "other"}


def test_akhqs_connect_clusters_are_taken() -> None:
    connection = {
        "properties": {"bootstrap.servers": "k:9092"},
        "connect": [
            {"name": "files", "url": "http://c:8083", "basic-auth-username": "me", "basic-auth-password": "secret"}
        ],
    }
    (cluster,) = akhq.read({"akhq": {"connections": {"a": connection}}}, {}).clusters
    (connect,) = cluster.connect or ()
    assert (connect.name, connect.fields) == ("files", {"url": "http://c:8083", "username": "me"})
    assert connect.secrets == {"password": "secret"}


def test_masking_is_taken_and_never_passed_over() -> None:
    rule = {"type": "MASK", "fields": ["a"], "maskingCharsReplacement": ["A", "a", "0", "."], "topicValuesPattern": "x"}
    entry = {"name": "a", "bootstrapServers": "k:9092", "masking": [rule]}
    (cluster,) = kafka_ui.read({"kafka": {"clusters": [entry]}}, {}).clusters
    assert cluster.fields["masking"] == [rule]
    with pytest.raises(ImportRefused, match=r"clusters\[0\]\.masking: Masking rule 1: there is no feilds"):
        kafka_ui.read({"kafka": {"clusters": [entry | {"masking": [rule | {"feilds": []}]}]}}, {})
