"""All pages of the console, by address."""

from urllib.parse import quote

from aiohttp import web

from alerts.console.people import Page
from streams.console import customer_pages, doors, number_pages, task_pages
from streams.console.guard import Handler, known, measured
from streams.console.parts import PARTS, VISIT, Parts
from streams.console.rendering import FOLDER, render

FORM_BYTES_MAX = 64 * 1024  # a note of 2,000 Chinese characters, percent-encoded, is 18 kB
HOMES = {
    Page.TASKS: "/tasks",
    Page.CUSTOMERS: "/customers",
    Page.CASES: "/cases",
    Page.OPERATIONS: "/operations",
}


def application(parts: Parts) -> web.Application:
    """Put the pages together."""
    app = web.Application(middlewares=[measured, known], client_max_size=FORM_BYTES_MAX)
    app[PARTS] = parts
    router = app.router
    router.add_get("/style.css", style, name="style")
    router.add_get("/login", doors.login_page, name="login")
    router.add_post("/login", doors.login, name="log_in")
    router.add_get("/enter", doors.enter_page, name="enter")
    router.add_post("/enter", doors.enter, name="come_in")
    router.add_get("/language/{language}", doors.language, name="language")
    for path, handler, name in (
        ("/", home, "home"),
        ("/password", doors.password_page, "password"),
        ("/tasks", task_pages.queue, "queue"),
        ("/tasks/{id}", task_pages.task, "task"),
        ("/customers", customer_pages.customers, "customers"),
        ("/customer", customer_pages.customer, "customer"),
        ("/cases", number_pages.cases, "cases"),
        ("/operations", number_pages.operations, "operations"),
    ):
        router.add_get(path, _inside(handler), name=name)
    router.add_post("/password", _inside(doors.change_password), name="set_password")
    router.add_post("/logout", doors.logout, name="logout")
    router.add_post("/tasks/{id}/{kind}", _inside(task_pages.act), name="act")
    return app


async def home(request: web.Request) -> web.StreamResponse:
    """Go to the first page that somebody may open."""
    seer = request[VISIT].seer
    for page, path in HOMES.items():
        if seer is not None and seer.opens(page):
            raise web.HTTPSeeOther(path)
    return render(request, "message.html", message="no_pages", more=None, values={})


async def style(_: web.Request) -> web.StreamResponse:
    """Give the stylesheet."""
    return web.FileResponse(FOLDER / "style.css")


def _inside(handler: Handler) -> Handler:
    """Have only those in who are logged in; nobody else learns what there is."""

    async def inside(request: web.Request) -> web.StreamResponse:
        if request[VISIT].seer is not None:
            return await handler(request)
        following = f"?next={quote(request.path_qs, safe='')}" if request.method == "GET" else ""
        raise web.HTTPSeeOther(f"/login{following}")

    return inside
