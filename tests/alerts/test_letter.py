from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from alerts.contract import Words
from alerts.letter import Language, Letter, letter
from alerts.letter_words import HEADS, KINDS, OCCASIONS, WAYS
from alerts.outbox import Occasion
from alerts.task import Task
from detectors.facts import CHANNEL_NAMES
from tests.alerts.books import notice_of, opened

LINK = "https://churn.example.org/task/{id}"


def written(task: Task, language: Language = "en", link: str = "") -> Letter:
    return letter(notice_of(task), task, language, link)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_says_why_what_by_when_and_how_to_reach_them(language: Language) -> None:
    task = opened(channel="phone")
    made = written(task, language)
    title = task.title.zh if language == "zh" else task.title.en
    reason = task.reasons[0].zh if language == "zh" else task.reasons[0].en
    steps = [step.zh if language == "zh" else step.en for step in task.steps]
    for told in (title, reason, *steps, "ada", task.id, f"{task.due_at:%Y-%m-%d %H:%M} UTC"):
        assert told in made.text
        assert told in made.html.replace("&#39;", "'")
    assert {"en": "phone", "zh": "电话"}[language] in made.text
    assert title in made.subject


def test_an_urgent_one_says_so_first() -> None:
    assert written(opened(urgent=True)).subject.startswith("Urgent: New task")


def test_it_links_to_the_page_where_there_is_one() -> None:
    task = opened()
    made = written(task, link=LINK)
    assert f"https://churn.example.org/task/{task.id}" in made.text
    assert f'href="https://churn.example.org/task/{task.id}"' in made.html
    assert "href" not in written(task).html


def test_names_are_only_ever_text() -> None:
    task = replace(opened(), customer="<script>alert(1)</script>\r\nBcc: eve@example.org")
    made = written(task)
    assert "\n" not in made.subject
    assert "\r" not in made.subject
    seen: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: seen.append(tag)  # type: ignore[method-assign]
    parser.feed(made.html)
    assert "script" not in seen
    assert "table" in seen


def test_every_word_is_there_in_both_languages() -> None:
    every: list[Words] = [*HEADS.values(), *KINDS.values(), *OCCASIONS.values(), *WAYS.values()]
    assert all(words.en.strip() and words.zh.strip() for words in every)
    assert set(OCCASIONS) == set(Occasion)
    assert set(WAYS) | {"", "other"} == set(CHANNEL_NAMES)
