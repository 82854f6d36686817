"""A cluster's own Protobuf types as formats: what reads its records, and writes them without a registry's framing."""

from functools import cached_property
from typing import TYPE_CHECKING

from clusters.formats import encoding, samples
from clusters.formats.avro_values import UnfitError
from clusters.formats.catalogue import IN_REGISTRY, PROTOBUF, registry_in
from clusters.gateway.errors import InvalidRequest
from clusters.models import DEFAULT_REGISTRY, Cluster, ProtobufTypes

if TYPE_CHECKING:
    from django.db.models import QuerySet

FORMAT_FIELDS = ("key_format", "value_format")  # of forms and addresses


class OwnTypes:
    """The types of a cluster, read when they are needed. A format is called ``protobuf:shop.Order``."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    @cached_property
    def messages(self) -> list[str]:
        """Full names, in the order of the alphabet."""
        return self.of_cluster.values_list("messages", flat=True).first() or []

    @cached_property
    def descriptors(self) -> bytes:
        """The compiled files; empty where the cluster has none."""
        return bytes(self.of_cluster.values_list("descriptors", flat=True).first() or b"")

    @property
    def of_cluster(self) -> "QuerySet[ProtobufTypes]":
        return ProtobufTypes.objects.filter(cluster=self.cluster)

    def choices(self) -> list[tuple[str, str]]:
        """Return names and labels of formats as a form offers them, with those of several schema registries."""
        names = list(self.cluster.registries.values_list("name", flat=True))
        several = names if names != [DEFAULT_REGISTRY] else []
        registries = [(f"{IN_REGISTRY}{name}", f"Schema registry: {name}") for name in several]
        return [*registries, *((f"{PROTOBUF}{message}", f"Protobuf: {message}") for message in self.messages)]

    def encoded(self, text: str, format_name: str) -> bytes:
        """Return the bytes of a message, which JSON describes.

        Raises:
            UnfitError: it does not fit.
        """
        return encoding.encoded_as(text, format_name.removeprefix(PROTOBUF), self.descriptors)

    def sample(self, format_name: str) -> str:
        """Return a message as JSON to begin with.

        Raises:
            InvalidRequest: there is no such type.
        """
        try:
            return samples.sample_as(format_name.removeprefix(PROTOBUF), self.descriptors)
        except UnfitError as error:
            raise InvalidRequest(str(error), "See the cluster's Protobuf types.") from error


def is_own_type(format_name: str) -> bool:
    return format_name.startswith(PROTOBUF)


def is_of_cluster(format_name: str) -> bool:
    """Tell whether a format names something of the cluster: one of its own types, or one of its schema registries."""
    return is_own_type(format_name) or bool(registry_in(format_name))


def note_of(format_name: str) -> str:
    """Return what a plan says of a format."""
    return f"Protobuf, {format_name.removeprefix(PROTOBUF)}"
