"""What counts as destroying, and what tells one change from another; without Kafka."""

from dataclasses import replace

import pytest

from clusters.acls import plan as acls
from clusters.approvals.fingerprints import fingerprint_of, key_of, replaced
from clusters.changes import require_confirmed
from clusters.connect import plan as connect
from clusters.gateway.access.acls import Acl
from clusters.gateway.connect.offsets import ConnectorOffset
from clusters.gateway.errors import Conflict
from clusters.gateway.quotas import Entity
from clusters.groups import plan as groups
from clusters.quorum import plan as quorum
from clusters.quotas import plan as quotas
from clusters.schemas import plan as schemas
from clusters.schemas.plan import Usage
from clusters.topics import plan as topics
from core.plan import Plan, Plans, Step

ACL = Acl("User:a", "*", "READ", "ALLOW", "TOPIC", "orders", "LITERAL")
OFFSETS = [ConnectorOffset({"file": number}, {"position": 1}) for number in range(60)]
MOVED = [*OFFSETS[:-1], ConnectorOffset({"file": 59}, {"position": 2})]
GROWING = topics.add_partitions("orders", 3, 6)


@pytest.mark.parametrize(
    "plan",
    [
        topics.delete("orders", 3, 0, ()),
        acls.delete(ACL, [ACL]),
        groups.delete("billing", {}, 0, kind="classic"),
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


@pytest.mark.parametrize(
    ("plan", "other"),
    [
        (topics.delete("orders", 3, 0, (), topic_id="A"), topics.delete("orders", 3, 0, (), topic_id="B")),
        (groups.delete("g", {("a", 0): 1}, 0, kind="classic"), groups.delete("g", {("a", 0): 2}, 0, kind="classic")),
        (connect.reset_offsets("sink", OFFSETS), connect.reset_offsets("sink", MOVED)),
        (schemas.delete("s", [1], (), Usage(), permanent=False, whole=True, identity="A"),
         schemas.delete("s", [1], (), Usage(), permanent=False, whole=True, identity="B")),
    ],
    ids=lambda plan: plan.action,
)  # fmt: skip
def test_equal_steps_on_what_has_the_name_now_are_another_change(plan: Plan, other: Plan) -> None:
    assert plan.steps == other.steps
    require_confirmed(plan, plan.digest)
    for confirmed, planned in ((plan, other), (Plans((GROWING, plan)), Plans((GROWING, other)))):
        with pytest.raises(Conflict, match=f"Not the same any more: {plan.resource}. "):
            require_confirmed(planned, confirmed.digest)
    assert fingerprint_of([plan]) != fingerprint_of([other])
    assert (replaced([plan], [other]), replaced([plan], [GROWING])) == ([plan.resource], [])


def test_equal_steps_on_another_resource_or_by_another_action_are_another_change() -> None:
    plan = Plan("topics.configure", "orders", (Step("retention.ms", "2", "1"),), destructive=True)
    others = [replace(plan, resource="other"), replace(plan, action="x"), replace(plan, others=("more",))]
    assert len({key_of(each) for each in (plan, *others)}) == 4
    assert plan.digest == others[0].digest, "which is why the digest alone would not do"
    assert fingerprint_of([plan]) != fingerprint_of([plan, plan])
    assert key_of(replace(plan, warnings=("Consumed by 2 groups.",))) == key_of(plan), "warnings may have changed"
