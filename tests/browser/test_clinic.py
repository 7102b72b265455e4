"""The clinic page beside the hospital's: up, answer, outcome, down, visit, each seen by the other without a reload."""

import time

from playwright.async_api import Locator, Page, ViewportSize, expect

from tests.support.browser import Pages, shut_out
from tests.support.house import RunningHouse
from tests.support.referring import (
    CLINIC,
    COUNTY,
    COUNTY2,
    accept,
    answer,
    desk,
    facility,
    offered,
    refer,
    wish,
)

LIVE = '.connection[data-state="connected"]'
SMALL_PHONE = ViewportSize(width=360, height=740)

COUNT_TAPS = """() => {
  window.taps = 0;
  window.letters = 0;
  let down = false;
  addEventListener('pointerdown', () => { window.taps += 1; down = true; setTimeout(() => { down = false; }); }, true);
  addEventListener('focusin', ({ target }) => {
    if (!down && target.matches('input:not([type=radio]):not([type=checkbox]), textarea, select')) window.taps += 1;
  }, true);
  addEventListener('change', ({ target }) => { if (target.matches('select')) window.taps += 1; }, true);
  addEventListener('input', ({ target }) => {
    if (target.matches('input:not([type=radio]):not([type=checkbox]), textarea')) window.letters += target.value.length;
  }, true);
}"""
"""A field that is filled without a finger costs the tap that a finger would need, a choice from a list one more."""

TAP_S, LETTER_S = 2.0, 1.0
"""A person's seconds for a tap with finding its place, and for a letter on a phone's pinyin keyboard: our judgement."""


async def clinic_page(pages: Pages, **options: object) -> Page:
    """The clinic's page on a phone, marked so that a reload would show."""
    page = await pages.sit(f"desk-{CLINIC}", "clinic", **{"viewport": SMALL_PHONE, **options})
    await expect(page.locator(LIVE)).to_be_visible()
    await page.evaluate("window.kept = true")
    return page


async def hospital_page(pages: Pages) -> Page:
    """The county hospital's page."""
    page = await pages.sit(f"desk-{COUNTY}", "hospital")
    await expect(page.locator(LIVE)).to_be_visible()
    await page.evaluate("window.kept = true")
    return page


def name_of(house: RunningHouse, code: str) -> str:
    """What a facility is called."""
    return next(found.name_zh for found in house.seed.organisations if found.code == code)


async def tab(page: Page, name: str) -> None:
    """Another part of the clinic's page."""
    await page.locator(".clinic-tabs").get_by_role("button", name=name).click()


def card(page: Page, name: str) -> Locator:
    """What the page shows of this patient."""
    return page.locator(".care-card:visible", has_text=name)


async def write_referral(page: Page, house: RunningHouse, *codes: str) -> None:
    """Fill the form for a patient whose candidates are these."""
    await page.get_by_role("button", name="发起转诊").click()
    await page.get_by_label("姓名").fill("黄大山")
    await page.get_by_label("年龄").fill("66")
    await page.get_by_label("性别").select_option("male")
    await page.get_by_label("主诉").fill("胸痛半天")
    await page.get_by_label("收缩压 mmHg").fill("96")
    await page.get_by_label("转诊原因").fill("本院不能做心肌酶")
    await page.get_by_label("诊断").fill("急性胸痛待查")
    await page.get_by_role("radio", name="优先").check()
    for code in codes:
        await page.get_by_role("checkbox", name=name_of(house, code)).check()


async def test_up_answered_and_back_down_to_the_visit(pages: Pages, house: RunningHouse) -> None:
    clinic, hospital = await clinic_page(pages), await hospital_page(pages)
    await clinic.evaluate(COUNT_TAPS)
    began = time.monotonic()
    await write_referral(clinic, house, COUNTY)
    await clinic.get_by_role("checkbox", name="由救护车转运").uncheck()
    await clinic.get_by_role("button", name="发送转诊").click()
    sent, asked = card(clinic, "黄大山"), card(hospital, "黄大山")
    await expect(sent).to_contain_text("已发出，等待签收")
    taps, letters = await clinic.evaluate("[window.taps, window.letters]")
    person_s = taps * TAP_S + letters * LETTER_S
    waited_s = time.monotonic() - began
    print(
        f"a referral on a phone: {taps} taps, {letters} letters: {person_s:.0f} s; machine {waited_s:.1f} s"
    )
    assert taps <= 25
    assert person_s < 120
    await expect(asked).to_contain_text("男 · 66 岁")
    await expect(asked.locator(".care-vitals")).to_contain_text("96")

    await asked.get_by_role("button", name="签收").click()
    await expect(sent).to_contain_text("已签收")
    await asked.get_by_role("button", name="询问").click()
    dialog = hospital.get_by_role("dialog")
    await dialog.get_by_label("问题").fill("有无心电图？")
    await dialog.get_by_role("button", name="询问").click()
    await expect(sent).to_contain_text("有无心电图？")
    await sent.get_by_label("您的补充").fill("ST 段压低")
    await sent.get_by_role("button", name="提交补充").click()
    await expect(asked).to_contain_text("ST 段压低")

    await asked.get_by_role("button", name="同意接收").click()
    await dialog.get_by_label("科室").fill("心内科")
    await dialog.get_by_label("床位", exact=True).fill("12 床")
    await dialog.get_by_label("联系人").fill("梁主任")
    await dialog.get_by_role("button", name="同意接收").click()
    await expect(sent).to_contain_text("心内科 · 12 床 · 梁主任")
    await expect(sent.locator(".care-state")).to_have_text("已接收")

    await asked.get_by_role("button", name="患者已到").click()
    await expect(sent).to_contain_text("到达接收机构")
    await asked.get_by_role("button", name="反馈诊疗结果").click()
    await dialog.get_by_label("转归").select_option("treated-and-discharged")
    await dialog.get_by_label("诊疗摘要").fill("冠脉造影正常")
    await dialog.get_by_role("button", name="反馈诊疗结果").click()
    await expect(sent).to_contain_text("冠脉造影正常")

    await asked.get_by_role("button", name="下转").click()
    await hospital.get_by_label("转回原因").fill("病情稳定")
    await hospital.get_by_label("治疗与随访方案").fill("阿司匹林，两周复查")
    await hospital.get_by_role("checkbox", name=name_of(house, CLINIC)).check()
    await hospital.get_by_role("button", name="发送转诊").click()
    await tab(clinic, "接收")
    back = card(clinic, "黄大山")
    await expect(back).to_contain_text("阿司匹林，两周复查")
    await back.get_by_role("button", name="同意接收").click()
    await clinic.get_by_role("dialog").get_by_role("button", name="同意接收").click()

    await tab(clinic, "随访")
    due = card(clinic, "黄大山")
    await expect(due).to_contain_text("14 天内随访")
    await due.get_by_role("button", name="记录随访").click()
    visit = clinic.get_by_role("dialog")
    await visit.get_by_label("随访情况").fill("无胸痛，服药规律")
    await visit.get_by_label("收缩压").fill("128")
    await visit.get_by_label("舒张压").fill("78")
    await visit.get_by_role("button", name="记录随访").click()
    await expect(due).to_have_count(0)
    await expect(hospital.locator("summary", has_text="已结束").last).to_be_visible()
    for page in (clinic, hospital):
        assert await page.evaluate("window.kept") is True


async def test_a_draft_survives_a_reload_and_says_what_is_missing(pages: Pages, house: RunningHouse) -> None:
    page = await clinic_page(pages)
    await write_referral(page, house)
    await page.get_by_role("button", name="发送转诊").click()
    await expect(page.get_by_text("请至少选择一家机构")).to_be_visible()
    await expect(page.get_by_text("草稿已保存")).to_be_visible()
    await page.reload()
    await page.get_by_role("button", name="发起转诊").click()
    await expect(page.get_by_label("主诉")).to_have_value("胸痛半天")
    await expect(page.get_by_role("radio", name="优先")).to_be_checked()
    await page.get_by_role("button", name="丢弃").click()
    await page.get_by_role("button", name="发起转诊").click()
    await expect(page.get_by_label("主诉")).to_have_value("")


async def test_candidates_are_asked_in_the_order_of_the_person(pages: Pages, house: RunningHouse) -> None:
    page = await clinic_page(pages)
    await write_referral(page, house, COUNTY, COUNTY2)
    second = page.locator(".care-candidate", has_text=name_of(house, COUNTY2))
    await expect(second.locator(".badge")).to_contain_text("第 2 家")
    await second.get_by_role("button", name="提前").click()
    await page.get_by_role("button", name="发送转诊").click()
    offers = card(page, "黄大山").locator(".care-offer")
    await expect(offers).to_have_count(1)
    await expect(offers).to_contain_text(name_of(house, COUNTY2))


async def test_nobody_takes_the_patient_and_the_page_says_what_to_do(
    pages: Pages, house: RunningHouse
) -> None:
    page = await clinic_page(pages)
    referral = await refer(await desk(house, CLINIC), COUNTY)
    county = await desk(house, COUNTY)
    offer = await offered(county, referral)
    await answer(county, offer, "decline", code="no-bed", remarks="满床", advice="先吸氧")
    one = card(page, "黄某")
    await expect(one.locator(".care-unplaced")).to_contain_text("没有机构接收")
    await expect(one).to_contain_text("无床位 · 满床")
    await expect(one).to_contain_text("先吸氧")
    await expect(one.locator('a[href^="tel:"]')).to_be_visible()
    await one.get_by_role("button", name="增加征询机构").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("checkbox", name=name_of(house, COUNTY2)).check()
    await dialog.get_by_role("button", name="征询", exact=True).click()
    await expect(one.locator(".care-unplaced")).to_have_count(0)
    await expect(one.locator(".care-offer")).to_have_count(2)


async def test_an_accepted_referral_is_called_off_by_both(pages: Pages, house: RunningHouse) -> None:
    clinic, hospital = await clinic_page(pages), await hospital_page(pages)
    referral = await refer(await desk(house, CLINIC), COUNTY, by_ambulance=False)
    await accept(await desk(house, COUNTY), referral)
    one = card(clinic, "黄某")
    await expect(one.locator(".care-state")).to_have_text("已接收")
    await one.get_by_role("button", name="取消转诊").click()
    dialog = clinic.get_by_role("dialog")
    await expect(dialog).to_contain_text("须由接收方确认")
    await dialog.get_by_label("原因").select_option("improved")
    await dialog.get_by_role("button", name="取消转诊").click()
    asked = card(hospital, "黄某")
    await expect(asked).to_contain_text("对方申请取消: 病情好转")
    await asked.get_by_role("button", name="同意取消").click()
    await expect(one).to_have_count(0)


async def test_who_was_admitted_comes_home_after_the_outcome_was_read_and_the_visit_is_kept(
    pages: Pages, house: RunningHouse
) -> None:
    """The clinic reads at once, the hospital refers down later and would rather not; the visit is made all the same."""
    clinic, hospital = await clinic_page(pages), await hospital_page(pages)
    county = await desk(house, COUNTY)
    referral = await refer(await desk(house, CLINIC), COUNTY, by_ambulance=False)
    await accept(county, referral)
    await county.post(f"/referrals/{referral['id']}/arrived")
    told = {"outcome": "admitted", "diagnosis": "不稳定型心绞痛", "summary": "住院观察", "advice": ""}
    await county.post(f"/referrals/{referral['id']}/outcome", told)
    await card(clinic, "黄某").get_by_role("button", name="已阅，结案").click()

    ward = card(hospital, "黄某")
    await expect(ward).to_contain_text("已结案")
    await ward.get_by_role("button", name="下转").click()
    await hospital.get_by_label("转回原因").fill("病情稳定")
    await hospital.get_by_label("治疗与随访方案").fill("两周复查")
    await hospital.get_by_role("checkbox", name=name_of(house, CLINIC)).check()
    await hospital.get_by_role("button", name="发送转诊").click()
    await tab(clinic, "接收")
    await card(clinic, "黄某").get_by_role("button", name="同意接收").click()
    await clinic.get_by_role("dialog").get_by_role("button", name="同意接收").click()
    await tab(clinic, "随访")
    due = card(clinic, "黄某")
    await expect(due).to_contain_text("两周复查")

    down = hospital.locator(".care-card:visible", has_text="待随访")
    await down.get_by_role("button", name="取消转诊").click()
    await hospital.get_by_role("dialog").get_by_label("原因").select_option("other")
    await hospital.get_by_role("dialog").get_by_role("button", name="取消转诊").click()
    await expect(hospital.locator(".care-state", has_text="申请取消随访")).to_be_visible()
    await expect(due).to_contain_text("对方申请取消")
    await due.get_by_role("button", name="仍按计划随访").click()
    await expect(down).to_be_visible()
    await expect(due).not_to_contain_text("对方申请取消")


async def test_nobody_is_shut_out(pages: Pages, house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    referral = await refer(clinic, COUNTY, by_ambulance=False)
    await accept(county, referral)
    await county.post(f"/referrals/{referral['id']}/arrived")
    told = {"outcome": "admitted", "diagnosis": "胸痛", "summary": "好转", "advice": "随访"}
    await county.post(f"/referrals/{referral['id']}/outcome", told)
    back = {"patient": None, "case_id": referral["case_id"], "based_on": referral["id"]}
    down = wish(CLINIC, direction="down", urgency="routine", plan="两周复查", by_ambulance=False, **back)
    await accept(clinic, await county.post("/referrals", down))
    unplaced = await refer(clinic, COUNTY)
    await answer(county, await offered(county, unplaced), "decline", code="no-bed")
    assert referral["from_facility"]["id"] == facility(CLINIC)

    page = await clinic_page(pages)
    await expect(page.locator(".care-unplaced")).to_be_visible()
    await expect(page.locator('.clinic [data-part="visits"] .care-card')).to_have_count(1)
    for button in (await page.locator(".clinic-tabs button").all())[::-1]:
        await button.click()
        assert await shut_out(page, 360) == []
    # Wide, everything stands side by side.
    assert await shut_out(page, 1280) == []
    await page.set_viewport_size(SMALL_PHONE)
    await page.locator(".clinic-new").click()
    await expect(page.locator(".care-candidate").first).to_be_visible()
    assert await shut_out(page, 360, 1280) == []
