"""What all tests share: one Kafka a run, unique names, people, and a cluster that the app knows."""

import gc
import itertools
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import Phase, settings

from accounts.imported_passwords import ImportedSha256Hasher
from accounts.models import AuditEntry, Grant
from clusters.gateway.clients.connection import Connection
from clusters.models import Cluster
from clusters.tasks import mirror_cluster, mirror_due
from core.encryption import SecretValues
from tests.connect_worker import ConnectWorker
from tests.demo.ports import needed, taken
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import connection_of, create_topic
from tests.kafka.jars import locked
from tests.kafka.processes import Permission
from tests.kafka.properties import password
from tests.keycloak import Keycloak
from tests.schema_registry import SchemaRegistry
from tests.sharing import shared, shared_folder
from tests.slapd import Slapd
from tests.sorting import Together, fixtures, mark, sort

MORTAL = pytest.StashKey[KafkaCluster]()
ImportedSha256Hasher.iterations = 1_000  # of a million, each of these passwords would take half a second

# Shrinking a failure takes minutes: `pytest --hypothesis-profile=thorough` does it, and tries many more examples.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
settings.register_profile("ordinary", max_examples=50, deadline=None, phases=QUICK, print_blob=True)
settings.register_profile("thorough", max_examples=2000, deadline=None)
settings.load_profile("ordinary")


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    """Look for no garbage while nothing goes away."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave what was collected out of the garbage collector's rounds: thousands of tests, and all that they import."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    mark(items)  # before any other plugin looks at marks
    yield
    sort(items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    Permission.given = item.get_closest_marker("services") is not None


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    """Three brokers, started once a run. Tests that stop brokers start a cluster of their own."""
    with shared(shared_folder(tmp_path_factory), "kafka") as cluster:
        yield cluster


@pytest.fixture(scope="session")
def keycloak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keycloak]:
    """An OpenID Connect provider, started once a run. Tests that change people there make their own."""
    with shared(shared_folder(tmp_path_factory), "keycloak") as service:
        yield service


@pytest.fixture(scope="session")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """An LDAP server, started once a run. Tests add people and groups of their own."""
    with shared(shared_folder(tmp_path_factory), "slapd") as service:
        yield service


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SchemaRegistry]:
    """A schema registry, started once a run; subjects have names of their own."""
    with shared(shared_folder(tmp_path_factory), "registry") as service:
        yield service


@pytest.fixture(scope="session")
def connect_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConnectWorker]:
    """A worker of Kafka Connect on the shared Kafka, started once a run; connectors have names of their own."""
    with shared(shared_folder(tmp_path_factory), "connect_worker") as service:
        yield service


@pytest.fixture(scope="session")
def mortal(request: pytest.FixtureRequest) -> Iterator[KafkaCluster]:
    """Three brokers that tests may stop and pause; each leaves them well."""
    with KafkaCluster(3, heap="256m") as cluster:
        request.session.stash[MORTAL] = cluster
        yield cluster


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """End the mortal brokers after the last test that uses them: one process runs all of those."""
    if MORTAL in item.session.stash and "mortal" in fixtures(item):
        later = item.session.items[item.session.items.index(item) + 1 :]
        if not any("mortal" in fixtures(other) for other in later):
            item.session.stash[MORTAL].stop()


@pytest.fixture
def sole_mover(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Be the only test that moves replicas of the shared Kafka, or looks for throttles there."""
    with locked(shared_folder(tmp_path_factory) / "moving.lock"):
        yield


@pytest.fixture
def demo_ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Have the demo's own ports, which only one test may use at a time."""
    with locked(shared_folder(tmp_path_factory) / "demo.lock"):
        sentences = taken(needed(8080, 3))
        if sentences:
            pytest.skip(" ".join(sentences))
        yield


@pytest.fixture
def unique() -> Callable[[str], str]:
    """Give names that no other test uses."""
    numbers = itertools.count()

    def name(stem: str = "t") -> str:
        return f"{stem}-{secrets.token_hex(4)}-{next(numbers)}"

    return name


def known_topic(kafka: KafkaCluster, name: str, *, partitions: int = 1, **fields: Any) -> str:
    """Create a topic, and wait until whichever broker is asked knows it."""
    return create_topic(kafka, name, partitions=partitions, **fields)


@pytest.fixture
def connection(kafka: KafkaCluster) -> Connection:
    """Reach the shared cluster as admin."""
    return connection_of(kafka)


def known_cluster(kafka: KafkaCluster, *, slug: str = "local", user: str = "admin", **fields: object) -> Cluster:
    """Store a cluster in the app."""
    values: dict[str, Any] = {
        "slug": slug,
        "name": slug,
        "bootstrap_servers": kafka.bootstrap_servers,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "username": user,
        "secrets": SecretValues(password=password(user)),
    }
    return Cluster.objects.create(**values | fields)


@pytest.fixture
def cluster(kafka: KafkaCluster, db: None) -> Cluster:
    """Have the app know the shared cluster."""
    return known_cluster(kafka)


def mirror(cluster: Cluster) -> None:
    """Look at a cluster once."""
    mirror_due()
    mirror_cluster(cluster.pk)
    cluster.refresh_from_db()


class RawPathClient(Client):
    """A test client that tells the raw path, as gunicorn does."""

    def generic(self, method: str, path: str, *args: object, **kwargs: object) -> object:  # type: ignore[override]
        return super().generic(method, path, *args, RAW_URI=path, **kwargs)  # type: ignore[arg-type]


def signed_in(user: User) -> Client:
    """Sign somebody in, which the audit log then forgets: tests look there for what comes after."""
    client = RawPathClient()
    client.force_login(user)
    AuditEntry.objects.filter(action="sign-in").delete()
    return client


@pytest.fixture
def admin(db: None) -> Client:
    """Sign in as an administrator."""
    return signed_in(User.objects.create_superuser("ada"))


@pytest.fixture
def viewer(db: None) -> Client:
    """Sign in as somebody who may look at everything and change nothing."""
    user = User.objects.create_user("vera")
    Grant.objects.create(user=user, role="viewer")
    return signed_in(user)
