"""Files on disk that are there whole or not at all: written under another name, and shown under their own when done."""

import os
import uuid

from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    def _save(self, name, content):
        part = f"{name}.{uuid.uuid4().hex}.part"
        try:
            super()._save(part, content)
            name = self.get_available_name(name)
            os.link(self.path(part), self.path(name))
        finally:
            self.delete(part)
        return name
