"""Groups: the list, and one group."""

from django.urls import path

from clusters.groups import changes, views

urlpatterns = [
    path("", views.groups, name="groups"),
    path("<name:group>/", views.detail, name="group"),
    path("<name:group>/reset/", changes.reset, name="group-reset"),
    path("<name:group>/delete/", changes.delete, name="group-delete"),
]
