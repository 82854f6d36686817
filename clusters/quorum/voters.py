"""What adding a controller to the quorum, or removing one, would do. Pure."""

from collections.abc import Sequence

from clusters.gateway.errors import Conflict
from clusters.gateway.kraft.voters import Voter
from clusters.kafka_tools import command
from clusters.quorum.standing import Standing
from core.patterns import EVERYTHING
from core.plan import Plan, Step
from core.web.formats import plural

ACTION = "quorum.voters"
TOOL = "kafka-metadata-quorum"
AUTO_JOIN = (
    "It reads along as an observer while it runs, and joins again by itself where it has "
    "controller.quorum.auto.join.enable=true."
)
OWN_PROPERTIES = "controller.properties"  # the tool takes the new controller's own, on its machine


def spare(voters: int) -> int:
    """Return how many of some controllers may fail before nothing can be changed."""
    return (voters - 1) // 2


def add(voter: Voter, node: Standing, voters: Sequence[Standing]) -> Plan:
    """Plan adding a controller that reads along as an observer."""
    number = len(voters) + 1
    step = Step(subject_of(voter.node_id), None, f"voter at {voter.listener}://{voter.host}:{voter.port}")
    warnings = [f"Of {number} controllers, {spare(number)} may then fail; now {spare(len(voters))} of {len(voters)}."]
    if number % 2 == 0:
        warnings.append("An even number of controllers tolerates no more failures than one less.")
    if node.is_behind:
        warnings.append("It has not caught up with the leader: Kafka adds it only once it has.")
    tool = command(TOOL, "add-controller").replace("client.properties", OWN_PROPERTIES)
    return Plan(ACTION, EVERYTHING, (step,), tuple(warnings), commands=(tool,))


def remove(voter: Voter, voters: Sequence[Standing]) -> Plan:
    """Plan removing a controller.

    Raises:
        Conflict: nobody would be left to vote.
    """
    remaining = [node for node in voters if node.replica.node_id != voter.node_id]
    if not remaining:
        raise Conflict(f"Controller {voter.node_id} is the only one.", "Add another one first.")
    step = Step(subject_of(voter.node_id), f"voter, directory {voter.directory_id}", None)
    arguments = ("--controller-id", str(voter.node_id), "--controller-directory-id", voter.directory_id)
    return Plan(
        ACTION,
        EVERYTHING,
        (step,),
        (*majority_warnings(remaining), *leader_warnings(voter, voters), AUTO_JOIN),
        destructive=True,
        commands=(command(TOOL, "remove-controller", *arguments),),
    )


def majority_warnings(remaining: Sequence[Standing]) -> list[str]:
    """Tell how many of the remaining controllers may fail, and whether those that keep up are a majority."""
    number = len(remaining)
    behind = sum(node.is_behind for node in remaining)
    warnings = [f"Of {plural(number, 'remaining controller')}, {spare(number)} may fail before nothing can be changed."]
    if number - behind <= number // 2:
        warnings.append(
            f"Only {number - behind} of the remaining {number} keep up, which is no majority: until more do, nothing "
            "can be changed in the cluster."
        )
    return warnings


def leader_warnings(voter: Voter, voters: Sequence[Standing]) -> list[str]:
    is_leader = any(node.is_leader and node.replica.node_id == voter.node_id for node in voters)
    return ["It is the leader: another one is elected, which takes a moment."] if is_leader else []


def subject_of(node: int) -> str:
    return f"controller {node}"
