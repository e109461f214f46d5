"""Evidence in the page: one file a request; when it is locked, who sees it; hostile files and requests."""

import io
import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image
from pytest_django.asserts import assertContains, assertNotContains, assertNumQueries, assertRedirects

from targets import evidence, periods, uploads, workflow
from targets.models import Evidence, Revision, Submission
from targets.returning import REPORT_EVIDENCE
from targets.tests import upload_corpus as corpus
from targets.tests.factories import AllocationFactory, SubmissionFactory, TargetFactory
from targets.tests.hand_in import A_WORKING_DAY, key_of, sign_in, submission_of, target_of, typed, url_of
from targets.tests.racing import together
from targets.tests.test_uploads import open_file, upload
from units.refusals import Refused
from units.tests.factories import UserFactory

MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def _working_day(db, time_machine, settings, tmp_path):
    time_machine.move_to(A_WORKING_DAY, tick=False)
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def submission():
    return submission_of({}, {})


def send(client, submission, file, target=None):
    fields = {"evidence": file, "target": target.pk if target else ""}
    return client.post(url_of(submission, "minh-chung"), fields, headers={"accept": "application/json"})


def remove(client, piece):
    return client.post(f"/minh-chung/{piece.pk}/go/", headers={"accept": "application/json"})


def names(pieces):
    return [(piece.name, piece.target and piece.target.number) for piece in pieces]


# --- Adding -----------------------------------------------------------------------------------------------------------


def test_a_file_goes_up_alone_and_its_entry_comes_back(client, submission):
    user = sign_in(client, submission)

    answer = send(client, submission, upload("anh.jpg"), target_of(submission, 1)).json()

    piece = Evidence.objects.get()
    assert (piece.target, piece.uploaded_by, piece.uploaded_at) == (target_of(submission, 1), user, A_WORKING_DAY)
    assert f"/minh-chung/{piece.pk}/anh-nho/" in answer["html"]
    assert f'formaction="/minh-chung/{piece.pk}/go/"' in answer["html"]
    assert "anh.jpg" in answer["html"]


def test_a_file_of_the_report_names_no_target(client, submission):
    sign_in(client, submission)
    send(client, submission, upload("bien-ban.pdf"))

    assert Evidence.objects.get().target is None


def test_the_same_file_can_prove_two_figures_but_is_kept_once_for_each(client, submission):
    sign_in(client, submission)
    content = corpus.pdf()
    places = [None, target_of(submission), target_of(submission, 1), target_of(submission)]

    answers = [send(client, submission, upload("a.pdf", content), place).json() for place in places]

    assert Evidence.objects.count() == 3
    assert answers[1] == answers[3]


def test_a_refused_file_is_answered_with_the_sentence(client, submission):
    sign_in(client, submission)

    answer = send(client, submission, upload("x.exe", corpus.EXE)).json()

    assert answer == {"error": "Tệp “x.exe” chưa được nhận: chỉ nhận tệp pdf, jpg, png, xlsx, docx."}
    assert not Evidence.objects.exists()


def test_files_posted_at_targets_without_script_are_kept_where_they_were_chosen(client, submission):
    sign_in(client, submission)
    first, second = target_of(submission), target_of(submission, 1)
    files = {
        "evidence": [upload("bien-ban.pdf")],
        f"evidence.{first.pk}": [upload("anh.jpg"), upload("so-lieu.xlsx")],
        f"evidence.{second.pk}": [upload("x.exe", corpus.EXE)],
    }

    page = client.post(url_of(submission, "luu-nhap"), typed(submission) | files)

    assert names(evidence.attached(submission)) == [
        ("anh.jpg", first.number),
        ("so-lieu.xlsx", first.number),
        ("bien-ban.pdf", None),
    ]
    link = f'<a href="#evidence.{second.pk}">Chỉ tiêu {second.number} – Minh chứng</a>'
    assertContains(page, f"{link}: Tệp “x.exe” chưa được nhận: chỉ nhận tệp pdf, jpg, png, xlsx, docx.")


def test_a_target_that_the_unit_is_not_given_takes_no_files(client, submission):
    sign_in(client, submission)
    other = TargetFactory(campaign=submission.period.campaign)

    assert send(client, submission, upload("bien-ban.pdf"), other).status_code == 404
    checked = uploads.check(upload("bien-ban.pdf"))
    with pytest.raises(Refused, match="không được giao"):
        evidence.attach(submission, [checked], target=other, by=UserFactory(), at=A_WORKING_DAY)
    for nonsense in ("x", "0", "9" * 40, "-1", "١"):
        posted = {"evidence": upload("bien-ban.pdf"), "target": nonsense}
        assert client.post(url_of(submission, "minh-chung"), posted).status_code == 404
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("count", [0, 2])
def test_one_request_brings_one_file(client, submission, count):
    sign_in(client, submission)
    posted = {"evidence": [upload("bien-ban.pdf") for _ in range(count)], "target": ""}

    answer = client.post(url_of(submission, "minh-chung"), posted).json()

    assert "mỗi lần gửi một tệp" in answer["error"]
    assert not Evidence.objects.exists()


def test_a_hundred_files_are_enough(client, submission):
    user = sign_in(client, submission)
    Evidence.objects.bulk_create(
        Evidence(
            submission=submission, name="a.pdf", size=1, sha256=str(n), uploaded_by=user, uploaded_at=A_WORKING_DAY
        )
        for n in range(100)
    )

    assert "không quá 100 tệp" in send(client, submission, upload("bien-ban.pdf")).json()["error"]
    assert Evidence.objects.count() == 100


def test_what_was_taken_off_leaves_room(client, submission):
    user = sign_in(client, submission)
    full = Evidence.objects.create(
        submission=submission, name="a.pdf", size=50 * MEGABYTE, sha256="0", uploaded_by=user, uploaded_at=A_WORKING_DAY
    )

    assert "vượt 50 MB" in send(client, submission, upload("bien-ban.pdf")).json()["error"]
    assert remove(client, full).json() == {}
    assert "html" in send(client, submission, upload("bien-ban.pdf")).json()


def kept_by(submission, *files):
    """A deed for each of these (name, content) files: keep it."""
    person = UserFactory(reporter_of=submission.unit)

    def deed(kept):
        return lambda: evidence.attach(submission, [kept], by=person, at=A_WORKING_DAY)

    return [deed(uploads.Upload(name, "application/pdf", content)) for name, content in files]


@pytest.mark.django_db(transaction=True)
def test_the_same_file_sent_twice_at_once_is_one_file(submission):
    answers = together(*kept_by(submission, *[("a.pdf", b"x")] * 6))

    assert [len(answer) for answer in answers] == [1] * 6
    assert {answer[0] for answer in answers} == {Evidence.objects.get()}


@pytest.mark.django_db(transaction=True)
def test_files_sent_at_once_share_the_room_there_is(submission):
    files = [(f"{number}.pdf", bytes([number]) * (20 * MEGABYTE)) for number in range(4)]

    answers = together(*kept_by(submission, *files))

    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refused) == 2
    assert "vượt 50 MB" in str(refused[0])
    assert Evidence.objects.count() == 2


# --- On the form, in the revision -------------------------------------------------------------------------------------


def test_files_stand_at_their_targets_and_go_with_the_revision(client, submission):
    sign_in(client, submission)
    send(client, submission, upload("anh.jpg"), target_of(submission, 1))
    send(client, submission, upload("bien-ban.pdf"))

    form = client.get(url_of(submission)).text
    confirm = client.post(url_of(submission, "xem-lai"), typed(submission))
    client.post(url_of(submission), typed(submission))

    rows = re.split(r'<fieldset class="answer"', form)
    assert ["anh.jpg" in part for part in rows] == [False, False, True]
    assert "bien-ban.pdf" in rows[2]  # in the part after the last row
    assertContains(confirm, f"Chỉ tiêu {target_of(submission, 1).number} ·")
    revision = Revision.objects.get()
    assert names(revision.evidence.all()) == [("anh.jpg", target_of(submission, 1).number), ("bien-ban.pdf", None)]


def test_moving_a_file_to_another_figure_is_other_content(client, submission):
    sign_in(client, submission)
    fields = typed(submission)
    send(client, submission, upload("anh.jpg"), target_of(submission))
    client.post(url_of(submission), fields)
    remove(client, Evidence.objects.get())
    send(client, submission, upload("anh.jpg"), target_of(submission, 1))

    assertContains(client.post(url_of(submission), fields), "Nội dung khác bản đã nộp")


def test_a_file_of_a_duty_that_ended_is_shown_but_not_handed_in(client, submission):
    sign_in(client, submission)
    send(client, submission, upload("anh.jpg"), target_of(submission))
    target_of(submission).allocations.update(ended_at=A_WORKING_DAY)

    assertContains(client.get(url_of(submission)), "anh.jpg")
    fields = {"submit_key": typed(submission)["submit_key"], key_of(submission, "amount", 1): "120"}
    assertNotContains(client.post(url_of(submission, "xem-lai"), fields), "anh.jpg")
    client.post(url_of(submission), fields)
    assert not Revision.objects.get().evidence.exists()


def test_what_was_taken_off_and_never_handed_in_is_deleted_after_a_week(client, submission, tmp_path):
    handed, _ = handed_in(client, submission)
    send(client, submission, upload("so-do.png"))
    mistake = Evidence.objects.get(name="so-do.png")
    for piece in (handed, mistake):
        remove(client, piece)

    evidence.clear_away(A_WORKING_DAY + timedelta(days=7))
    assert Evidence.objects.count() == 3
    evidence.clear_away(A_WORKING_DAY + timedelta(days=7, seconds=1))

    assert sorted(piece.name for piece in Evidence.objects.all()) == ["anh.jpg", "bien-ban.pdf"]
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) == 3  # the photo that was handed in, its thumbnail, the paper
    assert open_file(client, handed).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_form_asks_as_often_for_many_files_as_for_one(client, submission, count):
    sign_in(client, submission)
    for number in range(count):
        send(client, submission, upload(f"{number}.pdf", corpus.pdf(pages=number + 1)), target_of(submission))

    with assertNumQueries(10):
        client.get(url_of(submission))


def test_a_form_of_22_targets_stays_light(client):
    submission = submission_of(*[{"decimals": 2, "unit_of_measure": "triệu đồng"}] * 22)
    sign_in(client, submission)
    for position in range(0, 22, 4):
        send(
            client,
            submission,
            upload("anh.jpg", corpus.picture("JPEG", (40, 30 + position))),
            target_of(submission, position),
        )

    assert len(client.get(url_of(submission)).content) <= 60_000


# --- Locked -----------------------------------------------------------------------------------------------------------


def handed_in(client, submission, **files):
    """Handed in with one file for the first target, one for the report; answers these two."""
    sign_in(client, submission)
    send(client, submission, upload("anh.jpg"), target_of(submission))
    send(client, submission, upload("bien-ban.pdf"))
    client.post(url_of(submission), typed(submission))
    return Evidence.objects.order_by("pk")


def office_of(submission):
    return UserFactory(office_of=submission.unit.organiser)


def test_an_accepted_result_takes_and_loses_no_files(client, submission):
    first, _ = handed_in(client, submission)
    workflow.accept(submission, revision_number=1, by=office_of(submission), at=timezone.now())

    assert "không thêm bớt tệp được nữa" in send(client, submission, upload("so-lieu.xlsx")).json()["error"]
    assert "không thêm bớt tệp được nữa" in remove(client, first).json()["error"]
    assert len(evidence.attached(submission)) == 2


def test_a_closed_period_takes_and_loses_no_files(client, submission):
    first, _ = handed_in(client, submission)
    periods.close_period(submission.period, reason="Hết hạn.", by=UserFactory(), at=timezone.now())

    assert "đã khoá sổ" in send(client, submission, upload("so-lieu.xlsx")).json()["error"]
    assert "đã khoá sổ" in remove(client, first).json()["error"]
    assert len(evidence.attached(submission)) == 2


def returned_with(submission, *cells):
    workflow.send_back(
        submission,
        revision_number=1,
        reason="",
        marks=dict.fromkeys(cells, "Đề nghị kèm ảnh chụp rõ hơn."),
        by=office_of(submission),
        at=timezone.now(),
    )


def test_a_return_of_one_target_opens_the_files_of_that_target_alone(client, submission):
    first, report = handed_in(client, submission)
    returned_with(submission, key_of(submission, "evidence"))

    form = client.get(url_of(submission)).text
    assert "Đề nghị kèm ảnh chụp rõ hơn." in form
    assert f'name="evidence.{target_of(submission).pk}"' in form
    assert f'name="evidence.{target_of(submission, 1).pk}"' not in form
    assert 'name="evidence"' not in form
    assert f"/minh-chung/{report.pk}/go/" not in form
    assert "không yêu cầu sửa phần này" in remove(client, report).json()["error"]
    assert "không yêu cầu sửa phần này" in send(client, submission, upload("so-do.png")).json()["error"]
    assert "không yêu cầu" in send(client, submission, upload("so-do.png"), target_of(submission, 1)).json()["error"]

    assert remove(client, first).json() == {}
    assert "html" in send(client, submission, upload("so-do.png"), target_of(submission)).json()
    client.post(url_of(submission), typed(submission))
    newest = Revision.objects.get(number=2)
    assert sorted(piece.name for piece in newest.evidence.all()) == ["bien-ban.pdf", "so-do.png"]


def test_a_return_of_the_reports_files_opens_these_alone(client, submission):
    first, report = handed_in(client, submission)
    returned_with(submission, REPORT_EVIDENCE)

    assert "không yêu cầu" in remove(client, first).json()["error"]
    assert remove(client, report).json() == {}


def test_a_target_given_after_the_return_takes_files(client, submission):
    handed_in(client, submission)
    returned_with(submission, key_of(submission, "amount"))
    new = TargetFactory(campaign=submission.period.campaign)
    AllocationFactory(target=new, unit=submission.unit)

    assert "html" in send(client, submission, upload("so-do.png"), new).json()


def test_files_posted_where_a_return_is_locked_are_refused_in_words(client, submission):
    handed_in(client, submission)
    returned_with(submission, key_of(submission, "amount"))

    page = client.post(url_of(submission, "xem-lai"), typed(submission) | {"evidence": upload("so-do.png")})

    assertContains(page, "tệp minh chứng giữ như bản đã nộp")
    assert len(evidence.attached(submission)) == 2


# --- Seen -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def photo(submission):
    taken = uploads.check(upload("Ảnh hiện trường.jpg", corpus.picture("JPEG", (800, 600))))
    (piece,) = evidence.attach(submission, [taken], target=target_of(submission), by=UserFactory(), at=A_WORKING_DAY)
    return piece


def thumbnail_of(client, piece):
    response = client.get(f"/minh-chung/{piece.pk}/anh-nho/")
    return response, response.getvalue() if response.streaming else b""


def test_a_thumbnail_is_made_once_and_served_as_a_small_picture(client, photo):
    sign_in(client, photo.submission)
    Path(photo.file.path).write_bytes(b"")  # it is not drawn from this

    response, small = thumbnail_of(client, photo)

    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Security-Policy"] == "sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    with Image.open(io.BytesIO(small)) as seen:
        assert seen.size == (240, 180)


def test_a_lost_thumbnail_is_drawn_again(client, photo):
    sign_in(client, photo.submission)
    Path(f"{photo.file.path}.small").unlink()

    with Image.open(io.BytesIO(thumbnail_of(client, photo)[1])) as seen:
        assert seen.size == (240, 180)


def test_a_thumbnail_of_nothing_is_a_missing_page(client, photo):
    sign_in(client, photo.submission)
    for path in (f"{photo.file.path}.small", photo.file.path):
        Path(path).unlink()
    assert thumbnail_of(client, photo)[0].status_code == 404
    send(client, photo.submission, upload("bien-ban.pdf"))
    assert thumbnail_of(client, Evidence.objects.get(name="bien-ban.pdf"))[0].status_code == 404


def test_a_picture_has_a_page_that_tells_where_it_belongs(client, photo):
    sign_in(client, photo.submission, office_of=photo.submission.unit.organiser)

    page = client.get(f"/minh-chung/{photo.pk}/xem/")

    assertContains(page, "Ảnh hiện trường.jpg")
    assertContains(page, f"Minh chứng chỉ tiêu {photo.target.number}, {photo.target.name}")
    assertContains(page, f'<img class="whole-picture" src="/minh-chung/{photo.pk}/"')
    assertContains(page, "chưa nộp lần nào")


def test_a_removed_files_page_says_so(client, submission):
    first, _ = handed_in(client, submission)
    remove(client, first)

    page = client.get(f"/minh-chung/{first.pk}/xem/")

    assertContains(page, "các lần đã nộp vẫn giữ tệp này")
    assertContains(page, f'<a href="/bien-nhan/{Revision.objects.get().pk}/">lần 1</a>')
    assert open_file(client, first).status_code == 200


def test_the_office_sees_files_beside_the_figure_they_prove(client, submission):
    first, report = handed_in(client, submission)
    client.force_login(office_of(submission))

    page = client.get(f"/duyet/{submission.pk}/").text

    row = page[page.index(f"{target_of(submission).number}. ") : page.index(f"{target_of(submission, 1).number}. ")]
    assert f"/minh-chung/{first.pk}/anh-nho/" in row
    assert f"/minh-chung/{report.pk}/" in page
    assert f"/minh-chung/{report.pk}/" not in row
    assert "/go/" not in page


def test_whoever_enters_on_behalf_adds_files_but_removes_none_of_the_units(client, submission):
    sign_in(client, submission)
    send(client, submission, upload("anh.jpg"), target_of(submission))
    client.force_login(office_of(submission))

    assertNotContains(client.get(f"/duyet/{submission.pk}/nhap-thay/"), "/go/")
    posted = typed(submission) | {
        f"evidence.{target_of(submission, 1).pk}": upload("bien-ban.pdf"),
        "source": "Công văn 12/BC",
        "received_on": "04/12/2025",
        "received_time": "08:00",
    }
    assertRedirects(client.post(f"/duyet/{submission.pk}/nhap-thay/", posted), f"/duyet/{submission.pk}/")
    revision = Revision.objects.get()
    assert sorted(piece.name for piece in revision.evidence.all()) == ["anh.jpg", "bien-ban.pdf"]


@pytest.mark.parametrize("page", ["", "xem/", "anh-nho/"])
def test_a_stranger_meets_no_file(client, photo, page):
    sign_in(client, SubmissionFactory())
    assert client.get(f"/minh-chung/{photo.pk}/{page}").status_code == 404
    assert client.post(url_of(photo.submission, "minh-chung"), {"evidence": upload("bien-ban.pdf")}).status_code == 404


# --- Hostile files and requests ---------------------------------------------------------------------------------------


def memory(field):
    """VmRSS or VmHWM (its peak) of this process, in bytes."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(rf"{field}:\s+(\d+) kB", status)[1]) * 1024


def test_no_bad_file_is_kept_breaks_a_page_takes_long_or_eats_the_memory(client, submission, tmp_path):
    sign_in(client, submission)
    slow, greedy, answers = {}, {}, {}
    for name, (make, _) in corpus.BAD.items():
        file = upload(name, make(), content_type="image/jpeg")
        Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here
        before, started = memory("VmRSS"), time.perf_counter()
        response = send(client, submission, file)
        if (took := time.perf_counter() - started) > 2:
            slow[name] = took
        if (grown := memory("VmHWM") - before) > 200 * MEGABYTE:
            greedy[name] = grown
        answers[name] = (response.status_code, *response.json())

    assert len(answers) >= 60
    assert {name: answer for name, answer in answers.items() if answer != (200, "error")} == {}
    assert (slow, greedy) == ({}, {})
    assert not Evidence.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_every_good_file_of_the_corpus_is_kept(client, submission):
    sign_in(client, submission)
    for name, make in corpus.GOOD.items():
        assert "html" in send(client, submission, upload(name, make(), content_type="text/html")).json(), name

    kept = [piece.name for piece in evidence.attached(submission)]
    assert set(kept) <= {uploads.clean_name(name) for name in corpus.GOOD}
    assert len({name.rpartition(".")[2].lower() for name in kept}) == 6


def multipart(*parts, boundary="------------------------0123456789"):
    """(body, content type) of parts (name, file name or None, content)."""
    body = b""
    for name, file_name, content in parts:
        named = f'; filename="{file_name}"' if file_name is not None else ""
        body += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + content + b"\r\n"
        )
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def raw(client, submission, *parts, page="minh-chung", **environ):
    body, content_type = multipart(*parts)
    return client.generic("POST", url_of(submission, page), body, content_type, **environ)


ONE_FILE = ("evidence", "a.pdf", corpus.pdf())


@pytest.mark.parametrize(
    ("parts", "environ", "status"),
    [
        ([(f"x{n}", None, b"1") for n in range(2_001)], {}, 400),
        ([("evidence", f"{n}.pdf", b"x") for n in range(101)], {}, 400),
        ([ONE_FILE], {"CONTENT_LENGTH": "2147483648"}, 400),
        ([ONE_FILE], {"CONTENT_LENGTH": "nhiều"}, 200),
        ([ONE_FILE], {"CONTENT_LENGTH": "120"}, 200),
        ([ONE_FILE], {"CONTENT_LENGTH": ""}, 200),
        ([ONE_FILE], {"CONTENT_LENGTH": "-5"}, 400),
        ([ONE_FILE, ONE_FILE], {}, 200),
        ([("evidence", None, corpus.pdf())], {}, 200),
        ([("evidence", "", corpus.pdf())], {}, 200),
        ([("target", None, b"1"), ("target", None, b"x"), ONE_FILE], {}, 404),
        ([("evidence", "a" * 3000, b"x")], {}, 400),
    ],
    ids="2,001 fields|101 files|2 GB said|no number|cut short|no length|negative|twice|no file name|empty name|"
    "two targets|endless name".split("|"),
)
def test_a_request_that_lies_or_overflows_keeps_nothing(client, submission, caplog, parts, environ, status):
    caplog.set_level("CRITICAL")
    client.raise_request_exception = False
    sign_in(client, submission)

    response = raw(client, submission, *parts, **environ)

    assert response.status_code == status
    assert status != 200 or response.json()["error"]
    assert not Evidence.objects.exists()


def test_a_plain_request_in_the_same_shape_is_taken(client, submission):
    sign_in(client, submission)

    assert "html" in raw(client, submission, ("target", None, b""), ONE_FILE).json()
    assert Evidence.objects.get().name == "a.pdf"


def test_a_name_in_the_header_cannot_leave_its_place(client, submission, tmp_path):
    sign_in(client, submission)
    for number, name in enumerate(["../../x.pdf", "..\\\\..\\\\x.pdf", "/etc/x.pdf", "a%00b.pdf", "CON.pdf"]):
        raw(client, submission, ("evidence", name, corpus.pdf(pages=number + 1)))

    kept = Evidence.objects.order_by("pk")
    assert [piece.name for piece in kept] == ["x.pdf", "x.pdf", "x.pdf", "a%00b.pdf", "tep-CON.pdf"]
    assert all(Path(piece.file.path).is_relative_to(tmp_path / "evidence") for piece in kept)


def test_the_draft_is_untouched_by_files(client, submission):
    sign_in(client, submission)
    client.post(url_of(submission, "luu-nhap"), typed(submission, amount="dở dang"))
    before = Submission.objects.get().draft

    send(client, submission, upload("anh.jpg"), target_of(submission))

    assert Submission.objects.get().draft == before
