from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from targets import plan_file
from units.models import Unit, UnitKind
from units.refusals import Refused


class Command(BaseCommand):
    help = "Nạp một kế hoạch thi đua từ tệp TOML thành đợt thi đua đang soạn; nạp lần nữa không thay đổi gì."

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, metavar="TỆP", help="ví dụ: campaigns/plans/kien-an-2025.toml")
        parser.add_argument("--organiser", required=True, metavar="MÃ", help="mã đơn vị tổ chức (Ủy ban nhân dân)")

    def handle(self, *args, path, organiser, **options):
        organisers = Unit.objects.filter(kind=UnitKind.ORGANISER)
        unit = organisers.filter(code__iexact=organiser).first()
        if unit is None:
            known = ", ".join(organisers.values_list("code", flat=True)) or "chưa có"
            raise CommandError(f"Không có đơn vị tổ chức mã “{organiser}”. Các mã đang có: {known}.")
        try:
            campaign, made = plan_file.load(plan_file.read(path), unit)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        done = "Đã nạp kế hoạch" if made else "Kế hoạch đã có, không thay đổi gì"
        self.stdout.write(f"{done}: {campaign} ({campaign.slug}), {campaign.targets.count()} chỉ tiêu.")
