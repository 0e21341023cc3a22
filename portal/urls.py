"""Every HTTP face: health, accounts, the customer portal at the root, `agent/` and `api/`."""

from django.urls import include, path

from portal import accent, downloads, health, home, own_time, paged

urlpatterns = [
    path("", home.home, name="home"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("accent.css", accent.accent_css, name="accent_css"),
    path("accounts/time-zone/", own_time.own_time, name="account_time_zone"),
    path("accounts/", include("allauth.account.urls")),
    path("files/<int:pk>/", downloads.download, name="download"),
    path("pages/<str:token>/", paged.paged, name="paged"),
    path("hooks/", include("portal.hooks.urls")),
    path("agent/", include("portal.agent.urls")),
    path("api/", include("portal.api.urls")),
    path("", include("portal.customer.urls")),
]
