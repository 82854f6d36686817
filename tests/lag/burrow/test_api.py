import json
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from clusters.models import Cluster, Mirror
from lag import tasks
from lag.models import Forgotten, LagSettings, Shard, WatchedGroup
from tests.conftest import RawPathClient
from tests.lag.burrow.conftest import HOSTILE

pytestmark = pytest.mark.django_db
TOKEN = "let-me-in"


@pytest.fixture
def burrow(stored: Cluster, settings: Any) -> Client:
    """A client of the API, which is public here."""
    settings.PUBLIC_LAG_API = settings.PUBLIC_METRICS = True
    settings.LAG_API_TOKEN = TOKEN
    return RawPathClient()


def got(client: Client, path: str, code: int = 200) -> dict[str, object]:
    """Return a body, whose request must be the one that was made; it ends without a line's end."""
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (code, "application/json")
    text = response.content.decode()
    assert not text.endswith("\n")
    body: dict[str, object] = json.loads(text)
    assert set(body.pop("request")) == {"url", "host"}  # type: ignore[call-overload]
    return body


def test_lists_have_burrows_names_and_messages(burrow: Client) -> None:
    assert got(burrow, "/v3/kafka") == {"error": False, "message": "cluster list returned", "clusters": ["c"]}
    assert got(burrow, "/v3/kafka/c/topic")["topics"] == ["orders", "pay", "unseen"]
    assert got(burrow, "/v3/kafka/c/consumer")["consumers"] == sorted(["g1", "idle", HOSTILE])
    content = got(burrow, "/v3/kafka/c/topic/orders/consumers")
    assert content == {"error": False, "message": "consumers of topic returned", "consumers": ["g1"]}
    assert got(burrow, "/v3/kafka/c/topic/none/consumers")["consumers"] == []


def test_topic_offsets_keep_their_place_where_one_is_unknown(burrow: Client) -> None:
    assert got(burrow, "/v3/kafka/c/topic/orders")["offsets"] == [1000, 1000, None]
    assert got(burrow, "/v3/kafka/c/topic/unseen")["offsets"] == [None, None]


def test_a_verdict_has_burrows_form(burrow: Client) -> None:
    body = got(burrow, "/v3/kafka/c/consumer/g1/status")
    assert body["message"] == "consumer status returned"
    status = body["status"]
    assert isinstance(status, dict)
    expected = {"cluster": "c", "group": "g1", "status": "ERR", "complete": 0.25, "partition_count": 4, "totallag": 100}
    assert {name: status[name] for name in expected} == expected
    (bad,) = status["partitions"]
    assert bad == status["maxlag"]
    assert (bad["status"], bad["owner"], bad["client_id"], bad["current_lag"]) == ("STALL", "/10.0.0.1", "app-1", 100)
    assert set(bad["start"]) == {"offset", "timestamp", "observedAt", "lag"}
    every = got(burrow, "/v3/kafka/c/consumer/g1/lag")["status"]
    assert isinstance(every, dict)
    slots = {(partition["topic"], partition["partition"]): partition for partition in every["partitions"]}
    assert slots["orders", 1]["complete"] == 0.33333334
    assert slots["orders", 2] == {
        "topic": "orders", "partition": 2, "owner": "", "client_id": "", "status": "OK", "start": None, "end": None,
        "current_lag": 0, "complete": 0,
    }  # fmt: skip


def test_windows_show_every_slot(burrow: Client) -> None:
    topics = got(burrow, "/v3/kafka/c/consumer/g1")["topics"]
    assert isinstance(topics, dict)
    first, second, third = topics["orders"]
    assert [offset["offset"] for offset in first["offsets"]] == [900, 900, 900]
    assert first["current-lag"] == 100
    assert second["offsets"] == [None, None, None]
    assert third == {"offsets": [], "owner": "", "client_id": "", "current-lag": 0}


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/v3/kafka/nope", "cluster module not found"),
        ("/v3/kafka/nope/topic", "cluster not found"),
        ("/v3/kafka/nope/consumer", "cluster not found"),
        ("/v3/kafka/nope/topic/t/consumers", "cluster not found"),
        ("/v3/kafka/c/topic/none", "cluster or topic not found"),
        ("/v3/kafka/c/consumer/none", "cluster or consumer not found"),
        ("/v3/config/storage/x", "storage module not found"),
        ("/v3/config/notifier/x", "notifier module not found"),
    ],
)
def test_what_is_not_there_is_an_error(burrow: Client, path: str, message: str) -> None:
    assert got(burrow, path, 404) == {"error": True, "message": message}


def test_an_unknown_group_is_notfound_and_no_error(burrow: Client) -> None:
    for cluster in ("c", "nope"):
        assert got(burrow, f"/v3/kafka/{cluster}/consumer/none/lag", 404) == {
            "error": False,
            "message": "consumer status returned",
            "status": {
                "cluster": cluster, "group": "none", "status": "NOTFOUND", "complete": 1, "partitions": [],
                "partition_count": 0, "maxlag": None, "totallag": 0,
            },
        }  # fmt: skip


def test_names_of_any_characters_are_reached_and_escaped_as_go_does(burrow: Client) -> None:
    response = burrow.get(f"/v3/kafka/c/consumer/{quote(HOSTILE, safe='')}/lag")
    assert response.status_code == 200
    assert rb"\u003cd\u003e\u0026" in response.content
    body = json.loads(response.content)
    assert body["status"]["group"] == HOSTILE
    assert body["request"]["url"] == f"/v3/kafka/c/consumer/{HOSTILE}/lag"


@pytest.mark.parametrize("path", ["/v3/kafka/", "/V3/kafka", "/v3/KAFKA/"])
def test_almost_right_paths_lead_to_the_right_one(burrow: Client, path: str) -> None:
    response = burrow.get(path)
    assert (response.status_code, response["Location"]) == (301, "/v3/kafka")
    assert response.content.decode() == '<a href="/v3/kafka">Moved Permanently</a>.\n\n'
    assert burrow.post(path).status_code == 307


def test_a_name_keeps_its_letters_in_a_redirect(burrow: Client) -> None:
    assert burrow.get("/V3/kafka/Prod/Consumer/G%2FX/LAG")["Location"] == "/v3/kafka/Prod/consumer/G%2FX/lag"


@pytest.mark.parametrize("path", ["/v3/nothing", "/v3", "/burrow", "/v3/config/storages"])
def test_unknown_paths_get_burrows_words(burrow: Client, path: str) -> None:
    response = burrow.get(path)
    assert (response.status_code, response["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert response.content == b'{"error":true,"message":"invalid request type","result":{}}\n'


def test_other_methods_are_told_what_is_allowed(burrow: Client) -> None:
    refused = burrow.post("/v3/kafka")
    assert (refused.status_code, refused["Allow"], refused.content) == (405, "GET, OPTIONS", b"Method Not Allowed\n")
    assert burrow.head("/v3/kafka").status_code == 405
    response = burrow.options("/v3/kafka")
    assert (response.status_code, response["Allow"], response.content) == (200, "GET, OPTIONS", b"")


def readiness(client: Client) -> tuple[int, bytes]:
    response = client.get("/burrow/admin/ready")
    return response.status_code, response.content


def test_probes_say_good_and_ready(burrow: Client) -> None:
    assert burrow.get("/burrow/admin").content == b"GOOD"
    Shard.objects.update(ticked_at=None)
    assert readiness(burrow) == (503, b"STARTING")
    Shard.objects.update(ticked_at=timezone.now())
    assert readiness(burrow) == (200, b"READY")


def test_without_a_cluster_it_is_starting(burrow: Client) -> None:
    Cluster.objects.all().delete()
    assert readiness(burrow) == (503, b"STARTING")


def test_a_cluster_that_is_switched_off_is_not_waited_for(burrow: Client) -> None:
    off = Cluster.objects.create(slug="off", name="off", bootstrap_servers="b1:9092")
    LagSettings.objects.create(cluster=off, enabled=False)
    tasks.make_shards()
    assert not Shard.objects.filter(cluster=off).exists()
    assert readiness(burrow) == (200, b"READY")


@pytest.mark.parametrize("found_by", ["the collector", "the inventory"])
def test_a_cluster_out_of_reach_is_not_waited_for(burrow: Client, found_by: str) -> None:
    away = Cluster.objects.create(slug="away", name="away", bootstrap_servers="b1:9092")
    tasks.make_shards()
    assert readiness(burrow) == (503, b"STARTING")
    if found_by == "the collector":
        Shard.objects.filter(cluster=away).update(error="Nobody answered.")
    else:
        Mirror.objects.create(cluster=away, error="Nobody answered.")
    assert readiness(burrow) == (200, b"READY")


def test_once_ready_it_stays_so_when_a_cluster_is_added(burrow: Client) -> None:
    assert readiness(burrow) == (200, b"READY")
    Cluster.objects.create(slug="new", name="new", bootstrap_servers="b1:9092")
    tasks.make_shards()
    assert readiness(burrow) == (200, b"READY")


def test_the_configuration_is_ours_and_holds_no_secret(burrow: Client, stored: Cluster) -> None:
    stored.secrets = type(stored.secrets)(password="hidden-password")
    stored.save()
    module = got(burrow, "/v3/config/cluster/c")["module"]
    assert isinstance(module, dict)
    assert module["servers"] == ["b1:9092"]
    assert module["client-profile"]["sasl"] == {"name": "c", "handshake-first": True, "username": "u"}
    assert got(burrow, "/v3/config/storage") == {
        "error": False, "message": "module list returned", "coordinator": "storage", "modules": ["c"],
    }  # fmt: skip
    assert got(burrow, "/v3/config/storage/c")["module"] == {
        "class-name": "inmemory", "intervals": 3, "min-distance": 0, "group-allowlist": "", "expire-group": 604800,
    }  # fmt: skip
    assert got(burrow, "/v3/config/notifier")["modules"] == []
    for path in ("/v3/config", "/v3/kafka/c", "/v3/config/consumer/c", "/v3/config/evaluator/c"):
        assert "hidden-password" not in str(got(burrow, path))


def test_the_log_level_is_told_and_set_with_the_token(burrow: Client) -> None:
    import logging

    before = logging.getLogger().level
    headers = {"Authorization": f"Bearer {TOKEN}"}

    def post(body: str) -> tuple[int, str]:
        response = burrow.post("/v3/admin/loglevel", body, content_type="application/json", headers=headers)
        return response.status_code, json.loads(response.content)["message"]

    try:
        assert post('{"level":"DEBUG"}') == (200, "set log level")
        assert got(burrow, "/v3/admin/loglevel")["level"] == "debug"
        assert post('{"level":"loud"}') == (404, "unknown log level")
        assert post("nope") == (400, "could not decode message body")
    finally:
        logging.getLogger().setLevel(before)


def test_changes_need_the_token_even_where_reading_is_free(burrow: Client) -> None:
    assert burrow.delete("/v3/kafka/c/consumer/g1").status_code == 401
    assert burrow.post("/v3/admin/loglevel", "{}", content_type="application/json").status_code == 401
    assert WatchedGroup.objects.filter(name="g1").exists()


def test_a_group_is_forgotten_here_and_its_owner_told(burrow: Client) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    for path in ("/v3/kafka/c/consumer/g1", "/v3/kafka/c/consumer/none", "/v3/kafka/nope/consumer/none"):
        response = burrow.delete(path, headers=headers)
        assert (response.status_code, json.loads(response.content)["message"]) == (200, "consumer group removed")
    assert not WatchedGroup.objects.filter(name="g1").exists()
    assert Forgotten.objects.filter(group="g1", topic="").exists()


def test_without_being_public_it_asks_for_a_token(stored: Cluster, settings: Any) -> None:
    settings.LAG_API_TOKEN, settings.METRICS_TOKEN = TOKEN, "scrape"
    client = Client()
    refused = client.get("/v3/kafka")
    assert refused.status_code == 401
    assert "KAFKAADMIN_LAG_API_TOKEN" in json.loads(refused.content)["message"]
    assert client.get("/metrics").status_code == 401
    assert client.get("/v3/kafka", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert client.get("/v3/kafka", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert client.get("/metrics", headers={"Authorization": "Bearer scrape"}).status_code == 200


def test_a_person_who_may_see_all_lag_needs_no_token(stored: Cluster, viewer: Client) -> None:
    assert viewer.get("/v3/kafka").status_code == 200
