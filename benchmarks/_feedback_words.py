"""Sentences of a simulated inbox, put together at random; written for it, said by nobody."""

from dataclasses import dataclass

import numpy as np

OPENINGS = (
    "Kính gửi Trung tâm Phục vụ hành chính công,", "Tôi xin phản ánh như sau:", "Hôm {day}",
    "Sáng {day} tôi đến nộp hồ sơ số {dossier},", "Gia đình tôi ở thôn {village},",
    "Tôi là người cao tuổi ở tổ {number},", "Kính mong lãnh đạo xem xét:", "Ngày {day} vừa qua,",
    "Tôi đã gọi hai lần mà chưa được trả lời,", "Con tôi đi làm xa nên tôi làm thay,",
)  # fmt: skip
TROUBLES = {
    "late": (
        "hồ sơ đất đai trễ hẹn {number} ngày mà không ai báo.",
        "giấy khai sinh của cháu hẹn ngày {day} đến nay chưa có.",
        "giấy phép xây dựng quá hạn trả kết quả đã {number} ngày.",
    ),
    "attitude": (
        "cán bộ tại quầy số {counter} trả lời cộc lốc, không giải thích.",
        "nhân viên nói to tiếng khi tôi hỏi lại về thành phần hồ sơ.",
    ),
    "waiting": (
        "phải chờ hơn {number} giờ mới đến lượt dù đã lấy số từ sớm.",
        "chỉ có một quầy mở cửa trong khi rất đông người đợi.",
    ),
    "returning": (
        "mỗi lần đến lại thiếu một giấy khác, tôi đi lại {number} lần.",
        "hướng dẫn hai lần khác nhau nên phải làm lại tờ khai.",
    ),
    "fees": (
        "thu thêm {money} đồng tiền phô tô mà không có biên lai.",
        "mức lệ phí ở quầy khác với bảng niêm yết {money} đồng.",
    ),
    "guidance": (
        "bảng hướng dẫn chữ nhỏ, khó hiểu, không có mẫu điền sẵn.",
        "không ai hướng dẫn cách kê khai tờ khai đăng ký kết hôn.",
    ),
    "equipment": (
        "máy lấy số hỏng từ ngày {day}, ghế ngồi không đủ.",
        "phòng chờ nóng, quạt hỏng, nhà vệ sinh khóa cửa.",
    ),
    "online": (
        "cổng dịch vụ công báo lỗi khi tải tệp lên, thử {number} lần không được.",
        "nộp hồ sơ trực tuyến rồi vẫn bị yêu cầu mang bản giấy.",
    ),
    "praise": (
        "cán bộ quầy số {counter} hướng dẫn rất tận tình, tôi xin cảm ơn.",
        "trả kết quả sớm hơn hẹn, thái độ vui vẻ.",
    ),
}
DETAILS = (
    "Tôi đã có giấy hẹn số {dossier}.", "Nhà tôi cách trung tâm {number} cây số.",
    "Việc này ảnh hưởng đến việc vay vốn của gia đình.", "Nhiều người khác cũng gặp như vậy.",
    "Tôi đã hỏi cán bộ thôn nhưng được bảo chờ.", "Lần trước tôi góp ý mà chưa thấy sửa.",
    "Tôi mong biết rõ lý do và thời hạn cụ thể.", "Giấy tờ đã nộp đủ từ ngày {day}.",
    "Bà con người Bru – Vân Kiều ở bản càng khó đi lại.", "Xin kiểm tra lại giúp tôi.",
)  # fmt: skip
ENDINGS = ("Xin cảm ơn.", "Mong sớm được trả lời.", "Kính mong giải quyết dứt điểm.", "")
TEMPLATES = (
    "Cảm ơn Ông/Bà đã góp ý. Chúng tôi đã tiếp thu và nhắc nhở bộ phận liên quan.",
    "Hồ sơ của Ông/Bà đã có kết quả, mời Ông/Bà đến nhận trong giờ làm việc.",
)
REPLIES = (
    "Kết quả hồ sơ số {dossier} đã được trả ngày {day}. Chúng tôi xin lỗi Ông/Bà vì sự chậm trễ.",
    "Chúng tôi đã kiểm tra camera ngày {day} và nhắc nhở cán bộ quầy số {counter}.",
    "Máy lấy số đã được sửa ngày {day}; ghế ngồi sẽ được bổ sung trong tháng sau.",
    "Số tiền {money} đồng thu sai đã được trả lại, biên nhận số {dossier}.",
    "Từ ngày {day} trung tâm mở thêm {number} quầy vào buổi sáng thứ hai.",
)
REASONS = {
    "refuse": "Nội dung không rõ, không nêu địa điểm và thời gian nên không xác minh được.",
    "guide": "Nội dung là khiếu nại quyết định hành chính, mời Ông/Bà gửi theo Luật Khiếu nại.",
    "transfer": "Thuộc thẩm quyền của cơ quan khác, chúng tôi đã chuyển và báo Ông/Bà biết.",
    "withdraw": "",
    "merge": "",
}
QUESTION = "Xin Ông/Bà cho biết số giấy hẹn và ngày nộp hồ sơ."
ANSWER = "Giấy hẹn số {dossier}, nộp ngày {day}."
NOTE = "Đã gọi bộ phận một cửa để hỏi hồ sơ {dossier}."
AGAIN = "Câu trả lời chưa đúng việc tôi hỏi, đề nghị xem lại hồ sơ {dossier}."


@dataclass(frozen=True)
class Words:
    """Fills sentences with numbers drawn from `rng`."""

    rng: np.random.Generator

    def one(self, choices: tuple[str, ...]) -> str:
        return self.filled(choices[int(self.rng.random() * len(choices))])

    def filled(self, sentence: str) -> str:
        drawn = (self.rng.random(7) * (28, 12, 90_000, 60, 9, 5, 200)).astype(int) + 1
        day, month, dossier, village, number, counter, money = drawn.tolist()
        return sentence.format(
            day=f"{day:02d}/{month:02d}", dossier=dossier + 10_000, village=village,
            number=number, counter=counter, money=f"{money}.000",
        )  # fmt: skip

    def feedback(self, topic: str) -> str:
        """What a sender writes: an opening, the trouble, up to four details, an ending."""
        details = [self.one(DETAILS) for _ in range(int(self.rng.random() * 5))]
        parts = [self.one(OPENINGS), self.one(TROUBLES[topic]), *details, self.one(ENDINGS)]
        return " ".join(parts).strip()

    def reply(self) -> str:
        return self.one(TEMPLATES if self.rng.random() < 0.15 else REPLIES)

    def contact(self) -> dict[str, str]:
        number = int(self.rng.random() * 10_000_000)
        mail = f"nguoigui{number}@example.com" if number % 3 == 0 else ""
        return {"name": f"Người gửi {number}", "phone": f"09{number:08d}"[:10], "email": mail}
