"""Two small files that sample units hand in as evidence: a page of PDF and a picture."""

import struct
import zlib

PDF_OBJECTS = [
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    b"<< /Length 52 >>\nstream\nBT /F1 24 Tf 72 760 Td (BIEN BAN MAU - SAMPLE) Tj ET\nendstream",
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
]


def pdf():
    """One A4 page that says it is a sample."""
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(PDF_OBJECTS, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(PDF_OBJECTS) + 1
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + end


def png(width=320, height=200):
    """A picture of a green field under a blue sky."""
    sky, field = bytes((120, 180, 230)), bytes((90, 160, 80))
    rows = b"".join(b"\0" + (sky if y < height // 2 else field) * width for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
