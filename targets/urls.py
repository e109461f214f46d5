from django.urls import path

from targets.views import editor, entry, joining, plan, review, rollover, tables, timing, units

app_name = "targets"
urlpatterns = [
    # The plan: ward staff
    path("dot-thi-dua/", plan.campaigns, name="campaigns"),
    path("dot-thi-dua/them/", editor.add_campaign, name="add_campaign"),  # before any <slug>
    path("dot-thi-dua/<slug:slug>/", plan.campaign, name="campaign"),
    path("dot-thi-dua/<slug:slug>/mo/", plan.open_campaign, name="open_campaign"),
    path("dot-thi-dua/<slug:slug>/ket-thuc/", editor.close_campaign, name="close_campaign"),
    path("dot-thi-dua/<slug:slug>/sua/", editor.edit_campaign, name="edit_campaign"),
    path("dot-thi-dua/<slug:slug>/phong-trao/", editor.movements, name="movements"),
    path("dot-thi-dua/<slug:slug>/cau-hoi/", editor.prompts, name="prompts"),
    path("dot-thi-dua/<slug:slug>/don-vi/", joining.participants, name="participants"),
    path("tham-gia/<int:pk>/thoi/", joining.take_out, name="take_out"),
    path("dot-thi-dua/<slug:slug>/ky/them/", timing.add_period, name="add_period"),
    path("ky/<int:pk>/sua/", timing.edit_period, name="edit_period"),
    path("ky/<int:pk>/bo/", timing.remove_period, name="remove_period"),
    path("thoi-han/", timing.read_deadline, name="read_deadline"),
    path("dot-thi-dua/<slug:slug>/chi-tieu/them/", plan.add_target, name="add_target"),
    path("chi-tieu/<int:pk>/", plan.target, name="target"),
    path("chi-tieu/<int:pk>/sua/", plan.edit_target, name="edit_target"),
    path("chi-tieu/<int:pk>/giao/", plan.allocate, name="allocate"),
    path("dot-thi-dua/<slug:slug>/chep/", rollover.roll_over, name="roll_over"),
    path("dot-thi-dua/<slug:slug>/so-sanh/", rollover.compare_plans, name="compare_plans"),
    path("chi-tieu/<int:pk>/dung-goi-y/", rollover.take_suggestion, name="take_suggestion"),
    # Where things stand: everybody at the organiser
    path("ky/<int:pk>/", tables.compiled, name="compiled"),
    path("ky/<int:pk>/tinh-hinh-nop/", tables.hand_ins, name="hand_ins"),
    path("ky/<int:pk>/chi-tieu/<int:target_pk>/", tables.sources, name="sources"),
    path("ky/<int:pk>/chi-tieu/<int:target_pk>/hieu-chinh/", tables.adjust, name="adjust"),
    path("ky/<int:pk>/chi-tieu/<int:target_pk>/bo-hieu-chinh/", tables.withdraw_adjustment, name="withdraw_adjustment"),
    # Handing in: units
    path("ket-qua/<int:pk>/", entry.submission, name="submission"),
    path("ket-qua/<int:pk>/nop/", entry.submit_results, name="submit_results"),
    path("ket-qua/<int:pk>/luu-nhap/", entry.save_draft, name="save_draft"),
    path("ket-qua/<int:pk>/chu-de/", entry.choose_theme, name="choose_theme"),
    path("ket-qua/<int:pk>/xin-gia-han/", entry.ask_extension, name="ask_extension"),
    path("bien-nhan/<int:pk>/", entry.receipt, name="receipt"),
    path("minh-chung/<int:pk>/", entry.evidence, name="evidence"),
    path("minh-chung/<int:pk>/go/", entry.remove_evidence, name="remove_evidence"),
    # Reviewing: the office
    path("ky/<int:pk>/cho-duyet/", review.queue, name="queue"),
    path("duyet/<int:pk>/", review.review, name="review"),
    path("duyet/<int:pk>/dong-y/", review.accept, name="accept"),
    path("duyet/<int:pk>/tra-lai/", review.send_back, name="send_back"),
    path("duyet/<int:pk>/mo-lai/", review.reopen, name="reopen"),
    path("duyet/<int:pk>/nhap-thay/", review.enter_on_behalf, name="enter_on_behalf"),
    path("duyet/<int:pk>/gia-han/", review.grant_extension, name="grant_extension"),
    path("gia-han/<int:pk>/quyet-dinh/", review.decide_extension, name="decide_extension"),
    path("ky/<int:pk>/khoa-so/", review.close_period, name="close_period"),
    path("ky/<int:pk>/mo-so/", review.reopen_period, name="reopen_period"),
    # Units that change: the admin
    path("don-vi/<int:pk>/doi-ten/", units.rename, name="rename_unit"),
    path("don-vi/<int:pk>/sap-nhap/", units.merge, name="merge_unit"),
    path("don-vi/<int:pk>/giai-the/", units.close, name="close_unit"),
    path("don-vi/<int:pk>/hoat-dong-lai/", units.reopen, name="reopen_unit"),
]
