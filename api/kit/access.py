"""Access to operations: each names its action, which is checked before anything else.

Only a token opens the API. A browser's session does not, so that no page elsewhere can act through it.
"""

from typing import cast

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from accounts.access import ASK, granted, limit, nowhere, record
from accounts.models import AuditEntry, allowances
from accounts.permissions import ACTIONS, may, may_somewhere
from accounts.single_sign_on.renewal import may_act
from api.kit import tokens
from api.kit.problems import Refused
from api.models import Token
from clusters.access import NAMES, ClusterRequest, cluster_of, may_exist, objection
from clusters.models import Cluster

CLUSTER, EVERYWHERE, SOMEWHERE, ANYBODY = "cluster", "everywhere", "somewhere", "anybody"
NO_TOKEN = "Send a valid token: “Authorization: Bearer ka_…”."  # noqa: S105 - a sentence
ENDED = "The owner of this token is not signed in at their company's provider any more, and has to sign in again."
MAKE_ONE = "Create tokens in the browser, under /account/tokens/. Expired and revoked tokens are not accepted."


class ApiRequest(ClusterRequest):
    """A request that passed its access check; ``cluster`` is set where the address names one."""

    auth: Token


class BearerToken(HttpBearer):
    """Authenticates a request by its token, and checks that token and owner may do one action."""

    def __init__(self, action: str, where: str, *, change: bool = False) -> None:
        super().__init__()
        if action not in ACTIONS:
            raise ValueError(f"{action} is not an action of any role")
        self.action, self.where, self.change = action, where, change

    def __call__(self, request: HttpRequest) -> Token:
        token = signed_in(request)
        if self.where == CLUSTER:
            admit(request, self.action, change=self.change)
        elif self.where == EVERYWHERE and not may(granted(request), self.action, "*", "*"):
            refuse(
                request,
                self.action,
                "*",
                "",
                f"You don't have access to all clusters and resources (needs {self.action}).",
            )
        elif self.where == SOMEWHERE and not may_somewhere(granted(request), self.action):
            refuse(request, self.action, "*", "", nowhere(self.action))
        return token

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        return tokens.find(token)


def on_cluster(action: str, *, change: bool = False) -> BearerToken:
    """For an operation on the cluster of its address; ``change`` is refused where the cluster is read-only."""
    return BearerToken(action, CLUSTER, change=change)


def everywhere(action: str) -> BearerToken:
    """For an operation that belongs to no cluster: the action must be granted on all of them."""
    return BearerToken(action, EVERYWHERE)


def by_pattern(action: str) -> BearerToken:
    """For an operation on records with patterns: the action must be granted on something; it checks itself on what."""
    return BearerToken(action, SOMEWHERE)


def anybody(action: str) -> BearerToken:
    """For an operation open to every token; it must itself show only what the token's owner may see."""
    return BearerToken(action, ANYBODY)


def signed_in(request: HttpRequest) -> Token:
    """Set the request's user to the token's owner, limited to what the token covers.

    Raises:
        Refused: there is no valid token.
    """
    token = tokens.token_of(request)
    carried = cast(tokens.TokenRequest, request)
    if carried.refusal:
        raise Refused(401, carried.refusal.sentence, carried.refusal.advice)
    if token is None:
        raise Refused(401, NO_TOKEN, MAKE_ONE)
    if not may_act(token.user, timezone.now()):
        raise Refused(401, ENDED, "The token is accepted again after that.")
    request.user = token.user
    slugs = Cluster.objects.values_list("slug", flat=True)
    own = carried.bearer.allowances if carried.bearer else allowances(token.user)
    limit(request, tokens.narrowed(own, token, slugs))
    tokens.use(token)
    return token


def admit(request: HttpRequest, action: str, *, change: bool) -> None:
    """Find the cluster of the address and check the action on it, by the same rules as the pages.

    Raises:
        Refused: there is no such cluster for this person, or they may not do this.
    """
    names = request.resolver_match.kwargs if request.resolver_match else {}
    slug = str(names.get("cluster", ""))
    cluster = cluster_of(request, slug)
    if cluster is None:
        raise Refused(404, f"There is no cluster {slug}.", "Use its short name, as in its URL in the browser.")
    if not may_exist(str(names.get("topic", "t"))):
        raise Refused(404, "There is no such topic: this is not a legal topic name.")
    for resource in [str(names[name]) for name in NAMES if name in names] or [""]:
        if "\0" in resource:  # neither the database nor Kafka can store it
            raise Refused(404, "Check the name.")
        demand(request, cluster, action, resource, change=change)


def demand(request: HttpRequest, cluster: Cluster, action: str, resource: str, *, change: bool = False) -> None:
    """Refuse what the person may not do with a resource of a cluster.

    Raises:
        Refused: no grant covers it, or the cluster is read-only.
    """
    reason = objection(request, action, cluster, resource, change=change)
    if reason:
        refuse(request, action, cluster.slug, resource, reason)


def refuse(request: HttpRequest, action: str, cluster: str, resource: str, reason: str) -> None:
    """Record a refusal and say what is missing.

    Raises:
        Refused: always.
    """
    record(request, action, cluster=cluster, resource=resource, outcome=AuditEntry.REFUSED, detail=reason)
    raise Refused(403, reason, ASK)
