"""What counts as destroying, and what tells one change from another; without Kafka."""

from dataclasses import replace

import pytest

from clusters.acls import plan as acls
from clusters.approvals.fingerprints import fingerprint_of, key_of
from clusters.gateway.access.acls import Acl
from clusters.gateway.quotas import Entity
from clusters.groups import plan as groups
from clusters.quorum import plan as quorum
from clusters.quotas import plan as quotas
from clusters.topics import plan as topics
from core.plan import Plan, Plans, Step

ACL = Acl("User:a", "*", "READ", "ALLOW", "TOPIC", "orders", "LITERAL")
GROWING = topics.add_partitions("orders", 3, 6)


@pytest.mark.parametrize(
    "plan",
    [
        topics.delete("orders", 3, 0, ()),
        acls.delete(ACL, [ACL]),
        groups.delete("billing", 0, 0, kind="classic"),
        quorum.unregister(1, is_running=False, replicas=0, voters=()),
        quotas.change(Entity("a"), {"producer_byte_rate": 1.0}, {"producer_byte_rate": None}),
        Plan("topics.configure", "orders", (Step("retention.ms", "2", "1"),), destructive=True),
    ],
    ids=lambda plan: plan.action,
)
def test_what_removes_something_or_loses_data_destroys(plan: Plan) -> None:
    assert plan.destroys
    assert Plans((GROWING, plan)).destroys


@pytest.mark.parametrize(
    "plan",
    [
        GROWING,
        acls.create([ACL], []),
        quotas.change(Entity("a"), {}, {"producer_byte_rate": 1.0}),
        Plan("topics.configure", "orders", (Step("retention.ms", "1", "2"),)),
        Plan("connect.operate", "sink", (Step("connector sink", "RUNNING", "PAUSED"),)),
    ],
    ids=lambda plan: plan.action,
)
def test_what_adds_or_alters_waits_for_nobody(plan: Plan) -> None:
    assert not plan.destroys
    assert not Plans((plan,)).destroys


def test_equal_steps_on_another_resource_or_by_another_action_are_another_change() -> None:
    plan = Plan("topics.configure", "orders", (Step("retention.ms", "2", "1"),), destructive=True)
    others = [replace(plan, resource="other"), replace(plan, action="x"), replace(plan, others=("more",))]
    assert len({key_of(each) for each in (plan, *others)}) == 4
    assert plan.digest == others[0].digest, "which is why the digest alone would not do"
    assert fingerprint_of([plan]) != fingerprint_of([plan, plan])
    assert key_of(replace(plan, warnings=("Consumed by 2 groups.",))) == key_of(plan), "warnings may have changed"
