"""What sample units write in words, and what the sample office writes into its report to the city."""

from campaigns.models import PromptKind
from reports.demo.ward import group_number
from units.models import UnitKind

THEMES = {
    UnitKind.OFFICE: "Rút ngắn thời gian giải quyết hồ sơ, không để hồ sơ quá hạn",
    UnitKind.SERVICE: "Phục vụ tận tình, nâng cao chất lượng dịch vụ",
    UnitKind.SCHOOL: "Dạy tốt, học tốt, trường học an toàn",
    UnitKind.RESIDENTIAL: "Ngõ phố sáng - xanh - sạch - đẹp",
    UnitKind.FRONT: "Mỗi chi hội một việc làm thiết thực vì cộng đồng",
    UnitKind.ARMED: "Sẵn sàng chiến đấu cao, giữ vững địa bàn",
}
BY_KIND = {
    PromptKind.LAUNCHING: "{unit} đã họp phát động, phổ biến Kế hoạch tới toàn thể thành viên và đăng ký thi đua.",
    PromptKind.THEME: "Chủ đề: {theme}. Đơn vị đã thực hiện theo kế hoạch, kết quả tốt.",
    PromptKind.TASK: "{unit} đã quán triệt, đưa vào chương trình công tác và tổ chức thực hiện đúng tiến độ.",
    PromptKind.MOVEMENT: "{unit} đã tuyên truyền, vận động thành viên hưởng ứng phong trào.",
    PromptKind.DIFFICULTY: "Nhân lực kiêm nhiệm nhiều việc; một số văn bản hướng dẫn đến chậm.",
    PromptKind.PROPOSAL: "Không.",
}
EXAMPLE = (
    "Mô hình “{model}”\n"
    "Mô hình mẫu do {unit} duy trì từ đầu năm, được nhiều người tham gia, góp phần thực hiện chỉ tiêu được giao."
)
MODELS = {
    UnitKind.RESIDENTIAL: "Camera an ninh - ngõ phố bình yên",
    UnitKind.SCHOOL: "Thư viện xanh",
    UnitKind.FRONT: "Tủ quần áo không đồng",
    UnitKind.OFFICE: "Ngày không giấy hẹn",
    UnitKind.SERVICE: "Phân loại rác tại nguồn",
    UnitKind.ARMED: "Ngõ phố không rác, không tội phạm",
}

REPORT = {  # by section
    "leadership": (
        "Ủy ban nhân dân phường đã ban hành Kế hoạch, phổ biến tới các phòng, ban, trường học, Mặt trận Tổ quốc, "
        "đoàn thể và tổ dân phố; giao chỉ tiêu cho từng đơn vị.\n"
        "Các đơn vị đã phát động, đăng ký chủ đề thi đua; phòng Văn hoá - Xã hội theo dõi, hướng dẫn, đôn đốc."
    ),
    "targets": (
        "Hai chỉ tiêu chưa đạt là sản xuất nông, lâm, thủy sản (do mưa bão) và tỷ lệ tham gia bảo hiểm xã hội tự "
        "nguyện (do thu nhập của lao động tự do chưa ổn định)."
    ),
    "tasks": "Các nhiệm vụ, giải pháp được triển khai đồng bộ, đúng tiến độ.",
    "movements": (
        "Các phong trào do Trung ương và thành phố phát động được lồng ghép vào hoạt động của từng đơn vị, "
        "được cán bộ và Nhân dân hưởng ứng."
    ),
    "examples": "Phường đã lựa chọn các mô hình, điển hình tiêu biểu để tuyên truyền, nhân rộng.",
    "commendations": "Việc khen thưởng hướng về tập thể nhỏ và người trực tiếp thực hiện nhiệm vụ.",
    "strengths": "Phong trào có trọng tâm, gắn với nhiệm vụ chính trị; đa số chỉ tiêu đạt và vượt.",
    "weaknesses": "Một số đơn vị báo cáo chậm; nguyên nhân chủ yếu do cán bộ kiêm nhiệm.",
    "directions": "Tiếp tục duy trì các mô hình hiệu quả; phấn đấu hoàn thành các chỉ tiêu chưa đạt.",
    "proposals": "Đề nghị thành phố sớm giao chỉ tiêu và hướng dẫn thống nhất cách tính.",
    "task-a": "Các đơn vị đã quán triệt các Nghị quyết, cụ thể hoá thành chương trình công tác và tổ chức thực hiện.",
    "task-b": "Phường bám sát chỉ đạo của thành phố, hỗ trợ hộ kinh doanh, doanh nghiệp, tăng thu ngân sách.",
    "task-c": "Các phong trào được lồng ghép vào nhiệm vụ thường xuyên; nhiều mô hình được duy trì.",
    "task-d": "Vai trò của người đứng đầu và sự phối hợp với Mặt trận Tổ quốc, đoàn thể được tăng cường.",
    "task-dd": "Đợt thi đua được tuyên truyền trên trang thông tin, loa truyền thanh và tại sinh hoạt tổ dân phố.",
    "task-e": "Các đơn vị chủ động phát hiện, giới thiệu điển hình để phường tuyên truyền, nhân rộng.",
}


def theme(unit):
    return THEMES[unit.kind]


def reply(prompt, unit):
    """A sample unit's answer to a question in words; one in four units has an example to tell of."""
    if prompt.kind == PromptKind.EXAMPLE:
        has_one = group_number(unit) % 8 == 1 if unit.kind == UnitKind.RESIDENTIAL else unit.order % 4 == 1
        return EXAMPLE.format(unit=unit.name, model=MODELS[unit.kind]) if has_one else ""
    return BY_KIND[PromptKind(prompt.kind)].format(unit=unit.name, theme=theme(unit))
