from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generator.explain.answer import Answer
from generator.explain.report import html
from tests.explain.report import answers, browser

WHAT = "the page's tests need a browser: apt-get install chromium-headless-shell"


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Tab]:
    program = browser.found()
    if program is None:
        if os.environ.get("DOCKERIZE_NEEDS_BROWSER") == "1":
            pytest.fail(WHAT)
        pytest.skip(WHAT)
    with browser.tab(program, tmp_path_factory.mktemp("browser")) as tab:
        yield tab


@pytest.fixture
def page(tab: browser.Tab, tmp_path: Path) -> Callable[..., browser.Tab]:
    tab.look_like(1280, 900)

    def opened(answer: Answer, fragment: str = "") -> browser.Tab:
        file = tmp_path / "page.html"
        file.write_text(html.page(answer), encoding="utf-8")
        tab.open(file, fragment)
        return tab

    return opened


Opens = Callable[..., browser.Tab]

STATES = """
[...document.querySelectorAll(".step[data-state]")].map(
  (step) => [step.querySelector(".where span:nth-of-type(2)").textContent.match(/\\d+/)[0],
             step.querySelector(".badge").textContent, step.querySelector(".why").textContent])
"""
SUMMARY = 'document.getElementById("summary").textContent'
CHOSEN = 'document.querySelector("input:checked").value'


def test_an_edit_in_the_address_lights_up_what_it_re_runs(page: Opens) -> None:
    tab = page(answers.shop(), "#change=requirements.txt")
    assert tab.says(SUMMARY) == (
        "Editing requirements.txt re-runs 2 of 13 steps, one of them RUN; "
        "4 more only if /install comes out different."
    )
    lit = {int(line): (verdict, why) for line, verdict, why in tab.says(STATES)}
    assert lit[6] == ("re-runs", "requirements.txt, which it copies, has changed")
    assert lit[7] == ("re-runs", "a step above it re-runs")
    assert lit[23] == ("perhaps", "it copies /install, which line 7 writes")
    assert lit[13] == ("stays", "nothing it is made of changes")
    assert sorted(lit) == [4, 6, 7, 11, 12, 13, 14, 15, 22, 23, 24, 26, 27]


def test_the_first_edit_is_chosen_where_the_address_names_none(page: Opens) -> None:
    for fragment in ("", "#change=no-such", "#change=%", "#layers"):
        assert page(answers.shop(), fragment).says(CHOSEN) == "0"


def test_a_click_chooses_an_edit_and_keeps_it_in_the_address(page: Opens) -> None:
    tab = page(answers.shop())
    tab.click(".edit:nth-of-type(3)")
    assert tab.says(SUMMARY).startswith("Editing tests/test_shop.py re-runs nothing")
    assert tab.says("location.hash") == "#change=tests%2Ftest_shop.py"
    assert tab.says('document.getElementById("note").innerHTML') == (
        "the ignore file leaves it out: <code>tests</code> on line 3"
    )
    assert {verdict for _, verdict, _ in tab.says(STATES)} == {"stays"}


def test_the_arrow_keys_walk_through_the_edits(page: Opens) -> None:
    tab = page(answers.shop())
    for _ in range(10):
        tab.press("Tab")
        if tab.says("document.activeElement.name") == "edit":
            break
    tab.press("ArrowDown")
    assert tab.says(CHOSEN) == "1"
    assert tab.says(SUMMARY).startswith("Editing requirements.txt")
    tab.press("ArrowUp")
    tab.press("ArrowUp")
    assert tab.says(CHOSEN) == "4"
    assert tab.says(SUMMARY) == "Nothing edited, nothing re-runs. Each step says when it would."
    assert tab.says(STATES) == []
    assert "re-runs when a file in app changes" in tab.says("document.body.textContent")


def test_another_address_in_the_same_page_chooses_another_edit(page: Opens) -> None:
    tab = page(answers.shop())
    tab.says('location.hash = "#change=base"')
    assert tab.says("new Promise((done) => setTimeout(done, 50)) && 0") == 0
    assert tab.says(CHOSEN) == "3"


def test_a_line_leads_from_each_stage_to_what_takes_from_it(page: Opens) -> None:
    tab = page(answers.shop(), "#change=requirements.txt")
    paths = '[...document.querySelectorAll(".edges path:not(.tip)")]'
    assert tab.says(f"{paths}.map((path) => path.getAttribute('class'))") == [
        "copy",
        "copy",
        "mount",
    ]
    assert tab.says(f"{paths}.map((path) => path.dataset.state || '')") == [
        "if-changed",
        "",
        "if-changed",
    ]
    assert tab.says(f"{paths}.every((path) => path.getTotalLength() > 50)") is True


def test_stages_that_are_not_built_are_folded_away(page: Opens) -> None:
    tab = page(answers.shop())
    folded = 'document.querySelector(".unbuilt")'
    assert tab.says(f"{folded}.open") is False
    said = "Not built, as runtime does not need it: test"
    assert tab.says(f"{folded}.querySelector('summary').textContent") == said
    assert tab.says(f"{folded}.querySelectorAll('.step').length") == 3
    assert tab.says("document.querySelector('.lanes').textContent.includes('pytest')") is False


@pytest.mark.parametrize("answer", answers.EVERY)
def test_the_page_asks_for_nothing_and_complains_of_nothing(
    page: Opens, answer: Callable[[], Answer]
) -> None:
    tab = page(answer())
    tab.click(".edit:last-of-type")
    assert [address for address in tab.requests if not address.startswith("file:")] == []
    assert len(tab.requests) == 1
    assert tab.complaints == []


def test_a_script_in_a_dockerfile_never_runs(page: Opens) -> None:
    tab = page(answers.hostile())
    assert tab.says("document.querySelectorAll('img, b[onclick], script').length") == 2
    assert "<script>alert(1)</script>" in tab.says(
        'document.querySelector("#step-1 .text").textContent'
    )


@pytest.mark.parametrize("width", [320, 400, 700, 1280, 1900])
def test_no_width_makes_the_page_itself_scroll_sideways(page: Opens, width: int) -> None:
    for answer in (answers.shop(), answers.hostile()):
        tab = page(answer)
        tab.look_like(width, 900)
        assert tab.says("document.documentElement.scrollWidth <= innerWidth") is True


# The contrast of each text's colour with what lies behind it, as WCAG 2 counts it.
CONTRASTS = """
(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => parts(colour).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (parts(colour)[3] !== 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const texts = [...document.querySelectorAll("body *")].filter((element) =>
    !["SCRIPT", "NOSCRIPT"].includes(element.tagName) && element.getClientRects().length &&
    [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  return texts.map((element) => {
    const pair = [light(getComputedStyle(element).color), light(behind(element))];
    return [(Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05),
            element.className + ": " + element.textContent.slice(0, 30)];
  });
})()
"""
STILL = 'document.querySelectorAll("*").forEach((each) => { each.style.transition = "none"; })'


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_can_be_read_in_light_and_dark(page: Opens, dark: bool) -> None:  # noqa: FBT001
    for answer in (answers.shop(), answers.sloppy()):
        tab = page(answer, "#change=requirements.txt")
        tab.says(STILL)
        tab.look_like(1280, 900, dark=dark)
        contrasts = tab.says(CONTRASTS)
        assert len(contrasts) > 50
        assert [each for each in contrasts if each[0] < 4.5] == []


def test_a_screen_reader_meets_edits_as_choices_and_the_answer_as_news(page: Opens) -> None:
    tab = page(answers.shop())
    met = tab.accessible()
    names = [name for role, name in met if role == "radio"]
    assert names[0] == "a source file: app/routes.py 2 of 13"
    assert len(names) == 5
    assert ("radiogroup", "What if you edit …") in [
        (role, name.replace("\xa0", " ")) for role, name in met
    ]
    assert "status" in {role for role, _ in met}
    assert [name for role, name in met if role == "region" and name in {"build", "runtime"}] == [
        "build",
        "runtime",
    ]


def test_without_scripts_the_page_is_a_list_with_tables(page: Opens) -> None:
    tab = page(answers.shop())
    tab.scripts(on=False)
    try:
        met = page(answers.shop()).accessible()
    finally:
        tab.scripts(on=True)
    names = [name for _, name in met]
    assert "Editing app/routes.py re-runs 2 of 13 steps, one of them RUN." in names
    assert "radio" not in {role for role, _ in met}
    assert any("re-runs when a file in app changes" in name for name in names)
