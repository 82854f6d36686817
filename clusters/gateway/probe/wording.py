"""The wording for each cause that a connection test can find: what is wrong, and what to do."""

WORDING: dict[str, tuple[str, str]] = {
    "bad-address": (
        "{address} is not of the form host:port.",
        "Enter the bootstrap servers as host:port, comma-separated.",
    ),
    "name-not-resolved": (
        "The host name in {address} cannot be resolved.",
        "Check the spelling and DNS on kafkaadmin's host; in Kubernetes, the name may need its namespace.",
    ),
    "connection-refused": (
        "{address} refuses the connection: nothing is listening there.",
        "Check the port (Kafka's default is 9092) and that the broker is running.",
    ),
    "no-answer": (
        "{address} did not respond within the time limit of the test.",
        "A firewall or network policy may drop packets, the broker may hang, the port may belong to another "
        "service, or DNS is slow.",
    ),
    "not-kafka": (
        "{address} responds, but does not speak the Kafka protocol.",
        "The port belongs to another service, e.g. a web server, a metrics exporter or ZooKeeper.",
    ),
    "closed": (
        "{address} closes the connection immediately.",
        "It is not a Kafka listener, or it expects another security protocol.",
    ),
    "tls-expected": ("{address} expects TLS.", "Use the security protocol SSL or SASL_SSL."),
    "tls-not-expected": (
        "{address} does not speak TLS.",
        "Use the security protocol PLAINTEXT or SASL_PLAINTEXT, or the port of the TLS listener.",
    ),
    "tls-failed": ("TLS with {address} failed: {detail}.", "Check the certificates and keys."),
    "certificate-not-trusted": (
        "The certificate of {address} is not trusted: {detail}.",
        "Enter the CA certificate that signed it, in PEM format.",
    ),
    "hostname-mismatch": (
        "The certificate of {address} is for another name: {detail}",
        "Connect with a host name in the certificate, or disable host name verification.",
    ),
    "client-certificate-required": (
        "{address} requires a client certificate.",
        "Enter a client certificate that the brokers' trust store accepts and its key, in PEM format.",
    ),
    "unknown-mechanism": (
        "The brokers do not support this SASL mechanism: {detail}",
        "Choose one that they support.",
    ),
    "wrong-credentials": (
        "Authentication failed: wrong user name or password.",
        "Check both. The SCRAM credential must exist for this mechanism.",
    ),
    "sasl-expected": (
        "{address} speaks the Kafka protocol, but requires authentication.",
        "It is a SASL listener: use SASL_PLAINTEXT or SASL_SSL with a mechanism and credentials.",
    ),
    "sasl-not-expected": (
        "{address} speaks the Kafka protocol, but does not support SASL.",
        "Use PLAINTEXT or SSL, or the port of the SASL listener.",
    ),
    "not-authorized": (
        "Authenticated, but not authorized to describe the cluster.",
        "Create an ACL for this principal (DESCRIBE on the cluster), or use another one.",
    ),
    "oauth-failed": (
        "Fetching an OAuth token failed: {detail}",
        "Check the token endpoint, client id, client secret and scope.",
    ),
    "advertised-unreachable": (
        "{address} responds, but kafkaadmin cannot reach the brokers' advertised addresses: {detail}.",
        "Check advertised.listeners on the brokers, and that kafkaadmin's host can resolve and reach these addresses.",
    ),
    "other": ("{detail}", "Check the brokers' logs at the time of the test."),
}


def wording_of(cause: str, address: str, detail: str) -> tuple[str, str]:
    sentence, advice = WORDING.get(cause, WORDING["other"])
    return sentence.format(address=address, detail=detail or "no reason given"), advice
