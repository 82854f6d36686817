"""The API, put together from its routers."""

from ninja import NinjaAPI

from api.clusters import (
    approvals,
    cluster_changes,
    cluster_imports,
    delegation_tokens,
    elections,
    jobs,
    overview,
    quotas,
    transactions,
    users,
)
from api.clusters.acls import listing as acls
from api.clusters.acls import tidying as acl_tidying
from api.clusters.brokers import configs as broker_configs
from api.clusters.brokers import listing as brokers
from api.clusters.brokers import log_dirs, quorum, reassignment
from api.clusters.connect import clusters as connect_clusters
from api.clusters.connect import configurations, connectors
from api.clusters.connect import offsets as connect_offsets
from api.clusters.connect import operations as connect_operations
from api.clusters.connect import restarts as connect_restarts
from api.clusters.connect import router as connect_router
from api.clusters.connect import selections as connect_selections
from api.clusters.groups import changes as group_changes
from api.clusters.groups import configs as group_configs
from api.clusters.groups import listing as groups
from api.clusters.manifests import drift
from api.clusters.manifests import files as manifests
from api.clusters.messages import copies as message_copies
from api.clusters.messages import deletion as record_deletion
from api.clusters.messages import export as message_export
from api.clusters.messages import insights, produce, produce_file, protobuf_types
from api.clusters.messages import reading as messages
from api.clusters.schemas import changes as schema_changes
from api.clusters.schemas import listing as schemas
from api.clusters.schemas import registries as schema_registries
from api.clusters.schemas import transfer as schema_transfer
from api.clusters.topics import changes as topic_changes
from api.clusters.topics import comparison as topic_comparison
from api.clusters.topics import listing as topics
from api.clusters.topics import recreation as topic_recreation
from api.kit.access import BearerToken
from api.kit.framing import framed
from api.kit.idempotency import Replay, once, replayed
from api.kit.json_parser import JsonParser
from api.kit.problems import install
from api.lag import details
from api.lag import groups as lag_groups
from api.lag import settings as lag_settings
from api.metrics import channel_changes, channels, charts, findings, rules, silence
from api.metrics import settings as metrics_settings
from api.people import audit, company_groups, grants, listing, me, people_changes, sign_in_configuration, sign_in_trials
from clusters.approvals.gate import ApprovalNeeded

CLUSTER = "/clusters/{slug:cluster}"
# Where each router is mounted. Reading and changing share a router: Django uses only the first route that matches.
MOUNTS = (
    *(("", router) for router in (
        me.router, overview.router, findings.router, channels.router, rules.router, listing.router,
        audit.router,
    )),
    *((CLUSTER, router) for router in (
        overview.cluster_router, brokers.router, topics.router, groups.router, acls.router, approvals.router,
        jobs.router, schemas.router, users.router, delegation_tokens.router, quotas.router, transactions.router,
        elections.router, manifests.router, drift.router, protobuf_types.router, quorum.router, reassignment.router,
        connect_router, lag_groups.router, details.router, lag_settings.router, charts.router,
        metrics_settings.router, findings.cluster_router, audit.cluster_router,
    )),
)  # fmt: skip
# Importing these adds their operations to the routers above.
MORE = (
    acl_tidying,
    broker_configs, configurations, connect_clusters, connectors, connect_offsets, connect_operations, connect_restarts,
    connect_selections,
    channel_changes, cluster_changes, cluster_imports, silence, company_groups, grants, group_changes, group_configs,
    insights, log_dirs, message_copies, message_export, messages, people_changes, produce, produce_file,
    record_deletion, schema_changes, schema_registries, schema_transfer, sign_in_configuration, sign_in_trials,
    topic_changes, topic_comparison, topic_recreation,
)  # fmt: skip
DESCRIPTION = (
    "Everything that the pages show and do, for programs. Authenticate with a token: `Authorization: Bearer "
    "ka_…`. A token has the permissions of its user or fewer. Lists are paged: pass `next` as `cursor`. Names "
    "in paths are percent-encoded once; a topic or group called `new`, `.` or `..` is written with a tilde before it. "
    "Every change takes `dry_run=true`, and the header `Idempotency-Key`. Where a cluster wants a second person for "
    "what destroys, the answer is 202, with the request that waits and its address in `Location`."
)

api = NinjaAPI(
    title="kafkaadmin",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    parser=JsonParser(),
)
for prefix, router in MOUNTS:
    api.add_router(prefix, router)
install(api)
api.add_exception_handler(ApprovalNeeded, approvals.waiting_response)
api.add_exception_handler(Replay, lambda _, replay: replayed(replay))
# The last one is the outermost.
api.add_decorator(once(api), mode="view")
api.add_decorator(framed, mode="view")


def actions() -> dict[str, dict[str, str]]:
    """Return the action of each method by route.

    Raises:
        ValueError: an operation does not name its action.
    """
    actions_by_route: dict[str, dict[str, str]] = {}
    for prefix, router in MOUNTS:
        for place, view in router.path_operations.items():
            for operation in view.operations:
                guards = [guard for guard in operation.auth_callbacks if isinstance(guard, BearerToken)]
                if not guards:
                    raise ValueError(f"{operation.view_func.__name__} does not name its action")
                route = f"{prefix}{place}".replace("{", "<").replace("}", ">").lstrip("/")
                actions_by_route.setdefault(route, {}).update(dict.fromkeys(operation.methods, guards[0].action))
    return actions_by_route
