"""Schemas: the list of subjects, and one subject's pages. Two segments are never a subject's name.

All of them are there once more below the name of a registry; without it they are the default registry's.
"""

from django.urls import include, path

from clusters.schemas import change_views, registry_views, subject_views, views
from clusters.schemas.transfer import views as transfer_views

of_registry = [
    path("", views.schemas, name="schemas"),
    path("new/subject/", change_views.create, name="schema-new"),
    path("settings/global/", change_views.global_settings, name="schemas-settings"),
    path("export/all/", transfer_views.export, name="schemas-export"),
    path("import/lines/", transfer_views.import_file, name="schemas-import"),
    path("refresh/now/", views.refresh, name="schemas-refresh"),
    path("id/find/", subject_views.find_id, name="schema-id-find"),
    path("id/<int:number>/", subject_views.by_id, name="schema-id"),
    path("<name:subject>/", subject_views.detail, name="subject"),
    path("<name:subject>/compare/", subject_views.differences, name="subject-compare"),
    path("<name:subject>/register/", change_views.register, name="subject-register"),
    path("<name:subject>/settings/", change_views.settings, name="subject-settings"),
    path("<name:subject>/delete/", change_views.delete, name="subject-delete"),
]

urlpatterns = [
    path("registries/all/", registry_views.registries, name="registries"),
    path("registries/new/", registry_views.add, name="registry-new"),
    path("registries/<name:registry>/edit/", registry_views.edit, name="registry-edit"),
    path("registries/<name:registry>/default/", registry_views.make_default, name="registry-default"),
    path("registries/<name:registry>/remove/", registry_views.remove, name="registry-remove"),
    path("registries/<name:registry>/subjects/", include(of_registry)),
    *of_registry,
]
