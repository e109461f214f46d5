import threading

import pytest
from django.db import connection, transaction

from campaigns.tests.factories import PeriodFactory
from reports import writing
from reports.models import ReportKind, ReportText
from reports.tests.factories import MORNING, ReportTextFactory
from units.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
CITY = ReportKind.CITY


def save(period, texts, versions, by=None):
    writing.save(period, CITY, texts, versions, by=by or UserFactory(), at=MORNING)


def stored(period):
    return {text.section: (text.text, text.version) for text in ReportText.objects.filter(period=period)}


def test_sections_come_in_the_report_s_order_with_what_is_written():
    text = ReportTextFactory(section="strengths", text="Có nhiều tiến bộ.", version=3)
    found = writing.sections(text.period, CITY, [("opening", "Mở đầu"), ("strengths", "Ưu điểm")])
    assert found == [
        writing.Section("opening", "Mở đầu", "", 0),
        writing.Section("strengths", "Ưu điểm", "Có nhiều tiến bộ.", 3),
    ]


def test_only_what_changed_gets_a_new_version_and_author():
    first, second = UserFactory(), UserFactory()
    period = PeriodFactory()
    save(period, {"strengths": "Một", "weaknesses": "Hai", "proposals": ""}, {}, by=first)
    assert stored(period) == {"strengths": ("Một", 1), "weaknesses": ("Hai", 1)}

    save(period, {"strengths": "Một", "weaknesses": "Hai rưỡi"}, {"strengths": 1, "weaknesses": 1}, by=second)

    assert stored(period) == {"strengths": ("Một", 1), "weaknesses": ("Hai rưỡi", 2)}
    assert dict(ReportText.objects.values_list("section", "by")) == {"strengths": first.pk, "weaknesses": second.pk}


def test_text_is_kept_whole_and_clean():
    period = PeriodFactory()
    save(period, {"strengths": "  Dòng một\r\nDòng hai\x00\x07 \u1ea5 a\u0302\u0301  "}, {})
    assert stored(period)["strengths"][0] == "Dòng một\nDòng hai ấ ấ"


def test_two_authors_of_one_section_see_both_texts_and_nothing_is_written():
    other = UserFactory(full_name="Nguyễn Thị Mẫu")
    text = ReportTextFactory(section="strengths", text="Của người kia", version=2, by=other)

    with pytest.raises(writing.Clashes) as clash:
        save(text.period, {"strengths": "Của tôi", "weaknesses": "Mục khác"}, {"strengths": 1, "weaknesses": 0})

    assert clash.value.found == [
        writing.Clash("strengths", mine="Của tôi", theirs="Của người kia", by="Nguyễn Thị Mẫu", version=2)
    ]
    assert stored(text.period) == {"strengths": ("Của người kia", 2)}


def test_having_seen_the_other_text_the_author_may_replace_it():
    text = ReportTextFactory(section="strengths", text="Của người kia", version=2)
    save(text.period, {"strengths": "Cả hai"}, {"strengths": 2})
    assert stored(text.period) == {"strengths": ("Cả hai", 3)}


def test_the_same_text_from_two_authors_is_no_clash():
    text = ReportTextFactory(section="strengths", text="Như nhau", version=2)
    save(text.period, {"strengths": "Như nhau"}, {"strengths": 0})
    assert stored(text.period) == {"strengths": ("Như nhau", 2)}


def test_a_version_of_a_text_that_never_was_counts_as_unread():
    period = PeriodFactory()
    save(period, {"strengths": "Mới"}, {"strengths": 7})
    assert stored(period) == {"strengths": ("Mới", 1)}


@pytest.mark.django_db(transaction=True)
def test_of_two_authors_who_start_a_section_at_the_same_moment_one_hears_of_the_other():
    period, first, second, heard = PeriodFactory(), UserFactory(), UserFactory(), []

    def write_meanwhile():
        try:
            save(period, {"strengths": "Của người sau"}, {"strengths": 0}, by=second)
        except writing.Clashes as clash:
            heard.extend(clash.found)
        finally:
            connection.close()

    other = threading.Thread(target=write_meanwhile)
    with transaction.atomic():
        save(period, {"strengths": "Của người trước"}, {"strengths": 0}, by=first)
        other.start()
        other.join(timeout=0.5)  # it must wait for us
    other.join()

    assert [(clash.mine, clash.theirs) for clash in heard] == [("Của người sau", "Của người trước")]
    assert stored(period) == {"strengths": ("Của người trước", 1)}
