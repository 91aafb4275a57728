"""The page in a real browser, from file:// and with the network off."""

import pytest

from tests.report.browser import PROGRAM, browser

pytestmark = [pytest.mark.slow, pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium here")]

INK = "getComputedStyle(document.body).color"
# Contrast as WCAG 2 defines it, of each text element against the nearest background behind it.
CONTRAST = """
(() => {
  const parts = (color) => (color.match(/[\\d.]+/g) || []).map(Number);
  const linear = (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = (color) => {
    const [r, g, b] = parts(color).slice(0, 3).map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = getComputedStyle(e).backgroundColor;
      if (parts(color)[3] !== 0) return color;
    }
    return "rgb(255,255,255)";
  };
  const contrast = (e) => {
    const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  return [...document.querySelectorAll("h1,h2,h3,h4,p,th,td,dt,dd,button,figcaption,code")]
    .filter((e) => e.offsetParent && e.textContent.trim() && contrast(e) < 4.5)
    .map((e) => `${e.tagName} ${e.textContent.slice(0, 30)} ${contrast(e)}`);
})()
"""


@pytest.fixture(scope="module")
def tab():
    with browser() as opened:
        yield opened


@pytest.mark.parametrize(("width", "dark"), [(1400, False), (360, True)])
def test_every_tab_opens_and_draws_without_complaint(tab, page, width, dark):
    tab.screen(width, 900, dark=dark)
    tab.open(page)
    assert tab.run("document.documentElement.dataset.theme") == ("dark" if dark else "light")
    names = tab.run("[...document.querySelectorAll('[role=tab]')].map((t) => t.getAttribute('aria-controls'))")
    assert len(names) == 8
    for name in names:
        tab.run(f"document.getElementById('tab-{name}').click(); new Promise((r) => setTimeout(r, 400))")
        charts = tab.run(f"document.querySelectorAll('#{name} .chart').length")
        assert tab.run(f"document.querySelectorAll('#{name} .chart[data-drawn]').length") == charts
        assert tab.run("[...document.querySelectorAll('[role=tabpanel]')].filter((p) => !p.hidden).length") == 1
        assert tab.run("document.documentElement.scrollWidth <= innerWidth")
        assert tab.run(CONTRAST) == []
    assert tab.complaints == []


def test_the_attractor_is_drawn_in_space_or_from_the_side(tab, page):
    tab.screen(1400, 900)
    tab.open(page)
    found = tab.run(
        "(() => { const c = document.querySelector('.hero .chart'); const gl = c.querySelector('canvas');"
        "return [c.data.length, gl ? gl.width > 100 : c.querySelectorAll('.scatterlayer path').length > 1]; })()"
    )
    assert found == [2, True]


def test_the_attractor_turns_until_paused_and_not_for_readers_who_want_less_motion(tab, page):
    eye = "JSON.stringify(document.querySelector('.hero .chart').layout.scene?.camera.eye ?? null)"
    later = "new Promise((r) => setTimeout(r, 1500))"
    tab.screen(1400, 900, still=True)
    tab.open(page)
    if tab.run("document.getElementById('turn').hidden"):
        pytest.skip("this browser has no WebGL")
    before = tab.run(eye)
    tab.run(later)
    assert tab.run(eye) == before
    tab.run("document.getElementById('turn').click();" + later)
    assert tab.run(eye) != before
    assert tab.run("document.getElementById('turn').textContent") == "Pause"
    tab.run("document.getElementById('turn').click();" + later)
    paused = tab.run(eye)
    tab.run(later)
    assert tab.run(eye) == paused


def test_tabs_are_moved_between_by_keys(tab, page):
    tab.screen(1400, 900)
    tab.open(page)
    tab.run("document.querySelector('[role=tab]').focus()")
    opened = []
    for key in ("ArrowRight", "End", "ArrowRight", "ArrowLeft", "Home"):
        tab.press(key)
        opened.append(tab.run("document.querySelector('[role=tabpanel]:not([hidden])').id"))
        assert tab.run("document.activeElement.getAttribute('aria-selected')") == "true"
        assert tab.run("document.querySelectorAll('[role=tab][tabindex=\"0\"]').length") == 1
    assert opened == ["fit", "reproduce", "data", "reproduce", "data"]


def test_the_theme_is_switched_by_hand(tab, page):
    tab.screen(1400, 900)
    tab.open(page)
    before = tab.run(INK)
    tab.run("document.getElementById('theme').click(); new Promise((r) => setTimeout(r, 500))")
    assert tab.run(INK) != before
    assert tab.run("document.querySelector('#data .chart').layout.paper_bgcolor").upper() == "#0F141A"
    assert tab.complaints == []
