"""Free client properties: which are accepted, and why others are refused."""

from collections.abc import Mapping

ALLOWED_PROPERTIES = frozenset(
    {
        "broker.address.family",
        "broker.address.ttl",
        "client.dns.lookup",
        "client.id",
        "client.rack",
        "connections.max.idle.ms",
        "default.api.timeout.ms",
        "enable.ssl.certificate.verification",
        "fetch.max.bytes",
        "isolation.level",
        "max.in.flight.requests.per.connection",
        "message.max.bytes",
        "metadata.max.age.ms",
        "metadata.recovery.strategy",
        "receive.message.max.bytes",
        "reconnect.backoff.max.ms",
        "reconnect.backoff.ms",
        "request.timeout.ms",
        "retry.backoff.max.ms",
        "retry.backoff.ms",
        "socket.connection.setup.timeout.ms",
        "socket.keepalive.enable",
        "socket.nagle.disable",
        "socket.receive.buffer.bytes",
        "socket.send.buffer.bytes",
        "socket.timeout.ms",
        "ssl.cipher.suites",
        "ssl.curves.list",
        "ssl.endpoint.identification.algorithm",
        "ssl.sigalgs.list",
        "topic.metadata.refresh.interval.ms",
    }
)
# Java's timeouts: accepted but ignored, since every call here has its own deadline. Pages of records begin at the
# isolation level; what else reads, reads everything.
ISOLATION = "isolation.level"
ISOLATION_LEVELS = ("read_uncommitted", "read_committed")
WITHOUT_MEANING = frozenset({"default.api.timeout.ms", "request.timeout.ms", ISOLATION})

# Parts of names, and why properties containing them are refused; the first match counts.
REASONS = (
    (("plugin", ".class", "engine", "provider", "factory", "interceptor"), "it loads code into this process"),
    (
        ("location", "keytab", "ccache", "file", "path", ".dir"),
        "it names a file on kafkaadmin's host; paste the PEM instead",
    ),
    ((".cmd", "command"), "it runs a command on kafkaadmin's host"),
    (("password", "secret", "jaas", "username", "token", ".pem", "certificate", "key"), "credentials have fields"),
    (
        ("security.protocol", "mechanism", "bootstrap.servers", "metadata.broker.list", "kerberos"),
        "it has its own field",
    ),
    (("debug", "log", "statistics", "_cb"), "it changes what this server logs"),
)
UNKNOWN = "only names, limits and timeouts of connections are"


def reason(name: str) -> str:
    """Return why a property is not allowed."""
    return next((why for parts, why in REASONS if any(part in name for part in parts)), UNKNOWN)


def check_properties(properties: Mapping[str, str]) -> list[str]:
    """Return a sentence for every property that is not accepted.

    Limits and timeouts are allowed. What could load code, run a command, or read or write files of this machine is
    not; neither are properties with a field of their own in the form.
    """
    refused = [f"{name} is not accepted: {reason(name)}." for name in properties if name not in ALLOWED_PROPERTIES]
    if properties.get(ISOLATION, ISOLATION_LEVELS[0]) not in ISOLATION_LEVELS:
        refused.append(f"{ISOLATION} is {' or '.join(ISOLATION_LEVELS)}.")
    return refused
