"""Protobuf types of a cluster's records, by which formats like ``protobuf:shop.Order`` decode."""

from datetime import datetime
from typing import Any

from ninja import Field, Query, Router, Schema, Status
from pydantic import Base64Bytes

from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CHANGED, ChangeParams, change_own_records
from api.kit.types import Body
from clusters.gateway.errors import NotFound
from clusters.protobuf_types import changes

router = Router(tags=["Clusters"])
TYPES = "/protobuf-types"


class ProtobufTypesOut(Schema):
    """The types, and the files that they come from."""

    files: list[str]
    messages: list[str] = Field(description="Full names.")
    declared: bool = Field(description="They come from the configuration, and are changed there.")
    uploaded_at: datetime


class ProtobufFilesIn(Body):
    """Files that replace those there."""

    files: dict[str, Base64Bytes] = Field(
        description="Base64 by file name or import path: `.proto` files with all that they import, or descriptor sets."
    )


@router.get(TYPES, response=ProtobufTypesOut, auth=on_cluster(changes.EDIT))
def get_protobuf_types(request: ApiRequest) -> Any:
    """Return the Protobuf types of a cluster."""
    types = changes.types_of(request.cluster)
    if types is None:
        raise NotFound("The cluster has no Protobuf types.", changes.UPLOAD)
    return types


@router.put(TYPES, response=CHANGED, auth=on_cluster(changes.EDIT))
def put_protobuf_types(request: ApiRequest, body: ProtobufFilesIn, params: Query[ChangeParams]) -> Status[Any]:
    """Replace the Protobuf types of a cluster by those of some files."""
    cluster = request.cluster
    changes.require_own(cluster)
    types = changes.read(body.files)
    plan = changes.plan_keeping(cluster, types)
    return change_own_records(params, plan, lambda: changes.keep(request, cluster, types, plan))


@router.delete(TYPES, response=CHANGED, auth=on_cluster(changes.EDIT))
def remove_protobuf_types(request: ApiRequest, params: Query[ChangeParams]) -> Status[Any]:
    """Remove the Protobuf types of a cluster."""
    cluster = request.cluster
    changes.require_own(cluster)
    plan = changes.plan_removal(cluster)
    return change_own_records(params, plan, lambda: changes.remove(request, cluster, plan))
