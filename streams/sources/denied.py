"""Attributes of people that ebbwatch does not read, refused at the door.

Whatever they would add to a score, a customer must not be judged by them. The list goes by the
names of columns, in English and Chinese. Fails for a column whose name hides what is in it:
then the person who wrote the mapping answers for it.
"""

import re

# Never, not even as an id: GDPR Art. 9 and 10, identity numbers, exact location.
SENSITIVE = {
    "ethnicity": ("ethnic", "ethnicity", "race", "racial", "nationality", "民族", "种族", "国籍"),
    "religion": ("religion", "religious", "faith", "宗教"),
    "political opinion": ("political", "politics", "party affiliation", "party member", "政治",
                          "党派"),
    "union membership": ("trade union", "labor union", "labour union", "union member",
                         "union membership", "工会"),
    "health": ("health", "medical", "diagnosis", "disability", "disabled", "illness",
               "健康", "疾病", "残疾"),
    "sex life or orientation": ("sexual", "sex life", "orientation", "性取向"),
    "genetic or biometric data": ("genetic", "dna", "biometric", "fingerprint", "face id",
                                  "iris scan", "voiceprint", "基因", "指纹", "人脸", "声纹"),
    "criminal record": ("criminal", "conviction", "convictions", "犯罪"),
    "caste": ("caste", "种姓"),
    "immigration status": ("immigration", "immigrant", "visa status", "residence permit", "asylum",
                           "refugee", "移民", "难民"),
    "personal identity number": ("ssn", "social security", "passport", "national id", "identity",
                                 "id card", "personal number", "driver license",
                                 "身份证", "护照"),
    "exact location": ("latitude", "longitude", "lat", "lon", "lng", "gps", "geolocation",
                       "coordinates", "street", "经度", "纬度", "住址"),
}  # fmt: skip

# Not as a feature. A household number may still be the customer's id, as in retail panels.
NOT_FEATURES = {
    "age": ("age", "birth", "birthday", "birthdate", "date of birth", "dob", "年龄", "生日"),
    "gender": ("gender", "sex", "性别"),
    "household": ("household", "marital", "children", "婚姻", "家庭"),
    "income": ("income", "salary", "wage", "收入", "工资"),
}

# "age" beside one of these is how old a thing is, and no person.
_AGED_THINGS = frozenset({"account", "contract", "ticket", "invoice", "product", "tenure", "order"})
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def refusal(column: str, *, as_key: bool = False) -> str | None:
    """Say why a column must not be read; None if it may.

    Parameters
    ----------
    column : str
        Name of the column in the file; ``snake_case``, ``camelCase`` and blanks are alike.
    as_key : bool
        Whether it only says whose row it is. Identity numbers are refused even then.

    Examples
    --------
    >>> refusal("EthnicGroup")
    'ethnicity is never read: take it out'
    >>> refusal("household_id", as_key=True) is None, refusal("account_age_days") is None
    (True, True)
    """
    words = [word.lower() for word in _WORDS.findall(column)]
    for attribute, phrases in SENSITIVE.items():
        if _names(column, words, phrases):
            return f"{attribute} is never read: take it out"
    if as_key:
        return None
    for attribute, phrases in NOT_FEATURES.items():
        if attribute == "age" and _AGED_THINGS.intersection(words):
            continue
        if _names(column, words, phrases):
            return (
                f"{attribute} is not a feature: where it is lawfully held it serves a report on "
                "equal treatment, not the risk"
            )
    return None


def _names(column: str, words: list[str], phrases: tuple[str, ...]) -> bool:
    spaced, whole = f" {' '.join(words)} ", "".join(words)
    return any(
        f" {phrase} " in spaced or phrase.replace(" ", "") == whole
        if phrase.isascii()
        else phrase in column
        for phrase in phrases
    )
