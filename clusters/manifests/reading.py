"""A manifest's text as data, whichever layout it is in. Pure."""

from typing import Any

import yaml

from clusters.importers.documents import Loader, Measure, place
from clusters.importers.types import ImportRefused
from clusters.manifests.formats import acl_csv, gitops, julie, own, strimzi
from clusters.manifests.resources import Manifest, NotAManifest

EMPTY = "The file is empty."
MOST = 20_000  # things in a file


def read(text: str) -> Manifest:
    """Return what a text says: YAML or JSON in one of the layouts, or ACLs as CSV.

    Raises:
        NotAManifest: it is none of them; the message says where.
    """
    manifest = acl_csv.read(text) if acl_csv.is_csv(text) else from_documents(documents_of(text))
    if manifest.size > MOST:
        raise NotAManifest(f"It lists {manifest.size:,} things, and at most {MOST:,} are read. Split it.")
    return manifest


def from_documents(documents: list[Any]) -> Manifest:
    """Return what YAML's documents say, which are all of one layout."""
    if not documents:
        raise NotAManifest(EMPTY)
    if all(map(strimzi.is_resource, documents)):
        return strimzi.read(documents)
    if len(documents) > 1 or not isinstance(documents[0], dict):
        raise NotAManifest("One mapping is expected, or documents of Strimzi's kinds.")
    document = documents[0]
    if document.get("kind") == "List" and all(map(strimzi.is_resource, document.get("items") or [None])):
        return strimzi.read(document["items"])
    if julie.is_topology(document):
        return julie.read(document)
    return gitops.read(document) if gitops.is_state(document) else own.read(document)


def documents_of(text: str) -> list[Any]:
    """Return YAML's documents, none of which unfolds to too much.

    Raises:
        NotAManifest: it is not YAML.
    """
    try:
        Measure(text)
        return [document for document in yaml.load_all(text, Loader) if document is not None]
    except ImportRefused as refusal:
        raise NotAManifest(str(refusal)) from refusal
    except yaml.MarkedYAMLError as error:
        raise NotAManifest(f"{place(error.problem_mark)}{error.problem or error.context}.") from error
    except (RecursionError, ValueError, yaml.YAMLError) as error:
        raise NotAManifest(f"It cannot be read: {error}.") from error
