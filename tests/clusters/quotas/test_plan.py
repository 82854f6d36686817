"""What setting and removing quotas would do, and reading it back from the audit log's steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.permissions import Allowance, may
from clusters.gateway.quotas import DEFAULT, Entity
from clusters.quota_words import read_subject, read_value, subject, value_words
from clusters.quotas import plan
from clusters.quotas.forms import QuotaForm

ORDERS = Entity("orders")


def test_only_what_differs_is_changed() -> None:
    present = {"producer_byte_rate": 1024.0, "consumer_byte_rate": 10.0}
    planned = plan.change(ORDERS, present, {"producer_byte_rate": 1024.0, "consumer_byte_rate": None})
    assert [(step.subject, step.before, step.after) for step in planned.steps] == [
        ('user "orders": consumer_byte_rate', "10 B/s", None)
    ]
    assert planned.commands[0].endswith(
        "--alter --entity-type users --entity-name orders --delete-config consumer_byte_rate"
    )
    assert plan.change(ORDERS, present, {"producer_byte_rate": 1024.0}).steps == ()


@pytest.mark.parametrize(
    ("entity", "words"),
    [
        (
            Entity("a b", "c'd"),
            "--entity-type users --entity-name 'a b' --entity-type clients --entity-name 'c'\"'\"'d'",
        ),
        (Entity(DEFAULT), "--entity-type users --entity-default"),
        (Entity(DEFAULT, DEFAULT), "--entity-type users --entity-default --entity-type clients --entity-default"),
        (Entity(ip="10.0.0.1"), "--entity-type ips --entity-name 10.0.0.1"),
    ],
)
def test_the_command_of_kafka_configs(entity: Entity, words: str) -> None:
    (command,) = plan.change(entity, {}, {"request_percentage": 12.5}).commands
    assert command.endswith(f"--alter {words} --add-config request_percentage=12.5")


@pytest.mark.parametrize(
    ("entity", "resource", "covered"),
    [
        (Entity("team-a", DEFAULT), "team-a", True),
        (Entity(client_id="team-b"), "team-b", True),
        (Entity(DEFAULT, "team-a"), "*", False),
        (Entity(ip=DEFAULT), "*", False),
    ],
)
def test_a_default_needs_a_grant_on_everything(entity: Entity, resource: str, covered: bool) -> None:
    planned = plan.change(entity, {}, {"request_percentage": 1.0})
    assert planned.resource == resource
    assert may([Allowance("admin", "*", "team-*")], planned.action, "local", planned.resource) is covered


def test_warnings() -> None:
    warnings = plan.change(Entity(DEFAULT), {}, {"producer_byte_rate": 10.0}).warnings
    assert [warning.split(":")[0] for warning in warnings] == [
        "The quota of user default limits each one without a more specific quota, not all together.",
        "Produce rate",
    ]
    assert "kafkaadmin itself" in plan.change(ORDERS, {}, {"request_percentage": 1.0}, own_user="orders").warnings[0]
    assert (
        plan.change(ORDERS, {"request_percentage": 1.0}, {"request_percentage": None}, own_user="orders").warnings == ()
    )


names = st.none() | st.text(max_size=20)


@given(names, names, st.floats(min_value=1e-3, max_value=2**62, allow_nan=False))
def test_steps_are_read_back_as_they_were(user: str | None, client_id: str | None, value: float) -> None:
    entity = Entity(user, client_id)
    assert read_subject(subject(entity, "producer_byte_rate")) == (entity, "producer_byte_rate")
    assert read_value(value_words("producer_byte_rate", value)) == value
    assert read_value(None) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("1048576", 1048576), ("10 MiB", 10 << 20), ("10 MiB/s", 10 << 20), ("0", None), ("-1", None), ("1.5", None),
     ("nan", None), ("inf", None), ("many", None), ("1e400", None)],
)  # fmt: skip
def test_rates_are_positive_numbers_with_or_without_a_unit(text: str, number: int | None) -> None:
    form = QuotaForm({"kind": "user", "user": "orders", "producer_byte_rate": text})
    assert form.is_valid() is (number is not None)
    if number is not None:
        assert form.values()["producer_byte_rate"] == number


@pytest.mark.parametrize(
    ("fields", "entity"),
    [
        ({"kind": "user", "user": "a", "client_id": "ignored"}, Entity("a")),
        ({"kind": "user"}, Entity(DEFAULT)),
        ({"kind": "client-id", "client_id": " a "}, Entity(client_id=" a ")),
        ({"kind": "user-client-id", "user": "a"}, Entity("a", DEFAULT)),
        ({"kind": "ip", "ip": "::1"}, Entity(ip="::1")),
        ({"kind": "ip"}, Entity(ip=DEFAULT)),
    ],
)
def test_the_form_names_an_entity(fields: dict[str, str], entity: Entity) -> None:
    form = QuotaForm(fields)
    assert form.is_valid(), form.errors
    assert form.entity() == entity


def test_an_address_is_an_address() -> None:
    assert list(QuotaForm({"kind": "ip", "ip": "example.com"}).errors) == ["ip"]
