"""Where a results form takes files: at each target, and once for the whole report."""

from targets import uploads
from units.refusals import Refused


class FilePlace:
    """One such place: whose files are here, and what was posted to it.

    Quacks like a bound field for the error summary. `errors` are sentences, `uploads` the posted files that passed.
    """

    is_hidden = False

    def __init__(self, form, target=None):
        self._form, self.target = form, target
        self.key = self.id_for_label = f"evidence.{target.pk}" if target else "evidence"
        self.label = f"Chỉ tiêu {target.number} – Minh chứng" if target else "Minh chứng chung"
        self.errors, self.uploads = [], []
        self.is_locked, self.why = False, ""  # of a returned hand-in: it stays as it is; what the office said about it

    @property
    def target_id(self):
        return self.target and self.target.pk

    @property
    def may_remove(self):
        return not (self.is_locked or self._form.on_behalf)

    @property
    def pieces(self):
        """The files that are here now."""
        return self._form.files_by_target.get(self.target_id, [])

    def take(self, files):
        """Check posted files one by one."""
        for file in files:
            try:
                self.uploads.append(uploads.check(file))
            except Refused as refusal:
                self.errors.append(str(refusal))
