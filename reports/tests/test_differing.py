import pytest
from django.urls import reverse

from reports.differing import differences
from reports.models import Report, ReportState
from reports.tests.factories import MORNING, ReportFactory
from reports.tests.sample_figures import sample_figures, sample_texts
from units.models import Role
from units.tests.factories import MembershipFactory


def built(figures=None, **texts):
    return Report(figures=figures or sample_figures(), texts=sample_texts() | texts)


def changed():
    figures = sample_figures()
    figures["summary"] |= {"met": 11, "missed": 1}
    figures["sectors"][0]["groups"][0]["targets"][2] |= {"actual": "1.810.000", "verdict_label": "Đạt", "note": ""}
    figures["handed_in"]["silent"] = ["Tổ dân phố 3", "Tổ dân phố 9"]
    figures["commendations"]["rows"] = figures["commendations"]["rows"][1:]
    return figures


def test_the_same_figures_and_words_differ_in_nothing():
    assert differences(built(), built()).is_empty


def test_counts_targets_and_lists_are_told_from_what_to_what():
    found = differences(built(), built(changed()))

    assert [(each.label, each.old, each.new) for each in found.counts] == [
        ("Chỉ tiêu đạt", "10", "11"),
        ("Chỉ tiêu chưa đạt", "2", "1"),
    ]
    [(name, changes)] = found.targets
    assert name == "3. Doanh thu dịch vụ lưu trú và ăn uống"
    assert [(each.label, each.old, each.new) for each in changes] == [
        ("Thực hiện", "1.795.640,3", "1.810.000"),
        ("Đánh giá", "Chưa đạt", "Đạt"),
        ("Ghi chú", "Ảnh hưởng của bão số 3 trong tháng 9.", "–"),
    ]
    assert found.lists == (
        "Đơn vị chưa nộp – thêm: Tổ dân phố 9.",
        "Đơn vị chưa nộp – bớt: Tổ dân phố 37.",
        "Khen thưởng – bớt: Nguyễn Văn Ánh (Giấy khen).",
    )


def test_targets_that_came_or_went_are_told():
    fewer = sample_figures()
    fewer["sectors"].pop()

    assert [(name, changes[0].new) for name, changes in differences(built(), built(fewer)).targets] == [
        ("22. Hoàn thành chỉ tiêu giao quân", "không còn")
    ]
    assert [(name, changes[0].new) for name, changes in differences(built(fewer), built()).targets] == [
        ("22. Hoàn thành chỉ tiêu giao quân", "thêm mới")
    ]


def test_words_are_held_against_each_other_paragraph_by_paragraph():
    old, new = built(strengths="Giữ nguyên.\nĐạt 10 chỉ tiêu."), built(strengths="Giữ nguyên.\nĐạt 11 chỉ tiêu.")

    [text] = differences(old, new).texts

    assert text.heading == "III.1. Ưu điểm"
    assert [each.kind for each in text.paragraphs] == ["same", "changed"]
    assert [piece.text for piece in text.paragraphs[1].pieces if piece.kind == "ins"] == ["11"]


def test_figures_frozen_before_a_column_was_known_can_still_be_compared():
    old = sample_figures()
    for sector in old["sectors"]:
        for group in sector["groups"]:
            for target in group["targets"]:
                target.pop("in_period", None)
    assert differences(built(old), built()).is_empty


@pytest.mark.django_db
def test_the_page_of_a_newer_report_lists_what_differs(client, time_machine):
    time_machine.move_to(MORNING, tick=False)
    old = ReportFactory(superseded=True, number="125")
    new = ReportFactory(period=old.period, issued=True, number="126", supersedes=old, figures=changed())
    client.force_login(MembershipFactory(unit=old.campaign.organiser, role=Role.LEADER).user)

    page = client.get(new.get_absolute_url()).text

    assert "Khác với báo cáo bị thay thế" in page
    assert f'href="{reverse("reports:report", args=[old.pk])}">báo cáo số 125' in page
    assert "Chỉ tiêu đạt: trước là <strong>10</strong>, nay là <strong>11</strong>." in page


@pytest.mark.django_db
def test_a_draft_is_held_against_the_report_that_it_would_replace(client, time_machine):
    time_machine.move_to(MORNING, tick=False)
    old = ReportFactory(issued=True, number="125")
    draft = ReportFactory(period=old.period, ready=True)
    client.force_login(MembershipFactory(unit=old.campaign.organiser, role=Role.LEADER).user)

    assert "Khác với báo cáo đang ban hành" in client.get(draft.get_absolute_url()).text
    assert "Số liệu và lời văn như nhau." in client.get(draft.get_absolute_url()).text
    assert old.state == ReportState.ISSUED
