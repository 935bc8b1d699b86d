import pytest

from detectors.text.stripping import stripped


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        pytest.param("很\u200b慢\ufeff，\u00ad差\x07", "很慢，差", id="characters nobody sees"),
        pytest.param("ＡＢＣ１２３型", "ABC123型", id="full-width letters and digits"),
        pytest.param("共１，２３０．５０元", "共1,230.50元", id="a full-width number"),
        pytest.param("１２：３０到", "12:30到", id="a full-width time"),
        pytest.param("涨了１５％", "涨了15%", id="per cent"),
        pytest.param(
            "很好，谢谢！（真的）", "很好，谢谢！（真的）", id="Chinese punctuation stays"
        ),
        pytest.param("型号Ａ１，２台", "型号A1，2台", id="a comma that is none of a number's"),
        pytest.param("ｎｏ，ｔｈａｎｋｓ！", "no,thanks!", id="full-width English"),
        pytest.param("𝐁𝐚𝐝 𝟓 ﬁles", "Bad 5 files", id="letters from other blocks"),
        pytest.param("①很慢②很贵", "①很慢②很贵", id="circled digits are not numbers"),
        pytest.param("⼈⼯", "人工", id="radicals that stand for characters"),
        pytest.param("送༵来༵不༵错", "送来不错", id="marks piled on characters"),
        pytest.param("cafe\u0301", "café", id="a letter and its accent"),
        pytest.param("first<br>second<br/>third", "first\nsecond\nthird", id="line breaks"),
        pytest.param('<p class="x">Bad <b>service</b></p>', "\nBad service\n", id="tags"),
        pytest.param("a<script>alert('x')</script>b", "ab", id="a script goes with its text"),
        pytest.param("a<!-- x -->b &amp; &lt;c&gt;", "ab & ", id="comments, and marks written out"),
        pytest.param("5 < 6 and 7 > 6", "5 < 6 and 7 > 6", id="less and more are no tags"),
        pytest.param("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour", id="one line break"),
        pytest.param("\ue5e5\ue5e5时光", "时光", id="private use"),
        pytest.param("服\ue100务", "服\ufffd务", id="half a character between two"),
        pytest.param("a\ud800b", "ab", id="half a surrogate pair"),
    ],
)
def test_what_nobody_wrote_goes(text: str, clean: str) -> None:
    assert stripped(text) == clean
