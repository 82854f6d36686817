"""Delegation tokens on a real Kafka: by page, API and command; and a client that signs in with one."""

import re
import shlex
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry, Grant
from clusters.gateway.access import delegation_tokens as kafka_tokens
from clusters.models import Cluster
from tests.api.commands import Run, done
from tests.api.commands import run as run  # a fixture
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.tools import TOKENS, TRANSACTIONS, token_properties, tool

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
PAGE = "/clusters/local/delegation-tokens/"


def value_of(page: str, field: str) -> str:
    (value,) = re.findall(rf'id="{field}" value="([^"]+)"', page)
    return str(value)


def test_a_token_is_created_shown_once_used_and_expired(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, ada: Program
) -> None:
    fields = {"owner": "User:devops", "renewers": "User:admin\nUser:billing", "lifetime": "PT2H"}
    plan = admin.post(f"{PAGE}new/", {**fields, "action": "preview"}).context["plan"]
    created = admin.post(f"{PAGE}new/", {**fields, "action": "apply", "plan": plan.digest})
    assert created.status_code == 201
    assert "no-store" in created.headers["Cache-Control"]
    token, hmac = value_of(created.content.decode(), "token"), value_of(created.content.decode(), "hmac")
    assert token in tool(kafka, TOKENS, "--describe", "--owner-principal", "User:devops")
    # devops is a super user, and so is who has its token.
    assert "TransactionalId" in tool(kafka, TRANSACTIONS, "list", properties=token_properties(token, hmac))
    listed = admin.get(PAGE).content.decode()
    assert token in listed
    assert hmac not in listed + str(list(AuditEntry.objects.values()))
    assert token in admin.get("/clusters/local/users/devops/").content.decode()

    renewal = admin.post(f"{PAGE}{token}/renew/", {"period": "PT1H", "action": "preview"}).context["plan"]
    assert renewal.commands[0].endswith('--renew --renew-time-period 3600000 --hmac "$HMAC"')
    before = next(row for row in ada.get(f"{LOCAL}/delegation-tokens") if row["id"] == token)
    admin.post(f"{PAGE}{token}/renew/", {"period": "PT1H", "action": "apply", "plan": renewal.digest})
    after = next(row for row in ada.get(f"{LOCAL}/delegation-tokens") if row["id"] == token)
    assert after["expires_at"] < before["expires_at"]
    assert after["renewers"] == ["User:admin", "User:billing"]

    Cluster.objects.update(environment=Cluster.PRODUCTION)
    assert admin.post(f"{PAGE}{token}/expire/", {"action": "apply"}).status_code == 422
    assert admin.post(f"{PAGE}{token}/expire/", {"action": "apply", "confirm": "User:devops"}).status_code == 302
    assert ada("DELETE", f"{LOCAL}/delegation-tokens/{token}?confirm=User:devops").status_code == 404
    with pytest.raises(RuntimeError):
        tool(kafka, TRANSACTIONS, "list", properties=token_properties(token, hmac))
    assert set(AuditEntry.objects.values_list("action", "resource", "outcome")) == {("users.tokens", "devops", "done")}


def test_brokers_that_take_no_other_owner_still_have_tokens_of_our_own(
    kafka: KafkaCluster, cluster: Cluster, ada: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_tokens, "WITH_OWNER", 4)  # of a request that no broker knows
    refused = ada("POST", f"{LOCAL}/delegation-tokens", {"owner": "User:devops"})
    assert "version does not support this" in refused.text
    token = ada("POST", f"{LOCAL}/delegation-tokens", {"owner": "User:admin", "lifetime": "PT1M"}).json()["token"]
    assert token in {row.id for row in kafka_tokens.describe(cluster.connection(), ["User:admin"])}
    assert ada("DELETE", f"{LOCAL}/delegation-tokens/{token}").status_code == 200


def test_who_may_neither_renew_nor_see_a_token_is_told_so(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, ada: Program, run: Run
) -> None:
    plan = ada("POST", f"{LOCAL}/delegation-tokens?dry_run=true", {"owner": "User:orders"}).json()
    assert "it can't renew or expire this token" in plan["warnings"][1]
    assert shlex.split(plan["commands"][0])[-2:] == ["--owner-principal", "User:orders"]
    keyed = ada("POST", f"{LOCAL}/delegation-tokens", {"owner": "User:orders"}, Idempotency_Key="1")
    assert keyed.status_code == 422
    output = done(run("users", "create-token", "User:orders", "--lifetime", "PT1M"))
    (token,) = re.findall(r"token: (\S+)", output)
    assert re.search(r"hmac: \S{80,}", output)
    refused = ada("DELETE", f"{LOCAL}/delegation-tokens/{token}")
    assert "Only its owner and its renewers" in refused.content.decode()
    assert "only by its owner and renewers" in admin.get(PAGE).content.decode()
    other = User.objects.create_user("olga")
    Grant.objects.create(user=other, role="admin", resources="billing*")
    assert token not in signed_in(other).get(PAGE).content.decode()
    assert kafka_tokens.describe(cluster.connection(), ["User:orders"])[-1].id == token
