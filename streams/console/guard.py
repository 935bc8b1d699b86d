"""Round every page: who is asking, what the browser may do with it, how long it took."""

import secrets
import time
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from alerts.console.access import Seer
from alerts.console.signing import fits, opened
from detectors.errors import BoardError, ContractError, EbbwatchError
from streams.console.parts import PARTS, VISIT, Parts, Visit
from streams.console.rendering import language_of, render
from streams.console.views import UnwrittenError

log = structlog.stdlib.get_logger("ebbwatch.console")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SESSION, VISITOR, LANGUAGE = "ebbwatch_session", "ebbwatch_visitor", "ebbwatch_language"
VISITOR_LENGTH = 22  # characters of what we draw for somebody who is not logged in
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Nobody finds a customer in the cache of a browser that somebody else uses next.
    "Cache-Control": "no-store",
}
HTTPS_ONLY = "max-age=31536000"
# Where a form may come from: our own pages, or an address that was typed in.
OURS = (None, "same-origin", "none")


@web.middleware
async def measured(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count each request, and put the safety headers on whatever comes of it."""
    began_s, parts = time.monotonic(), request.app[PARTS]
    try:
        response = await handler(request)
    except web.HTTPException as redirect:
        response = redirect
    except Exception as error:  # one page's fault is not everybody's
        log.error("page_failed", page=_page_name(request), exc_info=error)
        response = _message(request, 500, "failed")
    response.headers.update(HEADERS)
    if parts.settings.secure:
        response.headers["Strict-Transport-Security"] = HTTPS_ONLY
    parts.counts.took(_page_name(request), response.status, time.monotonic() - began_s)
    if isinstance(response, web.HTTPException):
        raise response
    return response


@web.middleware
async def known(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find out who is asking, and give a visitor something to make forms out to."""
    parts = request.app[PARTS]
    session = opened(parts.key, request.cookies.get(SESSION, ""), time.time())
    visitor = request.cookies.get(VISITOR, "")
    drawn = len(visitor) != VISITOR_LENGTH
    visitor = secrets.token_urlsafe(16) if drawn else visitor
    # Until the store has said who it is, it is nobody: its error has a page too.
    request[VISIT] = _visit(request, None, None, visitor)
    response = await _told(request, handler, session, visitor)
    if drawn:
        set_cookie(parts, response, VISITOR, visitor)
    return response


def set_cookie(
    parts: Parts, response: web.StreamResponse, name: str, value: str, seconds: int | None = None
) -> None:
    """Set a cookie that no script reads and no other site sends."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        samesite="Strict",
        secure=parts.settings.secure,
        path="/",
    )


async def form_of(request: web.Request) -> dict[str, str]:
    """Give the fields of a form that comes from a page of ours.

    Raises
    ------
    ContractError
        If it does not, or carries a file.
    """
    form = await request.post()
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    parts, visit = request.app[PARTS], request[VISIT]
    from_us = request.headers.get("Sec-Fetch-Site") in OURS
    if not from_us or not fits(parts.key, visit.holder, fields.pop("form_token", "")):
        parts.counts.refused["form"] += 1
        raise StaleFormError
    return fields


class StaleFormError(ContractError):
    """A form that is not from a page that we gave to this person."""


async def _told(
    request: web.Request, handler: Handler, session: str | None, visitor: str
) -> web.StreamResponse:
    """Answer; what goes wrong becomes a page that says what to do."""
    try:
        name, by_session = await _who(request, session)
        request[VISIT] = _visit(request, name, by_session, visitor)
        return await handler(request)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
        request.app[PARTS].counts.refused["page"] += 1
        return _message(request, 404, "no_page", "no_page_told")
    except web.HTTPRequestEntityTooLarge:
        return _message(request, 413, "bad_form", why="> 64 kB")
    except StaleFormError:
        return _message(request, 403, "bad_form", why=None)
    except ContractError as error:
        return _message(request, 400, "bad_form", why=str(error))
    except UnwrittenError:
        return _message(request, 503, "no_view")
    except BoardError:
        return _message(request, 503, "no_board")
    except EbbwatchError:
        return _message(request, 503, "no_action")


async def _who(request: web.Request, session: str | None) -> tuple[str | None, str | None]:
    parts = request.app[PARTS]
    header = parts.settings.proxy_header
    if header is not None and request.remote in parts.settings.proxy_from:
        return request.headers.get(header), None
    return (None, None) if session is None else (await parts.doors.who(session), session)


def _visit(request: web.Request, name: str | None, session: str | None, visitor: str) -> Visit:
    parts = request.app[PARTS]
    person = None if name is None else parts.people.get(name)
    chosen = request.cookies.get(LANGUAGE) or (None if person is None else person.language)
    language = language_of(chosen, request.headers.get("Accept-Language", ""))
    if name is None or person is None:
        return Visit(None, language, visitor)
    seer = Seer(name, person, parts.people.owners(name))
    return Visit(seer, language, session or f"{visitor} {name}", session)


def _message(
    request: web.Request, status: int, name: str, more: str | None = None, **values: str | None
) -> web.Response:
    return render(request, "message.html", status=status, message=name, more=more, values=values)


def _page_name(request: web.Request) -> str:
    return request.match_info.route.name or "none"
