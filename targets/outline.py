"""The sectors, headings and targets that were read out of a plan, as things that others hang on."""

from targets.numbers import show


class Outline:
    """Names and places of the items of one reading; what was dropped is no place for anything."""

    def __init__(self, items):
        self._items = {item.key: item for item in items if not item.is_dropped}

    def _of(self, kind):
        return [item for item in self._items.values() if item.kind == kind]

    def sector_choices(self):
        return [(item.key, item.name) for item in self._of("sector")]

    def heading_choices(self, *, without=""):
        return [(item.key, self.full_name(item.key)) for item in self._of("heading") if item.key != without]

    def target_choices(self, *, without=""):
        numbered = enumerate(self._of("target"), start=1)
        return [(item.key, f"{show(number)}. {item.name}") for number, item in numbered if item.key != without]

    def holds(self, key):
        return key in self._items

    def name_of(self, key):
        return self._items[key].name if key in self._items else ""

    def sector_of(self, heading):
        return self._items[heading].fields.get("sector", "") if heading in self._items else ""

    def above(self, key, link="parent"):
        """The item and everything over it, from the bottom up; stops where a chain bites its tail."""
        chain = []
        while key in self._items and key not in chain:
            chain.append(key)
            key = self._items[key].fields.get(link, "")
        return chain

    def full_name(self, heading):
        names = [self.name_of(key) for key in reversed(self.above(heading))]
        return " › ".join(filter(None, [self.name_of(self.sector_of(heading)), *names]))
