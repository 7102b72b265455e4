"""scratch"""
import os
from tests.browser.test_crew import *
from tests.browser.test_crew import aboard, fill_vitals
from tests.support.driving import across

async def shots(house, pages, theme, language, tag, **opt):
    s = await aboard(house, pages, theme=theme, language=language, **opt)
    p = s.page
    async def shot(n):
        await p.wait_for_timeout(300)
        await p.screenshot(path=f"/tmp/c3/shots/{tag}-{n}.png")
    await shot("0idle")
    await s.order(place=2)
    await expect(p.locator(".order-screen")).to_be_visible()
    await shot("1order")
    await s.tap("acknowledge")
    await p.wait_for_timeout(600)
    await shot("2job")
    await s.tap("depart")
    await p.wait_for_timeout(2500)
    await shot("3way")
    way = await s.crew.get(f"/assignments/{s.sent['id']}/route")
    await s.dispatcher.post("/closures", across(way, 0.2))
    await expect(p.locator(".change")).to_be_visible()
    await shot("4change")
    await p.locator(".change button").click()
    await s.tap("arrive", "patient-contact")
    await p.locator(".wide-button").click(); await p.locator(".wide-button").click()
    await p.locator("[data-patient] button.primary").first.click()
    await fill_vitals(p, "300", "97", "88", "95")
    await shot("5vitals")
    for n, v in enumerate(("104", "97", "130", "80")):
        await p.locator("dialog[open] input").nth(n).fill(v)
    await p.locator("dialog[open] .sheet-actions button").nth(1).click()
    await expect(p.locator("dialog[open]")).to_have_count(0)
    await shot("6patients")
    await p.locator("[data-patient] .pair button").nth(1).click()
    await shot("7describe")
    await p.locator("dialog[open] .sheet-actions button").first.click()
    await s.tap("load")
    await p.locator("[data-bringing] button.primary").first.click()
    await expect(p.locator('[data-rank="1"]')).to_be_visible()
    await shot("8dest")
    await p.locator('[data-rank="1"] button').click()
    await expect(p.locator(".notice-state").first).to_be_visible()
    await s.tap("transport"); await s.tap("at-hospital")
    await shot("9hospital")
    await p.locator("[data-bringing] section button.primary").first.click()
    await shot("a-hand")
    await p.locator("dialog[open] .sheet-actions button").first.click()
    await p.locator(".tabs button").first.click()
    await shot("b-job")
    pages.watched.may_lose_the_line = True
    await p.context.set_offline(True)
    await s.tap("hand-over")
    await expect(p.locator(".banner.alert")).to_be_visible()
    await p.locator(".menu").click()
    await shot("c-menu")
    await p.locator("dialog[open] .sheet-actions button").first.click()
    await shot("d-offline")
    await p.context.set_offline(False)

@pytest.mark.parametrize("combo", os.environ.get("COMBOS", "dark:zh-CN:360x780").split(","))
async def test_shots(house, pages, combo, monkeypatch):
    theme, language, size = combo.split(":")
    w, h = map(int, size.split("x"))
    import tests.browser.test_crew as tc
    monkeypatch.setattr(tc, "SMALL", ViewportSize(width=w, height=h))
    await shots(house, pages, theme, language, f"{theme}-{language}-{size}", station=6)
