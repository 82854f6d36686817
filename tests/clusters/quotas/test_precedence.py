"""Kafka's precedence of quotas, as its documentation lists it."""

import pytest

from clusters.gateway.quotas import DEFAULT, Entity
from clusters.quotas.precedence import levels, of_address, of_client

RATE = "producer_byte_rate"
# https://kafka.apache.org/documentation/#design_quotasconfig, the highest precedence first.
DOCUMENTED = [
    Entity("orders", "app"),
    Entity("orders", DEFAULT),
    Entity("orders"),
    Entity(DEFAULT, "app"),
    Entity(DEFAULT, DEFAULT),
    Entity(DEFAULT),
    Entity(client_id="app"),
    Entity(client_id=DEFAULT),
]


def test_the_levels_are_those_of_the_documentation() -> None:
    assert list(levels("orders", "app")) == DOCUMENTED


@pytest.mark.parametrize("first", range(len(DOCUMENTED)))
def test_the_first_level_with_a_quota_decides_and_hides_the_others(first: int) -> None:
    quotas = {entity: {RATE: float(number)} for number, entity in enumerate(DOCUMENTED) if number >= first}
    others = {
        Entity("billing"): {RATE: 99.0},
        Entity("orders", "other"): {RATE: 99.0},
        Entity(ip="10.0.0.1"): {RATE: 9.0},
    }
    quota = next(quota for quota in of_client(quotas | others, "orders", "app") if quota.name == RATE)
    assert (quota.value, quota.entity) == (float(first), DOCUMENTED[first])
    assert list(quota.hidden) == DOCUMENTED[first + 1 :]


def test_each_kind_of_quota_is_decided_by_itself() -> None:
    quotas = {Entity("orders"): {RATE: 10.0}, Entity(client_id=DEFAULT): {RATE: 20.0, "request_percentage": 50.0}}
    applied = {quota.name: (quota.value, quota.entity) for quota in of_client(quotas, "orders", "app")}
    assert applied == {
        RATE: (10.0, Entity("orders")),
        "consumer_byte_rate": (None, None),
        "request_percentage": (50.0, Entity(client_id=DEFAULT)),
        "controller_mutation_rate": (None, None),
    }


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        ([], None),
        ([DEFAULT], Entity(ip=DEFAULT)),
        (["10.0.0.1"], Entity(ip="10.0.0.1")),
        (["10.0.0.1", DEFAULT], Entity(ip="10.0.0.1")),
        (["10.0.0.2"], None),
    ],
)
def test_an_address_comes_before_the_default(present: list[str], expected: Entity | None) -> None:
    quotas = {Entity(ip=ip): {"connection_creation_rate": 5.0} for ip in present}
    (quota,) = of_address(quotas, "10.0.0.1")
    assert quota.entity == expected
    assert quota.value == (5.0 if expected else None)
