"""The catalogue that a portal starts with."""

from decimal import Decimal

import pytest
from django.core.management import call_command

from commendations.catalogue import load_awards
from commendations.models import AwardForm, AwardKind, BonusRate, RecipientKind, SignedBy

pytestmark = pytest.mark.django_db


def rows():
    return [list(model.objects.order_by("pk").values()) for model in (AwardForm, BonusRate)]


def test_loading_twice_changes_nothing():
    assert load_awards() > 0
    once = rows()

    assert load_awards() == 0
    assert rows() == once


def test_what_the_ward_changed_stays():
    load_awards()
    AwardForm.objects.filter(name="Lao động tiên tiến").update(caution="", active=False)
    BonusRate.objects.update(coefficient=Decimal("0.15"))
    changed = rows()

    load_awards()

    assert rows() == changed


def test_titles_and_forms_of_reward_are_told_apart_and_the_ward_signs_no_higher_award():
    load_awards()

    kinds = dict(AwardForm.objects.values_list("name", "kind"))
    assert kinds["Lao động tiên tiến"] == AwardKind.TITLE
    assert kinds["Gia đình văn hóa"] == AwardKind.TITLE
    assert kinds["Giấy khen của Chủ tịch Ủy ban nhân dân phường"] == AwardKind.REWARD
    for name, signed_by in AwardForm.objects.values_list("name", "signed_by"):
        if name.startswith(("Bằng khen", "Cờ thi đua", "Huân chương")):
            assert signed_by != SignedBy.WARD, name


def test_the_certificate_of_merit_pays_by_recipient():
    load_awards()

    rates = BonusRate.objects.filter(award__name="Giấy khen của Chủ tịch Ủy ban nhân dân phường")
    assert dict(rates.values_list("recipient_kind", "coefficient")) == {
        RecipientKind.INDIVIDUAL: Decimal("0.3"),
        RecipientKind.HOUSEHOLD: Decimal("0.45"),
        RecipientKind.COLLECTIVE: Decimal("0.6"),
    }
    assert all("152/2025/NĐ-CP" in rate.source for rate in rates)


def test_every_entry_is_valid():
    load_awards()

    for row in [*AwardForm.objects.all(), *BonusRate.objects.select_related("award")]:
        row.full_clean()
        if isinstance(row, BonusRate):
            assert row.award.fits(row.recipient_kind), row


def test_the_command_says_how_much_it_added(capsys):
    call_command("load_awards")
    assert f"Đã thêm {AwardForm.objects.count() + BonusRate.objects.count()} mục" in capsys.readouterr().out

    call_command("load_awards")
    assert "Đã thêm 0 mục" in capsys.readouterr().out
