"""ACLs: the list, granting, revoking, and what one principal may do."""

from django.urls import path

from clusters.acls import tidy_views, views

urlpatterns = [
    path("", views.acls, name="acls"),
    path("new/", views.create, name="acl-new"),
    path("delete/", views.delete, name="acl-delete"),
    path("copy/", tidy_views.copy, name="acls-copy"),
    path("tidy-up/", tidy_views.tidy_up, name="acls-tidy-up"),
    path("principals/<name:principal>/", views.principal, name="principal"),
]
