"""The officially signed report: a real signature by a test certificate, checked whole, then the report is locked."""

import datetime
import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pytest_django.asserts import assertContains, assertRedirects

from campaign_portal import pdf
from reports import building, workflow
from reports.models import FileStage, ReportFile, SignatureCheck, TrustRoot
from reports.tests.factories import MORNING, ReportFactory, ReportFileFactory
from units.models import Role
from units.refusals import Refused
from units.tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def authority():
    """(certificate, key) of an authority of our own."""
    return certificate("Cơ quan chứng thực mẫu", None)


def certificate(name, issuer):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer_name, issuer_key = (issuer[0].subject, issuer[1]) if issuer else (subject, key)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2044, 1, 1, tzinfo=datetime.UTC))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                issuer is not None,
                issuer is not None,
                False,
                False,
                False,
                issuer is None,
                issuer is None,
                False,
                False,
            ),
            critical=True,
        )
    )
    return built.sign(issuer_key, hashes.SHA256()), key


@pytest.fixture
def signer(authority, tmp_path):
    cert, key = certificate("Phó Chủ tịch mẫu", authority)
    key_file, cert_file = tmp_path / "key.pem", tmp_path / "cert.pem"
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    cert_file.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    return signers.SimpleSigner.load(str(key_file), str(cert_file))


def sign(content, signer, field="ChuKy1"):
    """Signing asks for an event loop of its own, and a browser's may be running in this thread."""

    def signed():
        output = io.BytesIO()
        signers.sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(content)),
            signers.PdfSignatureMetadata(field_name=field),
            signer=signer,
            output=output,
        )
        return output.getvalue()

    with ThreadPoolExecutor(1) as beside:
        return beside.submit(signed).result()


@pytest.fixture
def report():
    """An issued report with the file that was really made of it."""
    report = ReportFactory(issued=True, code="7KQ2M9XD4R")
    ReportFileFactory(report=report, stage=FileStage.APPROVED, content=made(report, FileStage.APPROVED))
    ReportFileFactory(report=report, stage=FileStage.ISSUED, content=made(report, FileStage.ISSUED))
    return report


def made(report, stage):
    return pdf.render(building.html_of(report, stage))


@pytest.fixture
def office(client, report):
    user = MembershipFactory(unit=report.campaign.organiser, role=Role.OFFICE).user
    client.force_login(user)
    return user


def upload(client, report, content):
    return client.post(
        reverse("reports:take_signed", args=[report.pk]), {"file": SimpleUploadedFile("da-ky.pdf", content)}
    )


def trust(report, authority):
    der = authority[0].public_bytes(serialization.Encoding.DER)
    root = TrustRoot(organiser=report.campaign.organiser, name="Cơ quan chứng thực mẫu", sha256="a" * 64)
    root.file.save("root.cer", ContentFile(der), save=True)


def test_a_signed_report_is_kept_and_says_that_its_chain_was_not_checked(client, office, report, signer):
    assertRedirects(upload(client, report, sign(made(report, FileStage.ISSUED), signer)), report.get_absolute_url())

    page = client.get(report.get_absolute_url())
    assertContains(page, "Phó Chủ tịch mẫu")
    assertContains(page, "Chưa kiểm được chuỗi chứng thư")
    assertContains(page, "Giống từng chữ với bản ban hành")
    assert ReportFile.objects.filter(stage=FileStage.SIGNED).count() == 1


def test_with_its_root_the_chain_is_trusted_and_with_another_it_is_not(client, office, report, signer, authority):
    trust(report, certificate("Cơ quan chứng thực khác", None))
    upload(client, report, sign(made(report, FileStage.APPROVED), signer))
    assertContains(client.get(report.get_absolute_url()), "không dẫn về chứng thư gốc đã nạp")
    SignatureCheck.objects.all().delete()
    ReportFile.objects.filter(stage=FileStage.SIGNED).delete()
    trust_root = TrustRoot.objects.get()
    trust_root.delete()

    trust(report, authority)
    upload(client, report, sign(made(report, FileStage.APPROVED), signer))

    assertContains(client.get(report.get_absolute_url()), "Chuỗi chứng thư tin cậy")


def flipped(content):
    """One byte of the report's own text turned, far from the signature's own bytes."""
    place = content.index(b"/Producer") if b"/Producer" in content else 2000
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda report, signer: made(report, FileStage.ISSUED), "không có chữ ký số nào"),
        (lambda report, signer: flipped(sign(made(report, FileStage.ISSUED), signer)), "không còn nguyên vẹn"),
        (lambda report, signer: b"%PDF-1.7 nonsense", "chưa được nhận"),
        (lambda report, signer: b"<html>", "chưa được nhận"),
    ],
)
def test_what_is_not_the_whole_signed_file_is_refused(client, office, report, signer, spoil, sentence):
    page = upload(client, report, spoil(report, signer))

    assertContains(page, sentence)
    assert not SignatureCheck.objects.exists()


def test_a_signature_on_another_text_is_refused_and_what_differs_is_named(client, office, report, signer):
    report.texts = report.texts | {"leadership": "Câu này chưa từng được phê duyệt."}
    page = upload(client, report, sign(made(report, FileStage.ISSUED), signer))

    assertContains(page, "Nội dung khác bản đã phê duyệt")
    assertContains(page, "Câu này chưa từng")


def test_a_file_changed_after_its_signature_is_refused(client, office, report, signer):
    writer = IncrementalPdfFileWriter(io.BytesIO(sign(made(report, FileStage.ISSUED), signer)))
    writer.root["/Lang"] = writer.root["/Lang"]
    writer.update_root()
    changed = io.BytesIO()
    writer.write(changed)

    assertContains(upload(client, report, changed.getvalue()), "bị thay đổi sau chữ ký")


def test_a_second_signature_over_the_first_is_taken(client, office, report, signer):
    twice = sign(sign(made(report, FileStage.ISSUED), signer), signer, "ChuKy2")

    upload(client, report, twice)

    assert len(SignatureCheck.objects.get().findings["signatures"]) == 2


def test_once_signed_nothing_of_the_report_changes(client, office, report, signer):
    signed = sign(made(report, FileStage.ISSUED), signer)
    upload(client, report, signed)

    assertContains(upload(client, report, signed), "đã có bản ký số")
    with pytest.raises(Refused, match="đã có bản ký số"):
        workflow.correct_number(
            report, number="126", issued_on=MORNING.date(), reason="Nhầm.", by=UserFactory(), at=MORNING
        )


def test_a_draft_takes_no_signature(client, signer):
    report = ReportFactory(approved=True)
    ReportFileFactory(report=report, stage=FileStage.APPROVED, content=made(report, FileStage.APPROVED))
    client.force_login(MembershipFactory(unit=report.campaign.organiser, role=Role.OFFICE).user)

    assertContains(upload(client, report, sign(made(report, FileStage.APPROVED), signer)), "đã ghi số")
