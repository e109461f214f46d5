from datetime import datetime

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports.demo import accounts, loading
from units.refusals import Refused


def moment(text):
    """An ISO moment; without an offset it is the ward's time."""
    read = datetime.fromisoformat(text)
    return read if timezone.is_aware(read) else timezone.make_aware(read)


class Command(BaseCommand):
    help = "Nạp phường mẫu, đợt thi đua mẫu đã kết thúc và đợt đang mở; nạp lần nữa không thay đổi gì."

    def add_arguments(self, parser):
        parser.add_argument("--at", type=moment, metavar="LÚC", help="nạp như vào lúc này, ví dụ 2026-12-03T09:00")
        parser.add_argument("--accounts", action="store_true", help="chỉ in các tài khoản mẫu")

    def handle(self, *args, at, **options):
        if settings.PRODUCTION:
            raise CommandError(
                "Cổng đang chạy chính thức: phường mẫu và tài khoản mẫu chỉ nạp ở bản nhúng để dùng thử."
            )
        if options["accounts"]:
            self.stdout.write(accounts.table())
            return
        try:
            made = loading.load(at or timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if made:
            self.stdout.write("Đã nạp phường mẫu: " + "; ".join(campaign.short_name for campaign in made) + ".")
        else:
            self.stdout.write("Phường mẫu đã có, không thay đổi gì.")
