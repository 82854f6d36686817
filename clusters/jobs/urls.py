"""Jobs: the list, and one of them."""

from django.urls import path

from clusters.jobs import views

urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("<int:job>/", views.detail, name="job"),
    path("<int:job>/stop/", views.stop_job, name="job-stop"),
]
