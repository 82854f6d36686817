"""ACLs: the list, granting, revoking, and what one principal may do."""

from django.urls import path

from clusters.acls import views

urlpatterns = [
    path("", views.acls, name="acls"),
    path("new/", views.create, name="acl-new"),
    path("delete/", views.delete, name="acl-delete"),
    path("principals/<name:principal>/", views.principal, name="principal"),
]
