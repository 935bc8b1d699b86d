"""Proposals by similar names: what is found, what is not, and that order is of no account."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.identity.candidates import BLOCK_MAX
from streams.identity.company_names import company_name
from streams.identity.likeness import likeness
from streams.identity.proposals import LINE, TAX_RULE, Entry, Proposal, propose

LATIN = ("Borealis", "Kestrel", "Hanover", "Meridian", "Solstice", "Chemicals", "Pumping", "Marine")
HAN = ("北光机械设备", "宏图精密仪器", "长江水泵制造", "海蓝化工材料", "鼎盛电子科技")
LATIN_FORMS = (" Ltd", " Limited", " Co., Ltd.", ", LTD", " Pty Ltd")
HAN_FORMS = ("有限公司", "股份有限公司", "有限责任公司", "（有限公司）")
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def found(*rows: Entry) -> set[tuple[str, str]]:
    return {(one.id, one.other) for one in propose(rows).proposals}


def names(*texts: str) -> list[Entry]:
    return [Entry("crm", f"{n}", text) for n, text in enumerate(texts)]


@st.composite
def misspelt(draw: st.DrawFn) -> tuple[str, str]:
    """Give a company's name and another spelling of it."""
    if draw(st.booleans()):
        name = draw(st.sampled_from(HAN))
        at = draw(st.integers(0, len(name) - 1))
        other = draw(st.sampled_from((name, name[:at] + "燚" + name[at + 1 :])))
        first, second = (draw(st.sampled_from(HAN_FORMS)) for _ in range(2))
        return name + first, " ".join(other) + second
    words = draw(st.lists(st.sampled_from(LATIN), min_size=1, max_size=3, unique=True))
    slipped = list(words)
    place = draw(st.integers(0, len(words) - 1))
    at = draw(st.integers(1, len(words[place]) - 2))
    word = words[place]
    slipped[place] = draw(
        st.sampled_from(
            (
                word,
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            )
        )
    )
    first, second = (draw(st.sampled_from(LATIN_FORMS)) for _ in range(2))
    other = " ".join(slipped).upper() + second
    return " ".join(words) + first, other.translate(WIDE) if draw(st.booleans()) else other


@given(misspelt())
@settings(max_examples=300, deadline=None)
def test_another_spelling_is_proposed(pair: tuple[str, str]) -> None:
    assert found(*names(*pair, *LATIN, *HAN)) >= {("0", "1")}


@given(st.lists(misspelt(), min_size=1, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_rows_does_not_matter(
    pairs: list[tuple[str, str]], chance: random.Random
) -> None:
    rows = names(*(text for pair in pairs for text in pair))
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert propose(shuffled) == propose(rows)


@given(misspelt(), misspelt(), st.sampled_from(("", "1 High St", "9 Low Road")))
@settings(max_examples=200, deadline=None)
def test_likeness_is_the_same_both_ways(
    pair: tuple[str, str], other: tuple[str, str], address: str
) -> None:
    for one, two in ((pair[0], pair[1]), (pair[0], other[1])):
        there, back = company_name(one), company_name(two)
        told = likeness(there, back, ("1 High Street", address))
        assert told == likeness(back, there, (address, "1 High Street"))
        assert 0 <= told.similarity <= 1


GROUPS = [
    ("Acme Pumps Ltd", "Acme Valves Ltd"),
    ("Acme Ltd", "Acme Holding Ltd"),
    ("Acme Labs A", "Acme Labs B"),
    ("Acme Works 1 Ltd", "Acme Works 2 Ltd"),
    ("Northeast Trading Ltd", "Northwest Trading Ltd"),
    ("Siemens AG", "Siemens SA"),
    ("宏图机械有限公司", "宏图电子有限公司"),
    ("宏图第一机械有限公司", "宏图第二机械有限公司"),
    ("宏图机械集团有限公司", "宏图机械有限公司"),
    ("宏图机械上海分公司", "宏图机械北京分公司"),
]


@pytest.mark.parametrize(("one", "other"), GROUPS, ids=[one for one, _ in GROUPS])
@pytest.mark.parametrize("address", ["", "1 High Street"])
def test_sisters_of_one_group_are_not_proposed(one: str, other: str, address: str) -> None:
    rows = [Entry("crm", "1", one, address), Entry("crm", "2", other, address)]
    assert found(*rows) == set()


ALIKE = [
    ("Blue Sky Inc.", "Bluesky Corporation"),
    ("Bordeaux Chemicals GmbH", "Bordaeux Chemcials"),
    ("Müller & Söhne KG", "Muller and Sohne"),
    ("Borealis Intl. S.A.", "BOREALIS INTERNATIONAL SA"),
    ("Pumps Borealis", "Borealis Pumps"),
    ("北光機械（上海）股份有限公司", "北光机械上海有限公司"),
    ("北光機(jī)械(xiè)有限公司", "北光机械有限公司"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE, ids=[one for one, _ in ALIKE])
def test_one_company_written_in_two_ways(one: str, other: str) -> None:
    assert found(*names(one, other)) == {("0", "1")}


def test_a_shared_address_speaks_for_a_slip_and_another_one_against() -> None:
    def alike(address: str) -> float:
        rows = Entry("a", "1", "Kestrel", "12 Harbour St."), Entry("b", "2", "Kestral", address)
        return next(one.similarity for one in propose(rows, line=0.1).proposals)

    assert alike("12 Harbour Street") > alike("") > alike("7 Station Road")


def tax(name: str, number: str, id_: str) -> Entry:
    return Entry("crm", id_, name, "", number)


def test_the_same_tax_id_decides_whatever_the_names() -> None:
    (only,) = propose(
        [tax("Zeta", "DE 811.193.231", "1"), tax("Omega", "de811193231", "2")]
    ).proposals
    assert (only.rule, only.why[0], only.similarity < LINE) == (TAX_RULE, "same tax id", True)


def test_tax_ids_that_differ_decide_as_well() -> None:
    rows = [tax("Borealis", "DE811193231", "1"), tax("Borealis", "DE811193232", "2")]
    assert found(*rows) == set()


def test_that_tax_ids_differ_counts_in_whichever_source_they_stand() -> None:
    rows = [
        tax("Borealis", "DE811193231", "1"),
        Entry("shop", "1", "Borealis"),
        tax("Borealis", "DE811193232", "2"),
    ]
    assert found(*rows) == set()


def test_a_filler_is_no_tax_id() -> None:
    assert found(tax("Zeta", "0000000", "1"), tax("Omega", "0000000", "2")) == set()


def test_an_id_of_two_sources_is_one_customer_already() -> None:
    assert found(Entry("crm", "7", "Borealis"), Entry("shop", "7", "Borealis")) == set()


def test_a_damaged_name_says_so() -> None:
    good, bad = "客户服务中心".encode(), "客户服务中心".encode().decode("gb18030", "replace")
    (only,) = propose(names(good.decode(), bad), line=0.5).proposals
    assert "damaged" in only.why[-1]


def test_a_word_that_all_use_is_cut_and_counted_and_neighbours_are_still_found() -> None:
    rows = names(*(f"Common Trading {n}" for n in range(BLOCK_MAX + 20)), "Common Trading 007x")
    told = propose([*rows, Entry("shop", "x", "Common Trading 7 Limited")])
    assert ("7", "x") in {(one.id, one.other) for one in told.proposals}
    assert told.n_compared < len(rows) * 25


def test_the_likeliest_come_first_and_rules_before_them() -> None:
    rows = [*names("Borealis", "Borealis Ltd", "Kestrel Marine", "Kestral Marine")]
    rows += [tax("Zeta", "DE811193231", "y"), tax("Omega", "DE811193231", "z")]
    told: tuple[Proposal, ...] = propose(rows).proposals
    assert [(one.id, one.rule is not None) for one in told] == [
        ("y", True),
        ("0", False),
        ("2", False),
    ]
