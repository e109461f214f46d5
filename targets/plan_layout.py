"""How a plan is laid out: its targets in order, block by block, under sectors and headings of any depth."""

from dataclasses import dataclass, field
from itertools import groupby

from targets.models import Heading, Sector, Target


@dataclass
class Header:
    """A heading's own line. Level 0 stands right under the sector; `again`: the line stood higher up already."""

    heading: Heading
    level: int
    again: bool


@dataclass
class Block:
    """Targets that follow each other under one heading, or under the sector itself (`heading` is None)."""

    sector: Sector
    heading: Heading | None
    targets: list[Target] = field(default_factory=list)
    headers: list[Header] = field(default_factory=list)
    is_placed: bool = True  # not just the gap between a sector's line and its first heading
    is_loose: bool = False  # under the sector itself, although headings stand before it


@dataclass
class Part:
    sector: Sector
    blocks: list[Block]
    headings: list[tuple[Heading, int]]  # in the tree's order, with their level


def layout_of(campaign, targets=None):
    """[Part, …] of a campaign, in two queries beside the one for `targets` (by default all live ones)."""
    targets = campaign.targets.live() if targets is None else targets
    by_sector, by_parent = {}, {}
    for target in sorted(targets, key=lambda target: target.number):
        by_sector.setdefault(target.sector_id, []).append(target)
    for heading in Heading.objects.filter(sector__campaign=campaign).order_by("order", "pk"):
        by_parent.setdefault((heading.sector_id, heading.parent_id), []).append(heading)
    parts = []
    for sector in campaign.sectors.order_by("order", "pk"):
        tree = list(_below(by_parent, sector, None, 0))
        parts.append(Part(sector, _blocks(sector, by_sector.get(sector.pk, []), tree), tree))
    return parts


def path_of(heading):
    """The headings above one and itself, from the top."""
    path = []
    while heading is not None:
        path.insert(0, heading)
        heading = heading.parent
    return path


def _below(by_parent, sector, parent, level):
    for heading in by_parent.get((sector.pk, parent and parent.pk), []):
        heading.sector, heading.parent = sector, parent
        yield heading, level
        yield from _below(by_parent, sector, heading, level + 1)


def _blocks(sector, targets, tree):
    """The targets' own order rules; a heading without targets stands where the tree has it."""
    by_pk = {heading.pk: heading for heading, _ in tree}
    rank = {heading.pk: place for place, (heading, _) in enumerate(tree)}
    runs = groupby(targets, lambda target: target.heading_id)
    blocks = [Block(sector, by_pk.get(key), list(run)) for key, run in runs]
    filled = {ancestor.pk for block in blocks for ancestor in path_of(block.heading)}
    parents = {heading.parent_id for heading in by_pk.values()}
    for heading in by_pk.values():
        if heading.pk not in filled | parents:
            later = (i for i, b in enumerate(blocks) if b.heading and rank[b.heading.pk] > rank[heading.pk])
            blocks.insert(next(later, len(blocks)), Block(sector, heading))
    if not blocks or blocks[0].heading:
        blocks.insert(0, Block(sector, None, is_placed=not blocks))
    _head(blocks)
    return blocks


def _head(blocks):
    above, seen = [], set()
    for block in blocks:
        path = path_of(block.heading)
        block.is_loose = block.heading is None and bool(seen)
        fresh = [(level, heading) for level, heading in enumerate(path) if heading not in above]
        block.headers = [Header(heading, level, heading.pk in seen) for level, heading in fresh]
        seen.update(heading.pk for heading in path)
        above = path
