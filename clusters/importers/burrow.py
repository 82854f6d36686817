"""Burrow's configuration, LinkedIn's and Spitha's: clusters with their connection and lag settings. Pure.

Keys are case-insensitive, as in Burrow. Every key that is not used gets a remark.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from clusters.importers import values
from clusters.importers.entries import Entry, read_each
from clusters.importers.placeholders import resolved
from clusters.importers.shapes import mapping
from clusters.importers.types import DeclaredCluster, Imported, ImportRefused

Section = Mapping[str, Any]
ReadText = Callable[[str], str]
SECTIONS = {"cluster", "consumer", "storage", "evaluator", "client-profile", "tls", "sasl"}
UNUSED = {
    "general": "kafkaadmin has no pid file and logs to its output",
    "logging": "use KAFKAADMIN_LOG_LEVEL and KAFKAADMIN_LOG_FORMAT",
    "httpserver": "set KAFKAADMIN_BURROW_LISTEN to the address, e.g. :8000",
    "notifier": "kafkaadmin has no notifiers of this kind",
    "zookeeper": "only Burrow's notifiers need it",
}
CLUSTER_LAG = {"offset-refresh", "topic-refresh", "groups-reaper-refresh"}
CONSUMER_LAG = {"group-allowlist": "commit_allowlist", "group-denylist": "commit_denylist"}
STORAGE_LAG = {"intervals", "min-distance", "expire-group", "group-allowlist", "group-denylist"}
EVALUATOR_LAG = {"expire-cache", "minimum-complete", "allowed-lag"}
FORMER = {"group-whitelist": "group-allowlist", "group-blacklist": "group-denylist"}
# Keys without a remark: kafkaadmin does the same by itself.
SILENT = {
    "cluster": {"class-name", "servers", "client-profile"},
    "consumer": {
        "class-name", "cluster", "servers", "client-profile", "offsets-topic", "start-latest", "backfill-earliest",
    },
    "storage": {"class-name", "workers", "queue-depth"},
    "evaluator": {"class-name"},
    "client-profile": {"client-id", "kafka-version", "tls", "sasl", "dial-timeout", "read-timeout"},
}  # fmt: skip


def is_burrows(document: object) -> bool:
    keys = {str(key).lower() for key in document} if isinstance(document, dict) else set()
    return "cluster" in keys and "kafka" not in keys


def read(
    document: object, read_text: ReadText | None = None, environment: Mapping[str, str] = MappingProxyType({})
) -> Imported:
    """Read a document in Burrow's format, from YAML or TOML.

    Args:
        document: the parsed document.
        environment: the values of its placeholders.
        read_text: reads a certificate's file; None if local files may not be read.

    Raises:
        ImportRefused: it declares no cluster, or none that can be used; a section cannot be used.
    """
    missing: list[str] = []
    root = lowered(resolved(document, environment, missing))
    if not isinstance(root, dict) or not isinstance(root.get("cluster"), dict) or not root["cluster"]:
        raise ImportRefused("There is no section cluster with a cluster in this configuration.")
    remarks = [f"{key}: {UNUSED.get(key, 'not known to Burrow or kafkaadmin')}" for key in root if key not in SECTIONS]
    remarks += [remark for remark in missing if remark.partition(".")[0].lower() in SECTIONS]
    common = lag_of(root, "storage", STORAGE_LAG, remarks) | lag_of(root, "evaluator", EVALUATOR_LAG, remarks)
    return read_each(
        (Entry(name, f"cluster.{name}", partial(cluster, root, name, common, read_text)) for name in root["cluster"]),
        remarks,
    )


def lowered(value: object) -> Any:
    """Return a document with its keys in lower case; values stay as they are."""
    if isinstance(value, dict):
        return {str(key).lower(): lowered(inner) for key, inner in value.items()}
    return value


def section(root: Section, kind: str, name: object) -> Section:
    """Return a named section.

    Raises:
        ImportRefused: it does not exist.
    """
    parts = root.get(kind)
    module = parts.get(str(name).lower()) if isinstance(parts, dict) else None
    if not isinstance(module, dict):
        raise ImportRefused(f"{kind}.{name} is referenced, but missing.")
    return module


def lag_of(root: Section, kind: str, taken: set[str], remarks: list[str]) -> dict[str, object]:
    """Return the lag settings of the storage or the evaluator; there may be at most one of each.

    Raises:
        ImportRefused: there are several.
    """
    modules = {name: mapping(module, f"{kind}.{name}") for name, module in mapping(root.get(kind), kind).items()}
    if len(modules) > 1:
        raise ImportRefused(f"Only one {kind} is allowed, but there are {', '.join(modules)}.")
    settings: dict[str, object] = {}
    for name, module in modules.items():
        check_names(module, f"{kind}.{name}")
        settings = {key.replace("-", "_"): value for key, value in module.items() if key in taken}
        remarks += unknown(module, taken | SILENT[kind], f"{kind}.{name}")
    return settings


def check_names(module: Section, path: str) -> None:
    """Refuse a filter under its former name, as Burrow does: without it, all groups would pass.

    Raises:
        ImportRefused: there is one.
    """
    for former, present in FORMER.items():
        if former in module:
            raise ImportRefused(f"{path}.{former} is called {present} now. Rename it, as Burrow requires too.")


def unknown(module: Section, used: set[str], path: str) -> Iterator[str]:
    """Yield a remark for every key that is not used."""
    return (f"{path}.{key}: not used by kafkaadmin" for key in module if key not in used)


def cluster(
    root: Section, name: str, common: Mapping[str, object], read_text: ReadText | None, remarks: list[str]
) -> DeclaredCluster:
    module, path = section(root, "cluster", name), f"cluster.{name}"
    servers = module.get("servers")
    if not isinstance(servers, list) or not servers:
        raise ImportRefused(f"{path} has no servers.")
    remarks += unknown(module, CLUSTER_LAG | SILENT["cluster"], path)
    lag = {**common, **{key.replace("-", "_"): module[key] for key in CLUSTER_LAG & module.keys()}}
    for consumer_name, consumer in consumers_of(root, name, remarks):
        check_names(consumer, f"consumer.{consumer_name}")
        lag |= {setting: consumer[burrow_key] for burrow_key, setting in CONSUMER_LAG.items() if burrow_key in consumer}
        remarks += unknown(consumer, CONSUMER_LAG.keys() | SILENT["consumer"], f"consumer.{consumer_name}")
    fields: dict[str, object] = {"bootstrap_servers": values.servers(servers, f"{path}.servers"), "properties": {}}
    secrets: dict[str, str] = {}
    take_profile(root, str(module.get("client-profile") or ""), fields, secrets, read_text, remarks)
    return DeclaredCluster(name, fields, secrets, lag, path=path)


def consumers_of(root: Section, cluster: str, remarks: list[str]) -> Iterator[tuple[str, Section]]:
    """Yield the consumers of a cluster. Burrow compares the names by case, after lowercasing one of them."""
    for name, entry in mapping(root.get("consumer"), "consumer").items():
        consumer = mapping(entry, f"consumer.{name}")
        if str(consumer.get("cluster", "")).lower() == cluster:
            if consumer.get("class-name") == "kafka_zk":
                remarks.append(f"consumer.{name}: offsets in ZooKeeper are not read")
            else:
                yield name, consumer


def take_profile(
    root: Section,
    name: str,
    fields: dict[str, object],
    secrets: dict[str, str],
    read_text: ReadText | None,
    remarks: list[str],
) -> None:
    """Convert a client profile into a connection's fields and secrets."""
    profile = section(root, "client-profile", name) if name else {}
    remarks += unknown(profile, SILENT["client-profile"], f"client-profile.{name}")
    tls, sasl = profile.get("tls"), profile.get("sasl")
    fields["security_protocol"] = ("SASL_" if sasl else "") + ("SSL" if tls else "PLAINTEXT")
    if tls:
        take_tls(section(root, "tls", tls), f"tls.{tls}", fields, secrets, read_text, remarks)
    if sasl:
        take_sasl(section(root, "sasl", sasl), f"sasl.{sasl}", fields, secrets, remarks)


def take_tls(
    tls: Section,
    path: str,
    fields: dict[str, object],
    secrets: dict[str, str],
    read_text: ReadText | None,
    remarks: list[str],
) -> None:
    """Take certificates as text. Burrow uses a client certificate only together with a CA; here it always counts."""
    fields["verify_hostname"] = not values.boolean(tls.get("noverify"), f"{path}.noverify")
    for key in ("cafile", "certfile", "keyfile"):
        file = tls.get(key)
        if file and read_text is None:
            remarks.append(f"{path}.{key}: paste the PEM text into the cluster's form")
        elif file and read_text:
            text = read_text(str(file))
            if key == "keyfile":
                secrets["key_pem"] = text
            else:
                fields["ca_pem" if key == "cafile" else "certificate_pem"] = text
    remarks += unknown(tls, {"noverify", "cafile", "certfile", "keyfile"}, path)


def take_sasl(sasl: Section, path: str, fields: dict[str, object], secrets: dict[str, str], remarks: list[str]) -> None:
    """Take the SASL settings; without a mechanism it is PLAIN, as in LinkedIn's Burrow."""
    mechanism = str(sasl.get("mechanism") or "PLAIN").upper()
    used = {"mechanism", "handshake-first", "username", "password"}
    if mechanism in values.MECHANISMS:
        fields["sasl_mechanism"] = mechanism
    else:
        remarks.append(f"{path}.mechanism: {mechanism} is not supported; {', '.join(sorted(values.MECHANISMS))} are")
    fields["username"] = str(sasl.get("username") or "")
    secrets["password"] = str(sasl.get("password") or "")
    if mechanism == "OAUTHBEARER":
        used |= {"clientid", "clientsecret", "tokenendpoint"}
        fields["oauth_client_id"] = str(sasl.get("clientid") or "")
        fields["oauth_token_url"] = str(sasl.get("tokenendpoint") or "")
        secrets["oauth_client_secret"] = str(sasl.get("clientsecret") or "")
    if mechanism == "GSSAPI":
        used |= {"servicename", "realm"}
        realm = f"@{sasl['realm']}" if sasl.get("realm") else ""
        fields["kerberos_principal"] = f"{sasl.get('username', '')}{realm}"
        fields["kerberos_service_name"] = str(sasl.get("servicename") or "kafka")
    remarks += unknown(sasl, used, path)
