import pytest

from detectors.text.encodings import marked, reread

TEXT = "客户服务太差，请回电话"


@pytest.mark.parametrize(
    ("read", "right"),
    [
        pytest.param(TEXT.encode().decode("latin-1"), TEXT, id="UTF-8 as Latin-1"),
        pytest.param(TEXT.encode("gb18030").decode("latin-1"), TEXT, id="GBK as Latin-1"),
        pytest.param("客服".encode().decode("gb18030"), "客服", id="UTF-8 as GBK"),
        pytest.param("donâ€™t â€œcareâ€\x9d", "don’t “care”", id="quotes as cp1252"),
        pytest.param("â‚¬ 20, cafÃ©", "€ 20, café", id="money and accents"),
        pytest.param("I鈥檓 still waiting", "I’m still waiting", id="a quote as GBK"),
        pytest.param(
            "客戶(hù)\u200b".encode().decode("latin-1"),
            "客戶(hù)\u200b",
            id="damaged before as well",
        ),
    ],
)
def test_bytes_are_read_again(read: str, right: str) -> None:
    assert reread(read) == right


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TEXT, id="nothing wrong"),
        pytest.param("Überraschung im Café, naïve Öl", id="accents that are right"),
        pytest.param("馄饨和榴莲，齁咸", id="rare characters that are right"),
        pytest.param(TEXT.encode().decode("latin-1")[:-2], id="cut: not all can be had back"),
        pytest.param("ÀÉÈÊÑÓâä", id="as GBK better, but not good"),
        pytest.param("ï¿½ï¿½ï¿½ï¿½", id="what was lost before"),
        pytest.param("", id="nothing"),
    ],
)
def test_without_proof_nothing_is_read_again(text: str) -> None:
    assert reread(text) == text


@pytest.mark.parametrize(
    ("text", "result"),
    [
        pytest.param("前面好，后面锟斤拷坏，再好", "前面好，后面����，再好", id="lost long ago"),
        pytest.param("前面好，后\ufffd面坏，再好", "前面好，后���，再好", id="lost now"),
        pytest.param("好，目s短呙沲畬瀣务，好", "好，目�������，好", id="half characters"),
        pytest.param("I don\ufffdt know why", "I don\ufffdt know why", id="a quote in English"),
        pytest.param("味道齁咸，不好", "味道齁咸，不好", id="one rare character"),
        pytest.param("这电池は良いです、とてもよい", "这电池は良いです、とてもよい", id="Japanese"),
    ],
)
def test_what_cannot_be_repaired_is_marked_to_the_next_punctuation(text: str, result: str) -> None:
    assert marked(text) == result
    assert marked(result) == result


def test_a_text_cut_within_a_character_is_marked() -> None:
    cut = "客户服务热线打了三天都没有人接听".encode("gb18030")[1:].decode("gb18030", "ignore")
    assert marked(cut).count("\ufffd") > len(cut) / 2
