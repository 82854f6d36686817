"""Burrow's paths: beside the others, and alone on a port of their own."""

from django.urls import path, re_path

from lag.burrow import views

beside = [
    path("metrics", views.metrics, name="metrics-exposition"),
    re_path(r"^(?:[vV]3|[bB][uU][rR][rR][oO][wW])(?:/.*)?$", views.api, name="burrow"),
]
# On a port of its own, Burrow's API answers or refuses every path.
urlpatterns = [re_path(r"", views.api, name="burrow")]
