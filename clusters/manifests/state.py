"""A cluster's present state, as far as a person may see it, for a manifest or for an export."""

from collections.abc import Iterable
from dataclasses import replace

from django.http import HttpRequest

from accounts.access import ASK
from clusters.access import sees
from clusters.gateway.errors import KafkaFailure, NotAuthorized
from clusters.manifests.differences import Difference, differences
from clusters.manifests.formats.own import written
from clusters.manifests.present import Present, read_defaults, read_present
from clusters.manifests.resources import ACLS, QUOTAS, SECTIONS, TOPICS, USERS, Manifest
from clusters.models import Cluster

HIDDEN = "The file lists {}, which you may not view on this cluster."


def sections_of(manifest: Manifest) -> frozenset[str]:
    """Return the kinds of things that a manifest is about."""
    listed = {TOPICS: manifest.topics, ACLS: manifest.acls, USERS: manifest.users, QUOTAS: manifest.quotas}
    acls_of_users = {ACLS} if manifest.principals else set()
    return manifest.sections | {section for section, things in listed.items() if things} | acls_of_users


def present_for(request: HttpRequest, cluster: Cluster, manifest: Manifest) -> Present:
    """Read what a manifest is compared with.

    Raises:
        NotAuthorized: it lists what the person may not view.
        KafkaFailure: with the cause.
    """
    sections = sections_of(manifest)
    for section in sorted(sections):
        if not sees(request, cluster, f"{section}.view", ""):
            raise NotAuthorized(HIDDEN.format(section), ASK)
    connection = cluster.connection()
    keys = {name: spec.configs.keys() for name, spec in manifest.topics.items()}
    present = in_sight(request, cluster, read_present(connection, sections, keys))
    new = [spec for name, spec in manifest.topics.items() if name not in present.topics]
    if all(spec.partitions and spec.replication_factor for spec in new):
        return present
    return replace(present, defaults=read_defaults(connection))


def in_sight(request: HttpRequest, cluster: Cluster, present: Present) -> Present:
    """Return what the person may see of it."""

    def visible(section: str, resource: str) -> bool:
        return sees(request, cluster, f"{section}.view", resource)

    return replace(
        present,
        topics={name: topic for name, topic in present.topics.items() if visible(TOPICS, name)},
        acls=frozenset(acl for acl in present.acls if visible(ACLS, acl.resource_name)),
        credentials=tuple(each for each in present.credentials if visible(USERS, each.user)),
        quotas={entity: rates for entity, rates in present.quotas.items() if visible(QUOTAS, entity.resource)},
    )


def differences_of(
    request: HttpRequest, cluster: Cluster, manifest: Manifest, *, remove: bool
) -> tuple[Present, list[Difference]]:
    """Return what a cluster has, and in what it differs from a manifest.

    Raises:
        KafkaFailure: with the cause; NotAuthorized where the person may not view what it lists.
    """
    present = present_for(request, cluster, manifest)
    return present, differences(manifest, present, remove=remove)


def exported(request: HttpRequest, cluster: Cluster, sections: Iterable[str] = SECTIONS) -> str:
    """Return a cluster's topics, users, ACLs and quotas as a manifest, which has no passwords.

    What cannot be read, or not be viewed by the person, is named in a comment at the beginning.
    """
    manifest, comments = Manifest(), []
    for section in SECTIONS:
        if section not in sections:
            continue
        if not sees(request, cluster, f"{section}.view", ""):
            comments.append(f"# {section}: left out; you may not view them on this cluster.\n")
            continue
        try:
            present = in_sight(request, cluster, read_present(cluster.connection(), {section}))
        except KafkaFailure as failure:
            comments.append(f"# {section}: left out. {' '.join(failure.sentence.split())}\n")
            continue
        manifest = with_section(manifest, section, present)
    return "".join(comments) + written(manifest)


def with_section(manifest: Manifest, section: str, present: Present) -> Manifest:
    """Return a manifest with all that a cluster has of a kind."""
    users: dict[str, frozenset[str]] = {}
    for credential in present.credentials:
        users[credential.user] = users.get(credential.user, frozenset()) | {credential.mechanism}
    values = {
        TOPICS: {name: topic.spec for name, topic in present.topics.items()},
        ACLS: present.acls,
        USERS: users,
        QUOTAS: present.quotas,
    }
    return replace(manifest, sections=manifest.sections | {section}, **{section: values[section]})  # type: ignore[arg-type]
