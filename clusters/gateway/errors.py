"""What can go wrong with Kafka, as sentences with a way out. Nothing else is raised by the gateway."""

from typing import Any, ClassVar

from confluent_kafka import KafkaError


class KafkaFailure(Exception):
    """What happened and why (``sentence``), what to do (``advice``), and whether trying again may help.

    ``field`` names the form field it is about: ``name``, ``partitions``, ``replication_factor``, ``configs`` or
    ``config:<key>``.
    """

    retryable: ClassVar[bool] = False

    def __init__(self, sentence: str, advice: str = "", *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence, self.advice, self.field = sentence, advice, field


class Unreachable(KafkaFailure):
    """No broker could be reached."""

    retryable = True


class TimedOut(KafkaFailure):
    """Kafka did not answer in time."""

    retryable = True


class AuthenticationFailed(KafkaFailure):
    """The brokers do not accept who we say we are."""


class TlsFailed(KafkaFailure):
    """The encrypted connection could not be made."""


class NotAuthorized(KafkaFailure):
    """Known, but not allowed to do this."""


class NotFound(KafkaFailure):
    """What was named does not exist (any more)."""


class AlreadyExists(KafkaFailure):
    """What was to be created exists."""


class InvalidRequest(KafkaFailure):
    """Kafka refuses the values."""


class Unsupported(KafkaFailure):
    """These brokers cannot do this."""


class Conflict(KafkaFailure):
    """The world moved between looking and acting."""

    retryable = True


Entry = tuple[type[KafkaFailure], str, str | None]
TRY_AGAIN = "Try again; if it stays so, look at the brokers' logs."
CHECK_BROKERS = "Check that the brokers run and that this machine reaches the addresses they advertise."
ASK_ACL = "Grant it with an ACL to the principal that kafkaadmin signs in with, or use another principal."

# Kafka's error codes (org.apache.kafka.common.protocol.Errors) and librdkafka's own (negative).
BY_CODE: dict[int, Entry] = {
    3: (NotFound, "Look at the list again: it may have been deleted.", None),
    7: (TimedOut, TRY_AGAIN, None),
    15: (TimedOut, "The group's coordinator is being elected; try again in a few seconds.", None),
    16: (TimedOut, "The group moved to another coordinator; try again.", None),
    17: (InvalidRequest, "", "name"),
    29: (NotAuthorized, ASK_ACL, None),
    30: (NotAuthorized, ASK_ACL, None),
    31: (NotAuthorized, ASK_ACL, None),
    35: (Unsupported, "These brokers are too old for this.", None),
    36: (AlreadyExists, "Choose another name.", "name"),
    37: (InvalidRequest, "", "partitions"),
    38: (InvalidRequest, "There must be at least as many brokers as replicas.", "replication_factor"),
    39: (InvalidRequest, "", None),
    40: (InvalidRequest, "Check the configs' names and values.", "configs"),
    41: (Conflict, TRY_AGAIN, None),
    42: (InvalidRequest, "", None),
    44: (InvalidRequest, "A policy of the brokers refuses this.", None),
    54: (Unsupported, "Set authorizer.class.name on the brokers to use ACLs.", None),
    58: (AuthenticationFailed, "Check the user name and the password.", None),
    68: (Conflict, "Stop the group's members first.", None),
    69: (NotFound, "Look at the list again: it may have expired or been deleted.", None),
    KafkaError._TIMED_OUT: (TimedOut, CHECK_BROKERS, None),
    KafkaError._TIMED_OUT_QUEUE: (TimedOut, CHECK_BROKERS, None),
    KafkaError._TRANSPORT: (Unreachable, CHECK_BROKERS, None),
    KafkaError._RESOLVE: (Unreachable, "Check the host names in the bootstrap servers.", None),
    KafkaError._ALL_BROKERS_DOWN: (Unreachable, CHECK_BROKERS, None),
    KafkaError._AUTHENTICATION: (
        AuthenticationFailed,
        "Check the user name, the password and the mechanism.",
        None,
    ),
    KafkaError._SSL: (TlsFailed, "Check the security protocol and the CA certificates.", None),
    KafkaError._UNSUPPORTED_FEATURE: (Unsupported, "These brokers are too old for this.", None),
    KafkaError._INVALID_ARG: (InvalidRequest, "", None),
}


def sentence_of(text: str) -> str:
    """Return an error's text as a sentence."""
    text = " ".join(text.split()).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."


def from_code(code: int, text: str, *, subject: str = "") -> KafkaFailure:
    """Return the failure for one of Kafka's or librdkafka's error codes.

    Args:
        code: the number.
        text: the broker's or the library's words.
        subject: what it was about; put before the words.
    """
    kind, advice, field = BY_CODE.get(code, (KafkaFailure, TRY_AGAIN, None))
    return kind(f"{subject}: {sentence_of(text)}" if subject else sentence_of(text), advice, field=field)


def from_kafka_error(error: Any, *, subject: str = "") -> KafkaFailure:
    """Return the failure for an exception of either client library, or for a ``KafkaError``."""
    inner = error.args[0] if getattr(error, "args", None) and hasattr(error.args[0], "code") else error
    if hasattr(inner, "code") and callable(inner.code):
        return from_code(inner.code(), inner.str(), subject=subject)
    number = getattr(error, "errno", None)
    text = str(error) or type(error).__name__
    if isinstance(number, int):
        return from_code(number, text, subject=subject)
    if "Timeout" in type(error).__name__:
        return TimedOut("Kafka did not answer in time.", CHECK_BROKERS)
    if "Unsupported" in type(error).__name__:
        return Unsupported(sentence_of(text), "These brokers are too old for this.")
    return Unreachable(sentence_of(text), CHECK_BROKERS)
