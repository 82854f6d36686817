"""Requests to a Kafka Connect cluster: any of its workers answers for all of them."""

import re
from typing import Any

from clusters.gateway.errors import (
    Conflict,
    InvalidRequest,
    KafkaFailure,
    NotFound,
    Unreachable,
)
from clusters.gateway.rest import RestClient, RestConnection, parsed
from core.outgoing import Answer

MOST_BYTES = 100_000_000  # all connectors of a cluster come in one answer
HEADERS = (("Accept", "application/json"), ("Content-Type", "application/json"))
CHECK_URL = "Check the Connect cluster's URL, e.g. http://connect:8083."
CHECK_SIGN_IN = "Check the user name and the password, or the client of OAuth, of the Connect cluster."
CHECK_RIGHTS = "Check the permissions of the user, or the client of OAuth, of the Connect cluster."
CHECK_OAUTH = "Check the token endpoint, the client id and the client secret of the Connect cluster."
LISTED = (
    "It is in the list, and can be restarted, changed or deleted only by workers that take its name, as before Kafka 4."
)
REBALANCING = "The Connect cluster may be rebalancing; try again in a few seconds."
NOWHERE = "HTTP 404 Not Found"  # what a worker says of addresses that its version does not have
EPILOGUE = re.compile(r"\s*You can also find the above list of errors .*", re.DOTALL)
NO_PLUGIN = "Failed to find any class that implements Connector"
LONGEST = 2_000  # characters of a message


class NotSupported(InvalidRequest):
    """The workers' version does not have what was requested."""


class ConnectConnection(RestConnection):
    """How to reach a Connect cluster."""

    HEADERS, NAME, CHECK_OAUTH = HEADERS, "Kafka Connect", CHECK_OAUTH


class Connect(RestClient):
    """Asks one Connect cluster, as ``RestClient`` says."""

    max_bytes = MOST_BYTES
    SERVER, CHECK_SIGN_IN, CHECK_RIGHTS = "The Connect worker", CHECK_SIGN_IN, CHECK_RIGHTS
    connection: ConnectConnection

    def checked(self, response: Answer, subject: str, feature: str) -> Any:
        """Return an answer's JSON; None for an empty one.

        Raises:
            KafkaFailure: the worker refuses, or is none.
        """
        content = parsed(response.text)
        said = message_of(content)
        self.require_admitted(response, said)
        if response.status in {404, 405} and said and (said == NOWHERE or response.status == 405):
            raise self.not_supported(feature)
        if response.status == 404 and not subject:
            raise self.not_a_worker()
        if response.status >= 400 and said:
            raise refusal(response.status, said, subject)
        if response.status >= 500:
            raise Unreachable(f"The Connect worker {self.address} failed ({response.status}).", "Check its logs.")
        if response.status == 400 and "Ambiguous URI" in response.text:
            raise InvalidRequest(f"The worker does not take the name of the {subject}: it has a slash or such.", LISTED)
        if response.status >= 400 or (content is None and response.text.strip()):
            raise self.not_a_worker()
        return content

    def not_supported(self, feature: str) -> KafkaFailure:
        if not feature:
            return self.not_a_worker()
        return NotSupported(f"These Connect workers do not support {feature}.", "Their version does not have it.")

    def not_a_worker(self) -> KafkaFailure:
        self.failure = InvalidRequest(f"{self.address} is not the REST API of Kafka Connect.", CHECK_URL)
        return self.failure


def refusal(status: int, said: str, subject: str) -> KafkaFailure:
    """Return what a worker refuses with its own words."""
    if status == 404:
        return NotFound(f"There is no {subject}.", "It may have been deleted, or be in another Connect cluster.")
    if NO_PLUGIN in said:
        return NotFound("The Connect workers have no such plugin.", "Install it in their plugin.path, on all of them.")
    if status == 409:
        return Conflict(f"Kafka Connect: {said}", REBALANCING)
    kind = Unreachable if status >= 500 else InvalidRequest
    return kind(f"Kafka Connect: {said}", "Check the workers' logs." if status >= 500 else "")


def message_of(content: Any) -> str:
    """Return what a worker says of a failure, without the advice to programmers."""
    message = content.get("message") if isinstance(content, dict) and "error_code" in content else ""
    return EPILOGUE.sub("", str(message or ""))[:LONGEST].strip()
