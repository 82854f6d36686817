"""What aborting a transaction on a partition would do. Pure."""

from clusters.gateway.transactions import Producer
from clusters.kafka_tools import command
from core.plan import Plan, Step

TOOL = "kafka-transactions"
ACTION = "transactions.abort"


def abort(producer: Producer, *, coordinated_by: str = "") -> Plan:
    """Plan aborting a producer's open transaction.

    Args:
        producer: as the partition's leader knows it now.
        coordinated_by: the transactional id whose coordinator knows the transaction and will end it; empty if none.
    """
    place = f"{producer.topic}-{producer.partition}"
    step = Step(
        f"{place}: producer {producer.id}, epoch {producer.epoch}",
        f"open since offset {producer.open_since}",
        "aborted",
    )
    warnings = [f"Records of this transaction on {place} are lost to consumers with isolation.level=read_committed."]
    if coordinated_by:
        warnings.append(
            f"This transaction does not hang: the coordinator of {coordinated_by} will commit or abort it. Aborting it "
            "here may leave it in part: committed on other partitions, aborted on this one."
        )
    words = ("--topic", producer.topic, "--partition", str(producer.partition))
    tool = command(TOOL, "abort", *words, "--start-offset", str(producer.open_since))
    return Plan(ACTION, producer.topic, (step,), tuple(warnings), destructive=True, commands=(tool,))
