"""Coming in and going out: invitations, passwords, sessions."""

import asyncio
import secrets
import time
from http import HTTPStatus

from aiohttp import web

from alerts.console.signing import (
    PASSWORD_LENGTH_MAX,
    PASSWORD_LENGTH_MIN,
    hashed,
    is_of,
    seal,
)
from streams.console.guard import LANGUAGE, SESSION, form_of, set_cookie
from streams.console.parts import PARTS, VISIT, Parts
from streams.console.rendering import LANGUAGES, render

LANGUAGE_KEPT_S = 365 * 86_400
NAME_LENGTH_MAX = 200
PEOPLE_AT_AN_ADDRESS = 10  # an office, or all who come by one proxy, mistype more than one person
# Hashed where there is no such person, so that the time taken does not tell.
NOBODY = hashed("nobody's password", b"nobody's salt...")


async def login_page(request: web.Request) -> web.Response:
    """Ask for name and password."""
    return render(request, "login.html", wrong=None, next=_own(request.query.get("next")))


async def login(request: web.Request) -> web.StreamResponse:
    """Take name and password. Who fails too often waits, whether right or wrong."""
    parts, fields = request.app[PARTS], await form_of(request)
    name, password = fields.get("name", "")[:NAME_LENGTH_MAX], fields.get("password", "")
    following = _own(fields.get("next"))
    if await _too_often(parts, name, request.remote):
        parts.counts.refused["too_often"] += 1
        status = HTTPStatus.TOO_MANY_REQUESTS
        return render(request, "login.html", status=status, wrong="too_often", next=following)
    kept = await parts.doors.password(name) if parts.people.get(name) else None
    # 50 ms of work: in a thread, so that others need not wait.
    right = await asyncio.to_thread(is_of, password, kept or NOBODY)
    if kept is None or not right:
        parts.counts.refused["password"] += 1
        for what in (f"name:{name}", f"address:{request.remote}"):
            await parts.doors.failed(what, parts.settings.tries_minutes * 60)
        status = HTTPStatus.FORBIDDEN
        return render(request, "login.html", status=status, wrong="wrong", next=following)
    return await _let_in(request, name, following)


async def enter_page(request: web.Request) -> web.Response:
    """Show a button: a mail program that looks at a link beforehand must not use it up."""
    return render(request, "enter.html", token=request.query.get("token", ""))


async def enter(request: web.Request) -> web.StreamResponse:
    """Take an invitation."""
    parts, fields = request.app[PARTS], await form_of(request)
    name = await parts.doors.take(fields.get("token", ""))
    if name is None or parts.people.get(name) is None:
        parts.counts.refused["invite"] += 1
        return render(request, "login.html", status=HTTPStatus.FORBIDDEN, wrong="used_up", next="/")
    return await _let_in(request, name, "/")


async def logout(request: web.Request) -> web.StreamResponse:
    """End the session, here and in the store."""
    await form_of(request)
    session = request[VISIT].session
    if session is not None:
        await request.app[PARTS].doors.end(session)
    response = web.HTTPSeeOther("/login")
    response.del_cookie(SESSION, path="/")
    raise response


async def password_page(request: web.Request) -> web.Response:
    """Ask for a new password."""
    return await _password(request, None)


async def change_password(request: web.Request) -> web.Response:
    """Take a new password from whoever knows the old one, or has none yet."""
    parts, fields = request.app[PARTS], await form_of(request)
    seer = request[VISIT].seer
    if seer is None or request[VISIT].session is None:
        raise web.HTTPNotFound
    new, kept = fields.get("new", ""), await parts.doors.password(seer.name)
    if kept is not None and not await asyncio.to_thread(is_of, fields.get("old", ""), kept):
        return await _password(request, "wrong")
    if not PASSWORD_LENGTH_MIN <= len(new) <= PASSWORD_LENGTH_MAX:
        return await _password(request, "too_short")
    if new != fields.get("again"):
        return await _password(request, "not_alike")
    made = await asyncio.to_thread(hashed, new, secrets.token_bytes(16))
    await parts.doors.set_password(seer.name, made)
    return await _password(request, "changed")


async def language(request: web.Request) -> web.StreamResponse:
    """Remember a language and go back to the page."""
    response = web.HTTPSeeOther(_own(request.query.get("back")))
    chosen = request.match_info["language"]
    if chosen in LANGUAGES:
        set_cookie(request.app[PARTS], response, LANGUAGE, chosen, LANGUAGE_KEPT_S)
    raise response


async def _too_often(parts: Parts, name: str, address: str | None) -> bool:
    allowed = parts.settings.tries_max
    return (
        await parts.doors.tries(f"name:{name}") >= allowed
        or await parts.doors.tries(f"address:{address}") >= allowed * PEOPLE_AT_AN_ADDRESS
    )


async def _password(request: web.Request, told: str | None) -> web.Response:
    visit = request[VISIT]
    if visit.seer is None or visit.session is None:
        raise web.HTTPNotFound
    kept = await request.app[PARTS].doors.password(visit.seer.name)
    bad = told not in (None, "changed")
    status = HTTPStatus.BAD_REQUEST if bad else HTTPStatus.OK
    return render(
        request,
        "password.html",
        status=status,
        told=told,
        has_one=kept is not None,
        n=PASSWORD_LENGTH_MIN,
    )


async def _let_in(request: web.Request, name: str, following: str) -> web.StreamResponse:
    parts = request.app[PARTS]
    # A new name for each session: one that somebody else knew before is worth nothing.
    session, seconds = secrets.token_urlsafe(24), int(parts.settings.session_hours * 3600)
    await parts.doors.begin(session, name, seconds)
    response = web.HTTPSeeOther(following)
    sealed = seal(parts.key, session, int(time.time()) + seconds)
    set_cookie(parts, response, SESSION, sealed, seconds)
    raise response


def _own(path: str | None) -> str:
    # "//elsewhere" and "/\elsewhere" are addresses of other sites.
    if path is None or not path.startswith("/") or path[1:2] in ("/", "\\"):
        return "/"
    return path
