"""Addresses of signing in and out."""

from django.urls import path

from units import views

app_name = "units"
urlpatterns = [
    path("dang-nhap/", views.sign_in, name="sign_in"),
    path("dang-xuat/", views.sign_out, name="sign_out"),
    path("phien/", views.session, name="session"),
    path("doi-mat-khau/", views.change_password, name="change_password"),
    path("doi-mat-khau/xong/", views.password_changed, name="password_changed"),
]
