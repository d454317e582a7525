"""Departments' secret addresses: whoever has a copy of the database opens no page by it."""

import hashlib
from pathlib import Path

from tests.builders import asked
from tests.databases import carry_out
from tests.web.situations import DISABILITY, a_page_of, an_office, outside
from tracker.office import Office
from tracker.secrets.department_pages import page_secret
from tracker.secrets.office_key import SECRET_FILE
from tracker.storage.department_keys import DepartmentKey


def key_of(office: Office) -> DepartmentKey:
    with office.store.reading() as records:
        return records.department_keys.valid()[DISABILITY]


def test_the_database_holds_no_address_and_what_it_holds_opens_nothing(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    path = a_page_of(office, DISABILITY)
    office.store.engine.dispose()

    kept = b"".join(file.read_bytes() for file in office.data_dir.glob("zesei.db*"))
    assert path.rpartition("/")[2].encode() not in kept
    assert outside(office).get(path).status_code == 200
    for held in asked(office, "SELECT secret, nonce FROM department_key")[0]:
        assert outside(office).get(f"/departments/{held}").status_code == 404


def test_an_address_is_told_again_only_under_the_secret_it_was_made_from(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    path = a_page_of(office, DISABILITY)
    assert page_secret(office.data_dir, key_of(office)) == path.rpartition("/")[2]

    (office.data_dir / SECRET_FILE).unlink()

    assert page_secret(office.data_dir, key_of(office)) is None
    assert outside(office).get(path).status_code == 200, "whoever has the address has it still"


def test_an_address_that_an_earlier_version_gave_opens_its_page_and_is_told_to_nobody(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    a_page_of(office, DISABILITY)
    old = hashlib.sha256(b"as-it-was-given").hexdigest()
    carry_out(office, f"UPDATE department_key SET secret = '{old}', nonce = ''")

    assert outside(office).get("/departments/as-it-was-given").status_code == 200
    assert page_secret(office.data_dir, key_of(office)) is None
