"""Addresses that providers call. One provider sends whole mails only to an address that ends with `mime`."""

from django.urls import path

from portal.hooks import views

urlpatterns = [
    path("mail/<slug:provider>/", views.mail, name="mail_hook"),
    path("mail/<slug:provider>/mime", views.mail, name="mail_hook_mime"),
]
