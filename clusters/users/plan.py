"""What creating, changing or deleting SCRAM credentials would do. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from clusters.gateway.access.users import ScramCredential
from clusters.kafka_tools import command
from core.plan import Plan, Step

ACTION = "users.manage"
PRINCIPAL = "User:"
OWN = "kafkaadmin itself authenticates as this user"


@dataclass(frozen=True)
class Surroundings:
    """Who must not be locked out: kafkaadmin's own user and its mechanism, empty without SCRAM, and super users.

    Super users are None where the brokers hide them.
    """

    own_user: str = ""
    own_mechanism: str = ""
    super_users: frozenset[str] | None = None

    def is_own(self, user: str, mechanisms: Collection[str]) -> bool:
        return bool(user) and user == self.own_user and self.own_mechanism in mechanisms


def words(iterations: int) -> str:
    return f"{iterations:,} iterations"


def subject(user: str, mechanism: str) -> str:
    return f"{user} ({mechanism})"


def present_iterations(present: Sequence[ScramCredential], user: str) -> Mapping[str, int]:
    """Return a user's iterations by mechanism."""
    return {credential.mechanism: credential.iterations for credential in present if credential.user == user}


def write(credential: ScramCredential, present: Sequence[ScramCredential], surroundings: Surroundings) -> Plan:
    """Plan a new credential, or a new password for one that there is."""
    user, mechanism = credential.user, credential.mechanism
    before = present_iterations(present, user).get(mechanism)
    text = f"{words(credential.iterations)}, new password"
    step = Step(subject(user, mechanism), None if before is None else words(before), text)
    warnings = [] if before is None else replacement_warnings(user, mechanism, surroundings)
    config = f"{mechanism}=[iterations={credential.iterations},password=…]"
    return Plan(
        ACTION, user, (step,), tuple(warnings), destructive=before is not None,
        commands=(alteration(user, "--add-config", config),),
    )  # fmt: skip


def replacement_warnings(user: str, mechanism: str, surroundings: Surroundings) -> list[str]:
    warnings = [f"Clients that use the old password with {mechanism} fail the next time they connect."]
    if surroundings.is_own(user, [mechanism]):
        warnings.append(
            f"{OWN} with {mechanism}: save the new password in the cluster's connection settings right afterwards, or "
            "kafkaadmin loses access."
        )
    return warnings + super_user_warnings(user, surroundings, "their password")


def delete(user: str, mechanisms: Collection[str], present: Sequence[ScramCredential], around: Surroundings) -> Plan:
    """Plan deleting a user's credentials of some mechanisms."""
    iterations = present_iterations(present, user)
    deleted = {mechanism: iterations[mechanism] for mechanism in sorted(mechanisms) if mechanism in iterations}
    steps = tuple(Step(subject(user, mechanism), words(number), None) for mechanism, number in deleted.items())
    warnings = ["Passwords can't be restored. Connections that are open stay open until they authenticate again."]
    if deleted.keys() == iterations.keys():
        warnings.append(f"{user} can no longer authenticate with SCRAM. Its ACLs and quotas stay.")
    if around.is_own(user, deleted):
        warnings.append(f"{OWN} with {around.own_mechanism}: it loses access to this cluster.")
    warnings += super_user_warnings(user, around, "these credentials")
    commands = tuple(alteration(user, "--delete-config", mechanism) for mechanism in deleted)
    return Plan(ACTION, user, steps, tuple(warnings), destructive=bool(steps), commands=commands)


def super_user_warnings(user: str, surroundings: Surroundings, what: str) -> list[str]:
    if surroundings.super_users is None:
        return [f"Super users are not known: if brokers authenticate to each other as {user}, they need {what}."]
    if f"{PRINCIPAL}{user}" not in surroundings.super_users:
        return []
    return [f"{user} is a super user. If brokers authenticate to each other as this user, they need {what}."]


def alteration(user: str, option: str, config: str) -> str:
    """Return the command of kafka-configs that changes a user's credentials."""
    entity = ("--entity-type", "users", "--entity-name", user)
    return command("kafka-configs", "--alter", *entity, option, config)
