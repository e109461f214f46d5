from django.core.management.base import BaseCommand

from commendations.catalogue import load_awards


class Command(BaseCommand):
    help = "Nạp danh mục danh hiệu, hình thức khen thưởng và hệ số tiền thưởng; chạy lại không đổi gì."

    def handle(self, **options):
        self.stdout.write(f"Đã thêm {load_awards()} mục vào danh mục khen thưởng.")
