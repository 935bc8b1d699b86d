"""Coming in and going out."""

import time

import pytest

from alerts.console.settings import ConsoleSettings
from alerts.console.signing import seal
from streams.console.doors import PEOPLE_AT_AN_ADDRESS
from streams.console.guard import SESSION
from tests.streams.console.conftest import PEOPLE, House

PASSWORD = "a long enough password"
LOGIN = "/login?next="


async def logged_in(house: House, name: str, password: str) -> tuple[int, str]:
    """Try to log in; give the status and where one is sent."""
    guest = await house.visitor()
    await guest.get("/login")
    response = await guest.post("/login", {"name": name, "password": password})
    return response.status, response.headers.get("Location", "")


async def test_nobody_who_is_not_logged_in_sees_a_page(house: House) -> None:
    guest = await house.visitor()
    for path in ("/", "/tasks", "/tasks/x", "/customers", "/customer?id=a", "/cases",
                 "/operations", "/password"):  # fmt: skip
        response = await guest.get(path, allow_redirects=False)
        assert response.status == 303
        assert response.headers["Location"].startswith("/login")


async def test_after_the_log_in_one_is_where_one_wanted_to_go(house: House) -> None:
    guest = await house.come_in("Kim")
    await guest.get("/password")
    await guest.post("/password", {"new": PASSWORD, "again": PASSWORD})
    visitor = await house.visitor()
    await visitor.get("/customer?id=a%26b&from=search")
    fields = {"name": "Kim", "password": PASSWORD, "next": "/customer?id=a%26b&from=search"}
    assert 'name="next" value="/customer?id=a%26b&amp;from=search"' in visitor.last
    sent = await visitor.post("/login", fields)
    assert sent.headers["Location"] == fields["next"]


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil", ""])
async def test_nobody_is_sent_to_another_site(house: House, elsewhere: str) -> None:
    guest = await house.visitor()
    response = await guest.get("/language/zh", params={"back": elsewhere}, allow_redirects=False)
    assert response.headers["Location"] == "/"


async def test_an_invitation_lets_in_once(house: House) -> None:
    await house.parts.doors.invite("t", "Kim", 60)
    for status in (303, 403):
        guest = await house.visitor()
        await guest.get("/enter?token=t")  # a mail program that looks uses nothing up
        await guest.get("/enter?token=t")
        assert (await guest.post("/enter", {"token": "t"})).status == status


async def test_what_is_kept_of_an_invitation_is_not_its_token(house: House) -> None:
    await house.parts.doors.invite("the token itself", "Kim", 60)
    client = house.parts.doors._client
    keys = [key async for key in client.scan_iter(match="console *invite*")]
    assert keys
    assert not [key for key in keys if b"the token itself" in key]


async def test_a_session_ends_when_one_logs_out_whoever_kept_the_cookie(house: House) -> None:
    guest = await house.come_in("Kim")
    (kept,) = [one for one in guest.client.session.cookie_jar if one.key == SESSION]
    assert (kept["httponly"], kept["samesite"]) == (True, "Strict")
    await guest.get("/tasks")
    assert (await guest.post("/logout")).status == 303
    thief = await house.visitor(cookies={SESSION: kept.value})
    assert (await thief.get("/tasks", allow_redirects=False)).status == 303


@pytest.mark.parametrize("how", ["other key", "later", "other session", "no mark", "nonsense"])
async def test_a_forged_cookie_is_nobodys(house: House, how: str) -> None:
    guest = await house.come_in("Kim")
    (real,) = [one for one in guest.client.session.cookie_jar if one.key == SESSION]
    session, until, mark = real.value.split(".")
    forged = {
        "other key": seal(b"1" * 32, session, int(until)),
        "later": f"{session}.{int(until) + 999}.{mark}",
        "other session": f"{session[:-1]}_.{until}.{mark}",
        "no mark": f"{session}.{until}.",
        "nonsense": "ü" * 9,
    }[how]
    thief = await house.visitor(headers={"Cookie": f"{SESSION}={forged}"})
    assert (await thief.get("/tasks", allow_redirects=False)).status == 303


async def test_a_session_that_is_over_is_over(house: House) -> None:
    await house.parts.doors.begin("s", "Kim", 60)
    for until_s, status in ((time.time() + 60, 200), (time.time() - 1, 303)):
        cookie = seal(house.parts.key, "s", int(until_s))
        guest = await house.visitor(headers={"Cookie": f"{SESSION}={cookie}"})
        assert (await guest.get("/tasks", allow_redirects=False)).status == status


async def test_a_password_is_set_by_who_uses_it_and_lets_in(house: House) -> None:
    guest = await house.come_in("Kim")
    for fields, status in (
        ({"new": "short", "again": "short"}, 400),
        ({"new": PASSWORD, "again": PASSWORD + "!"}, 400),
        ({"new": PASSWORD, "again": PASSWORD}, 200),
        ({"new": PASSWORD + "2", "again": PASSWORD + "2"}, 400),  # not without the old one
        ({"old": PASSWORD, "new": PASSWORD + "2", "again": PASSWORD + "2"}, 200),
    ):
        await guest.get("/password")
        assert (await guest.post("/password", fields)).status == status
    assert await logged_in(house, "Kim", PASSWORD) == (403, "")
    assert await logged_in(house, "Kim", PASSWORD + "2") == (303, "/")
    kept = await house.parts.doors.password("Kim")
    assert kept is not None
    assert PASSWORD not in kept


async def test_who_fails_too_often_waits_even_with_the_right_password(house: House) -> None:
    guest = await house.come_in("Kim")
    await guest.get("/password")
    await guest.post("/password", {"new": PASSWORD, "again": PASSWORD})
    n = house.parts.settings.tries_max
    found = [(await logged_in(house, "Kim", "wrong password"))[0] for _ in range(n)]
    assert found == [403] * n
    assert (await logged_in(house, "Kim", PASSWORD))[0] == 429


async def test_an_address_that_tries_many_names_waits_too(house: House) -> None:
    n = house.parts.settings.tries_max * PEOPLE_AT_AN_ADDRESS
    for _ in range(n):
        await house.parts.doors.failed("address:127.0.0.1", 60)
    assert (await logged_in(house, "Kim", PASSWORD))[0] == 429


async def test_who_does_not_exist_is_told_what_who_is_wrong_is_told(house: House) -> None:
    said = set()
    for name in ("Kim", "Nobody"):
        guest = await house.visitor()
        await guest.get("/login")
        response = await guest.post("/login", {"name": name, "password": "wrong password"})
        start = guest.last.index("<main")
        said.add((response.status, guest.last[start:].split('name="form_token"')[0]))
    assert len(said) == 1


async def test_every_answer_carries_the_safety_headers(house: House) -> None:
    guest = await house.visitor()
    for path in ("/login", "/tasks", "/nowhere", "/style.css"):
        headers = (await guest.get(path, allow_redirects=False)).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


async def test_requests_are_counted_by_page_and_status(house: House) -> None:
    guest = await house.come_in("Kim")
    await guest.get("/tasks")
    await guest.get("/nowhere")
    done = house.parts.counts
    assert done.requests["queue", "200"] == 1
    assert done.requests["none", "404"] == 1
    assert sum(done.seconds) == done.requests.total()


class TestProxy:
    """A proxy that has checked who it is."""

    @pytest.fixture
    def console_settings(self) -> ConsoleSettings:
        return ConsoleSettings(
            people=PEOPLE, proxy_header="X-Who", address="https://console.example"
        )

    async def test_its_word_is_taken_and_its_forms_too(self, house: House) -> None:
        guest = await house.visitor(headers={"X-Who": "Kim"})
        assert (await guest.get("/tasks")).status == 200
        assert "log out" not in guest.last.lower()

    async def test_whoever_it_does_not_name_is_nobody(self, house: House) -> None:
        for headers in ({}, {"X-Who": "Nobody"}):
            guest = await house.visitor(headers=headers)
            assert (await guest.get("/tasks", allow_redirects=False)).status == 303

    async def test_a_session_is_worth_nothing_beside_it(self, house: House) -> None:
        await house.parts.doors.begin("s", "Kim", 60)
        cookie = seal(house.parts.key, "s", int(time.time()) + 60)
        guest = await house.visitor(headers={"Cookie": f"{SESSION}={cookie}"})
        assert (await guest.get("/tasks", allow_redirects=False)).status == 303

    async def test_from_elsewhere_it_is_not_believed(self, house: House) -> None:
        settings = house.parts.settings.model_copy(update={"proxy_from": ("10.0.0.1",)})
        house.parts.__dict__["settings"] = settings
        guest = await house.visitor(headers={"X-Who": "Kim"})
        assert (await guest.get("/tasks", allow_redirects=False)).status == 303

    async def test_cookies_travel_encrypted_only(self, house: House) -> None:
        guest = await house.visitor()
        response = await guest.get("/login")
        assert "Secure" in response.headers["Set-Cookie"]
        assert response.headers["Strict-Transport-Security"]


async def test_nobody_is_vouched_for_unless_a_proxy_is_named(house: House) -> None:
    guest = await house.visitor(headers={"X-Who": "Kim", "X-Remote-User": "Kim"})
    assert (await guest.get("/tasks", allow_redirects=False)).status == 303
