"""A request that is too big is refused before it is read: the embedded server has no proxy in front to do so."""

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

LARGEST_REQUEST = 60 * 1024 * 1024  # the 50 MB that a submission's files may have, and the form around them


class SizeLimit(FileUploadHandler):
    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig(f"The request has {content_length} bytes; at most {LARGEST_REQUEST} are read.")

    def receive_data_chunk(self, raw_data, start):
        return raw_data

    def file_complete(self, file_size):
        return None
