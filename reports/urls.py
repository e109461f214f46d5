from django.urls import path

from reports import check_views, desk_views, signing_views, verify_views, views

app_name = "reports"
urlpatterns = [
    path("", views.home, name="home"),
    path("bao-cao/ky/<int:pk>/", views.period_reports, name="period_reports"),
    path("bao-cao/ky/<int:pk>/lap/", views.request_report, name="request_report"),
    path("bao-cao/ky/<int:pk>/soan/", desk_views.write_texts, name="write_texts"),
    path("bao-cao/ky/<int:pk>/soan/luu/", desk_views.autosave_texts, name="autosave_texts"),
    path("bao-cao/ky/<int:pk>/soan/kiem-tra/", desk_views.check_texts, name="check_texts"),
    path("bao-cao/<int:pk>/gop-y/", desk_views.comment, name="comment"),
    path("bao-cao/<int:pk>/", views.report, name="report"),
    path("bao-cao/<int:pk>/tien-do/", views.report_state, name="report_state"),
    path("bao-cao/<int:pk>/lap-lai/", views.retry, name="retry"),
    path("bao-cao/<int:pk>/huy-lap/", views.cancel, name="cancel"),
    path("bao-cao/<int:pk>/phe-duyet/", views.approve, name="approve"),
    path("bao-cao/<int:pk>/thu-hoi/", views.take_back, name="take_back"),
    path("bao-cao/<int:pk>/ban-hanh/", views.issue, name="issue"),
    path("bao-cao/<int:pk>/dinh-chinh/", views.correct_number, name="correct_number"),
    path("bao-cao/<int:pk>/da-gui/", views.record_sending, name="record_sending"),
    path("bao-cao/<int:pk>/ban-ky-so/", signing_views.take_signed, name="take_signed"),
    path("dot-thi-dua/<slug:slug>/doi-chieu/", check_views.check_plan, name="check_plan"),
    path("dot-thi-dua/<slug:slug>/doi-chieu/phieu/", check_views.check_sheets, name="check_sheets"),
    path("dot-thi-dua/<slug:slug>/doi-chieu/lap-phieu/", check_views.request_check_sheet, name="request_check_sheet"),
    path("tra-cuu/", verify_views.look_up, name="look_up"),
    path("tra-cuu/<str:code>/", verify_views.verify, name="verify"),
    path("tep-bao-cao/<int:pk>/", views.file, name="file"),
]
