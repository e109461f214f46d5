"""Evidence: what is taken and what is not, told by content; how it is kept, served and taken off."""

import hashlib
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from targets import evidence, periods, uploads, workflow
from targets.models import Evidence, Revision
from targets.tests import upload_corpus as corpus
from targets.tests.factories import SubmissionFactory
from targets.tests.hand_in import A_WORKING_DAY, key_of, sign_in, submission_of, typed, url_of
from units.refusals import Refused
from units.tests.factories import UnitFactory, UserFactory


@pytest.fixture
def _working_day(db, time_machine, settings, tmp_path):
    time_machine.move_to(A_WORKING_DAY, tick=False)
    settings.MEDIA_ROOT = tmp_path


def upload(name, content=None, content_type="application/octet-stream"):
    return SimpleUploadedFile(name, content if content is not None else corpus.GOOD[name](), content_type)


def post_files(client, submission, *files, page="luu-nhap"):
    return client.post(url_of(submission, page), typed(submission) | {"evidence": list(files)}, follow=True)


def open_file(client, piece):
    """The answer to a download, read to its end."""
    response = client.get(f"/minh-chung/{piece.pk}/")
    response.getvalue()
    return response


# --- What is taken ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", corpus.GOOD)
def test_a_good_file_is_taken_whatever_type_the_browser_names(name):
    taken = uploads.check(upload(name, content_type="text/html"))

    assert taken.name == uploads.clean_name(name)
    assert taken.content_type == uploads.KINDS[name.rpartition(".")[2].lower()].content_type
    assert taken.sha256 == hashlib.sha256(taken.content).hexdigest()


@pytest.mark.parametrize("name", corpus.BAD)
def test_a_bad_file_is_refused_with_a_sentence_that_names_it(name):
    make, sentence = corpus.BAD[name]

    with pytest.raises(Refused) as refusal:
        uploads.check(upload(name, make()))

    assert str(refusal.value).startswith(f"Tệp “{name}” chưa được nhận: ")
    assert sentence in str(refusal.value)


def test_a_photo_is_drawn_anew_without_what_it_tells_of_place_and_camera():
    taken = uploads.check(upload("anh.jpg", corpus.located_photo()))

    assert "Máy ảnh".encode() not in taken.content
    with Image.open(io.BytesIO(taken.content)) as seen:
        assert not seen.getexif()
        assert "comment" not in seen.info
        assert seen.size == (30, 40)  # turned upright


def test_a_phones_photo_is_kept_at_a_sane_size_upright_with_a_thumbnail():
    photo = corpus.phone_photo()
    taken = uploads.check(upload("anh.jpg", photo))

    assert taken.size < len(photo)
    with Image.open(io.BytesIO(taken.content)) as seen:
        assert seen.size == (1920, 2560)
        assert not seen.getexif()
    with Image.open(io.BytesIO(taken.thumbnail)) as small:
        assert (small.format, small.size) == ("JPEG", (180, 240))


def test_what_shows_through_is_white_on_a_thumbnail():
    taken = uploads.check(upload("anh.png", corpus.picture("PNG", (900, 600), mode="LA")))

    with Image.open(io.BytesIO(taken.thumbnail)) as small:
        assert small.mode == "RGB"


def test_what_hides_behind_a_photo_is_left_behind():
    for hidden in (corpus.HTML, corpus.package({"a.exe": corpus.EXE})):
        taken = uploads.check(upload("anh.jpg", corpus.picture("JPEG", comment=b"<?php x") + hidden))

        assert hidden not in taken.content
        assert b"php" not in taken.content


def test_the_same_photo_is_drawn_the_same():
    first, second = (uploads.check(upload("anh.jpg", corpus.located_photo())) for _ in range(2))

    assert first.sha256 == second.sha256


def test_an_office_file_and_a_pdf_are_kept_byte_for_byte():
    for name in ("bien-ban.pdf", "so-lieu.xlsx"):
        content = corpus.GOOD[name]()
        assert uploads.check(upload(name, content)).content == content


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\An\\bao cao.pdf", "bao cao.pdf"),
        ("báo\u202efdp.exe.pdf", "báofdp.exe.pdf"),
        ("Ba\u0301o ca\u0301o.pdf", "Báo cáo.pdf"),
        ('a";x="b\r\n.pdf', "a;x=b.pdf"),
        ("   .pdf", "tep.pdf"),
        ("", "tep"),
        ("a\x00b.pdf", "ab.pdf"),
        ("ế" * 255 + ".pdf", "ế" * 146 + ".pdf"),
        ("CON.pdf", "tep-CON.pdf"),
        ("lpt1", "tep-lpt1"),
        ("concat.pdf", "concat.pdf"),
    ],
)
def test_a_name_is_cleaned(given_name, kept):
    assert uploads.clean_name(given_name) == kept


@given(st.text(max_size=300))
def test_any_name_comes_out_short_plain_and_alone(name):
    kept = uploads.clean_name(name)

    assert 0 < len(kept) <= uploads.LONGEST_NAME
    assert not set(kept) & set('/\\"<>:|?*\r\n\x00\u202e')
    assert uploads.clean_name(kept) == kept


# --- How it is kept ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_working_day")
def test_files_come_with_the_draft_and_go_with_the_next_revision(client):
    submission = submission_of({})
    user = sign_in(client, submission)

    page = post_files(client, submission, upload("bien-ban.pdf"), upload("anh.jpg"))
    client.post(url_of(submission), typed(submission))

    assertContains(page, "bien-ban.pdf")
    assert [piece.name for piece in Revision.objects.get().evidence.all()] == ["bien-ban.pdf", "anh.jpg"]
    piece = Evidence.objects.first()
    assert (piece.uploaded_by, piece.uploaded_at, piece.size) == (user, A_WORKING_DAY, piece.file.size)
    assert "bien-ban" not in piece.file.name


@pytest.mark.usefixtures("_working_day")
def test_the_good_files_are_kept_beside_the_bad_and_nothing_typed_is_lost(client):
    submission = submission_of({})
    sign_in(client, submission)

    response = post_files(client, submission, upload("bien-ban.pdf"), upload("x.exe", corpus.EXE), page="nop")

    assertContains(response, "Tệp “x.exe” chưa được nhận: chỉ nhận tệp pdf, jpg, png, xlsx, docx.")
    assert [piece.name for piece in Evidence.objects.all()] == ["bien-ban.pdf"]
    assertContains(response, "bien-ban.pdf")
    submission.refresh_from_db()
    assert submission.draft[key_of(submission, "amount")]["text"] == "120"
    assert not Revision.objects.exists()


@pytest.mark.usefixtures("_working_day")
def test_a_file_that_is_there_already_is_the_same_file(client):
    submission = submission_of({})
    sign_in(client, submission)
    content = corpus.pdf()

    fields = typed(submission)
    first = client.post(url_of(submission), fields | {"evidence": upload("a.pdf", content)})
    pressed_twice = client.post(url_of(submission), fields | {"evidence": upload("b.pdf", content)})

    assert Evidence.objects.get().name == "a.pdf"
    assert first.url == pressed_twice.url
    assert Revision.objects.count() == 1


@pytest.mark.usefixtures("_working_day")
def test_more_than_50_mb_in_all_is_refused_by_name(client):
    submission = submission_of({})
    user = sign_in(client, submission)
    for number in range(5):
        Evidence.objects.create(
            submission=submission,
            name="cu.pdf",
            size=10 * 1024 * 1024 - 1,
            sha256=str(number),
            content_type="application/pdf",
            uploaded_by=user,
            uploaded_at=A_WORKING_DAY,
        )

    response = post_files(client, submission, upload("bien-ban.pdf"))

    assertContains(response, "Tệp “bien-ban.pdf” chưa được nhận: tổng dung lượng minh chứng vượt 50 MB")
    assert Evidence.objects.count() == 5


@pytest.mark.usefixtures("_working_day")
def test_a_closed_period_and_an_accepted_result_take_no_files(client):
    closed, accepted = submission_of({}), submission_of({})
    sign_in(client, closed)
    periods.close_period(closed.period, reason="Đã hết hạn nộp.", by=UserFactory(), at=timezone.now())
    assertContains(post_files(client, closed, upload("bien-ban.pdf")), "Kỳ báo cáo đã khoá sổ")

    sign_in(client, accepted)
    client.post(url_of(accepted), typed(accepted))
    office = UserFactory(office_of=accepted.unit.organiser)
    workflow.accept(accepted, revision_number=1, by=office, at=timezone.now())
    assertContains(post_files(client, accepted, upload("bien-ban.pdf")), "không thêm bớt tệp được nữa")

    assert not Evidence.objects.exists()


@pytest.mark.usefixtures("_working_day")
def test_a_removed_file_stays_with_the_revisions_that_carried_it(client):
    submission = submission_of({})
    sign_in(client, submission)
    client.post(url_of(submission), typed(submission) | {"evidence": upload("bien-ban.pdf")})
    piece = Evidence.objects.get()

    response = client.post(f"/minh-chung/{piece.pk}/go/", typed(submission, amount="130"))
    client.post(url_of(submission), typed(submission, amount="130"))

    assertRedirects(response, url_of(submission))
    first, second = Revision.objects.order_by("number")
    assert (list(first.evidence.all()), list(second.evidence.all())) == ([piece], [])
    assert open_file(client, piece).status_code == 200
    assertNotContains(client.get(url_of(submission)), "bien-ban.pdf")


@pytest.mark.usefixtures("_working_day")
def test_removing_a_file_keeps_what_was_typed_around_it(client):
    submission = submission_of({})
    sign_in(client, submission)
    post_files(client, submission, upload("bien-ban.pdf"))

    client.post(f"/minh-chung/{Evidence.objects.get().pk}/go/", typed(submission, amount="dở dang"))

    submission.refresh_from_db()
    assert submission.draft[key_of(submission, "amount")]["text"] == "dở dang"
    assert evidence.attached(submission) == []


# --- How it is served -------------------------------------------------------------------------------------------------


@pytest.fixture
def piece(_working_day):
    submission = submission_of({})
    kept = uploads.Upload("Biên bản “họp”.pdf", "application/pdf", corpus.pdf())
    evidence.attach(submission, [kept], by=UserFactory(), at=A_WORKING_DAY)
    return Evidence.objects.get()


def test_a_file_is_served_as_a_download_that_cannot_run(client, piece):
    sign_in(client, piece.submission)

    response = client.get(f"/minh-chung/{piece.pk}/")

    assert response.getvalue() == corpus.pdf()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Bi%C3%AAn%20b%E1%BA%A3n")
    assert response["Content-Security-Policy"] == "sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("role", "opens", "removes"),
    [
        ("reporter_of", 200, 302),
        ("head_of", 200, 302),
        ("staff_of", 200, 403),
        ("office_of", 200, 403),
        ("leader_of", 200, 403),
    ],
)
def test_who_may_open_and_remove_a_file(client, piece, role, opens, removes):
    unit = piece.submission.unit
    sign_in(client, piece.submission, **{role: unit if removes == 302 else unit.organiser})

    assert open_file(client, piece).status_code == opens
    assert client.post(f"/minh-chung/{piece.pk}/go/", typed(piece.submission)).status_code == removes


def test_a_strangers_file_does_not_exist(client, piece):
    neighbour = UnitFactory(organiser=piece.submission.unit.organiser)
    for person in (
        UserFactory(head_of=neighbour),
        UserFactory(office_of=SubmissionFactory().unit.organiser),
        UserFactory(),
    ):
        client.force_login(person)
        assert client.get(f"/minh-chung/{piece.pk}/").status_code == 404
        assert client.post(f"/minh-chung/{piece.pk}/go/").status_code == 404


def test_a_file_has_no_address_of_its_own(client, piece):
    sign_in(client, piece.submission)

    for address in (f"/media/{piece.file.name}", f"/static/{piece.file.name}", f"/{piece.file.name}"):
        assert client.get(address).status_code == 404


def test_a_file_missing_from_the_disk_is_a_missing_page(client, piece):
    piece.file.storage.delete(piece.file.name)
    sign_in(client, piece.submission)

    assert client.get(f"/minh-chung/{piece.pk}/").status_code == 404
