"""Changes that destroy wait for a second person: on a real Kafka, from the page to the audit log."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Grant
from api.models import Token
from clusters.approvals import decisions
from clusters.approvals.findings import look
from clusters.approvals.tasks import expire_requests
from clusters.gateway import topics
from clusters.gateway.errors import Conflict
from clusters.models import ApprovalRequest, Cluster
from tests.api.conftest import LOCAL, person, program_of
from tests.conftest import known_topic, signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import connection_of
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
APPROVALS = "/clusters/local/approvals/"


@pytest.fixture(autouse=True)
def _second_person(cluster: Cluster) -> None:
    Cluster.objects.update(needs_approval=True)


@pytest.fixture
def pat(db: None) -> User:
    return person("pat", "operator")


@pytest.fixture
def bob(db: None) -> User:
    user = person("bob", "operator")
    Grant.objects.create(user=user, role="custom", actions=["approvals.decide"])
    return user


def exists(kafka: KafkaCluster, topic: str) -> bool:
    return topic in topics.leaders(connection_of(kafka))[1]


def plan_on(page: str) -> str:
    digest = re.search(r'name="plan" value="(\w+)"', page)
    assert digest, page
    return digest[1]


def ask_to_delete(client: Client, topic: str, reason: str = "no longer used") -> ApprovalRequest:
    """Confirm the deletion of a topic on its page."""
    path = f"/clusters/local/topics/{topic}/delete/"
    page = client.get(path).content.decode()
    assert "A second person has to approve this" in page
    response = client.post(path, {"confirm": topic, "plan": plan_on(page), "approval_reason": reason})
    waiting = ApprovalRequest.objects.order_by("-pk")[0]
    assert (response.status_code, response.headers["Location"]) == (302, f"{APPROVALS}{waiting.pk}/")
    return waiting


def lower_retention(client: Client, topic: str, value: str) -> Any:
    """Confirm a retention on the page of a topic's configs."""
    path = f"/clusters/local/topics/{topic}/configs/"
    form = {"configs": f"retention.ms={value}"}
    page = client.post(path, {**form, "action": "preview"}).content.decode()
    return client.post(path, {**form, "action": "apply", "plan": plan_on(page)})


def sent_back(client: Client, waiting: ApprovalRequest, verb: str, **fields: str) -> ApprovalRequest:
    response = client.post(f"{APPROVALS}{waiting.pk}/{verb}/", fields)
    assert response.status_code == 302, response.content
    waiting.refresh_from_db()
    return waiting


def test_a_topic_is_deleted_once_a_second_person_approves(
    kafka: KafkaCluster, pat: User, bob: User, unique: Callable[[str], str]
) -> None:
    topic = known_topic(kafka, unique("orders"))
    asking, deciding = signed_in(pat), signed_in(bob)
    waiting = ask_to_delete(asking, topic)
    assert ask_to_delete(asking, topic).pk == waiting.pk, "the same from another tab is the same request"
    assert exists(kafka, topic)
    page = asking.get(f"{APPROVALS}{waiting.pk}/").content.decode()
    assert "Approve and apply" not in page
    assert asking.post(f"{APPROVALS}{waiting.pk}/approve/").status_code == 403
    shown = deciding.get(f"{APPROVALS}{waiting.pk}/").content.decode()
    assert "no longer used" in shown
    assert "records" in shown
    assert 'title="1 waiting"' in shown
    assert sent_back(deciding, waiting, "approve").state == "applied", waiting.decision
    eventually(lambda: not exists(kafka, topic))
    assert waiting.secrets == {}
    entries = AuditEntry.objects.filter(resource=topic).order_by("pk")
    waits = f"Waits for a second person: request {waiting.pk}."
    assert [(entry.username, entry.action, entry.outcome, entry.detail) for entry in entries] == [
        ("pat", "topics.delete", "requested", waits),
        ("pat", "topics.delete", "requested", waits),
        ("bob", "approvals.decide", "done", f"Approved request {waiting.pk} of pat."),
        ("pat", "topics.delete", "done", f"Approved by bob (request {waiting.pk})."),
    ]
    assert deciding.post(f"{APPROVALS}{waiting.pk}/approve/").status_code == 409, "it is over"


def test_the_api_answers_with_the_request_and_its_address(
    kafka: KafkaCluster, pat: User, bob: User, unique: Callable[[str], str]
) -> None:
    topic, asking, deciding = known_topic(kafka, unique("orders")), program_of(pat), program_of(bob)
    path = f"{LOCAL}/topics/{topic}"
    trial = asking("DELETE", f"{path}?dry_run=true").json()
    assert (trial["done"], trial["needs_approval"]) == (False, True)
    response = asking("DELETE", f"{path}?plan={trial['plan']}&reason=old", Idempotency_Key="once")
    assert (response.status_code, response.json()["state"]) == (202, "waiting")
    again = asking("DELETE", f"{path}?plan={trial['plan']}&reason=old", Idempotency_Key="once")
    assert (again.status_code, again.json()["id"]) == (202, response.json()["id"])
    address = response.headers["Location"]
    assert deciding.get(address)["reason"] == "old"
    assert [item["id"] for item in deciding.get(f"{LOCAL}/approvals?state=waiting")["items"]] == [again.json()["id"]]
    assert asking("POST", f"{address}/approve").status_code == 403
    assert deciding("POST", f"{address}/approve?dry_run=true").json()["state"] == "waiting"
    applied = deciding("POST", f"{address}/approve").json()
    assert (applied["state"], applied["decided_by"]) == ("applied", "bob"), applied
    eventually(lambda: not exists(kafka, topic))


def test_what_the_requester_may_no_longer_do_is_not_done(
    kafka: KafkaCluster, pat: User, bob: User, unique: Callable[[str], str]
) -> None:
    topic = known_topic(kafka, unique("orders"))
    asking, deciding = signed_in(pat), signed_in(bob)
    waiting = ask_to_delete(asking, topic)
    Cluster.objects.update(read_only=True)
    failed = sent_back(deciding, waiting, "approve")
    assert (failed.state, "is read-only" in failed.decision) == ("failed", True)
    Cluster.objects.update(read_only=False)
    waiting = ask_to_delete(asking, topic)
    Grant.objects.filter(user=pat).update(role="viewer")
    failed = sent_back(deciding, waiting, "approve")
    assert (failed.state, failed.decision) == (
        "failed", f"pat: You don't have access to local/{topic} (needs topics.delete).",
    )  # fmt: skip
    Grant.objects.filter(user=pat).update(role="operator")
    waiting = ask_to_delete(asking, topic)
    User.objects.filter(pk=pat.pk).update(is_active=False)
    assert "can't sign in any more" in sent_back(deciding, waiting, "approve").decision
    assert exists(kafka, topic)


def test_a_token_that_was_revoked_meanwhile_does_nothing(
    kafka: KafkaCluster, pat: User, bob: User, unique: Callable[[str], str]
) -> None:
    topic = known_topic(kafka, unique("orders"))
    response = program_of(pat)("DELETE", f"{LOCAL}/topics/{topic}")
    Token.objects.filter(user=pat).delete()
    waiting = ApprovalRequest.objects.get(pk=response.json()["id"])
    failed = sent_back(signed_in(bob), waiting, "approve")
    assert (failed.state, failed.decision) == ("failed", "Send a valid token: “Authorization: Bearer ka_…”.")
    assert exists(kafka, topic)


def test_a_plan_that_changed_meanwhile_is_not_applied(
    kafka: KafkaCluster, pat: User, bob: User, unique: Callable[[str], str]
) -> None:
    topic = known_topic(kafka, unique("orders"), config={"retention.ms": "900000"})
    asking, deciding = signed_in(pat), signed_in(bob)
    assert lower_retention(asking, topic, "60000").status_code == 302
    waiting = ApprovalRequest.objects.get()
    assert lower_retention(asking, topic, "950000").status_code == 302, "what destroys nothing waits for nobody"
    assert ApprovalRequest.objects.count() == 1
    failed = sent_back(deciding, waiting, "approve")
    assert failed.state == "failed"
    assert "changed in the meantime" in failed.decision


def test_another_topic_of_the_same_name_is_not_deleted(
    kafka: KafkaCluster, pat: User, bob: User, unique: Callable[[str], str]
) -> None:
    topic = known_topic(kafka, unique("orders"))
    asking, path = signed_in(pat), f"/clusters/local/topics/{topic}/delete/"
    waiting, shown = ask_to_delete(asking, topic), plan_on(asking.get(path).content.decode())
    topics.delete(connection_of(kafka), topic)
    known_topic(kafka, topic)
    sentence = f"Not the same any more: {topic}. It was changed, or deleted and created again, in the meantime."
    assert sent_back(signed_in(bob), waiting, "approve").decision.startswith(sentence)
    refused = asking.post(path, {"confirm": topic, "plan": shown})
    assert (refused.status_code, sentence in refused.content.decode()) == (409, True)
    assert not ApprovalRequest.objects.filter(state="waiting").exists()
    assert exists(kafka, topic)


def test_only_one_of_two_who_decide_at_once_does(
    kafka: KafkaCluster, pat: User, bob: User, rf: Any, unique: Callable[[str], str]
) -> None:
    topic = known_topic(kafka, unique("orders"))
    waiting = ask_to_delete(signed_in(pat), topic)
    requests = [rf.post("/"), rf.post("/")]
    loaded = [ApprovalRequest.objects.select_related("cluster").get(pk=waiting.pk) for _ in requests]
    for request in requests:
        request.user = bob
    decisions.approve(requests[0], loaded[0])
    with pytest.raises(Conflict, match="does not wait any more: applied by bob"):
        decisions.approve(requests[1], loaded[1])
    with pytest.raises(Conflict):
        decisions.refuse(requests[1], loaded[1], "too late")


def test_a_request_is_refused_with_a_reason_cancelled_or_expires(
    kafka: KafkaCluster, cluster: Cluster, pat: User, bob: User, unique: Callable[[str], str]
) -> None:
    topic = known_topic(kafka, unique("orders"))
    asking, deciding = signed_in(pat), signed_in(bob)
    waiting = ask_to_delete(asking, topic)
    (finding,) = look(cluster, frozenset()).findings
    assert (finding.subject, topic in str(finding)) == (f"request {waiting.pk}", False)
    assert deciding.post(f"{APPROVALS}{waiting.pk}/refuse/", {"reason": " "}).status_code == 422
    refused = sent_back(deciding, waiting, "refuse", reason="It is read still.")
    assert (refused.state, refused.decided_by, refused.decision) == ("refused", "bob", "It is read still.")
    waiting = ask_to_delete(asking, topic)
    assert deciding.post(f"{APPROVALS}{waiting.pk}/cancel/").status_code == 403
    assert sent_back(asking, waiting, "cancel").state == "cancelled"
    waiting = ask_to_delete(asking, topic)
    ApprovalRequest.objects.filter(pk=waiting.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert deciding.post(f"{APPROVALS}{waiting.pk}/approve/").status_code == 409, "also before the task ran"
    another = ask_to_delete(asking, topic)
    assert another.pk != waiting.pk, "one whose time is over is not in the way of the next"
    sent_back(asking, another, "cancel")
    ApprovalRequest.objects.filter(pk=waiting.pk).update(state="waiting")
    assert expire_requests() == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.secrets) == ("expired", {})
    assert exists(kafka, topic)
    assert not look(cluster, frozenset()).findings


def test_what_is_confirmed_as_one_is_approved_as_one(
    kafka: KafkaCluster, pat: User, bob: User, unique: Callable[[str], str]
) -> None:
    names = [known_topic(kafka, unique("bulk")) for _ in range(2)]
    asking, path = signed_in(pat), "/clusters/local/bulk/topics/delete/"
    page = asking.post(path, {"selected": names}).content.decode()
    plans = re.findall(r'name="plan" value="(\w+)"', page)
    confirmed = {"selected": names, "planned": names, "plan": plans, "pinned": ["", ""], "confirm": "2"}
    assert asking.post(path, {**confirmed, "action": "apply"}).status_code == 302
    (waiting,) = ApprovalRequest.objects.all()
    assert [plan["resource"] for plan in waiting.plans] == names
    assert sent_back(signed_in(bob), waiting, "approve").state == "applied", waiting.decision
    eventually(lambda: not any(exists(kafka, topic) for topic in names))
    several = [known_topic(kafka, unique("several")) for _ in range(2)]
    response = program_of(pat)("POST", f"{LOCAL}/delete-topics", {"names": several})
    assert (response.status_code, len(response.json()["plans"])) == (202, 2)


def test_a_manifest_waits_as_a_whole(kafka: KafkaCluster, bob: User, unique: Callable[[str], str]) -> None:
    topic = known_topic(kafka, unique("orders"), config={"retention.ms": "900000"})
    new = unique("new")
    text = f"topics:\n  {topic}: {{configs: {{retention.ms: 60000}}}}\n  {new}: {{partitions: 1}}\n"
    ada = program_of(User.objects.create_superuser("ada"))
    response = ada("POST", f"{LOCAL}/manifest", {"text": text})
    assert (response.status_code, len(response.json()["plans"])) == (202, 2), response.content
    assert not exists(kafka, new)
    waiting = ApprovalRequest.objects.get()
    assert sent_back(signed_in(bob), waiting, "approve").state == "applied", waiting.decision
    eventually(lambda: exists(kafka, new))


def test_a_password_waits_encrypted_and_none_is_generated_that_nobody_would_see(
    cluster: Cluster, bob: User, unique: Callable[[str], str]
) -> None:
    name, ada = unique("user"), program_of(User.objects.create_superuser("ada"))
    made = {"name": name, "mechanism": "SCRAM-SHA-256", "password": "first-password-of-all"}
    assert ada("POST", f"{LOCAL}/users", made).status_code == 201
    path = f"{LOCAL}/users/{name}/password"
    generated = ada("PUT", path, {"mechanism": "SCRAM-SHA-256"})
    assert (generated.status_code, "Enter a password" in generated.json()["detail"]) == (422, True)
    waits = ada("PUT", path, {"mechanism": "SCRAM-SHA-256", "password": "second-password-of-all"})
    assert waits.status_code == 202
    assert "second-password" not in waits.content.decode()
    assert "second-password" not in str(list(ApprovalRequest.objects.values_list()))


def test_a_superuser_decides_alone_only_where_nobody_else_could(
    kafka: KafkaCluster, unique: Callable[[str], str]
) -> None:
    topic, ada = known_topic(kafka, unique("orders")), User.objects.create_superuser("ada")
    client = signed_in(ada)
    waiting = ask_to_delete(client, topic)
    other = User.objects.create_superuser("eve")
    assert client.post(f"{APPROVALS}{waiting.pk}/approve/").status_code == 403
    other.delete()
    assert "as the only administrator" in client.get(f"{APPROVALS}{waiting.pk}/").content.decode()
    assert sent_back(client, waiting, "approve").state == "applied"


def test_who_may_not_decide_sees_no_request_of_others(
    kafka: KafkaCluster, pat: User, unique: Callable[[str], str]
) -> None:
    topic = known_topic(kafka, unique("orders"))
    waiting = ask_to_delete(signed_in(pat), topic)
    some = person("some", "operator")
    Grant.objects.create(user=some, role="custom", actions=["approvals.decide"], resources="other*")
    client = signed_in(some)
    assert client.get(f"{APPROVALS}{waiting.pk}/").status_code == 404
    assert topic not in client.get(APPROVALS).content.decode()
    assert client.post(f"{APPROVALS}{waiting.pk}/approve/").status_code == 404


def test_whatever_goes_through_the_door_can_be_sent_again() -> None:
    """A request is sent again without a session and without files: what changes Kafka must need neither."""
    files_that_destroy_nothing = {"schemas/transfer/views.py", "manifests/views.py"}  # a manifest's text is in its form
    root = project.BASE_DIR / "clusters"
    sources = {str(path.relative_to(root)): path.read_text() for path in sorted(root.rglob("*.py"))}
    needy = [
        name
        for name, source in sources.items()
        if re.search(r"\bapply_(change|confirmed)\(", source) and re.search(r"request\.(session|FILES|COOKIES)", source)
    ]
    assert set(needy) <= files_that_destroy_nothing


def test_nothing_but_the_door_and_what_is_confirmed_as_one_passes_the_gate() -> None:
    """Every change goes through ``apply_change``, which has the gate: so no action has to be named for it."""
    root = Path(project.BASE_DIR)
    callers = {
        str(path.relative_to(root))
        for folder in ("clusters", "api")
        for path in (root / folder).rglob("*.py")
        if re.search(r"\brequire_approval\w*\(", path.read_text())
    }
    assert callers == {
        "clusters/approvals/gate.py", "clusters/changes.py", "clusters/bulk/items.py",
        "clusters/manifests/applying.py", "api/clusters/topics/changes.py",
    }  # fmt: skip
