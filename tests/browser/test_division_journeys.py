"""The division's day in a browser, from sign-in to sign-out: it looks, enters, decides, imports, excepts, hands over."""

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from jobs.demo.accounts import add_demo_accounts
from tests.browser.browsing import a_watched_page, sign_in, sign_out
from tests.browser.furnishing import A_PICTURE, REGISTERS, ended_in, left_out
from tests.browser.serving import Served, answering
from tests.builders import asked
from tests.leaving_out import leave_out
from tests.web.situations import Browser, link_to, send
from tracker.domain.tasks import Task
from tracker.office import open_office
from tracker.registers.importing import Importer
from tracker.web.app import create_app

PAPER = Path(__file__).parents[2].parent / "shared" / "domain" / "council-paper-2023-12-19.txt"
ANALYSIS = "finding:R5-2(2)/b"
COUNT = re.compile(r"([\d,]+)件")
TOTAL = re.compile(r"(?:^|　)([\d,]+)件")


def opened(page: Page, summary: str) -> None:
    """Unfold what stands behind a line."""
    page.locator("summary", has_text=summary).first.click()


def test_the_morning_look_every_number_leads_to_just_as_many_rows(visitor: Page, own_office: Served) -> None:
    sign_in(visitor, "joho01")
    expect(visitor.locator("h1")).to_have_text("今日")
    counted = visitor.locator("main .lead a", has_text=COUNT).all()
    numbers = [(urljoin(visitor.url, one.get_attribute("href") or ""), one.inner_text()) for one in counted]
    cells = [one for one in visitor.locator("td.number a").all() if one.is_visible()]
    numbers += [(urljoin(visitor.url, one.get_attribute("href") or ""), f"{one.inner_text()}件") for one in cells]
    assert len(numbers) >= 6

    for address, words in numbers:
        number = COUNT.search(words)
        assert number is not None
        visitor.goto(address)
        shown = TOTAL.search(visitor.locator("main .said").last.inner_text())
        assert shown is not None, address
        assert shown[1] == number[1], (address, words)
        assert visitor.locator("main table").first.locator("tbody tr").count() == min(
            int(number[1].replace(",", "")), 50
        ), address
    sign_out(visitor)


def test_the_five_findings_of_a_council_paper_are_looked_over_and_then_entered(
    browser: Chromium, tmp_path: Path
) -> None:
    if not PAPER.exists():
        leave_out("the council paper does not lie beside the project")
    office = open_office(None, tmp_path)
    occasion = office.occasion("試験")
    add_demo_accounts(office, occasion.at, "試験")
    Importer(office.settings, date(2023, 12, 19), occasion).take(office.store, [REGISTERS / "組織.csv"])
    with answering(create_app(office)) as address, a_watched_page(browser, address) as (page, watch):
        sign_in(page, "joho01")
        page.get_by_role("link", name="指導事項", exact=True).first.click()
        page.get_by_role("link", name="審議会の資料や Excel から取り込む").click()
        page.get_by_label("ファイル", exact=True).set_input_files(PAPER)
        page.get_by_role("button", name="確かめる").click()

        expect(page.locator("main .notice")).to_contain_text("指導事項を5件登録")
        assert asked(office, "SELECT count(*) FROM finding_version") == [(0,)]
        expect(page.get_by_role("region", name="登録する指導事項").locator("tbody tr")).to_have_count(5)
        page.get_by_role("button", name="取り込む", exact=True).click()

        expect(page.locator("main tbody tr")).to_have_count(5)
        assert asked(office, "SELECT count(*) FROM finding_version") == [(5,)]
        sign_out(page)
        assert watch.troubles == []


def test_a_finding_is_entered_by_hand_with_the_deadline_as_it_is_printed(visitor: Page) -> None:
    sign_in(visitor, "joho01")
    visitor.goto("/guidance/new")
    visitor.get_by_label("種類").select_option("指導")
    visitor.locator("#given_by").fill("個人情報保護委員会")
    visitor.locator("#given_on").fill("R6.3.15")
    visitor.locator("#law").fill("番号法")
    visitor.locator("#subject").fill("記録媒体の持出し")
    visitor.locator("#gist").fill("持ち出すときの承認が記録されていない。")
    visitor.locator("#department").select_option("0304")
    visitor.locator("#action-1").fill("持出簿を作り、承認を記録する")
    visitor.locator("#deadline-1").fill("令和6年度から")
    visitor.get_by_role("button", name="確かめる").click()

    expect(visitor.locator("main .read", has_text="令和6年4月1日（月）")).to_be_visible()
    visitor.get_by_role("button", name="登録する").click()

    expect(visitor.locator("h1")).to_contain_text("記録媒体の持出し")
    visitor.get_by_role("link", name="持出簿を作り、承認を記録する").click()
    expect(visitor.locator("main .status")).to_contain_text("令和6年4月1日（月）")
    expect(visitor.locator("main")).to_contain_text("原文「令和6年度から」")
    sign_out(visitor)


def test_an_extension_that_a_department_asks_for_is_granted(visitor: Page, own_office: Served) -> None:
    task = _task(own_office, ANALYSIS)
    note, asked = "担当者が替わったため", "R6.4.30"
    sent = send(Browser(own_office.office), link_to(own_office.office, task), "extension", note=note, deadline=asked)
    assert sent.status_code == 303, sent.text

    sign_in(visitor, "joho01")
    visitor.locator("section", has=visitor.get_by_role("heading", name="確認待ち")).get_by_role(
        "link", name=task.title
    ).click()
    expect(visitor.get_by_role("heading", name="期限延長の申出が届いています")).to_be_visible()
    visitor.get_by_role("button", name="期限延長を認める").click()

    expect(visitor.locator("main .status")).to_contain_text("期限 令和6年4月30日（火）")
    expect(visitor.locator("main")).to_contain_text("初めの期限　令和6年3月15日（金）")
    expect(visitor.locator(".timeline")).to_contain_text(note)
    sign_out(visitor)


def test_an_answer_is_verified_after_a_look_at_its_evidence(visitor: Page, own_office: Served) -> None:
    task = _task(own_office, ANALYSIS)
    sent = send(Browser(own_office.office), link_to(own_office.office, task), files=[("写し.png", A_PICTURE)])
    assert sent.status_code == 303, sent.text

    sign_in(visitor, "joho01")
    visitor.goto(f"/tasks/{ANALYSIS}")
    with visitor.expect_download() as download:
        visitor.get_by_role("link", name="写し.png").first.click()
    assert download.value.suggested_filename == "写し.png"
    assert Path(download.value.path()).read_bytes() == A_PICTURE
    visitor.get_by_role("button", name="確認して完了").click()

    expect(visitor.locator("main .status")).to_contain_text("完了")
    expect(visitor.locator("main [role=status]")).to_be_visible()
    sign_out(visitor)


def test_a_register_is_imported_once_its_changes_have_been_seen(visitor: Page, own_office: Served) -> None:
    sign_in(visitor, "joho01")
    visitor.get_by_role("link", name="台帳", exact=True).first.click()
    visitor.get_by_role("link", name=re.compile("取り?込")).first.click()
    file = {"name": "職員.csv", "mimeType": "text/csv", "buffer": left_out("職員", 2)}
    visitor.locator("#files").set_input_files(files=[file])
    visitor.get_by_role("button", name="確かめる", exact=True).click()

    expect(visitor.get_by_role("heading", name="まだ取り込んでいません")).to_be_visible()
    expect(visitor.get_by_role("heading", name="終わる行")).to_contain_text("2行")
    before = _staff(own_office)
    visitor.get_by_role("button", name="取り込む", exact=True).click()

    expect(visitor.get_by_text("取り込みました。")).to_be_visible()
    assert _staff(own_office) == before - 2
    sign_out(visitor)


def test_an_exception_silences_a_flag_and_stands_in_the_list(visitor: Page) -> None:
    sign_in(visitor, "joho01")
    visitor.goto("/flags")
    flags = visitor.locator("main tbody tr").count()
    visitor.locator("main tbody td.code a").first.click()
    opened(visitor, "例外にする")
    visitor.get_by_label("理由").fill("システムの更改の間だけです。")
    visitor.get_by_label("いつまで").fill("R6.9.30")
    visitor.get_by_label("承認した方の職と氏名").fill("情報管理課長　職員０１")
    visitor.get_by_role("button", name="例外にする").click()

    expect(visitor.locator("main .status")).to_contain_text("令和6年9月30日（月）まで例外")
    visitor.goto("/flags")
    assert visitor.locator("main tbody tr").count() == flags - 1
    visitor.goto("/exceptions")
    expect(visitor.locator("main tbody")).to_contain_text("システムの更改の間だけです。")
    visitor.goto("/")
    expect(visitor.locator("main .lead")).to_contain_text("ほか例外 1件")
    sign_out(visitor)


def test_the_work_of_a_department_that_has_ended_is_handed_over(visitor: Page) -> None:
    sign_in(visitor, "joho01")
    visitor.goto("/imports")
    content = ended_in("0101", "0201、0202", date(2024, 3, 15))
    file = {"name": "組織.csv", "mimeType": "text/csv", "buffer": content}
    visitor.locator("#files").set_input_files(files=[file])
    visitor.get_by_role("button", name="確かめる", exact=True).click()
    visitor.get_by_role("button", name="取り込む", exact=True).click()
    expect(visitor.get_by_text("取り込みました。")).to_be_visible()

    visitor.get_by_role("link", name="今日", exact=True).first.click()
    visitor.get_by_role("link", name="引き継ぎ先の決まらない対応").click()
    visitor.get_by_label("引き継ぐ所管課").select_option("0201")
    visitor.get_by_role("button", name="すべてを引き継ぐ").click()

    expect(visitor.locator("main .lead")).to_contain_text("引き継ぎ先の決まらない対応はありません。")
    visitor.get_by_role("link", name="引継書を開く").first.click()
    expect(visitor.locator("h1")).to_contain_text("引継書")
    assert visitor.locator("main tbody tr").count() == 7
    sign_out(visitor)


def test_what_is_printed_has_the_facts_and_nothing_to_click(visitor: Page, tmp_path: Path) -> None:
    sign_in(visitor, "joho01")
    visitor.goto(f"/tasks/{ANALYSIS}")
    visitor.pdf(path=tmp_path / "task.pdf", format="A4")
    visitor.goto("/")
    visitor.pdf(path=tmp_path / "today.pdf", format="A4", landscape=True)

    task, today = (_words_of(tmp_path / name) for name in ("task.pdf", "today.pdf"))
    assert "三つのシステムのログ分析を定期的に行う" in task
    assert "令和6年3月15日（金）" in task
    assert "期限超過4件" in today
    for words in (task, today):
        assert not [word for word in ("ログアウト", "メニュー", "検索", "絞り込む") if word in words]
    sign_out(visitor)


def _words_of(path: Path) -> str:
    if shutil.which("pdftotext") is None:
        leave_out("pdftotext not found; Debian's package is poppler-utils")
    return "".join(subprocess.check_output(["pdftotext", path, "-"], text=True, timeout=60).split())


def _task(served: Served, key: str) -> Task:
    with served.office.store.reading() as records:
        task = records.tasks.find(key)
    assert task is not None
    return task


def _staff(served: Served) -> int:
    [(number,)] = asked(served.office, "SELECT count(*) FROM staff_version WHERE valid_to IS NULL")
    return int(number)
