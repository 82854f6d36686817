"""Configs of brokers are changed by whom it is granted, one broker's and all brokers'."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry, Grant
from clusters.brokers import plan
from clusters.gateway import cluster_defaults, configs
from clusters.gateway.clients.connection import Connection
from clusters.models import Cluster
from core.plan import Step
from tests.api.conftest import LOCAL, person, program_of
from tests.clusters.configs.factories import config
from tests.conftest import mirror, signed_in

DYNAMIC = "log.cleaner.delete.retention.ms"
BROKER, ALL = "/clusters/local/brokers/2/configs/", "/clusters/local/brokers/configs/"
Values = Callable[[], dict[str, str | None]]


@pytest.fixture
def values(cluster: Cluster, connection: Connection) -> Iterator[Values]:
    """Tell the config's value on broker 2, and of all brokers; reset both in the end."""
    mirror(cluster)

    def read() -> dict[str, str | None]:
        entries = {BROKER: configs.describe_broker(connection, 2), ALL: cluster_defaults.describe(connection)}
        return {path: entry.value for path, shown in entries.items() for entry in shown if entry.name == DYNAMIC}

    yield read
    for broker in (2, None):
        configs.alter_broker(connection, broker, set={}, delete=[DYNAMIC])


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "subject"), [(BROKER, "broker 2"), (ALL, "all brokers")])
def test_a_config_is_planned_applied_recorded_and_restored(
    path: str, subject: str, values: Values, admin: Client
) -> None:
    assert values()[path] == "86400000"
    change = {f"value.{DYNAMIC}": "2 d"}
    preview = admin.post(path, {**change, "action": "preview"})
    assert [step.after for step in preview.context["plan"].steps] == ["172800000"]
    assert values()[path] == "86400000"
    stale = admin.post(path, {**change, "action": "apply", "plan": "0123456789abcdef"})
    assert (stale.status_code, values()[path]) == (422, "86400000")
    done = admin.post(path, {**change, "action": "apply", "plan": preview.context["plan"].digest}, follow=True)
    assert f"Configuration of {subject} updated." in done.content.decode()
    assert values()[path] == "172800000"
    entry = AuditEntry.objects.get(action="brokers.configure", outcome="done")
    assert (entry.resource, entry.username) == (subject, "ada")
    restored = admin.get(path, {"restore": DYNAMIC})
    assert [step.after for step in restored.context["plan"].steps] == ["86400000 (default)"]
    assert admin.post(path, {"reset": DYNAMIC, "action": "apply"}).status_code == 302
    assert values()[path] == "86400000"


@pytest.mark.django_db
def test_production_requires_the_clusters_name(values: Values, admin: Client) -> None:
    ada = program_of(User.objects.get(username="ada"))
    Cluster.objects.update(environment=Cluster.PRODUCTION)
    change = {f"value.{DYNAMIC}": "2 d", "action": "apply"}
    for path in (BROKER, ALL):
        refused = admin.post(path, change)
        assert refused.status_code == 422
        assert 'name="confirm"' in refused.content.decode()
        assert values()[path] == "86400000"
    assert admin.post(BROKER, {**change, "confirm": "local"}).status_code == 302
    body = {"set": {DYNAMIC: "3 d"}}
    assert list(ada("PATCH", f"{LOCAL}/brokers/2/configs", body).json()["errors"]) == ["confirm"]
    assert ada("PATCH", f"{LOCAL}/brokers/2/configs?confirm=local", body).status_code == 200
    assert values()[BROKER] == "259200000"


@pytest.mark.django_db
def test_the_api_changes_what_a_dry_run_showed(values: Values, admin: Client) -> None:
    ada = program_of(User.objects.get(username="ada"))
    for path, page in ((f"{LOCAL}/brokers/2/configs", BROKER), (f"{LOCAL}/brokers/configs", ALL)):
        (listed,) = (item for item in ada.get(path) if item["name"] == DYNAMIC)
        assert (listed["type"], listed["value"]) == ("LONG", "86400000")
        assert listed["documentation"]
        body = {"set": {DYNAMIC: "90000000"}}
        trial = ada("PATCH", f"{path}?dry_run=true", body).json()
        assert (trial["done"], trial["steps"][0]["after"], values()[page]) == (False, "90000000", "86400000")
        assert ada("PATCH", f"{path}?plan=0123456789abcdef", body).status_code == 409
        assert ada("PATCH", f"{path}?plan={trial['plan']}", body).json()["done"]
        assert values()[page] == "90000000"
        assert ada("PATCH", path, body).json()["steps"] == []
        assert ada("PATCH", path, {"reset": [DYNAMIC]}).status_code == 200
        refused = ada("PATCH", path, {"set": {DYNAMIC: "soon"}})
        assert (refused.status_code, list(refused.json()["errors"])) == (422, [f"config:{DYNAMIC}"])


@pytest.mark.django_db
def test_only_what_is_dynamic_may_be_changed_and_the_rest_says_why(values: Values, admin: Client) -> None:
    page = admin.get("/clusters/local/brokers/2/").content.decode()
    assert f'name="value.{DYNAMIC}"' in page
    assert 'name="value.log.dirs"' not in page
    assert "needs a restart" in page.partition(">log.dirs<")[2].partition("</tr>")[0]
    refused = admin.post(BROKER, {"configs": "log.dirs=/elsewhere", "action": "preview"})
    assert refused.status_code == 422
    assert "log.dirs" in refused.content.decode()
    assert ">log.dirs<" not in admin.get(ALL).content.decode()


@pytest.mark.django_db
def test_a_sensitive_value_is_shown_nowhere(values: Values, admin: Client) -> None:
    ada = program_of(User.objects.get(username="ada"))
    secret, key = "unheard-of", "plugin.password"
    preview = admin.post(BROKER, {"configs": f"{key}={secret}", "action": "preview"})
    assert [step.after for step in preview.context["plan"].steps] == ["new (sensitive)"]
    trial = ada("PATCH", f"{LOCAL}/brokers/2/configs?dry_run=true", {"set": {key: secret}}).json()
    assert [step["after"] for step in trial["steps"]] == ["new (sensitive)"]
    typed = {"value.ssl.truststore.password": secret, "action": "preview"}
    page = admin.post(BROKER, typed, headers={"HX-Request": "true"}).content.decode()
    assert 'type="password" name="value.ssl.truststore.password"' in page
    assert secret not in page


@pytest.mark.django_db
def test_it_needs_a_grant_on_all_resources(values: Values, viewer: Client) -> None:
    limited = User.objects.create_user("limited")
    Grant.objects.create(user=limited, role="admin", resources="broker*")
    for client in (viewer, signed_in(limited)):
        for path in ("/clusters/local/brokers/2/", BROKER, ALL):
            page = client.get(path)
            assert page.status_code == 200
            assert 'name="value.' not in page.content.decode()
        for path in (BROKER, ALL):
            assert client.post(path, {f"value.{DYNAMIC}": "1", "action": "apply"}).status_code == 403
    pat = program_of(person("pat", role="operator"))
    for path in ("brokers/2/configs", "brokers/configs"):
        assert pat("PATCH", f"{LOCAL}/{path}", {"set": {DYNAMIC: "1"}}).status_code == 403
    assert set(AuditEntry.objects.values_list("action", "outcome")) == {("brokers.configure", "refused")}
    assert values()[BROKER] == "86400000"


@pytest.mark.parametrize(
    ("name", "before", "after", "destructive"),
    [
        ("log.retention.ms", "2000", "1000", True),
        ("log.retention.ms", None, "1000", True),
        ("log.retention.bytes", "-1", "1000", True),
        ("log.cleanup.policy", "delete", "compact", True),
        ("log.retention.ms", "1000", "-1", False),
        ("num.io.threads", "8", "4", False),
    ],
)
def test_keeping_less_says_that_records_may_be_deleted(
    name: str, before: str | None, after: str, *, destructive: bool
) -> None:
    planned = plan.configure(None, [config(name, before)], {name: after}, ())
    assert planned.steps == (Step(name, before, after),)
    assert planned.destructive is destructive
    assert bool(planned.warnings) is destructive
