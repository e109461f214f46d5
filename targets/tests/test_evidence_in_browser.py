"""Evidence in a real browser: a phone's camera, several files, what is refused, removed, interrupted, and looked at."""

import io
import re

import pytest
from django.contrib.sessions.models import Session
from PIL import Image
from playwright.sync_api import expect

from targets.models import Evidence, Revision
from targets.tests import upload_corpus as corpus
from targets.tests.hand_in import submission_of, target_of
from targets.tests.test_typing import PASSWORD, box, open_form
from units.tests.factories import UserFactory


@pytest.fixture
def submission(portal_server):
    return submission_of({"unit_of_measure": "mô hình"}, {"ratio": True})


def place(page, submission, position=0):
    """Where files of a target are added."""
    return page.locator(".evidence").filter(has=page.locator(f"[id='evidence.{target_of(submission, position).pk}']"))


def report_place(page):
    return page.locator(".evidence").filter(has=page.locator("[id='evidence']"))


def choose(within, *files):
    """Choose files by the button, as {name: content} pairs."""
    payloads = [{"name": name, "mimeType": kind_of(name), "buffer": content} for name, content in files]
    within.locator("input[type=file]").first.set_input_files(payloads)


def kind_of(name):
    return {"jpg": "image/jpeg", "png": "image/png", "pdf": "application/pdf"}.get(
        name[-3:], "application/octet-stream"
    )


def opened(piece):
    with piece.file.open() as file:
        return Image.open(io.BytesIO(file.read()))


def test_a_photo_from_the_phones_camera_is_kept_without_where_it_was_taken(phone_page, submission):
    page = phone_page
    open_form(page, submission)
    camera = place(page, submission).get_by_label("Chụp ảnh")
    assert camera.get_attribute("capture") == "environment"

    photo = corpus.phone_photo()
    assert Image.open(io.BytesIO(photo)).getexif().get_ifd(0x8825)
    camera.set_input_files({"name": "image.jpg", "mimeType": "image/jpeg", "buffer": photo})

    entry = place(page, submission).get_by_role("link")
    expect(entry).to_have_text(re.compile(r"Ảnh chụp \d\d-\d\d \d\d\.\d\d\.\d\d\.jpg"))
    piece = Evidence.objects.get()
    assert piece.target == target_of(submission)
    with opened(piece) as seen:
        assert not seen.getexif()
        assert seen.size == (1920, 2560)  # upright, at a sane size
    assert piece.size < len(photo)
    assert entry.locator("img").evaluate("(img) => img.decode().then(() => img.naturalWidth)") == 180
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_small_photo_goes_up_as_it_is_and_is_stripped_by_the_server(phone_page, submission):
    page = phone_page
    open_form(page, submission)

    choose(report_place(page), ("anh.jpg", corpus.located_photo()))

    expect(report_place(page).get_by_role("link", name="anh.jpg")).to_be_visible()
    with opened(Evidence.objects.get()) as seen:
        assert not seen.getexif()
        assert seen.size == (30, 40)


def test_several_files_go_up_one_by_one_and_a_bad_one_says_why(page_of_desktop, submission):
    page = page_of_desktop
    open_form(page, submission)
    within = place(page, submission)

    choose(within, ("bien-ban.pdf", corpus.pdf()), ("gia.pdf", corpus.EXE), ("anh.png", corpus.picture("PNG")))

    expect(within.get_by_role("link")).to_have_text(["pdfbien-ban.pdf", "anh.png"])
    expect(within.locator(".refused")).to_contain_text("Tệp “gia.pdf” chưa được nhận: nội dung không phải là tệp pdf.")
    assert [piece.name for piece in Evidence.objects.all()] == ["bien-ban.pdf", "anh.png"]
    choose(within, ("bien-ban-2.pdf", corpus.pdf()))
    expect(within.locator(".refused")).to_contain_text("Tệp này đã có ở đây.")
    within.get_by_role("button", name="Bỏ").click()
    expect(within.locator(".refused")).to_have_count(0)
    assert page.evaluate("document.querySelector('form[data-dirty]')") is None


@pytest.fixture
def page_of_desktop(new_context):
    return new_context(viewport={"width": 1366, "height": 768}).new_page()


def test_a_file_too_large_is_refused_before_it_is_sent(page_of_desktop, submission):
    page = page_of_desktop
    open_form(page, submission)
    sent = []
    page.on("request", lambda request: "minh-chung" in request.url and sent.append(request.url))

    choose(report_place(page), ("lon.pdf", corpus.pdf() + bytes(11 * 1024 * 1024)))

    expect(report_place(page).locator(".refused")).to_contain_text("lớn hơn 10 MB")
    assert sent == []


def test_removing_asks_once_more_on_the_same_button(phone_page, submission):
    page = phone_page
    open_form(page, submission)
    within = place(page, submission)
    choose(within, ("bien-ban.pdf", corpus.pdf()))
    box(page, submission, "amount").fill("12")

    within.get_by_role("button", name="Gỡ bien-ban.pdf").click()
    expect(within.get_by_role("link")).to_have_count(1)
    within.get_by_role("button", name="Gỡ hẳn?").click()

    expect(within.get_by_role("link")).to_have_count(0)
    assert Evidence.objects.get().removed_at
    expect(box(page, submission, "amount")).to_have_value("12")


def test_a_picture_opens_over_the_form_and_what_was_typed_stays(phone_page, submission):
    page = phone_page
    open_form(page, submission)
    box(page, submission, "amount").fill("dở dang")
    choose(place(page, submission), ("anh.png", corpus.picture("PNG", (900, 600))))

    place(page, submission).get_by_role("link", name="anh.png").click()
    picture = page.get_by_role("dialog").get_by_role("img", name="Ảnh minh chứng “anh.png”")
    expect(picture).to_be_visible()
    assert picture.evaluate("(img) => img.decode().then(() => img.naturalWidth)") == 900
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_role("button", name="Đóng").click()

    expect(picture).to_be_hidden()
    expect(box(page, submission, "amount")).to_have_value("dở dang")


def test_a_session_that_ends_on_the_way_is_renewed_in_the_page_and_the_file_arrives(phone_page, submission):
    page = phone_page
    open_form(page, submission)
    Session.objects.all().delete()

    choose(place(page, submission), ("bien-ban.pdf", corpus.pdf()))
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Đăng nhập").click()

    expect(place(page, submission).get_by_role("link")).to_have_text("pdfbien-ban.pdf")
    assert Evidence.objects.get().name == "bien-ban.pdf"


def test_a_file_without_a_network_waits_in_the_page_and_goes_when_it_is_back(phone_page, submission, page_errors):
    page = phone_page
    open_form(page, submission)
    page.context.set_offline(True)

    choose(place(page, submission), ("bien-ban.pdf", corpus.pdf()))
    expect(place(page, submission).locator(".going")).to_contain_text("Mất mạng, chưa gửi được.")
    page.context.set_offline(False)

    expect(place(page, submission).get_by_role("link")).to_have_text("pdfbien-ban.pdf")
    page_errors.clear()


def test_a_file_on_its_way_shows_how_far_it_is_and_can_be_stopped(phone_page, submission, page_errors):
    page = phone_page
    open_form(page, submission)
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 100, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
    network.send("Network.emulateNetworkConditions", slow)

    choose(report_place(page), ("lon.pdf", corpus.pdf() + b"\n" * 3_000_000))
    progress = report_place(page).get_by_role("progressbar", name="Đang tải lên lon.pdf")
    expect(progress).to_be_visible()
    expect(progress).to_have_attribute("value", re.compile(r"^0\.\d|^1$"))
    report_place(page).get_by_role("button", name="Huỷ").click()

    expect(report_place(page).locator("li")).to_have_count(0)
    network.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1, "downloadThroughput": -1})
    choose(report_place(page), ("bien-ban.pdf", corpus.pdf()))
    expect(report_place(page).get_by_role("link")).to_have_text("pdfbien-ban.pdf")
    assert Evidence.objects.get().name == "bien-ban.pdf"
    page_errors.clear()


def test_handing_in_waits_for_files_on_their_way(phone_page, submission):
    page = phone_page
    open_form(page, submission)
    for part, position, text in (("amount", 0, "120"), ("amount", 1, "40"), ("base", 1, "50")):
        box(page, submission, part, position).fill(text)
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 100, "downloadThroughput": 500_000, "uploadThroughput": 500_000}
    network.send("Network.emulateNetworkConditions", slow)

    choose(place(page, submission), ("bien-ban.pdf", corpus.pdf() + b"\n" * 1_500_000))
    page.get_by_role("button", name="Xem lại và nộp").click()
    expect(page.locator(".held")).to_have_text("Đang tải tệp lên; tải xong sẽ tự chuyển tiếp.")
    expect(page.get_by_role("heading", name="Xem lại trước khi nộp")).to_be_visible()
    expect(page.get_by_role("link", name="bien-ban.pdf")).to_be_visible()
    page.get_by_role("button", name="Nộp kết quả").click()

    expect(page.get_by_role("heading", name=re.compile("Biên nhận số"))).to_be_visible()
    assert [piece.name for piece in Revision.objects.get().evidence.all()] == ["bien-ban.pdf"]


def test_the_office_looks_at_a_picture_beside_its_figure(page_of_desktop, submission):
    page = page_of_desktop
    open_form(page, submission)
    for part, position, text in (("amount", 0, "120"), ("amount", 1, "40"), ("base", 1, "50")):
        box(page, submission, part, position).fill(text)
    choose(place(page, submission), ("anh.png", corpus.picture("PNG", (900, 600))))
    expect(place(page, submission).get_by_role("link", name="anh.png")).to_be_visible()
    page.get_by_role("button", name="Xem lại và nộp").click()
    page.get_by_role("button", name="Nộp kết quả").click()
    expect(page.get_by_role("heading", name=re.compile("Biên nhận số"))).to_be_visible()
    page.get_by_role("button", name="Đăng xuất").click()

    officer = UserFactory(password=PASSWORD, office_of=submission.unit.organiser)
    page.get_by_label("Tên đăng nhập").fill(officer.username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.goto(f"/duyet/{submission.pk}/")
    page.get_by_role("row", name=re.compile(target_of(submission).name)).get_by_role("link", name="anh.png").click()

    expect(page.get_by_role("dialog").get_by_role("img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_without_script_files_go_with_the_form(new_context, submission):
    page = new_context(java_script_enabled=False).new_page()
    open_form(page, submission)
    box(page, submission, "amount").fill("12")
    choose(place(page, submission), ("bien-ban.pdf", corpus.pdf()), ("anh.png", corpus.picture("PNG")))

    page.get_by_role("button", name="Lưu nháp").last.click()

    expect(place(page, submission).get_by_role("link")).to_have_text(["pdfbien-ban.pdf", "anh.png"])
    place(page, submission).get_by_role("button", name="Gỡ anh.png").click()
    expect(place(page, submission).get_by_role("link")).to_have_text(["pdfbien-ban.pdf"])
    expect(box(page, submission, "amount")).to_have_value("12")
