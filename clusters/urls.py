"""The list of clusters, and each cluster's own pages."""

from django.urls import path

from clusters import views
from clusters.bulk.deletions import KINDS
from clusters.bulk.views import of_kind
from clusters.declaration import upload_views

bulk = [
    path(f"clusters/<slug:cluster>/bulk/{name}/delete/", of_kind(kind), name=f"{name}-delete")
    for name, kind in KINDS.items()
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
    path("clusters/<slug:cluster>/refresh/", views.refresh, name="cluster-refresh"),
]
