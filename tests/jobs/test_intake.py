"""What other systems leave in a folder or serve at an address: taken once, checked whole, kept, and talked about."""

import os
import socket
import time as machine
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from jobs.receiving import NO_FILE
from jobs.registry import runner_of
from tests.jobs.situations import (
    Row,
    a_department,
    a_file,
    a_person,
    an_office,
    at,
    given,
    rows,
    run,
    run_with_trouble,
    write_register,
)  # fmt: skip
from tracker.clock import set_clock
from tracker.domain.errors import SettingsRefused
from tracker.office import Office, open_office

MON = date(2024, 3, 18)
SUN, TUE, WED = MON - timedelta(days=1), MON + timedelta(days=1), MON + timedelta(days=2)
DAWN = time(5, 30)


# ---- the folder


def an_office_with_a_folder(folder: Path, config: str = "") -> Office:
    (folder / "drop").mkdir()
    return an_office(folder, f'[intake]\nfolder = "{folder / "drop"}"\n{config}')


def left(office: Office, stem: str, *content: Row, changed_at: datetime) -> Path:
    """Another system leaves a register file at that moment."""
    path = write_register(office.data_dir.parent / "drop" / f"{stem}.csv", *content)
    os.utime(path, (changed_at.timestamp(), changed_at.timestamp()))
    return path


def imports(office: Office) -> list[tuple[str, str, int]]:
    return rows(office, "SELECT register_stem, as_of, row_count FROM register_import ORDER BY id")


def test_a_file_is_imported_as_of_the_day_it_was_left(tmp_path: Path) -> None:
    office = an_office_with_a_folder(tmp_path)
    left(office, "組織", a_department(), a_department("0201"), changed_at=at(SUN, time(23)))
    left(office, "ファイル簿", a_file(), changed_at=at(MON, time(2)))

    done = run(office, "intake", MON, DAWN)

    assert imports(office) == [("組織", "2024-03-17", 2), ("ファイル簿", "2024-03-18", 1)]
    assert done.summary == "組織 追加2 変更0 終了0、ファイル簿 追加1 変更0 終了0"


def test_files_of_one_day_are_taken_in_the_order_of_their_references(tmp_path: Path) -> None:
    office = an_office_with_a_folder(tmp_path)
    left(
        office,
        "アカウント",
        Row("アカウント", {"システムコード": "S", "ユーザーID": "u", "状態": "有効"}),
        changed_at=at(MON, time(2)),
    )
    left(office, "システム", a_row_of_a_system(), changed_at=at(MON, time(3)))

    run(office, "intake", MON, DAWN)

    assert [stem for stem, _, _ in imports(office)] == ["システム", "アカウント"]


def a_row_of_a_system() -> Row:
    return Row("システム", {"システムコード": "S", "システム名": "S", "所属コード": "0101", "特定個人情報": "×"})


def test_the_same_file_is_not_imported_again(tmp_path: Path) -> None:
    office = an_office_with_a_folder(tmp_path)
    left(office, "組織", a_department(), changed_at=at(MON, time(2)))
    run(office, "intake", MON, DAWN)

    for day in (TUE, WED):
        assert run(office, "intake", day, DAWN).summary == ""

    assert len(imports(office)) == 1


def test_a_newer_file_is(tmp_path: Path) -> None:
    office = an_office_with_a_folder(tmp_path)
    left(office, "組織", a_department(), a_department("0201"), changed_at=at(MON, time(2)))
    run(office, "intake", MON, DAWN)
    left(office, "組織", a_department(), changed_at=at(TUE, time(2)))

    done = run(office, "intake", TUE, DAWN)

    assert imports(office)[1:] == [("組織", "2024-03-19", 1)]
    assert done.summary == "組織 追加0 変更0 終了1"


def test_a_file_mended_on_the_same_day_is_taken_too(tmp_path: Path) -> None:
    office = an_office_with_a_folder(tmp_path)
    left(office, "組織", a_department(), changed_at=at(MON, time(2)))
    run(office, "intake", MON, DAWN)
    left(office, "組織", a_department(), a_department("0201"), changed_at=at(MON, time(10)))

    run(office, "intake", TUE, DAWN)
    run(office, "intake", WED, DAWN)

    assert imports(office) == [("組織", "2024-03-18", 1), ("組織", "2024-03-18", 2)]


def test_a_file_older_than_what_is_known_is_left_alone(tmp_path: Path) -> None:
    office = an_office_with_a_folder(tmp_path)
    given(office, MON, a_department(), a_department("0201"))
    left(office, "組織", a_department(), changed_at=at(SUN, time(2)))

    run(office, "intake", TUE, DAWN)

    assert imports(office) == [("組織", "2024-03-18", 2)]


@pytest.mark.parametrize(("seconds", "taken"), [(59, 0), (61, 1)])
def test_a_file_that_may_still_be_written_waits_for_the_next_run(tmp_path: Path, seconds: int, taken: int) -> None:
    office = an_office_with_a_folder(tmp_path)
    left(office, "組織", a_department(), changed_at=at(MON, DAWN) - timedelta(seconds=seconds))

    done = run(office, "intake", MON, DAWN)

    assert len(imports(office)) == taken
    assert ("組織.csvは書込み中かもしれないので次回" in done.summary) is (taken == 0)
    run(office, "intake", TUE, DAWN)
    assert imports(office) == [("組織", "2024-03-18", 1)]


def test_what_is_no_register_is_passed_over_and_said(tmp_path: Path) -> None:
    office = an_office_with_a_folder(tmp_path)
    for name in ("予算.csv", "職員の手引.docx", ".部分.csv"):
        (tmp_path / "drop" / name).write_text("x", encoding="utf-8")
    left(office, "組織", a_department(), changed_at=at(MON, time(2)))

    done = run(office, "intake", MON, DAWN)

    assert "予算.csvは台帳ではないので読み飛ばし" in done.summary
    assert "職員の手引.docxは台帳ではないので読み飛ばし" in done.summary
    assert ".部分" not in done.summary
    assert len(imports(office)) == 1


def test_a_bad_file_is_refused_with_its_sentence_and_its_neighbours_are_taken(tmp_path: Path) -> None:
    office = an_office_with_a_folder(tmp_path)
    left(office, "組織", a_department(), changed_at=at(SUN, time(2)))
    left(office, "職員", a_person(retired_on="R5.2.30"), changed_at=at(MON, time(2)))
    left(office, "ファイル簿", a_file(), changed_at=at(MON, time(2)))

    done = run_with_trouble(office, "intake", MON, DAWN)

    assert imports(office) == [("組織", "2024-03-17", 1), ("ファイル簿", "2024-03-18", 1)]
    (trouble,) = done.failures.items()
    assert trouble[0] == "職員.csv"
    assert "「職員.csv」2行目 退職日: 「R5.2.30」は実在しない日付です" in trouble[1]


def test_of_two_files_of_one_register_and_day_neither_is_taken(tmp_path: Path) -> None:
    office = an_office_with_a_folder(tmp_path)
    path = left(office, "組織", a_department(), changed_at=at(MON, time(2)))
    os.link(path, path.with_suffix(".xlsx"))

    done = run_with_trouble(office, "intake", MON, DAWN)

    assert imports(office) == []
    assert "ファイルが2つあり（組織.csv、組織.xlsx）" in done.failures["台帳「組織」"]


def a_link(path: Path) -> None:
    path.with_name("secret.txt").write_text("root:x:0:0:the secret line", encoding="utf-8")
    path.symlink_to(path.with_name("secret.txt"))


def a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))


@pytest.mark.parametrize("make", [a_link, os.mkfifo, Path.mkdir, a_socket, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_is_refused_without_being_opened_and_its_neighbours_are_taken(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    office = an_office_with_a_folder(tmp_path)
    make(tmp_path / "drop" / "職員.csv")
    left(office, "組織", a_department(), changed_at=at(MON, time(2)))

    done = run_with_trouble(office, "intake", MON, DAWN)

    assert [stem for stem, _, _ in imports(office)] == ["組織"]
    assert done.failures == {"職員.csv": NO_FILE.format(name="職員.csv")}
    assert [path.name for path in (office.data_dir / "intake").glob("*/*")] == ["組織.csv"]


def test_a_file_that_is_too_large_is_refused_before_a_byte_of_it_is_copied(tmp_path: Path) -> None:
    office = an_office_with_a_folder(tmp_path, "[limits]\nfile_mb = 1\n")
    large = left(office, "職員", changed_at=at(MON, time(2)))
    os.truncate(large, 1 << 40)  # a terabyte of nothing
    os.utime(large, (at(MON, time(2)).timestamp(),) * 2)
    left(office, "組織", a_department(), changed_at=at(MON, time(2)))
    began = machine.monotonic()

    done = run_with_trouble(office, "intake", MON, DAWN)

    assert machine.monotonic() - began < 5
    assert "上限 1 MB を超える" in done.failures["職員.csv"]
    assert [path.name for path in (office.data_dir / "intake").glob("*/*")] == ["組織.csv"]


def test_no_line_of_an_unknown_file_is_quoted(tmp_path: Path) -> None:
    office = an_office_with_a_folder(tmp_path)
    for name, content in (("職員.csv", "root:x:0:0,geheim\nbin:x:1:1,geheim\n"), ("組織.csv", "geheim\n"),
                          ("休業.csv", "geheim\tgeheim\n1\t2\n")):  # fmt: skip
        path = tmp_path / "drop" / name
        path.write_text(content, encoding="utf-8")
        os.utime(path, (at(MON, time(2)).timestamp(),) * 2)

    done = run_with_trouble(office, "intake", MON, DAWN)

    assert sorted(done.failures) == ["休業.csv", "組織.csv", "職員.csv"]
    assert all("この台帳の見出しが一つも見当たりません" in said for said in done.failures.values())
    assert not any(secret in str(done.failures) for secret in ("geheim", "root", "bin"))


def test_a_file_that_is_almost_a_register_is_told_and_not_passed_over(tmp_path: Path) -> None:
    office = an_office_with_a_folder(tmp_path)
    for name in ("アカウント.ods", "委託契約_20230810.csv"):
        (tmp_path / "drop" / name).write_bytes(b"x")

    done = run_with_trouble(office, "intake", MON, DAWN)

    assert "「アカウント.xlsx」か「アカウント.csv」として保存し直して" in done.failures["アカウント.ods"]
    assert "「委託契約.csv」か「委託契約.xlsx」とし" in done.failures["委託契約_20230810.csv"]


@pytest.mark.parametrize("changes", [True, False])
def test_checks_that_went_before_the_intake_look_again_when_it_brought_news(tmp_path: Path, changes: bool) -> None:
    office = an_office_with_a_folder(tmp_path)
    set_clock(office.data_dir, "Asia/Tokyo", at(MON, time(7)), 1)
    office = open_office(tmp_path / "config.toml", office.data_dir)
    runner = runner_of(office)
    runner.keep_timetable(at(MON, time(5)))
    runner.tick(at(MON, time(6)), ["checks"])
    if changes:
        left(office, "組織", a_department(), changed_at=at(MON, time(2)))

    runner.tick(at(MON, time(7)), ["intake"])
    runner.tick(at(MON, time(7, 1)), ["checks"])

    looked = rows(office, "SELECT on_day FROM job_run WHERE job_name = 'checks'")
    assert looked == [("2024-03-18",)] * (2 if changes else 1)
    following = rows(office, "SELECT next_run_at FROM job WHERE name = 'checks'")
    assert following[0][0].startswith("2024-03-18 21:00"), "tomorrow at six, in UTC"


def test_a_bad_file_that_was_mended_is_taken_at_the_next_run(tmp_path: Path) -> None:
    office = an_office_with_a_folder(tmp_path)
    given(office, SUN, a_department())
    left(office, "職員", a_person(retired_on="R5.2.30"), changed_at=at(MON, time(2)))
    run_with_trouble(office, "intake", MON, DAWN)
    left(office, "職員", a_person(retired_on="R5.2.28"), changed_at=at(MON, time(10)))

    run(office, "intake", TUE, DAWN)

    assert imports(office)[1:] == [("職員", "2024-03-18", 1)]


def test_copies_of_what_was_read_are_kept_by_day_also_of_what_was_refused(tmp_path: Path) -> None:
    office = an_office_with_a_folder(tmp_path)
    good = left(office, "組織", a_department(), changed_at=at(SUN, time(2))).read_bytes()
    bad = left(office, "職員", a_person(retired_on="R5.2.30"), changed_at=at(MON, time(2))).read_bytes()

    run_with_trouble(office, "intake", MON, DAWN)

    kept = {path.name: path.read_bytes() for path in (office.data_dir / "intake" / "2024-03-18").iterdir()}
    assert kept == {"組織.csv": good, "職員.csv": bad}


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    office = an_office(tmp_path, f'[intake]\nfolder = "{tmp_path / "gone"}"\n')

    done = run_with_trouble(office, "intake", MON, DAWN)

    assert "gone」がありません。設定 intake.folder" in done.failures["受取りフォルダー"]


def test_without_folder_and_addresses_there_is_nothing_to_do(tmp_path: Path) -> None:
    done = run(an_office(tmp_path), "intake", MON, DAWN)

    assert (done.outcome, done.summary) == ("done", "")


# ---- addresses


class Served(BaseHTTPRequestHandler):
    """A neighbouring system that serves a register, and ways in which it may not."""

    closing = Event()

    def do_GET(self) -> None:
        ways = (self.ok, self.large, self.silent, self.drops, self.drips, self.head, self.endless)
        {f"/{way.__name__}": way for way in ways}.get(self.path.split(".")[0], self.missing)()

    def ok(self) -> None:
        self.whole((Path(self.server.folder) / "組織.csv").read_bytes())  # type: ignore[attr-defined]

    def large(self) -> None:
        self.whole(b"x" * (3 * 1024 * 1024))

    def silent(self) -> None:
        self.closing.wait(20)

    def drops(self) -> None:
        content = (Path(self.server.folder) / "組織.csv").read_bytes()  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content) + 100))
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = True

    def drips(self) -> None:
        self.trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")

    def head(self) -> None:
        self.trickle(b"HTTP/1.1 200 OK\r\nX-Long: ")

    def endless(self) -> None:  # without a length: its end is where the line ends
        self.trickle(b"HTTP/1.0 200 OK\r\n\r\n")

    def trickle(self, beginning: bytes) -> None:
        with suppress(OSError):
            self.wfile.write(beginning)
            while not self.closing.wait(0.1):
                self.wfile.write(b"x")

    def missing(self) -> None:
        self.send_error(404)

    def whole(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with suppress(OSError):  # the other side may have had enough
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    write_register(folder / "組織.csv", a_department(), a_department("0201"))
    Served.closing.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Served)
    server.folder = folder  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        Served.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def an_office_that_fetches(folder: Path, *urls: str, stem: str = "組織") -> Office:
    tables = "".join(f'[[intake.addresses]]\nurl = "{url}"\nregister = "{stem}"\n' for url in urls)
    return an_office(folder, f"[limits]\nfile_mb = 1\n[intake]\ntimeout_seconds = 0.5\n{tables}")


def test_a_register_served_at_an_address_is_imported_as_of_today_and_kept(tmp_path: Path) -> None:
    with serving(tmp_path) as address:
        office = an_office_that_fetches(tmp_path, f"{address}/ok.csv")

        done = run(office, "intake", MON, DAWN)

    assert imports(office) == [("組織", "2024-03-18", 2)]
    assert done.summary == "組織 追加2 変更0 終了0"
    kept = office.data_dir / "intake" / "2024-03-18" / "組織.csv"
    assert kept.read_bytes() == (tmp_path / "組織.csv").read_bytes()


def test_an_address_without_a_file_name_is_read_as_csv(tmp_path: Path) -> None:
    with serving(tmp_path) as address:
        office = an_office_that_fetches(tmp_path, f"{address}/ok")
        run(office, "intake", MON, DAWN)

    assert imports(office) == [("組織", "2024-03-18", 2)]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("missing.csv", "が 404 を返しました。"),
        ("large.csv", "は上限 1 MB を超えるので"),
        ("silent.csv", "時間内に応答がありません"),
        ("drops.csv", "送り終わる前に切れました"),
    ],
)
def test_an_address_that_does_not_answer_as_it_should_is_said_and_changes_nothing(
    tmp_path: Path, page: str, said: str
) -> None:
    with serving(tmp_path) as address:
        office = an_office_that_fetches(tmp_path, f"{address}/{page}")
        given(office, SUN, a_department())
        began = machine.monotonic()

        done = run_with_trouble(office, "intake", MON, DAWN)

    assert machine.monotonic() - began < 10
    assert said in done.failures["台帳「組織」の受信"]
    assert imports(office) == [("組織", "2024-03-17", 1)]
    assert list((office.data_dir / "intake" / "2024-03-18").iterdir()) == []


@pytest.mark.parametrize("page", ["drips.csv", "head.csv", "endless.csv"])
def test_a_server_that_drips_is_cut_at_the_whole_time_and_nothing_is_left_of_its_file(
    tmp_path: Path, page: str
) -> None:
    with serving(tmp_path) as address:
        config = f'whole_seconds = 0.6\n[[intake.addresses]]\nurl = "{address}/{page}"\nregister = "職員"\n'
        office = an_office_with_a_folder(tmp_path, config)
        left(office, "組織", a_department(), changed_at=at(MON, time(2)))
        began = machine.monotonic()

        done = run_with_trouble(office, "intake", MON, DAWN)

        assert machine.monotonic() - began < 5
    assert "0.6 秒たっても送り終わりません" in done.failures["台帳「職員」の受信"]
    assert [path.name for path in (office.data_dir / "intake" / "2024-03-18").iterdir()] == ["組織.csv"]
    assert imports(office) == [("組織", "2024-03-18", 1)]


@pytest.mark.parametrize("page", ["missing.csv", "large.csv", "drops.csv", "ok.csv", "silent.csv", None])
def test_the_password_in_an_address_is_never_shown(
    tmp_path: Path, page: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(tmp_path) as address:
        inside = address.replace("//", "//reader:geheim@") + f"/{page}?key=geheim"
        url = inside if page else "http://reader:geheim@127.0.0.1:1/職員.csv?key=geheim"
        office = an_office_that_fetches(tmp_path, url, stem="職員")
        done = run_with_trouble(office, "intake", MON, DAWN)

    assert "127.0.0.1" in str(done.failures) or page == "ok.csv"  # there, 組織's headings are none of 職員's
    assert "geheim" not in str(done.failures) + done.summary
    assert "geheim" not in caplog.text


def test_an_address_that_is_none_is_refused_at_the_start_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused) as refused:
        an_office_that_fetches(tmp_path, "ftp://reader:geheim@jinji.example/職員.csv")

    assert "http:// か https:// から" in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_nobody_listening_is_said(tmp_path: Path) -> None:
    with serving(tmp_path) as address:
        pass
    office = an_office_that_fetches(tmp_path, f"{address}/ok.csv")

    done = run_with_trouble(office, "intake", MON, DAWN)

    assert list(done.failures) == ["台帳「組織」の受信"]


def test_one_broken_address_does_not_keep_the_others_from_being_read(tmp_path: Path) -> None:
    with serving(tmp_path) as address:
        office = an_office(
            tmp_path,
            f'[[intake.addresses]]\nurl = "{address}/gone.csv"\nregister = "職員"\n'
            f'[[intake.addresses]]\nurl = "{address}/ok.csv"\nregister = "組織"\n',
        )

        done = run_with_trouble(office, "intake", MON, DAWN)

    assert list(done.failures) == ["台帳「職員」の受信"]
    assert imports(office) == [("組織", "2024-03-18", 2)]


def test_an_import_that_was_fetched_before_and_is_fetched_unchanged_changes_nothing(tmp_path: Path) -> None:
    with serving(tmp_path) as address:
        office = an_office_that_fetches(tmp_path, f"{address}/ok.csv")
        run(office, "intake", MON, DAWN)

        done = run(office, "intake", TUE, DAWN)

    assert done.summary == "組織 変更なし"
    assert [(as_of, count) for _, as_of, count in imports(office)] == [("2024-03-18", 2), ("2024-03-19", 2)]
    assert rows(office, "SELECT COUNT(*) FROM department_version") == [(2,)]
