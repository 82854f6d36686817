"""Quotas: the list, what applies, setting and removing."""

from django.urls import path

from clusters.quotas import views

urlpatterns = [
    path("", views.quotas, name="quotas"),
    path("effective/", views.applying, name="quotas-effective"),
    path("new/", views.create, name="quota-new"),
    path("edit/", views.edit, name="quota-edit"),
    path("delete/", views.delete, name="quota-delete"),
]
