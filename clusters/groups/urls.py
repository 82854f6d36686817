"""Groups: the list, and one group."""

from django.urls import path

from clusters.groups import views

urlpatterns = [
    path("", views.groups, name="groups"),
    path("<name:group>/", views.detail, name="group"),
]
