import pytest
from django.db import connection
from django.test import Client

from accounts.models import AuditEntry
from clusters.models import Cluster
from core.encryption import decrypt, encrypt
from tests.conftest import known_cluster, mirror
from tests.kafka.cluster import KafkaCluster

pytestmark = pytest.mark.django_db


def values(kafka: KafkaCluster, **changes: object) -> dict[str, object]:
    return {
        "name": "Local One",
        "bootstrap_servers": kafka.bootstrap_servers,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "username": "admin",
        "password": "admin-secret",
        **changes,
    }


def test_a_cluster_is_added_and_its_password_is_nowhere_in_clear(admin: Client, kafka: KafkaCluster) -> None:
    response = admin.post("/clusters/new/", values(kafka))
    assert (response.status_code, response.headers["Location"]) == (302, "/clusters/local-one/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets FROM clusters_cluster")
        (stored,) = cursor.fetchone()
    assert "admin-secret" not in stored
    assert decrypt(stored) == {"password": "admin-secret"}
    assert "admin-secret" not in admin.get("/clusters/local-one/edit/").content.decode()
    assert "admin-secret" not in repr(Cluster.objects.get().secrets) + repr(Cluster.objects.get().connection())


def test_editing_without_retyping_keeps_the_password(admin: Client, kafka: KafkaCluster) -> None:
    admin.post("/clusters/new/", values(kafka))
    response = admin.post("/clusters/local-one/edit/", values(kafka, name="Local Two", password=""))
    assert response.status_code == 302
    cluster = Cluster.objects.get()
    assert (cluster.name, cluster.slug) == ("Local Two", "local-one")
    assert cluster.secrets == {"password": "admin-secret"}
    mirror(cluster)
    assert cluster.mirror.error == ""


def test_a_password_typed_before_an_error_is_kept_for_the_next_try(admin: Client, kafka: KafkaCluster) -> None:
    page = admin.post("/clusters/new/", values(kafka, bootstrap_servers="nonsense"))
    assert page.status_code == 422
    assert "admin-secret" not in page.content.decode()
    again = values(kafka, password="", attempt=page.context["attempt"])
    assert admin.post("/clusters/new/", again).status_code == 302
    assert Cluster.objects.get().secrets == {"password": "admin-secret"}


def test_a_password_that_was_only_tried_goes_nowhere_else(admin: Client, kafka: KafkaCluster) -> None:
    def attempt(path: str) -> str:
        return str(admin.get(path).context["attempt"])

    first = attempt("/clusters/new/")
    assert admin.post("/clusters/new/", values(kafka, action="test", attempt=first)).status_code == 200
    other = values(kafka, bootstrap_servers="other:9092", password="", attempt=attempt("/clusters/new/"))
    assert "Required for" in admin.post("/clusters/new/", other).content.decode()
    assert admin.post("/clusters/new/", values(kafka, password="", attempt=first)).status_code == 302
    path = "/clusters/local-one/edit/"
    tried = values(kafka, action="test", password="only-a-try", attempt=attempt(path))
    assert admin.post(path, tried).status_code == 200
    label = values(kafka, password="", environment="dev", attempt=attempt(path))
    assert admin.post(path, label).status_code == 302
    assert Cluster.objects.get().secrets == {"password": "admin-secret"}


def test_the_log_tells_what_was_changed_and_no_secret(admin: Client, kafka: KafkaCluster) -> None:
    admin.post("/clusters/new/", values(kafka))
    changes = values(kafka, read_only="on", environment="production", password="another-secret")
    admin.post("/clusters/local-one/edit/", changes)
    entry = AuditEntry.objects.get(action="clusters.edit")
    steps = {step["subject"]: (step["before"], step["after"]) for step in entry.steps}
    assert steps.pop("password") == ("set", "updated")
    assert steps == {"read only": ("no", "yes"), "environment": (None, "production")}
    admin.post("/clusters/local-one/delete/", {"confirm": "Local One"})
    gone = AuditEntry.objects.get(action="clusters.delete")
    assert ("bootstrap servers", kafka.bootstrap_servers, None) in [tuple(step.values()) for step in gone.steps]
    assert "secret" not in str(list(AuditEntry.objects.values_list("steps", flat=True)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bootstrap_servers": "kafka"}, "is not of the form host:port"),
        ({"bootstrap_servers": "kafka:99999"}, "is not of the form host:port"),
        ({"sasl_mechanism": ""}, "Select a mechanism"),
        ({"username": ""}, "Required for"),
        ({"ca_pem": "hello"}, "Not in PEM format"),
        ({"properties": "plugin.library.paths=/tmp/evil.so"}, "plugin.library.paths is not accepted"),
        ({"properties": "ssl.ca.location=/etc/passwd"}, "ssl.ca.location is not accepted"),
        ({"properties": "sasl.jaas.config=x"}, "sasl.jaas.config is not accepted"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    admin: Client, kafka: KafkaCluster, changes: dict[str, object], words: str
) -> None:
    response = admin.post("/clusters/new/", values(kafka, **changes))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Cluster.objects.exists()


def test_a_test_saves_nothing(admin: Client, kafka: KafkaCluster) -> None:
    page = admin.post("/clusters/new/", values(kafka, action="test")).content.decode()
    assert "Connected: 3 brokers" in page
    assert not Cluster.objects.exists()


def test_secrets_written_under_an_older_key_are_read(settings: object) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "old", []  # type: ignore[attr-defined]
    token = encrypt({"password": "x"})
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", ["old"]  # type: ignore[attr-defined]
    assert decrypt(token) == {"password": "x"}


def stored_secrets() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets FROM clusters_cluster")
        (token,) = cursor.fetchone()
    return str(token)


def test_a_lost_key_takes_no_page_down_and_loses_nothing(admin: Client, cluster: Cluster, settings: object) -> None:
    before = stored_secrets()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", []  # type: ignore[attr-defined]
    lost = Cluster.objects.get()
    assert lost.secrets == {}
    lost.environment = "dev"
    lost.save()
    assert stored_secrets() == before


def test_forgetting_a_cluster_needs_its_name(admin: Client, cluster: Cluster) -> None:
    assert admin.post("/clusters/local/delete/", {"confirm": "loca"}).status_code == 422
    assert admin.post("/clusters/local/delete/", {"confirm": "local"}).status_code == 302
    assert not Cluster.objects.exists()


def test_the_same_kafka_again_is_told_by_the_test(kafka: KafkaCluster, admin: Client) -> None:
    first = known_cluster(kafka, slug="first")
    mirror(first)
    page = admin.post("/clusters/new/", values(kafka, action="test")).content.decode()
    assert "This Kafka is here already, as first." in page
    assert "here already" not in admin.post("/clusters/first/edit/", values(kafka, action="test")).content.decode()
