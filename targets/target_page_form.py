"""The form of a target on a page of its own, where somebody may type for long while others change the plan."""

from collections import namedtuple
from copy import copy

from targets.grid import version_of_page
from targets.plan_forms import TargetForm
from targets.target_changes import value_of

# A field that is typed otherwise than it is stored by now; named as `_campaign_clashes.html` shows it.
Clash = namedtuple("Clash", "id label mine theirs text", defaults=[None])


class TargetPageForm(TargetForm):
    """A target's form with the `version` it was read at; `clashes` is {field: Clash} when that is no longer stored."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.version = version_of_page(self.instance) if self.instance.pk else ""
        self.clashes = {}

    def clean(self):
        if self.instance.pk and self.data.get("version", "") != self.version:
            self.clashes = {name: self._clash(name) for name in self.changed_data if name in self._meta.fields}
            self.add_error(None, "Chỉ tiêu vừa được người khác sửa; đề nghị đối chiếu với phần “đang lưu” rồi lưu lại.")
        return super().clean()

    def _clash(self, name):
        """Before the typed values are put on the instance: it still says what is stored."""
        box = self[name]
        if name == "coordinators":
            theirs, mine = self.instance.coordinators.all(), self.cleaned_data.get(name, [])
            theirs, mine = ("; ".join(unit.called for unit in units) for units in (theirs, mine))
        else:
            theirs, mine = value_of(self.instance, name), self._typed(name)
        return Clash(box.id_for_label or f"div_{box.auto_id}", box.label, mine, theirs)

    def _typed(self, name):
        if self.cleaned_data.get(name) is None:  # blank, or nothing that can be read
            return self.data.get(name, "")
        as_typed = copy(self.instance)
        setattr(as_typed, name, self.cleaned_data[name])
        return value_of(as_typed, name)
