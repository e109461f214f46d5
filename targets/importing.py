"""How a workbook of targets or shares comes in: checked first, shown, confirmed, then taken whole or not at all.

A row asks for it and a lease takes it, as with reports. A check carries a sheet of targets out in a transaction that is
rolled back; taking it in does the same again and is kept only if it came to just what was shown and confirmed.
"""

import hashlib
import json
import logging
from dataclasses import asdict
from datetime import timedelta
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q

from campaign_portal.xlsx import Fault
from campaigns.models import CampaignState, record
from targets import allocating, share_sheet, target_sheet
from targets.models import ImportKind, ImportState, WorkbookImport
from units.refusals import Refused

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
TRIES = 3
BACK_OFF = timedelta(minutes=1)
TELL_EVERY = 25  # rows
MOST_TOLD = 1_000  # faults kept on the row
WORKING = (ImportState.QUEUED, ImportState.CHECKING, ImportState.APPLYING)
DROPPABLE = (ImportState.QUEUED, ImportState.CHECKED, ImportState.REFUSED)
SHEETS = {ImportKind.TARGETS: target_sheet, ImportKind.SHARES: share_sheet}
CHANGED_SINCE = "Kế hoạch vừa được thay đổi sau lần kiểm tra trước; đề nghị xem lại các thay đổi rồi xác nhận."
INTERRUPTED = "Việc xử lý bảng bị ngắt nhiều lần; đề nghị tải lên lại."


class LeaseLost(Exception):
    """Another worker took the workbook over, or its state moved on: this one's work is dropped."""


# --- What people do ---------------------------------------------------------------------------------------------------


@transaction.atomic
def take_up(campaign, kind, upload, *, by, at):
    """Keep a checked upload (`targets.uploads.Upload`) to be checked as a workbook; the row that asks for it."""
    allocating.held_campaign(campaign.pk)
    row = WorkbookImport(
        campaign=campaign, kind=kind, name=upload.name, sha256=upload.sha256, requested_by=by, requested_at=at
    )
    row.file.save("bang.xlsx", ContentFile(upload.content), save=False)
    row.save()
    record(row, "Tải lên bảng Excel", campaign=campaign, by=by, at=at, detail=f"{row.get_kind_display()}: {row.name}")
    return row


@transaction.atomic
def confirm(row, *, seen, reason="", decision_number="", by, at):
    """Ask for the changes to be written; `seen` is the `digest` of those that the person read."""
    campaign = allocating.held_campaign(row.campaign_id)
    stored = WorkbookImport.objects.select_for_update().get(pk=row.pk)
    if stored.state != ImportState.CHECKED:
        raise Refused(f"Bảng này đang ở trạng thái “{stored.get_state_display()}” nên không ghi được.")
    if not stored.changes:
        raise Refused("Bảng khớp với cổng, không có gì để ghi.")
    if digest(stored.changes) != seen:
        raise Refused(CHANGED_SINCE)
    reason, decision_number = reason.strip(), decision_number.strip()
    if campaign.state == CampaignState.OPEN and not (reason and decision_number):
        raise Refused("Đợt thi đua đang mở: đề nghị ghi lý do và số quyết định điều chỉnh.")
    stored.state, stored.attempts, stored.leased_until = ImportState.APPLYING, 0, None
    stored.reason, stored.decision_number, stored.confirmed_by = reason, decision_number, by
    stored.save(update_fields=["state", "attempts", "leased_until", "reason", "decision_number", "confirmed_by"])
    record(stored, "Xác nhận bảng Excel", campaign=campaign, by=by, at=at, detail=stored.name)
    return stored


@transaction.atomic
def drop(row, *, by, at):
    """Leave a workbook unused; its file stays to be looked at."""
    if not WorkbookImport.objects.filter(pk=row.pk, state__in=DROPPABLE).update(state=ImportState.DROPPED):
        row.refresh_from_db()
        raise Refused(f"Bảng này đang ở trạng thái “{row.get_state_display()}” nên không bỏ được.")
    record(row, "Bỏ bảng Excel", campaign=row.campaign, by=by, at=at, detail=row.name)


def digest(changes):
    """What the page says it showed, so that nobody confirms changes that he did not read."""
    return hashlib.sha256(json.dumps(changes, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


# --- What the worker does ---------------------------------------------------------------------------------------------


def work_due(at, *, clock):
    """Check or take in every workbook whose turn it is; `clock()` gives the moment for the lease of each."""
    for pk in _due(at).order_by("requested_at", "pk").values_list("pk", flat=True):
        work(pk, at=clock())


def work(pk, *, at):
    """Take one workbook by lease and do what its state asks for. Whatever goes wrong is told on its row."""
    row = _claim(pk, at)
    if row is None:
        return
    try:
        if row.attempts > TRIES:
            raise Refused(INTERRUPTED)
        with row.file.open("rb") as stored:
            content = stored.read()
        go = _take_in if row.state == ImportState.APPLYING else _check
        go(row, SHEETS[row.kind], content, at)
    except LeaseLost:
        logger.warning("Workbook %s was taken over while it was worked on", row.pk)
    except Refused as refusal:
        _refuse(row, str(refusal))
    except Exception:
        logger.exception("Workbook %s could not be worked on", row.pk)
        _ours(row).update(leased_until=at + BACK_OFF)


def _due(at):
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=at)
    return WorkbookImport.objects.filter(free, state__in=WORKING)


def _claim(pk, at):
    if not _due(at).filter(pk=pk).update(leased_until=at + LEASE, attempts=F("attempts") + 1):
        return None
    WorkbookImport.objects.filter(pk=pk, state=ImportState.QUEUED).update(state=ImportState.CHECKING)
    people = "requested_by", "confirmed_by", "campaign__organiser"
    return WorkbookImport.objects.select_related(*people).get(pk=pk)


def _ours(row):
    return WorkbookImport.objects.filter(pk=row.pk, leased_until=row.leased_until, state=row.state)


def _tell(row, done, total):
    if (done % TELL_EVERY == 0 or done == total) and not _ours(row).update(rows_done=done, rows_total=total):
        raise LeaseLost


def _check(row, sheet, content, at):
    table = sheet.read(row.campaign, content, tell=partial(_tell, row))
    with transaction.atomic():
        campaign = allocating.held_campaign(row.campaign_id)
        found = sheet.carry_out(campaign, table, is_dry=True, by=row.requested_by, at=at)
        transaction.set_rollback(True)
    _settle(row, found)


def _take_in(row, sheet, content, at):
    """Write everything, if it still comes to what was confirmed; else nothing, and show what it would be now."""
    table = sheet.read(row.campaign, content, tell=lambda done, total: None)
    why = {"reason": row.reason, "decision_number": row.decision_number, "by": row.confirmed_by, "at": at}
    with transaction.atomic():
        campaign = allocating.held_campaign(row.campaign_id)
        found = sheet.carry_out(campaign, table, is_dry=False, **why)
        if is_as_confirmed := found.listed == row.changes and not found.faults:
            _mark_applied(row, at)
        else:
            transaction.set_rollback(True)
    if not is_as_confirmed:
        found.remarks.insert(0, Fault("", CHANGED_SINCE))
        _settle(row, found)


def _settle(row, found):
    """Show what a check came to: what is wrong, or what would change."""
    told = {name: [asdict(each) for each in getattr(found, name)[:MOST_TOLD]] for name in ("faults", "remarks")}
    if (more := len(found.faults) - MOST_TOLD) > 0:
        told["faults"].append(asdict(Fault("", f"Và {more} lỗi khác, được kể sau khi sửa các lỗi trên")))
    state, changes = (ImportState.REFUSED, []) if found.faults else (ImportState.CHECKED, found.listed)
    if not _ours(row).update(state=state, changes=changes, leased_until=None, attempts=0, **told):
        raise LeaseLost


def _refuse(row, sentence):
    _ours(row).update(state=ImportState.REFUSED, leased_until=None, changes=[], faults=[asdict(Fault("", sentence))])


def _mark_applied(row, at):
    """In the very transaction of the changes: a worker that lost its lease takes them back with its own mark."""
    if not _ours(row).update(state=ImportState.APPLIED, applied_at=at, leased_until=None, faults=[]):
        raise LeaseLost
    detail = f"{row.get_kind_display()}: {row.name} ({len(row.changes)} thay đổi)"
    record(row, "Ghi bảng Excel", campaign=row.campaign, by=row.confirmed_by, at=at, detail=detail)
