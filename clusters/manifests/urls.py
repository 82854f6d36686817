"""Manifests: applying a file, and the cluster as one."""

from django.urls import path

from clusters.manifests import views

urlpatterns = [
    path("", views.manifest, name="manifest"),
    path("export/", views.export, name="manifest-export"),
]
