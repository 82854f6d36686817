"""Findings: the list, one of them, and its silence."""

from django.urls import path

from metrics.findings import views

urlpatterns = [
    path("", views.findings, name="findings"),
    path("<int:pk>/", views.finding, name="finding"),
    path("<int:pk>/silence/", views.silence, name="finding-silence"),
]
