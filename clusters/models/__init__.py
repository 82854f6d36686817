"""Clusters, what we know of their state, and the inventory: brokers, topics and groups as last seen."""

from clusters.models.approvals import ApprovalRequest
from clusters.models.cluster import DEFAULT_REGISTRY, Cluster, Configuration, servers_changed
from clusters.models.connect import ConnectCluster, Connector, ConnectorTopic
from clusters.models.inventory import AclEntry, Broker, ClientQuota, Group, GroupTopic, Mirror, ScramUser, Topic
from clusters.models.jobs import Job, JobPiece
from clusters.models.manifests import ClusterManifest
from clusters.models.schemas import ProtobufTypes, SchemaRegistry, SchemaUse, Subject
from clusters.models.submissions import Submission

__all__ = [
    "DEFAULT_REGISTRY",
    "AclEntry",
    "ApprovalRequest",
    "Broker",
    "ClientQuota",
    "Cluster",
    "ClusterManifest",
    "Configuration",
    "ConnectCluster",
    "Connector",
    "ConnectorTopic",
    "Group",
    "GroupTopic",
    "Job",
    "JobPiece",
    "Mirror",
    "ProtobufTypes",
    "SchemaRegistry",
    "SchemaUse",
    "ScramUser",
    "Subject",
    "Submission",
    "Topic",
    "servers_changed",
]
