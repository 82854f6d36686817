"""The list of clusters, and each cluster's own pages."""

from django.urls import include, path

from clusters import views
from clusters.bulk.exports import of_list
from clusters.bulk.kinds import KINDS
from clusters.bulk.views import of_kind
from clusters.declaration import upload_views
from clusters.elections import unclean_views
from clusters.elections import views as elections
from clusters.quorum import change_views as quorum_changes
from clusters.quorum import views as quorum

bulk = [
    path(f"clusters/<slug:cluster>/bulk/{name}/", of_kind(kind), name=f"bulk-{name.replace('/', '-')}")
    for name, kind in KINDS.items()
]
exports = [
    path(f"clusters/<slug:cluster>/bulk/{name}/export/", of_list(name, f"{name}.view"), name=f"bulk-{name}-export")
    for name in ("topics", "groups")
]
urlpatterns = [
    path("", views.home, name="home"),
    path("clusters/new/", views.add, name="cluster-add"),
    path("clusters/import/", upload_views.upload, name="cluster-upload"),
    path("clusters/<slug:cluster>/", views.overview, name="cluster"),
    path("clusters/<slug:cluster>/edit/", views.edit, name="cluster-edit"),
    path("clusters/<slug:cluster>/delete/", views.delete, name="cluster-delete"),
    path("clusters/<slug:cluster>/start-anew/", views.accept_replacement, name="cluster-anew"),
    *bulk,
    *exports,
    path("clusters/<slug:cluster>/protobuf-types/", include("clusters.protobuf_types.urls")),
    path("clusters/<slug:cluster>/elect-leaders/", elections.elect, name="elect-leaders"),
    path(
        "clusters/<slug:cluster>/topics/<name:topic>/elect-unclean-leaders/",
        unclean_views.elect_unclean,
        name="elect-unclean-leaders",
    ),
    path("clusters/<slug:cluster>/brokers/quorum/", quorum.quorum, name="quorum"),
    path("clusters/<slug:cluster>/brokers/quorum/voters/add/", quorum_changes.add_voter, name="voter-add"),
    path(
        "clusters/<slug:cluster>/brokers/quorum/voters/<int:node>/remove/",
        quorum_changes.remove_voter,
        name="voter-remove",
    ),
    path("clusters/<slug:cluster>/brokers/features/<str:feature>/", quorum_changes.feature_level, name="feature-level"),
    path("clusters/<slug:cluster>/brokers/api-versions/", quorum.api_versions, name="api-versions"),
    path("clusters/<slug:cluster>/brokers/<int:broker>/unregister/", quorum.unregister, name="broker-unregister"),
    path("clusters/<slug:cluster>/delegation-tokens/", include("clusters.users.tokens.urls")),
    path("clusters/<slug:cluster>/refresh/", views.refresh, name="cluster-refresh"),
]
