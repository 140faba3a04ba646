"""What fills the slots of test lines: numbers of people, and numbers that are nobody's."""

import random
from collections.abc import Callable

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
OTHERS = {1: "mốt", 4: "tư", 5: "lăm", 7: "bẩy"}
BANKS = (
    "Vietcombank", "VCB", "Agribank", "BIDV", "Vietinbank", "MB", "MB Bank", "Techcombank", "ACB",
    "Sacombank", "TPBank", "VPBank", "SHB", "ngân hàng Nông nghiệp", "LienVietPostBank",
)  # fmt: skip
STREETS = (
    "đường Trần Hưng Đạo", "đường Lê Duẩn", "đường Nguyễn Trãi", "đường Hùng Vương",
    "phố Lý Thường Kiệt", "đường Nguyễn Huệ", "đường Bà Triệu", "đường Phan Bội Châu",
    "đường Trần Phú", "kiệt 12 Lê Lợi", "đường Đinh Tiên Hoàng", "ngõ 5 Nguyễn Du",
    "đường Võ Thị Sáu", "phố Huyền Trân Công Chúa", "đường Ông Ích Khiêm", "đường Đoàn Khuê",
    "đường Nguyễn Văn Linh và Trần Cao Vân", "đường Tôn Thất Thuyết", "đường Trương Hán Siêu",
)  # fmt: skip
WARDS = (
    "phường Nguyễn Trãi", "phường Lê Hồng Phong", "phường Trần Hưng Đạo", "phường Đông Lương",
    "thôn An Hòa, xã Hải Phú", "xã Triệu Trạch", "phường Đông Lễ", "khu phố 5, phường 1",
    "thôn Nguyễn Huệ", "thị trấn Khe Sanh", "xã Vĩnh Thủy", "thôn Phú Thị Đông", "phường Ngô Mây",
)  # fmt: skip
COMMUNES = ("Hướng Lập", "Ba Tầng", "A Dơi", "Tà Rụt", "A Vao", "Lìa", "Đakrông", "Hướng Phùng")
SCHOOLS = (
    "trường THPT Lê Quý Đôn", "trường Nguyễn Huệ", "trường tiểu học Trần Quốc Toản",
    "trường THCS Phan Đình Phùng", "trường mầm non Hoa Sen", "trường Lê Lợi",
    "trường Cao đẳng Y tế", "trường THPT chuyên Lê Thánh Tông",
)  # fmt: skip
AGENCIES = (
    "UBND tỉnh Quảng Trị", "Ủy ban nhân dân xã Gio Linh", "Sở Nội vụ", "Trung tâm Phục vụ hành "
    "chính công", "Văn phòng Đăng ký đất đai", "Công an phường", "Phòng Tài nguyên và Môi trường",
    "Chi cục Thuế khu vực Đông Hà", "Bảo hiểm xã hội huyện Hải Lăng", "Thanh tra tỉnh",
    "Bộ Tư pháp", "Ngân hàng Chính sách xã hội", "Cổng Dịch vụ công", "Hội đồng nhân dân",
)  # fmt: skip


def digits(rng: random.Random, count: int) -> str:
    return "".join(str(rng.randrange(10)) for _ in range(count))


def grouped(number: str, sizes: tuple[int, ...], mark: str) -> str:
    groups, at = [], 0
    for size in sizes:
        groups.append(number[at : at + size])
        at += size
    return mark.join(groups)


def phone(rng: random.Random) -> str:
    number = "0" + rng.choice("35789") + digits(rng, 8)
    shape = rng.randrange(12)
    if shape < 4:
        return number
    if shape == 4:
        return rng.choice(["+84", "+84 ", "84", "0084", "(+84)", "(+84) ", "+84-"]) + number[1:]
    if shape == 5:
        return "+84 " + grouped(number[1:], (3, 3, 3), " ")
    if shape == 6:
        return f"({number[:4]}) {number[4:7]} {number[7:]}"
    if shape == 7:
        return grouped(number, (5, 5), rng.choice(" .-"))
    if shape == 8:
        return grouped(number, (2, 2, 2, 2, 2), rng.choice(" .-"))
    if shape == 9:
        return grouped(number, rng.choice([(4, 3, 3), (3, 4, 3), (4, 6)]), rng.choice("\n-."))
    sizes = rng.choice([(4, 3, 3), (3, 3, 4), (3, 4, 3), (4, 2, 2, 2)])
    return grouped(number, sizes, rng.choice([" ", ".", "-", " - ", "  ", "\u00a0", "\u2013"]))


def landline(rng: random.Random) -> str:
    number = rng.choice(["0233", "0232", "024", "028", "0236"])
    rest = digits(rng, 11 - len(number))
    return rng.choice([f"{number}{rest}", f"{number} {rest}", f"({number}) {rest}",
                       f"{number}.{rest[:3]}.{rest[3:]}", f"{number}-{rest}"])  # fmt: skip


def cccd(rng: random.Random) -> str:
    number = f"{rng.choice([1, 33, 44, 45, 46, 48, 79, 96]):03}{rng.randrange(4)}{digits(rng, 8)}"
    sizes, mark = rng.choice([((12,), ""), ((12,), ""), ((3, 3, 6), " "), ((4, 4, 4), " "),
                              ((3, 3, 3, 3), "."), ((3, 3, 3, 3), " "), ((6, 6), "-")])  # fmt: skip
    return grouped(number, sizes, mark)


def cmnd(rng: random.Random) -> str:
    number = rng.choice(["19", "20", "23"]) + digits(rng, 7)
    sizes, mark = rng.choice([((9,), ""), ((9,), ""), ((3, 3, 3), " "), ((3, 3, 3), ".")])
    return grouped(number, sizes, mark)


def email(rng: random.Random) -> str:
    who = rng.choice(["hoa.nt", "tuan_86", "lananh", "nguyen.van-h", "qtri2020", "me.be+1", "x12"])
    where = rng.choice(["gmail.com", "yahoo.com.vn", "quangtri.gov.vn", "outlook.com", "vnn.vn"])
    host, _, top = where.partition(".")
    return rng.choice([f"{who}@{where}"] * 6 + [f"{who} @ {where}", f"{who}(at){where}",
                      f"{who}[at]{host}[.]{top}", f"{who} a còng {host} chấm {top}"])  # fmt: skip


def plate(rng: random.Random) -> str:
    place, five = rng.choice(["74", "73", "75", "43", "29", "51"]), digits(rng, 5)
    car, bike = rng.choice("ABCDH"), rng.choice("BCDEFGHK") + str(rng.randrange(1, 10))
    return rng.choice([
        f"{place}{car}-{five[:3]}.{five[3:]}", f"{place}{bike}-{five[:3]}.{five[3:]}",
        f"{place}{car}{five}", f"{place}{bike} {five[:3]}.{five[3:]}", f"{place}-{bike} {five}",
        f"{place}{car} {five}", f"{place}{bike}-{five}", f"{place}LD-{five[:3]}.{five[3:]}",
        f"{place}{car}-{five[:4]}", f"{place}MĐ1-{five[:3]}.{five[3:]}", f"{place}{bike}{five}",
    ])  # fmt: skip


def account(rng: random.Random) -> str:
    number = rng.choice("123456789") + digits(rng, rng.choice([7, 8, 9, 10, 11, 12, 13, 14]))
    if rng.random() < 0.2:
        number = "0" + number[1:]
    fours = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    return fours if rng.random() < 0.2 else number


def spelled(rng: random.Random) -> str:
    number = "0" + rng.choice("35789") + digits(rng, 8)
    words = [DIGITS[int(c)] for c in number]
    if rng.random() < 0.3:
        at = rng.randrange(2, 10)
        words[at] = OTHERS.get(int(number[at]), words[at])
    if rng.random() < 0.2:
        at = rng.randrange(2, 10)
        words[at] = number[at]
    return rng.choice([" ", " ", ", ", "-", " . "]).join(words)


def money(rng: random.Random) -> str:
    thousands = rng.randrange(5, 3000)
    dots = f"{thousands * 1000:,}".replace(",", ".")
    return rng.choice([
        f"{dots}đ", f"{dots} đồng", f"{dots} VNĐ", f"{dots}VND", f"{thousands}k", f"{dots} đ",
        f"{thousands} ngàn", f"{rng.randrange(1, 900)}.000.000 đồng", "120.000.000", "1.500.000",
        f"{rng.randrange(1, 90)} triệu", f"{thousands * 1000} đồng", f"{thousands * 1000:,} đ",
        f"{rng.randrange(10, 99)} tỷ {rng.randrange(100, 900)} triệu", f"{thousands}000000đ",
    ])  # fmt: skip


def date(rng: random.Random) -> str:
    d, m, y = rng.randrange(1, 29), rng.randrange(1, 13), rng.randrange(1960, 2027)
    return rng.choice([f"{d}/{m}/{y}", f"{d:02}/{m:02}/{y}", f"{d}-{m}-{y}", f"{d:02}.{m:02}.{y}",
                       f"{d}/{m}", f"{d} tháng {m} năm {y}", f"{y}-{m:02}-{d:02}",
                       f"{d:02} - {m:02} - {y}"])  # fmt: skip


def dossier(rng: random.Random) -> str:
    day = f"{rng.randrange(20, 27)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"
    return rng.choice([
        f"000.{digits(rng, 2)}.{digits(rng, 2)}.H57-{day}-{digits(rng, 4)}",
        f"H57.{digits(rng, 2)}.{digits(rng, 2)}-{day}-{digits(rng, 4)}",
        f"000.00.{digits(rng, 2)}.H50-{day}-{digits(rng, 4)}", f"H50-{day}-{digits(rng, 4)}",
        f"PAKN.20{day}.{digits(rng, 4)}", f"G22.99.{digits(rng, 3)}-{day}-{digits(rng, 4)}",
    ])  # fmt: skip


def law(rng: random.Random) -> str:
    n, y = rng.randrange(1, 3000), rng.randrange(2005, 2026)
    return rng.choice([f"{n}/{y}/NĐ-CP", f"{n}/{y}/QH15", f"{n}/QĐ-UBND", f"{n}/{y}/TT-BTC",
                       f"{n}/UBND-NC", f"{n}/{y}/QĐ-TTg"])  # fmt: skip


def area(rng: random.Random) -> str:
    n = rng.randrange(20, 9000)
    return rng.choice([f"{n}m2", f"{n} m²", f"{n},{rng.randrange(10)}m2", f"{n} mét vuông",
                       f"{n}.{rng.randrange(100, 999)}m2", f"{n % 20 + 1} ha"])  # fmt: skip


def hour(rng: random.Random) -> str:
    h, m = rng.randrange(6, 18), rng.randrange(60)
    return rng.choice([f"{h}h", f"{h}h{m:02}", f"{h}:{m:02}", f"{h} giờ {m}", f"{h}g{m:02}"])


def choice(*options: str) -> Callable[[random.Random], str]:
    return lambda rng: rng.choice(options)


def span(low: int, high: int) -> Callable[[random.Random], str]:
    return lambda rng: str(rng.randrange(low, high))


MAKERS: dict[str, Callable[[random.Random], str]] = {
    "phone": phone,
    "landline": landline,
    "cccd": cccd,
    "cmnd": cmnd,
    "passport": lambda rng: rng.choice("BCNEP") + digits(rng, 7),
    "licence": lambda rng: "45" + digits(rng, 10),
    "email": email,
    "plate": plate,
    "account": account,
    "card": lambda rng: grouped("9704" + digits(rng, 12), (4, 4, 4, 4), rng.choice([" ", "-", ""])),
    "bhyt": lambda rng: rng.choice(
        [f"{a}{n[:1]}45{n[1:]}", f"{a} {n[:1]} 45 {n[1:]}"]
        if (a := rng.choice(["DN", "HT", "TE", "GD", "HS"])) and (n := digits(rng, 11))
        else []
    ),
    "bhxh": lambda rng: rng.choice(["45", "79", "31", "02"]) + digits(rng, 8),
    "spelled": spelled,
    "bank": choice(*BANKS),
    "money": money,
    "date": date,
    "dossier": dossier,
    "law": law,
    "hotline": choice(
        "1022", "1900 1075", "19001075", "1900.1009", "18001096", "1900 988 975", "1900-9095", "113"
    ),  # fmt: skip
    "street": choice(*STREETS),
    "ward": choice(*WARDS),
    "commune": choice(*COMMUNES),
    "school": choice(*SCHOOLS),
    "agency": choice(*AGENCIES),
    "counter": span(1, 20),
    "ticket": lambda rng: rng.choice([digits(rng, 4), f"A{digits(rng, 3)}", digits(rng, 3)]),
    "parcel": span(1, 2000),
    "sheet": span(1, 90),
    "count": span(2, 30),
    "month": span(1, 13),
    "year": span(1950, 2027),
    "years": lambda rng: f"{(y := rng.randrange(2015, 2026))}-{y + rng.choice([1, 1, 5])}",
    "percent": lambda rng: f"{rng.randrange(1, 100)}{rng.choice(['%', ' %', ',5%', '.25 %'])}",
    "time": hour,
    "area": area,
    "procedure": lambda rng: (
        f"{rng.choice('123')}.00{digits(rng, 4)}" + rng.choice(["", ".000.00.00.H50"])
    ),  # fmt: skip
}
