"""Metrics: pages of charts, and the source's settings."""

from django.urls import path

from metrics import views

urlpatterns = [
    path("", views.metrics, name="metrics"),
    path("glance/", views.glance, name="metrics-glance"),
    path("settings/", views.settings, name="metrics-settings"),
    path("<slug:tab>/", views.metrics, name="metrics-tab"),
]
