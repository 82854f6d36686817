"""The wording for each cause that a connection test can find: what is wrong, and what to do."""

WORDING: dict[str, tuple[str, str]] = {
    "bad-address": (
        "{address} is not host:port.",
        "Write the bootstrap servers as host:port, separated by commas.",
    ),
    "name-not-resolved": (
        "The name in {address} cannot be resolved.",
        "Check the spelling, and that this machine's DNS knows it: inside Kubernetes a name may need its namespace.",
    ),
    "connection-refused": (
        "{address} refuses the connection: nothing listens there.",
        "Check the port (Kafka's usual one is 9092) and that the broker runs.",
    ),
    "no-answer": (
        "{address} does not answer within the time of the test.",
        "A firewall or network policy may drop the packets, the broker may hang, the port may be another service's, or "
        "the name server is slow.",
    ),
    "not-kafka": (
        "{address} answers, but not as Kafka does.",
        "This is the port of something else, for example a web server, a metrics exporter or ZooKeeper.",
    ),
    "closed": (
        "{address} closes the connection at once.",
        "It is no Kafka listener, or it expects another security protocol.",
    ),
    "tls-expected": ("{address} expects TLS.", "Use the security protocol SSL or SASL_SSL."),
    "tls-not-expected": (
        "{address} does not speak TLS.",
        "Use the security protocol PLAINTEXT or SASL_PLAINTEXT, or the port of the TLS listener.",
    ),
    "tls-failed": ("TLS with {address} failed: {detail}.", "Check the certificates and keys."),
    "certificate-not-trusted": (
        "The certificate of {address} is not trusted: {detail}.",
        "Give the CA certificate that signed it, as PEM text.",
    ),
    "hostname-mismatch": (
        "The certificate of {address} is for another name: {detail}",
        "Connect by a name that the certificate has, or switch the host name check off.",
    ),
    "client-certificate-required": (
        "{address} wants a client certificate.",
        "Give a client certificate and its key, as PEM text, that the brokers' trust store accepts.",
    ),
    "unknown-mechanism": (
        "The brokers do not offer this SASL mechanism: {detail}",
        "Choose one that they offer.",
    ),
    "wrong-credentials": (
        "The brokers refuse the user name or the password.",
        "Check both. A SCRAM user must have been created for this very mechanism.",
    ),
    "sasl-expected": (
        "{address} speaks Kafka, but closes the connection when we do not sign in.",
        "This is a SASL listener: use SASL_PLAINTEXT or SASL_SSL with a mechanism and credentials.",
    ),
    "sasl-not-expected": (
        "{address} speaks Kafka, but does not do SASL.",
        "Use PLAINTEXT or SSL, or the port of the SASL listener.",
    ),
    "not-authorized": (
        "Signed in, but not allowed to describe the cluster.",
        "Grant DESCRIBE on the cluster to this principal, or use another one.",
    ),
    "oauth-failed": (
        "No token could be had: {detail}",
        "Check the token endpoint, the client id, its secret and the scope.",
    ),
    "advertised-unreachable": (
        "{address} answers, but the brokers advertise addresses that cannot be reached from here: {detail}.",
        "Check advertised.listeners on the brokers, and that these names resolve and are open from this machine.",
    ),
    "other": ("{detail}", "Look at the brokers' logs for the moment of the test."),
}


def wording_of(cause: str, address: str, detail: str) -> tuple[str, str]:
    sentence, advice = WORDING.get(cause, WORDING["other"])
    return sentence.format(address=address, detail=detail or "no reason was given"), advice
