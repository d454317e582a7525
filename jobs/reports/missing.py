"""The files of issued reports that are not there: a process died before it had written them."""

import logging

from jobs.reports.kinds import kind_named
from jobs.reports.writing import write_files
from tracker.office import Office
from tracker.storage.reports import REPORT_FOLDER, IssuedReport

LOOKED_AT = 1000
log = logging.getLogger("zesei.reports")


def write_missing_files(office: Office, most: int) -> int:
    """Write what is missing of the newest reports, from their stored facts; of how many reports there was something."""
    with office.store.reading() as records:
        reports = records.reports.before(None, LOOKED_AT)
    lacking = [(report, forms) for report in reports if (forms := _missing_of(office, report))][:most]
    for report, forms in lacking:
        hashes = write_files(office.data_dir, report, forms)
        with office.store.transaction() as records:
            records.reports.note_files(report, hashes)
        log.warning("wrote the files of a report that had none: %s %s", report.kind, report.on_day)
    return len(lacking)


def _missing_of(office: Office, report: IssuedReport) -> list[str]:
    """The formats whose files are not there; one that could not be made when the report was issued is not missed."""
    folder = office.data_dir / REPORT_FOLDER
    wanted = report.files or dict.fromkeys(kind_named(report.kind).formats, "")
    return [form for form in wanted if not (folder / report.file_name(form)).exists()]
