from django.urls import path

from commendations import views

app_name = "commendations"
urlpatterns = [
    path("khen-thuong/", views.nominations, name="nominations"),
    path("khen-thuong/<slug:slug>/de-nghi/", views.nominate, name="nominate"),
    path("khen-thuong/<int:pk>/", views.nomination, name="nomination"),
    path("khen-thuong/<int:pk>/tham-tra/", views.check, name="check"),
    path("khen-thuong/<int:pk>/dong-y/", views.agree, name="agree"),
    path("khen-thuong/<int:pk>/khong-dong-y/", views.decline, name="decline"),
]
