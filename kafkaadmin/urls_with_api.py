"""Every route: the API's, and those of the pages, which its answers link to."""

from django.urls import include, path

from kafkaadmin.urls import handler500
from kafkaadmin.urls import urlpatterns as pages

__all__ = ["handler500", "urlpatterns"]

urlpatterns = [path("api/v1/", include("api.urls")), *pages]
