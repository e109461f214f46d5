from django.urls import path

from reports import campaign_views, check_views, desk_views, revision_views, signing_views, verify_views, views
from reports.models import ReportKind

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
    path("bao-cao/ky/<int:pk>/don-doc/", campaign_views.request_reminder, name="request_reminder"),
    path("dot-thi-dua/<slug:slug>/van-ban/", campaign_views.papers, name="campaign_papers"),
    path("dot-thi-dua/<slug:slug>/van-ban/tien-do/", campaign_views.papers_state, name="campaign_papers_state"),
    path("dot-thi-dua/<slug:slug>/van-ban/ke-hoach/", campaign_views.request_plan, name="request_plan"),
    path("dot-thi-dua/<slug:slug>/van-ban/ho-so/", campaign_views.request_archive, name="request_archive"),
    path("bien-nhan/<int:pk>/van-ban/", revision_views.papers, name="revision_papers"),
    path("bien-nhan/<int:pk>/van-ban/tien-do/", revision_views.papers_state, name="revision_papers_state"),
    path(
        "bien-nhan/<int:pk>/van-ban/bao-cao/",
        revision_views.request_paper,
        {"kind": ReportKind.UNIT},
        name="request_unit_report",
    ),
    path(
        "bien-nhan/<int:pk>/van-ban/bien-nhan/",
        revision_views.request_paper,
        {"kind": ReportKind.RECEIPT},
        name="request_receipt",
    ),
    path("bien-nhan/<int:pk>/van-ban/ban-ky/", revision_views.keep_signed_copy, name="keep_signed_copy"),
    path("tep-don-vi/<int:pk>/", revision_views.file, name="revision_file"),
    path("ban-ky/<int:pk>/", revision_views.signed_copy, name="signed_copy"),
    path("tra-cuu/", verify_views.look_up, name="look_up"),
    path("tra-cuu/<str:code>/", verify_views.verify, name="verify"),
    path("tep-bao-cao/<int:pk>/", views.file, name="file"),
]
