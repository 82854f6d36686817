"""Protobuf types of a cluster's records."""

from django.urls import path

from clusters.protobuf_types import views

urlpatterns = [
    path("", views.protobuf_types, name="protobuf-types"),
    path("remove/", views.remove, name="protobuf-types-remove"),
]
