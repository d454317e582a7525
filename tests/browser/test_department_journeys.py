"""A department's errand in a browser: from a letter or from its own page, done or not yet, with the mouse or without."""

import re
from email import message_from_bytes, policy
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from jobs.demo.accounts import PASSWORD
from tests.browser.browsing import Watch, sign_in, sign_out
from tests.browser.furnishing import A_PICTURE
from tests.browser.looking import axe_finds
from tests.browser.serving import Served

LINK = re.compile(r"http://\S+/submissions/\S+")
NOTE = "操作権限を停止し、記録を残しました。"
PICTURE = {"name": "記録.png", "mimeType": "image/png", "buffer": A_PICTURE}


def the_first_task(page: Page) -> Locator:
    """The task that stands first on a department's own page, opened."""
    task = page.locator("details.own").first
    task.locator("> summary").click()
    return task


def attach(form: Locator) -> None:
    """Choose the example picture."""
    form.locator("input[type=file]").first.set_input_files(files=[PICTURE])


def test_from_a_letters_link_to_a_report_with_a_file(visitor: Page, own_office: Served) -> None:
    visitor.goto(_newest_link(own_office))
    expect(visitor.get_by_role("heading", name="報告する")).to_be_visible()
    form = visitor.locator("details.answer[open]")
    form.get_by_label("したこと").fill(NOTE)
    attach(form)
    form.get_by_label("報告する方の氏名").fill("職員０３")
    form.get_by_role("button", name="完了を報告する").click()

    expect(visitor.locator("h1")).to_have_text("完了の報告を受け付けました")
    expect(visitor.locator("main")).to_contain_text("記録.png")
    visitor.reload()
    expect(visitor.locator("h1")).to_have_text("完了の報告を受け付けました")


def test_a_newcomer_to_the_example_office_finds_a_department_with_work_of_its_own(visitor: Page) -> None:
    visitor.goto("/sign-in")
    clerk = visitor.get_by_role("row", name="tanto03")
    expect(clerk).to_contain_text("障害者施策課")
    clerk.get_by_role("button", name="この役割で入る").click()

    expect(visitor.locator("h1")).to_have_text("障害者施策課の対応")
    assert [one.inner_text().split()[0] for one in visitor.locator("details.own .when").all()] == ["▲", "◆", "○"]
    sign_out(visitor)


def test_from_its_own_page_a_member_reports_done_with_a_file(visitor: Page) -> None:
    sign_in(visitor, "tanto03")
    task = the_first_task(visitor)
    task.get_by_label("したこと").fill(NOTE)
    attach(task)
    task.get_by_role("button", name="完了を報告する").click()

    expect(visitor.locator("main [role=status]").first).to_contain_text("完了")
    expect(visitor.locator("main")).to_contain_text("情報管理課が確認中")
    sign_out(visitor)


def test_a_wrong_date_is_told_beside_its_field_and_what_was_typed_is_kept(visitor: Page, minder: Watch) -> None:
    sign_in(visitor, "tanto03")
    task = the_first_task(visitor)
    task.get_by_text("期限の延長を申し出る").click()
    form = task.locator("form", has=visitor.get_by_label("新しい期限"))
    form.get_by_label("新しい期限").fill("来月ごろ")
    form.get_by_label("理由").fill("担当者が替わったため")
    form.get_by_role("button", name="延長を申し出る").click()

    form = visitor.locator("details.own[open] details.answer[open] form")
    field = form.get_by_label("新しい期限")
    expect(field).to_have_value("来月ごろ")
    expect(field).to_have_attribute("aria-invalid", "true")
    told = visitor.locator(f"#{field.get_attribute('aria-describedby')}")
    expect(told).to_be_visible()
    minder.forgive("422")
    assert axe_finds(visitor) == []
    expect(form.get_by_label("理由")).to_have_value("担当者が替わったため")

    field.fill("R6.4.30")
    form.get_by_role("button", name="延長を申し出る").click()
    expect(visitor.locator("main [role=status]").first).to_contain_text("延長")
    sign_out(visitor)


def test_what_was_typed_outlives_a_session_that_ran_out(visitor: Page, minder: Watch) -> None:
    sign_in(visitor, "tanto03")
    task = the_first_task(visitor)
    task.get_by_label("したこと").fill(NOTE)
    visitor.context.clear_cookies(name="zesei")
    task.get_by_role("button", name="完了を報告する").click()

    expect(visitor.get_by_role("alert")).to_contain_text("入力した内容は残っています")
    minder.forgive("401")
    visitor.get_by_label("利用者名").fill("tanto03")
    visitor.get_by_label("パスワード").fill(PASSWORD)
    visitor.get_by_role("button", name="ログイン", exact=True).click()
    expect(visitor.locator("h1")).to_have_text("入力した内容が残っています")
    expect(visitor.locator("main")).to_contain_text(NOTE)
    assert axe_finds(visitor) == []
    visitor.get_by_role("button", name="この内容を送る").click()

    expect(visitor.locator("main [role=status]").first).to_contain_text("完了")
    sign_out(visitor)


def test_a_chief_names_who_is_in_charge(visitor: Page) -> None:
    sign_in(visitor, "kacho02")
    visitor.get_by_role("link", name="対応", exact=True).first.click()
    visitor.locator("main tbody th a").first.click()
    visitor.get_by_text("担当者を決める").first.click()
    named = visitor.get_by_label("担当者").locator("option").nth(1).inner_text()
    visitor.get_by_label("担当者").select_option(index=1)
    visitor.get_by_role("button", name="担当者を決める").click()

    expect(visitor.locator("main [role=status]")).to_be_visible()
    expect(visitor.locator("main dl.facts", has_text="担当者").first).to_contain_text(named)
    sign_out(visitor)


def test_signed_in_reported_done_and_signed_out_without_a_mouse(visitor: Page) -> None:
    visitor.goto("/sign-in")
    expect(visitor.locator("#name")).to_be_focused()
    visitor.keyboard.type("tanto03")
    visitor.keyboard.press("Tab")
    visitor.keyboard.type(PASSWORD)
    visitor.keyboard.press("Enter")
    visitor.get_by_role("button", name="ログアウト").wait_for()

    _tab_to(visitor, "details.own > summary")
    visitor.keyboard.press("Enter")
    _tab_to(visitor, "textarea[name=note]")
    visitor.keyboard.type(NOTE)
    _tab_to(visitor, "button[type=submit]")
    visitor.keyboard.press("Enter")

    expect(visitor.locator("main [role=status]").first).to_contain_text("完了")
    _tab_to(visitor, "form[action='/sign-out'] button")
    visitor.keyboard.press("Enter")
    expect(visitor.get_by_text("ログアウトしました。")).to_be_visible()


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reached {selector}")


def _newest_link(served: Served) -> str:
    """The path of a link in the newest letter that has one."""
    for path in sorted((served.office.data_dir / "mail").glob("*.eml"), reverse=True):
        body = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
        if found := LINK.search(body.get_content() if body else ""):
            return urlsplit(found[0]).path
    raise AssertionError("no letter has a link")
