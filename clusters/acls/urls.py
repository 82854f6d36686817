"""ACLs: the list, granting, revoking."""

from django.urls import path

from clusters.acls import views

urlpatterns = [
    path("", views.acls, name="acls"),
    path("new/", views.create, name="acl-new"),
    path("delete/", views.delete, name="acl-delete"),
]
