"""The token's owner, and their tokens. Tokens are made and revoked in the browser only."""

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema

from accounts.access import granted
from accounts.permissions import may
from api.kit import tokens
from api.kit.access import ApiRequest, anybody
from clusters.access import visible_clusters

router = Router(tags=["Your account"])


class TokenOut(Schema):
    """A token, without its secret."""

    name: str
    hint: str = Field(description="Prefix of the token.")
    scope: str
    actions: list[str]
    clusters: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None

    @staticmethod
    def resolve_actions(token: Any) -> list[str]:
        return sorted(token.covered)


class MeOut(Schema):
    """The token's owner, and the permissions of the token by cluster."""

    username: str
    token: str
    clusters: dict[str, list[str]]


@router.get("/me", response=MeOut, auth=anybody("clusters.list"))
def show_me(request: ApiRequest) -> dict[str, Any]:
    """Show the token's owner, and the permissions of the token."""
    allowances = granted(request)
    actions = sorted({action for allowance in allowances for action in allowance.covered})
    return {
        "username": request.user.get_username(),
        "token": request.auth.name,
        "clusters": {
            cluster.slug: [action for action in actions if may(allowances, action, cluster.slug)]
            for cluster in visible_clusters(request)
        },
    }


@router.get("/tokens", response=list[TokenOut], auth=anybody("clusters.list"))
def list_tokens(request: ApiRequest) -> list[Any]:
    """List the API tokens of the token's owner."""
    return tokens.of(request.user)
