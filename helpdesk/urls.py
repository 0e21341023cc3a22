"""Addresses. At a vendor's address the same patterns stand behind that vendor's prefix or host name."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("portal.urls")),
]
