"""What can go wrong with Kafka, as sentences with advice. The gateway raises nothing else."""

import re

from confluent_kafka import KafkaError, KafkaException
from kafka.errors import for_code


class KafkaFailure(Exception):
    """What happened and why (``sentence``), and what to do (``advice``).

    ``field`` names the form field it is about: ``name``, ``partitions``, ``replication_factor``, ``configs`` or
    ``config:<key>``.
    """

    def __init__(self, sentence: str, advice: str = "", *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence, self.advice, self.field = sentence, advice, field


class Unreachable(KafkaFailure):
    """No broker could be reached."""


class TimedOut(KafkaFailure):
    """Kafka did not answer in time."""


class LeaderMoved(TimedOut):
    """The broker is no longer, or not yet, the partition's leader."""


class AuthenticationFailed(KafkaFailure):
    """The brokers do not accept our credentials."""


class TlsFailed(KafkaFailure):
    """The TLS connection failed."""


class NotAuthorized(KafkaFailure):
    """Authenticated, but not allowed to do this."""


class NotFound(KafkaFailure):
    """The named thing does not exist (any more)."""


class AlreadyExists(KafkaFailure):
    """The thing to create exists already."""


class OtherCluster(KafkaFailure):
    """Another cluster than the known one answers."""


class InvalidRequest(KafkaFailure):
    """Kafka refuses the values."""


class Unsupported(KafkaFailure):
    """These brokers cannot do this."""


class Busy(KafkaFailure):
    """We do as much of this as we bear already."""


class Conflict(KafkaFailure):
    """The state changed between looking and acting."""


UNKNOWN_TOPIC = 3
Entry = tuple[type[KafkaFailure], str, str | None]
TRY_AGAIN = "Try again; if the error persists, check the brokers' logs."
CHECK_BROKERS = "Check that the brokers are running and that kafkaadmin can reach their advertised.listeners."
CHECK_SIGN_IN = "Check the user name, the password and the SASL mechanism."
ASK_ACL = "Create an ACL for the principal that kafkaadmin authenticates with, or use another principal."
LOOK_AGAIN = "Refresh the list: it may have been deleted."
MOVED = "The group's coordinator has changed; try again in a few seconds."
POLICY = (
    "A policy of the brokers (create.topic.policy, alter.config.policy) or the topic's cleanup.policy forbids this."
)
TIMESTAMPS = "See the topic's message.timestamp.before.max.ms and message.timestamp.after.max.ms."
TOO_OLD = "The brokers' version does not support this."

# Kafka's error codes (org.apache.kafka.common.protocol.Errors) and librdkafka's own (negative).
BY_CODE: dict[int, Entry] = {
    1: (InvalidRequest, "This offset is out of range for the partition.", None),
    3: (NotFound, LOOK_AGAIN, None),
    5: (Unreachable, "The partition is offline (no leader); check which broker is down.", None),
    6: (LeaderMoved, TRY_AGAIN, None),
    7: (TimedOut, TRY_AGAIN, None),
    10: (InvalidRequest, "Raise the topic's max.message.bytes, or write less at once.", "value"),
    14: (TimedOut, "The group's coordinator is loading; try again in a few seconds.", None),
    15: (TimedOut, "The group's coordinator is being elected; try again in a few seconds.", None),
    16: (TimedOut, MOVED, None),
    17: (InvalidRequest, "", "name"),
    19: (Conflict, "Too few in-sync replicas; check which broker is down.", None),
    24: (InvalidRequest, "", "name"),
    25: (Conflict, "The group is changing; try again.", None),
    27: (Conflict, "The group is rebalancing; try again.", None),
    29: (NotAuthorized, ASK_ACL, None),
    30: (NotAuthorized, ASK_ACL, None),
    31: (NotAuthorized, ASK_ACL, None),
    32: (InvalidRequest, TIMESTAMPS, "time"),
    33: (AuthenticationFailed, "Choose a mechanism that the brokers support.", None),
    35: (Unsupported, TOO_OLD, None),
    36: (AlreadyExists, "Choose another name.", "name"),
    37: (InvalidRequest, "", "partitions"),
    38: (InvalidRequest, "The replication factor can be at most the number of brokers.", "replication_factor"),
    39: (InvalidRequest, "", None),
    40: (InvalidRequest, "Check the names and values of the configs.", "configs"),
    41: (Conflict, TRY_AGAIN, None),
    42: (InvalidRequest, "", None),
    44: (InvalidRequest, POLICY, None),
    47: (Conflict, "The producer has gone on meanwhile; check again.", None),
    50: (Conflict, "The transaction has gone on meanwhile; check again.", None),
    53: (NotAuthorized, ASK_ACL, None),
    54: (Unsupported, "Set authorizer.class.name on the brokers to use ACLs.", None),
    56: (Unreachable, "A log directory of the broker failed; check its logs.", None),
    58: (AuthenticationFailed, CHECK_SIGN_IN, None),
    60: (Conflict, "Wait until the current reassignment has finished.", None),
    62: (NotFound, "Refresh the list: it may have expired.", None),
    63: (NotAuthorized, "Only its owner and its renewers can do this, and kafkaadmin authenticates as neither.", None),
    64: (Unsupported, "Connect with SASL, or with TLS client certificates, but not with a delegation token.", None),
    65: (NotAuthorized, ASK_ACL, None),
    66: (Conflict, "Create another token.", None),
    67: (InvalidRequest, "Principals of tokens are of the form User:name.", None),
    68: (Conflict, "Stop the group's members first.", None),
    69: (NotFound, "Refresh the list: it may have expired or been deleted.", None),
    73: (InvalidRequest, "The brokers have delete.topic.enable=false.", None),
    80: (Conflict, "Start the preferred leader, and wait until it is in sync.", None),
    86: (Conflict, "Stop the group's members that consume the topic first.", None),
    87: (InvalidRequest, "A compacted topic takes no record without a key. Else see the brokers' logs.", None),
    89: (Conflict, "The brokers throttle topic changes; wait a moment.", None),
    91: (NotFound, LOOK_AGAIN, None),
    93: (InvalidRequest, "", "iterations"),
    95: (InvalidRequest, "", None),
    96: (InvalidRequest, "", None),
    100: (NotFound, LOOK_AGAIN, None),
    125: (InvalidRequest, "Check which node listens at this address.", None),
    126: (AlreadyExists, "Check the list of controllers.", None),
    127: (NotFound, "Check the list of controllers.", None),
    KafkaError._TIMED_OUT: (TimedOut, CHECK_BROKERS, None),
    KafkaError._TIMED_OUT_QUEUE: (TimedOut, CHECK_BROKERS, None),
    KafkaError._TRANSPORT: (Unreachable, CHECK_BROKERS, None),
    KafkaError._RESOLVE: (Unreachable, "Check the host names of the bootstrap servers.", None),
    KafkaError._ALL_BROKERS_DOWN: (Unreachable, CHECK_BROKERS, None),
    KafkaError._AUTHENTICATION: (AuthenticationFailed, CHECK_SIGN_IN, None),
    KafkaError._SSL: (TlsFailed, "Check the security protocol and the CA certificates.", None),
    KafkaError._UNSUPPORTED_FEATURE: (Unsupported, TOO_OLD, None),
    KafkaError._INVALID_ARG: (InvalidRequest, "", None),
}


def sentence_of(text: str) -> str:
    text = " ".join(text.split()).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."


def from_code(code: int, text: str, *, subject: str = "") -> KafkaFailure:
    """Return the failure for one of Kafka's or librdkafka's error codes.

    Args:
        code: Kafka's number, or librdkafka's negative one.
        text: the broker's or the library's message.
        subject: what it was about; put before the message.
    """
    if code == UNKNOWN_TOPIC and subject:
        return NotFound(f"There is no topic {subject}.", "It may have been deleted; refresh the list.")
    kind, advice, field = BY_CODE.get(code, (KafkaFailure, TRY_AGAIN, None))
    return kind(f"{subject}: {sentence_of(text)}" if subject else sentence_of(text), advice, field=field)


def failed_code(code: int, text: str | None = "", *, subject: str = "") -> KafkaFailure:
    """Return the failure for an error code in a response: the broker's own message, or what the code means."""
    if not text:
        error = for_code(code)
        text = getattr(error, "description", None) or error.__name__
    return from_code(code, text, subject=subject)


def from_kafka_error(error: KafkaException | KafkaError, *, subject: str = "") -> KafkaFailure:
    inner = error.args[0] if isinstance(error, KafkaException) else error
    return from_code(inner.code(), plain_words(inner.str()), subject=subject)


def plain_words(text: str) -> str:
    """Return librdkafka's message without its internals: its thread, its state, how long it waited.

    ``sasl_plaintext://host:9092/bootstrap: Connect to ipv4#10.0.0.1:9092 failed: Connection refused (after 0ms in
    state CONNECT)`` means: host:9092: connect to 10.0.0.1:9092 failed, connection refused.
    """
    text = re.sub(r"^[a-z_]+://(\S+?)/(?:bootstrap|\d+): ", r"\1: ", text)
    text = re.sub(r" \(after \d+ms in state [A-Z_0-9]+[^)]*\)", "", text)
    text = re.sub(r"\bipv[46]#", "", text)
    return text.removeprefix("Broker: ")
