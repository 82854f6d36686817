"""Users: the list, one user, creating users, setting passwords, deleting credentials."""

from django.urls import path

from clusters.users import change_views, views

urlpatterns = [
    path("", views.users, name="users"),
    path("new/", change_views.create, name="user-new"),
    path("<name:user>/", views.detail, name="user"),
    path("<name:user>/password/", change_views.set_password, name="user-password"),
    path("<name:user>/delete/", change_views.delete, name="user-delete"),
]
