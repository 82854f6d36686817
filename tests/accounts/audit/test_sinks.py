"""The audit log at a webhook, a syslog and in a topic: in order, at least once, and kept while a target is away."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition
from django.core.checks import run_checks
from django.test import Client
from django.utils import timezone

from accounts.audit import sending
from accounts.audit.sending import send_all
from accounts.models import AuditEntry, AuditLink, AuditSink
from accounts.tasks import forget_old_entries, send_audit_log
from tests.conftest import known_cluster
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic
from tests.kafka.ports import free_ports

pytestmark = pytest.mark.django_db


class Webhook:
    """Answers each POST with ``status``, and keeps the events and tokens that came."""

    def __init__(self) -> None:
        self.status, self.events, self.tokens = 200, [], set()  # type: ignore[var-annotated]
        self.largest = 1_000_000
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                webhook.tokens.add(self.headers["Authorization"])
                status = webhook.status if len(body) <= webhook.largest else 413
                if status == 200:
                    webhook.events += [json.loads(line) for line in body.splitlines()]
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Be quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/"


@pytest.fixture
def webhook(settings: Any) -> Iterator[Webhook]:
    service = Webhook()
    settings.AUDIT_WEBHOOK, settings.AUDIT_WEBHOOK_TOKEN = service.url, "a-secret"
    yield service
    service.server.shutdown()
    service.server.server_close()


def written(number: int, **fields: Any) -> None:
    for each in range(number):
        AuditEntry.objects.create(
            username="ada",
            action="topics.delete",
            resource=f"t{each}",
            outcome="done",
            steps=[{"after": "é"}],
            **fields,
        )


def test_a_webhook_gets_what_there_is_and_what_comes(webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", 2)
    written(5)
    send_audit_log()
    assert [event["resource"] for event in webhook.events] == ["t0", "t1", "t2", "t3", "t4"]
    assert webhook.events[0]["steps"] == [{"after": "é"}]
    assert webhook.tokens == {"Bearer a-secret"}
    send_audit_log()
    written(1)
    send_audit_log()
    assert [event["number"] for event in webhook.events] == [1, 2, 3, 4, 5, 6]
    assert [event["hash"] for event in webhook.events] == list(AuditLink.objects.values_list("hash", flat=True))


def test_what_a_target_does_not_take_is_kept_shown_and_sent_later(webhook: Webhook, admin: Client) -> None:
    AuditEntry.objects.all().delete()
    written(3)
    webhook.status = 503
    now = timezone.now()
    send_all(now)
    page = admin.get("/audit/").content.decode()
    assert "The audit log is not sent to webhook: It answers with status 503." in page
    assert "entries waiting; nothing is" in page
    webhook.status = 200
    send_all(now)
    assert webhook.events == []  # it waits a little
    send_all(now + timedelta(minutes=1))
    assert [event["resource"] for event in webhook.events if "resource" in event] == ["t0", "t1", "t2"]
    assert "not sent" not in admin.get("/audit/").content.decode()


def test_an_event_that_is_too_large_does_not_hold_up_those_after_it(webhook: Webhook) -> None:
    webhook.largest = 2_000
    written(3)
    AuditEntry.objects.create(username="ada", action="topics.delete", resource="large", outcome="done",
                              steps=[{"after": "x" * 3_000}], detail="y" * 3_000)  # fmt: skip
    written(3)
    send_audit_log()
    assert [event["resource"] for event in webhook.events] == ["t0", "t1", "t2", "large", "t0", "t1", "t2"]
    assert [(event.get("shortened"), event["steps"]) for event in webhook.events][3] == (True, [])
    assert webhook.events[4]["steps"] == [{"after": "é"}]
    webhook.largest = 10
    written(1)
    send_audit_log()
    assert AuditSink.objects.get().error == "It answers with status 413."


def test_a_wrong_address_of_one_target_stops_no_other(webhook: Webhook, settings: Any) -> None:
    settings.AUDIT_SYSLOG = "syslog.example.com"
    written(1)
    send_audit_log()
    assert len(webhook.events) == 1
    assert "must be udp://" in AuditSink.objects.get(name="syslog").error


def test_retention_leaves_what_was_not_sent_yet(webhook: Webhook) -> None:
    written(2)
    AuditEntry.objects.update(at=timezone.now() - timedelta(days=400))
    webhook.status = 500
    now = timezone.now()
    send_all(now)
    assert forget_old_entries() == 0
    webhook.status = 200
    send_all(now + timedelta(minutes=1))
    assert len(webhook.events) == 2
    assert forget_old_entries() == 2


def test_one_worker_at_a_time_sends(webhook: Webhook) -> None:
    written(1)
    now = timezone.now()
    sink = AuditSink.objects.create(name="webhook")
    held = AuditSink.take(sink.pk, now)
    assert held
    send_all(now)
    assert webhook.events == []
    later = now + timedelta(minutes=6)
    send_all(later)
    assert len(webhook.events) == 1
    sending.send_held(held, lambda _: None, later)  # the first one comes back, and finds that its lease is lost
    assert AuditSink.objects.get().fence == 2


def test_a_target_that_is_not_configured_any_more_keeps_nothing(webhook: Webhook, settings: Any) -> None:
    written(1)
    send_audit_log()
    settings.AUDIT_WEBHOOK = ""
    send_audit_log()
    assert not AuditSink.objects.exists()


def test_syslog_gets_messages_with_their_lengths(settings: Any) -> None:
    received: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            while part := connection.recv(4096):
                received.append(part)

    thread = threading.Thread(target=serve)
    thread.start()
    settings.AUDIT_SYSLOG = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    written(2)
    send_audit_log()
    thread.join(10)
    server.close()
    text = b"".join(received)
    for number in (1, 2):
        length, _, text = text.partition(b" ")
        message, text = text[: int(length)], text[int(length) :]
        head, _, body = message.decode().partition(" - audit - ")
        assert head.startswith("<110>1 20")
        assert json.loads(body)["number"] == number
    assert text == b""
    settings.AUDIT_SYSLOG = f"tcp://127.0.0.1:{free_ports(1)[0]}"
    written(1)
    send_audit_log()
    assert "127.0.0.1 cannot be reached" in AuditSink.objects.get().error


def test_syslog_by_datagrams(settings: Any) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)
        settings.AUDIT_SYSLOG = f"udp://127.0.0.1:{server.getsockname()[1]}"
        written(1)
        AuditEntry.objects.create(username="ada", resource="large", steps=[{"after": "x" * 70_000}], outcome="done")
        send_audit_log()
        assert b'"resource": "t0"' in server.recv(60_000)
        large = json.loads(server.recv(60_000).partition(b" - audit - ")[2])
        assert (large["resource"], large["steps"]) == ("large", [])


def test_a_topic_gets_them_in_order(kafka: KafkaCluster, unique: Any, settings: Any) -> None:
    topic = unique("audit")
    create_topic(kafka, topic, partitions=3)
    settings.AUDIT_TOPIC = f"local/{topic}"
    written(3)
    send_audit_log()
    assert AuditSink.objects.get().error == "There is no cluster local."
    known_cluster(kafka)
    send_all(timezone.now() + timedelta(minutes=1))
    assert AuditSink.objects.get().error == ""
    with closing(Consumer({**kafka.client_config(), "group.id": topic})) as reader:
        reader.assign([TopicPartition(topic, partition, 0) for partition in range(3)])
        values = [message.value() for message in reader.consume(3, timeout=20)]
    assert [json.loads(value or b"")["number"] for value in values] == [1, 2, 3]


@pytest.mark.parametrize(
    ("name", "value"),
    [("AUDIT_SYSLOG", "syslog.example.com"), ("AUDIT_WEBHOOK", "siem.example.com"), ("AUDIT_TOPIC", "audit")],
)
def test_a_wrong_address_is_told_at_the_start(settings: Any, name: str, value: str) -> None:
    setattr(settings, name, value)
    assert f"KAFKAADMIN_{name} must be" in " ".join(str(message) for message in run_checks())
