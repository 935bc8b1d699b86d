"""From a table to decided merges: files with clear errors, chains, contradictions, events."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from detectors.errors import ContractError, EbbwatchError
from streams.cli import app
from streams.commands import sending
from streams.events.profiles import CustomerMerged
from streams.identity.deciding import Merge, Verdict, events, merges
from streams.identity.proposals import Entry, propose
from streams.identity.tables import entries, verdicts

AT = datetime(2024, 5, 1, tzinfo=UTC)
HEADER = "source,id,name,address,tax_id\n"
CUSTOMERS = HEADER + (
    "crm,1,Borealis Ltd,12 Harbour St,\n"
    "shop,b,BOREALIS LIMITED,12 Harbour Street,\n"
    "crm,2,Zeta,,DE811193231\n"
    "shop,z,Omega,,DE 811193231\n"
    "crm,3,Kestrel,,\n"
)


def written(folder: Path, text: str, name: str = "customers.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("source,id\n", "line 1: there is no column 'name'"),
        (HEADER + "crm,1,,,\n", "line 2, column name: is empty"),
        (
            HEADER + "crm,1,A,,\n\ncrm,1,B,,\n",
            "line 4, column id: '1' of source 'crm' was on line 2",
        ),
        (HEADER + "crm,1,A,,,more\n", "line 2: more cells than columns"),
        (HEADER + f"crm,{'9' * 201},A,,\n", "line 2, column id: is longer than 200"),
    ],
    ids=["no column", "no name", "twice", "too many cells", "an endless id"],
)
def test_what_is_wrong_in_a_file_is_named_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ContractError, match=message):
        entries(written(tmp_path, text))


def test_a_file_that_is_no_utf_8_or_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes((HEADER + "crm,1,Müller,,\n").encode("latin-1"))
    with pytest.raises(ContractError, match="is not UTF-8"):
        entries(path)
    with pytest.raises(ContractError, match="No such file"):
        entries(tmp_path / "nowhere.csv")


DECIDED = "id,other,same,survivor\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b,perhaps,\n", "line 2, column same: was 'perhaps'"),
        ("a,x,yes,\n", "line 2, column other: no customer has the id 'x'"),
        ("a,b,yes,c\n", "line 2, column survivor: 'c' is neither of the two"),
        ("a,a,yes,\n", "line 2, column other: is the id itself"),
        ("a,b,yes,\nb,a,no,\n", "line 3, column same: line 2 says otherwise"),
    ],
    ids=["no such word", "no such id", "a third survives", "with itself", "both ways"],
)
def test_what_is_wrong_in_a_decision_is_named_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ContractError, match=message):
        verdicts(written(tmp_path, DECIDED + text), "abc")


def test_what_is_not_decided_yet_is_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path, DECIDED + "a,b,,\nb,c,Yes,c\n")
    assert [(one.id, one.other) for one in verdicts(path, "abc")] == [("b", "c")]


def test_nothing_is_merged_by_likeness_alone() -> None:
    told = propose([Entry("crm", "1", "Borealis"), Entry("shop", "2", "Borealis")]).proposals
    assert len(told) == 1
    assert merges(told, (), "Ada") == ()


def test_the_rule_decides_unless_the_person_objects() -> None:
    rows = [Entry("a", "1", "Zeta", "", "811193231"), Entry("b", "2", "Omega", "", "811193231")]
    told = propose(rows).proposals
    assert merges(told, (), "Ada") == (Merge("1", "2", "tax-id"),)
    assert merges(told, [Verdict("2", "1", False)], "Ada") == ()


def test_a_chain_has_one_survivor() -> None:
    said = [Verdict("a", "b", True), Verdict("c", "d", True), Verdict("d", "b", True, "d")]
    assert merges((), said, "Ada") == tuple(Merge("d", one, "Ada") for one in "abc")
    assert merges((), said[::-1], "Ada") == merges((), said, "Ada")


def test_two_survivors_and_contradictions_are_refused() -> None:
    two = [Verdict("a", "b", True, "a", "line 2"), Verdict("b", "c", True, "c", "line 3")]
    with pytest.raises(ContractError, match="line 3: of one company both a and c are to stay"):
        merges((), two, "Ada")
    apart = [Verdict("a", "b", True), Verdict("b", "c", True), Verdict("a", "c", False, "", "l4")]
    with pytest.raises(ContractError, match="l4: a and c are said to be two customers"):
        merges((), apart, "Ada")


def test_a_merge_is_told_for_both_ids_and_twice_is_once() -> None:
    once = events([Merge("a", "b", "Ada")], AT)
    assert [(one.subject, one.data.role, one.data.other) for one in once] == [  # type: ignore[attr-defined]
        ("a", "survivor", "b"),
        ("b", "absorbed", "a"),
    ]
    assert [one.id for one in once] == [one.id for one in events([Merge("a", "b", "Ada")], AT)]


def run(*words: str) -> None:
    app(list(words), exit_on_error=False, result_action="return_value")


def test_from_a_file_to_events_that_can_be_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    customers, out = written(tmp_path, CUSTOMERS), tmp_path / "proposals.csv"
    run("propose-merges", str(customers), "--out", str(out))
    told = capsys.readouterr().out
    assert "2 proposals of 5 rows, 1 by the same tax id." in told
    assert "same tax id; name" in told
    decided = written(tmp_path, out.read_text("utf-8-sig").replace("1,b,,", "1,b,yes,b"), "d.csv")
    to = tmp_path / "merges.jsonl"
    run("propose-merges", str(customers), "--decided", str(decided), "--by", "Ada", "--events",
        str(to), "--json", "--at", "2024-05-01")  # fmt: skip
    shown = json.loads(capsys.readouterr().out)
    assert (shown["n_rows"], shown["n_merged"]) == (5, 2)
    sent = sending.written(to)
    assert all(isinstance(one, CustomerMerged) and one.time == AT for one in sent)
    assert {(one.subject, one.data.decided_by) for one in sent} == {  # type: ignore[attr-defined]
        ("b", "Ada"),
        ("1", "Ada"),
        ("2", "tax-id"),
        ("z", "tax-id"),
    }


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--line", "0"), "--line was 0"),
        (("--decided", "d.csv", "--events", "e"), "needs --by"),
        (("--decided", "d.csv", "--by", "Ada"), "needs --events"),
    ],
    ids=["no line", "nobody decided", "nowhere to write"],
)
def test_options_that_do_not_go_together(
    tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    with pytest.raises(EbbwatchError, match=message):
        run("propose-merges", str(written(tmp_path, CUSTOMERS)), *words)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: "),
        ('{"type": "weather.changed"}', "line 2: unknown event type 'weather.changed'"),
        ('{"type": "login.made"}', "line 2: .*specversion"),
    ],
    ids=["no JSON", "no such type", "no event"],
)
def test_a_file_of_events_is_read_whole_before_one_is_sent(
    tmp_path: Path, line: str, message: str
) -> None:
    good = '{"specversion":"1.0","id":"1","source":"s","type":"login.made","subject":"c",'
    good += '"time":"2024-01-01T00:00:00Z","data":{}}\n'
    with pytest.raises(ContractError, match=message):
        sending.written(written(tmp_path, f"{good}{line}\n", "e.jsonl"))
