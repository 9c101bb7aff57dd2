"""The web application: routes, page, and what stands around every answer."""

from __future__ import annotations

from typing import Any

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from gateway.web import health
from gateway.web.alerts import maintenance, remarks, why
from gateway.web.alerts import routes as alerts
from gateway.web.assets import board, containment, events, history, trails, whereabouts
from gateway.web.assets import routes as assets
from gateway.web.devices import messages, operations
from gateway.web.devices import routes as devices
from gateway.web.door import sessions, tokens
from gateway.web.door.security import SecureHeaders
from gateway.web.house import furnish
from gateway.web.http import problems
from gateway.web.http.answers import described
from gateway.web.http.parameters import refuse_unknown
from gateway.web.kpis import routes as kpis
from gateway.web.live import stream
from gateway.web.page import Page
from gateway.web.partners import parties
from gateway.web.partners import routes as partners
from gateway.web.places import place_plans
from gateway.web.places import routes as places
from gateway.web.ports import Ports
from gateway.web.quality import names
from gateway.web.quality import routes as quality
from gateway.web.search import routes as search
from gateway.web.shipments import estimate_history, estimates, goods, list_routes, plan_versions, shares
from gateway.web.shipments import routes as shipments
from gateway.web.stock import routes as stock
from gateway.web.subscriptions import routes as subscriptions

RESOURCES = (
    sessions,
    places,
    place_plans,
    board,
    whereabouts,
    events,
    trails,
    history,
    search,
    assets,
    containment,
    list_routes,
    estimate_history,
    estimates,
    goods,
    plan_versions,  # before shipments, whose ids may hold a slash
    shares,
    shipments,
    alerts,
    why,
    remarks,
    subscriptions,
    maintenance,
    stock,
    stream,
    names,
    quality,
    kpis,
    parties,
    partners,
    tokens,
    operations,
    devices,
    messages,
    health,
)
GZIP_FROM = 1024  # bytes
DESCRIPTION = (
    "Where things are in the tiers of a supply chain, and who was told when a shipment runs late."
    " Every answer holds only what the token's party may see. Errors are RFC 7807 problems."
)


def build(ports: Ports) -> FastAPI:
    """The application over its ports. It starts nothing and owns nothing: `app` runs it and closes `ports.hub`."""
    # /docs and /redoc would load scripts from other hosts.
    app = FastAPI(title="tierview", version=ports.version, description=DESCRIPTION, docs_url=None, redoc_url=None)
    app.state.house = furnish(ports)
    for resource in RESOURCES:
        app.include_router(resource.router, dependencies=[Depends(refuse_unknown)])
    problems.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=GZIP_FROM, compresslevel=5)
    app.add_middleware(SecureHeaders)
    _describe(app)
    app.mount("/static", Page(), name="static")
    app.mount("/", Page(), name="page")
    return app


def _describe(app: FastAPI) -> None:
    """Put the schemas of our shapes into the OpenAPI document, and the token into its security."""
    generate = app.openapi

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            said = generate()
            components = said.setdefault("components", {})
            components.setdefault("schemas", {}).update(described())
            components["securitySchemes"] = {
                "token": {"type": "http", "scheme": "bearer"},
                "device": {"type": "http", "scheme": "basic"},
            }
            said["security"] = [{"token": []}]
        return app.openapi_schema or {}

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way to extend it
