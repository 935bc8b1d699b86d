"""The README's tables say what the code says.

``python -m tests.test_readme`` writes them anew, in the root of the project.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from alerts import playbooks
from alerts.board import MemoryBoard
from alerts.courier import Rules
from alerts.redis_outbox import RedisOutbox
from detectors.score import FAMILY_OF, FEATURES, rules
from detectors.settings import CoreSettings
from detectors.text.model import word_lists
from streams import cli
from streams.commands.setting_list import settings_of
from streams.console_worker import ConsoleWorker
from streams.counts import Counts
from streams.courier import Courier
from streams.desk_worker import DeskWorker
from streams.embedded import Endpoints
from streams.intake import Intake
from streams.metrics import page_of
from streams.report.measures import MEASURES
from streams.roles import ROLES
from streams.scorer import Scorer
from streams.settings import Settings
from streams.sources.files import open_files
from streams.topics import TABLE
from streams.trainer_worker import TrainerWorker

README = Path(__file__).parent.parent / "README.md"
FEATURE_PAGE = README.parent / "docs" / "features.md"
MEASURE_PAGE = README.parent / "docs" / "measures.md"
SAMPLE = re.compile(r"(\w+)(?:\{(.*)\})? \S+")
LABEL = re.compile(r"(\w+)=")
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"(?:^|`)ebbwatch ([a-z-]+)(?: ([a-z]+))?", re.MULTILINE)
QUOTED = re.compile(r"`[^`\n]+`")
MAPPING = re.compile(r"```toml\n(name = .*?)```", re.DOTALL)

ORDERS = "customer_no,ordered,total\n00718,31.12.2023 09:30,12.50\n"
TICKETS = "customer_no,ticket,opened,prio,subject\n00718,T1,1704100000,P1,Two of six pumps leak\n"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(heads)
    lines = [names, ["---"] * len(names), *rows]
    return "".join("| " + " | ".join(cell(one) for one in line) + " |\n" for line in lines)


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def feature_table() -> str:
    rows = (
        (
            f"`{feature.name}`",
            family,
            feature.unit,
            feature.meaning,
            "+" if feature.sign > 0 else "−",
            f"{feature.weight:g}",
            f"{feature.usual:g}",
        )
        for feature, family in zip(FEATURES, FAMILY_OF, strict=True)
    )
    return table(("feature", "family", "unit", "meaning", "sign", "rule weight", "usual"), rows)


def settings_table() -> str:
    rows = (
        (f"`{one.key}`", f"`{plain(one.default)}`", one.kind, one.why or "see the line above")
        for one in settings_of(Settings.model_construct())
    )
    return table(("setting", "default", "may be", "why"), rows)


def plain(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


Busy = Intake | Scorer | TrainerWorker | DeskWorker | ConsoleWorker | Courier


def busy_roles() -> Iterator[Busy]:
    """Give one of each role that has something to say under every name and label."""
    settings = Settings.model_construct()
    intake = Intake("", settings.intake, 1)
    intake.done.records["slice"] = intake.done.refused["bad_field"] = 1
    intake.done.texts["crm"] = intake.done.unreadable["crm"] = 1
    intake.done.repairs["pinyin"] = intake.done.labels["taken"] = 1
    yield intake
    scorer = Scorer("", CoreSettings())
    scorer.done.crossings["at_risk"] = scorer.done.tick_ms[0] = 1
    scorer.done.breaches["analysis"] = scorer.done.withdrawn["analysis"] = 1
    scorer.done.unverified["analysis"] = 1
    scorer.done.bands[0] = (1, 0, 0, 0)
    yield scorer
    trainer = TrainerWorker("", CoreSettings(), settings.learning)
    trainer.done.newest = replace(rules(0.1), measures={"NAME": 1.0})
    trainer.done.newest_text = word_lists()
    yield trainer
    desk = DeskWorker("", MemoryBoard(), settings.desk, playbooks.shipped())
    done = desk.done
    done.decisions["opened"] = done.changes["opened"] = done.closed["saved"] = 1
    done.opened["case"] = done.informed["head"] = done.broken["analysis"] = 1
    yield desk
    console, _ = ROLES["console"](settings, Endpoints("", "redis://127.0.0.1"))
    assert isinstance(console, ConsoleWorker)
    console.done.took("queue", 200, 0.01)
    console.done.views["task"] = console.done.actions["close"] = console.done.refused["form"] = 1
    yield console
    courier = a_courier(settings)
    courier.done.endings["mail", "delivered"] = 1
    courier.done.tries["mail"] = courier.done.put_off["mail"] = 1
    yield courier


def a_courier(settings: Settings) -> Courier:
    rules = Rules(
        settings=settings.courier, contact=settings.desk.contact, playbooks=playbooks.shipped()
    )
    return Courier(rules, RedisOutbox.connect("redis://localhost", 1), {}, None)


def metrics_table() -> str:
    counts = Counts()
    counts.events["t"] = counts.written["t"] = 1
    counts.place("t", 0)
    rows: dict[str, tuple[str, ...]] = {}
    for role in busy_roles():
        page = page_of(role.done)(counts).decode()
        labels = labels_of(page)
        shown = role.name.removeprefix("churn-")
        for name, told in lines_of(page, "HELP").items():
            whose = "all" if name in rows or name.startswith("ebbwatch_worker_") else shown
            rows[name] = (whose, lines_of(page, "TYPE")[name], labels.get(name, ""), told)
    return table(
        ("metric", "role", "kind", "labels", "meaning"),
        ((f"`{name}`", *rest) for name, rest in rows.items()),
    )


def lines_of(page: str, word: str) -> Mapping[str, str]:
    found = (line.split(" ", 3) for line in page.splitlines() if line.startswith(f"# {word} "))
    return {name: told for _, _, name, told in found}


def labels_of(page: str) -> Mapping[str, str]:
    samples = (SAMPLE.fullmatch(line) for line in page.splitlines() if not line.startswith("#"))
    return {one[1]: ", ".join(LABEL.findall(one[2] or "")) for one in samples if one}


def measures_table() -> str:
    rows = (
        (name, f"`{one.place}`", one.formula, one.window, one.owner, one.group)
        for name, one in MEASURES.items()
    )
    return table(("measure", "in report.json", "formula", "window", "owner", "group"), rows)


TABLES = {
    "measures": (MEASURE_PAGE, measures_table),
    "features": (FEATURE_PAGE, feature_table),
    "settings": (README, settings_table),
    "metrics": (README, metrics_table),
}


def between(name: str) -> re.Pattern[str]:
    return re.compile(f"(?<=<!-- {name} -->\n).*?(?=<!-- end of {name} -->)", re.DOTALL)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_says_what_the_code_says(name: str) -> None:
    page, made = TABLES[name]
    found = between(name).findall(page.read_text(encoding="utf-8"))
    assert found == [made()], "write it anew: python -m tests.test_readme"


@pytest.mark.parametrize("topic", [topic.name for topic in TABLE])
def test_every_topic_is_named(topic: str) -> None:
    assert topic in README.read_text(encoding="utf-8")


def shown_commands() -> list[tuple[str, str]]:
    text = README.read_text(encoding="utf-8")
    places = [*BLOCK.findall(text), *QUOTED.findall(text)]
    return sorted({found for place in places for found in COMMAND.findall(place)})


@pytest.mark.parametrize(("name", "word"), shown_commands())
def test_a_command_that_is_shown_exists(name: str, word: str) -> None:
    command = cli.app[name]
    words = [one for one in command if not one.startswith("-")]
    assert not (words and word) or word in words


def test_the_mapping_that_is_shown_reads_files(tmp_path: Path) -> None:
    (shown,) = MAPPING.findall(README.read_text(encoding="utf-8"))
    (tmp_path / "shop.toml").write_text(shown, encoding="utf-8")
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (tmp_path / "tickets.csv").write_text(TICKETS, encoding="utf-8")
    source = open_files(tmp_path / "shop.toml", ())
    assert [event.subject for event in source.events()] == ["00718", "00718"]
    assert source.n_refused == 0


def write() -> None:
    for name, (page, made) in TABLES.items():
        before, after = between(name).split(page.read_text(encoding="utf-8"))
        page.write_text(before + made() + after, encoding="utf-8")


if __name__ == "__main__":
    write()
