"""What granting or revoking would do. Pure."""

from collections.abc import Collection

from accounts.permissions import NamePrefix
from clusters.acl_words import words
from clusters.acls.lock_out import Surroundings
from clusters.acls.pitfalls import pitfalls
from clusters.gateway.access.acls import Acl
from clusters.kafka_tools import command
from core.patterns import EVERYTHING
from core.plan import Plan, Step

OPTIONS = {
    "TOPIC": "--topic",
    "GROUP": "--group",
    "TRANSACTIONAL_ID": "--transactional-id",
    "DELEGATION_TOKEN": "--delegation-token",
    "USER": "--user-principal",
}
NOWHERE = Surroundings()
NAMES_NOTHING_OF_OURS = frozenset({"CLUSTER", "USER", "DELEGATION_TOKEN"})  # grants name topics, groups and the like


def resource_of(acl: Acl) -> str:
    """Return the resource that a grant has to cover: all, where an entry concerns the cluster itself or its users."""
    if acl.resource_type in NAMES_NOTHING_OF_OURS:
        return EVERYTHING
    return NamePrefix(acl.resource_name) if acl.pattern_type == "PREFIXED" else acl.resource_name


def create(requested: Collection[Acl], present: Collection[Acl], around: Surroundings = NOWHERE) -> Plan:
    """Plan new entries; existing ones are left out."""
    new = [acl for acl in requested if acl not in present]
    warnings = []
    if any(acl.permission == "DENY" for acl in new):
        warnings.append("DENY takes precedence over every ALLOW for the same operation.")
    if any(acl.principal == "User:*" for acl in new):
        warnings.append("User:* is everyone who can authenticate to Kafka.")
    warnings += around.of_created(new, present)
    warnings += dict.fromkeys(pitfall for acl in new for pitfall in pitfalls(acl))
    resource, *others = dict.fromkeys(resource_of(acl) for acl in requested)
    steps = tuple(Step(acl.principal, None, words(acl)) for acl in new)
    commands = tuple(kafka_acls("--add", acl) for acl in new)
    return Plan("acls.create", resource, steps, tuple(warnings), tuple(others), commands=commands)


def delete(acl: Acl, present: Collection[Acl], around: Surroundings = NOWHERE) -> Plan:
    warnings = around.of_deleted(acl)
    remaining = [other for other in present if other != acl]
    same_resource = [
        other
        for other in remaining
        if (other.resource_type, other.resource_name) == (acl.resource_type, acl.resource_name)
    ]
    if not same_resource and acl.permission == "ALLOW":
        warnings.append(
            "This is the last ACL of this resource: without any, only super users have access, unless "
            "allow.everyone.if.no.acl.found is true."
        )
    step, commands = Step(acl.principal, words(acl), None), (kafka_acls("--remove", acl),)
    return Plan("acls.delete", resource_of(acl), (step,), tuple(warnings), commands=commands)


def kafka_acls(option: str, acl: Acl) -> str:
    """Return the command of kafka-acls that adds or removes an entry."""
    permission = acl.permission.lower()
    who = (f"--{permission}-principal", acl.principal, f"--{permission}-host", acl.host)
    operation = acl.operation.title().replace("_", "")
    resource = ("--cluster",) if acl.resource_type == "CLUSTER" else (OPTIONS[acl.resource_type], acl.resource_name)
    pattern = ("--resource-pattern-type", acl.pattern_type.lower())
    return command("kafka-acls", option, *who, "--operation", operation, *resource, *pattern)
