import pytest

from detectors.text.languages import legible


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The parcel never came.", "en"),
        ("refund pls", "en"),
        ("包裹没有送到", "zh"),
        ("我的 iPhone screen 坏了", "zh"),
        ("Nadie contesta el teléfono, estoy muy molesto con ustedes.", "und"),
        ("Das Paket ist leider nicht gekommen und niemand antwortet.", "und"),
        ("Le colis n'est jamais arrivé et personne ne répond.", "und"),
        ("Посылка так и не пришла", "und"),
        ("荷物がまだ届いていません、どうなっていますか", "und"),
        ("택배가 아직 오지 않았습니다", "und"),
        ("12345", "und"),
        ("", "und"),
    ],
)
def test_the_language_is_that_of_script_and_common_words(text: str, language: str) -> None:
    assert legible(text).language == language
    wrong = "zh" if language == "en" else "en"
    assert legible(text, wrong).language == language


@pytest.mark.parametrize(
    "text",
    [
        "Nadie contesta el teléfono, estoy muy molesto con ustedes.",
        "Посылка так и не пришла",
        "No me gusta el servicio, me molesta",
        "qzx wvvk pqqrt zzxk hjkl",
        "ÃƒÂ¥ Ã‚Â® Ã¦Ë†",
        "荷物がまだ届いていませんどうなって",
    ],
)
def test_what_we_cannot_read_is_not_readable(text: str) -> None:
    assert legible(text).share < 0.6


def test_names_of_people_addresses_and_digits_count_neither_way() -> None:
    plain = legible("The parcel never came")
    assert legible("@xqzt The parcel never came 123456 https://xq.zt/qqq a@qx.zt") == plain


def test_rare_and_lost_characters_lower_the_share() -> None:
    assert legible("客户服务").share == 1
    assert legible("客户瀹犲").share == 0.5
    assert legible("客户\ufffd\ufffd").share == 0.5
    assert legible("客户\ufffd\ufffd").n_usable == 2
