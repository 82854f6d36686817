"""Connectors by their Connect cluster. The rest is below ``clusters/``, which no Connect cluster is called."""

from django.urls import path

from clusters.connect import connector_views, offset_views, operate_views, views, worker_views
from clusters.connect.clusters import views as cluster_views
from clusters.connect.configs import views as config_views

urlpatterns = [
    path("", views.connectors, name="connectors"),
    path("refresh/", views.refresh, name="connectors-refresh"),
    path("restart-failed/", operate_views.restart_failed, name="connectors-restart"),
    path("clusters/", cluster_views.connect_clusters, name="connect-clusters"),
    path("clusters/new/", cluster_views.add, name="connect-cluster-new"),
    path("clusters/<name:connect>/", worker_views.worker, name="connect-cluster"),
    path("clusters/<name:connect>/loggers/", worker_views.loggers, name="connect-loggers"),
    path("clusters/<name:connect>/edit/", cluster_views.edit, name="connect-cluster-edit"),
    path("clusters/<name:connect>/create/", config_views.create, name="connector-new"),
    path("clusters/<name:connect>/remove/", cluster_views.remove, name="connect-cluster-remove"),
    path("<name:connect>/<name:connector>/", connector_views.detail, name="connector"),
    path("<name:connect>/<name:connector>/configure/", config_views.configure, name="connector-configure"),
    path("<name:connect>/<name:connector>/offsets/", offset_views.offsets, name="connector-offsets"),
    path("<name:connect>/<name:connector>/delete/", operate_views.delete, name="connector-delete"),
    path("<name:connect>/<name:connector>/operate/<slug:operation>/", operate_views.operate, name="connector-operate"),
]
