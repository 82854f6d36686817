"""Groups: the list, and one group."""

from django.urls import path

from clusters.groups import change_views, config_views, views

urlpatterns = [
    path("", views.groups, name="groups"),
    path("<name:group>/", views.detail, name="group"),
    path("<name:group>/configs/", config_views.configs, name="group-configs"),
    path("<name:group>/reset/", change_views.reset, name="group-reset"),
    path("<name:group>/delete-offsets/", change_views.delete_offsets, name="group-delete-offsets"),
    path("<name:group>/offsets.csv", views.offsets_file, name="group-offsets-file"),
    path("<name:group>/remove-members/", change_views.remove_members, name="group-remove-members"),
    path("<name:group>/delete/", change_views.delete, name="group-delete"),
]
