"""Requests to a schema registry with Confluent's API: exactly the configured address, with a deadline, no redirects."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from clusters.formats.schemas import AVRO
from clusters.gateway.errors import (
    Conflict,
    InvalidRequest,
    KafkaFailure,
    NotFound,
    Unreachable,
)
from clusters.gateway.rest import RestClient, RestConnection, parsed, segment
from core.outgoing import Answer

NOT_FOUND = 40_400  # the first of the registry's codes for what it does not have
MOST_BYTES = 20_000_000
CHECK_URL = "Check the schema registry's URL, e.g. http://registry:8081, or https://host/apis/ccompat/v7 for Apicurio."
CHECK_SIGN_IN = "Check the user name and the password, or the token, of the cluster's schema registry."
CHECK_OAUTH = "Check the token endpoint, the client id and the client secret of the cluster's schema registry."
CHECK_RIGHTS = "Check the permissions of the user, the token or the client of the cluster's schema registry."
CONTENT = ("Content-Type", "application/vnd.schemaregistry.v1+json")
ACCEPT = ("Accept", "application/vnd.schemaregistry.v1+json, application/json")


class NotSupported(InvalidRequest):
    """This registry's API does not have what was requested."""


class RegistryConnection(RestConnection):
    """How to reach a registry."""

    HEADERS, NAME, CHECK_OAUTH = (ACCEPT, CONTENT), "Schema registry", CHECK_OAUTH


@dataclass(frozen=True)
class Reference:
    """A version of a subject that a schema uses by a name."""

    name: str
    subject: str
    version: int


@dataclass(frozen=True)
class RegisteredSchema:
    """A schema as the registry has it; ``id`` is None where the registry did not say it."""

    kind: str
    text: str
    references: tuple[Reference, ...] = ()
    id: int | None = None
    version: int | None = None


class Registry(RestClient):
    """Asks one registry, as ``RestClient`` says."""

    max_bytes = MOST_BYTES
    SERVER, CHECK_SIGN_IN, CHECK_RIGHTS = "The schema registry", CHECK_SIGN_IN, CHECK_RIGHTS
    connection: RegistryConnection

    def subjects(self) -> list[str]:
        """Raises KafkaFailure."""
        return [str(name) for name in self.listed("/subjects")]

    def versions(self, subject: str) -> list[int]:
        """Raises KafkaFailure: with the cause, NotFound where there is no such subject."""
        return [int(number) for number in self.listed(f"/subjects/{segment(subject)}/versions", f"subject {subject}")]

    def version(self, subject: str, version: int | str = "latest", *, deleted: bool = False) -> RegisteredSchema:
        """Raises KafkaFailure: with the cause, NotFound where there is none, not even one ``deleted`` if allowed."""
        path = f"/subjects/{segment(subject)}/versions/{version}{'?deleted=true' if deleted else ''}"
        return schema_of(self.mapping(path, f"version {version} of the subject {subject}"))

    def by_id(self, number: int, context: str = "") -> RegisteredSchema:
        """Return the schema of an id, which is another one in each context.

        Raises:
            KafkaFailure: with the cause, NotFound where there is none.
        """
        return schema_of(self.mapping(f"/schemas/ids/{number}{in_context(context)}", f"schema with id {number}"))

    def by_guid(self, guid: str) -> RegisteredSchema:
        """Raises KafkaFailure: with the cause, NotFound where there is none."""
        return schema_of(self.mapping(f"/schemas/guids/{guid}", f"schema with GUID {guid}"))

    def listed(self, path: str, subject: str = "") -> list[Any]:
        response = self.get(path, subject)
        if not isinstance(response, list):
            raise self.not_a_registry()
        return response

    def mapping(self, path: str, subject: str = "") -> dict[str, Any]:
        response = self.get(path, subject)
        if not isinstance(response, dict) or not isinstance(response.get("schema"), str):
            raise self.not_a_registry()
        return response

    def checked(self, response: Answer, subject: str, feature: str) -> Any:
        """Return an answer's JSON.

        Raises:
            KafkaFailure: the registry refuses, or is none.
        """
        url, content = self.address, parsed(response.text)
        said = str(content.get("message") or "")[:300] if isinstance(content, dict) else ""
        self.require_admitted(response, said)
        if response.status == 404 and error_code(content) >= NOT_FOUND:
            raise NotFound(
                f"The schema registry has no {subject}.", "It may have been deleted, or be in another registry."
            )
        if response.status in {404, 405} and content and feature:
            raise NotSupported(f"This schema registry does not support {feature}.", "Its API does not have it.")
        if response.status in {409, 422} or (response.status == 400 and error_code(content) and said):
            raise (Conflict if response.status == 409 else InvalidRequest)(f"The schema registry refuses: {said}")
        if response.status >= 500:
            raise Unreachable(
                f"The schema registry {url} failed ({response.status}). {said}".strip(), "Check its logs."
            )
        if response.status != 200 or content is None:
            raise self.not_a_registry()
        return content

    def not_a_registry(self) -> KafkaFailure:
        self.failure = InvalidRequest(f"{self.address} is not a schema registry's API.", CHECK_URL)
        return self.failure


def in_context(context: str) -> str:
    """Return the end of an address that asks for an id of a context."""
    return f"?subject={quote(f':{context}:', safe='')}" if context else ""


def error_code(content: Any) -> int:
    """Return the registry's own code of an error; 0 where there is none."""
    code = content.get("error_code") if isinstance(content, dict) else None
    return code if isinstance(code, int) else 0


def schema_of(response: dict[str, Any]) -> RegisteredSchema:
    """Return a schema from the registry's answer; Avro is what is not said."""
    references = response.get("references")
    number, version = response.get("id"), response.get("version")
    return RegisteredSchema(
        str(response.get("schemaType") or AVRO),
        response["schema"],
        tuple(reference_of(each) for each in (references if isinstance(references, list) else ())),
        number if isinstance(number, int) else None,
        version if isinstance(version, int) else None,
    )


def reference_of(response: Any) -> Reference:
    """Raises InvalidRequest: it is no reference."""
    try:
        return Reference(str(response["name"]), str(response["subject"]), int(response["version"]))
    except (TypeError, KeyError, ValueError) as error:
        raise InvalidRequest(
            "The schema registry's response has a reference that cannot be read.", CHECK_URL
        ) from error
