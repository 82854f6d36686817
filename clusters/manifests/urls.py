"""Manifests: applying a file, and the cluster as one."""

from django.urls import path

from clusters.manifests import views
from clusters.manifests.drift import views as drift

urlpatterns = [
    path("", views.manifest, name="manifest"),
    path("export/", views.export, name="manifest-export"),
    path("drift/", drift.drift, name="drift"),
    path("drift/compare/", drift.compare, name="drift-compare"),
    path("drift/manifest/", drift.keep, name="drift-manifest"),
    path("drift/manifest/download/", drift.download, name="drift-download"),
    path("drift/manifest/remove/", drift.remove, name="drift-remove"),
]
