"""Schemas: the list of subjects, and one subject's pages. Two segments are never a subject's name."""

from django.urls import path

from clusters.schemas import views

urlpatterns = [
    path("", views.schemas, name="schemas"),
    path("refresh/now/", views.refresh, name="schemas-refresh"),
]
