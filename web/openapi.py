"""The route tables -> OpenAPI 3.1: the same rows that are served, so the description cannot drift from the service."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from web.config import WebConfig
from web.decoding import path_names
from web.errors import MEDIA_TYPE, Problem
from web.routes import Route
from web.seats import COOKIE, HEADER, LONGEST, QUERY

Json = dict[str, Any]
SCHEMAS = "#/components/schemas/"
_REGEX_IN_PATH = re.compile(r"{(\w+):[^{}]*}")


def describe(routes: Sequence[Route], config: WebConfig) -> Json:
    """The whole document, as plain values."""
    schemas = _Schemas(routes)
    paths: dict[str, Json] = {}
    for route in routes:
        operations = paths.setdefault(_REGEX_IN_PATH.sub(r"{\1}", route.path), {})
        operations[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": config.title, "version": config.version},
        "tags": [{"name": tag} for tag in dict.fromkeys(route.tag for route in routes) if tag],
        "paths": paths,
        "components": {
            "schemas": schemas.needed_by(paths),
            "responses": {
                "Problem": {
                    "description": "A problem document (RFC 9457)",
                    "content": {MEDIA_TYPE: {"schema": {"$ref": SCHEMAS + "Problem"}}},
                }
            },
            "securitySchemes": {
                "cookie": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": COOKIE,
                    "description": f"With the header {HEADER}: NAME it is {COOKIE}_NAME: several seats in one browser.",
                },
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def operation_id(route: Route) -> str:
    """A name that stays the same as long as method and path do: "post_incidents_incident_id_units"."""
    path = _REGEX_IN_PATH.sub(r"{\1}", route.path).removeprefix("/api/v1")
    return "_".join([route.method.lower(), *re.findall(r"\w+", path)])


class _Schemas:
    """All types of all routes as JSON Schema components."""

    def __init__(self, routes: Sequence[Route]) -> None:
        answers = [wanted for route in routes for wanted in _answers(route).values()]
        types = [Problem, *answers, *(route.request for route in routes)]
        found, self._components = msgspec.json.schema_components(types, ref_template=SCHEMAS + "{name}")
        self._by_type = {_key(wanted): schema for wanted, schema in zip(types, found, strict=True)}

    def of(self, wanted: Any) -> Json:  # noqa: ANN401
        """The schema of a type, which may refer to components."""
        return self._by_type[_key(wanted)]

    def fields(self, request: type[Struct]) -> tuple[dict[str, Json], frozenset[str]]:
        """The schemas of a request's fields, and which must be there."""
        whole = self._components[self._name(request)]
        return dict(whole.get("properties", {})), frozenset(whole.get("required", ()))

    def body(self, request: type[Struct], elsewhere: frozenset[str]) -> Json:
        """The part of a request that travels as JSON: all but the fields that come from path and headers."""
        name = self._name(request)
        whole = self._components[name]
        if not elsewhere:
            return self.of(request)
        part = {**whole, "title": f"{name}Body"}
        part["properties"] = {
            key: schema for key, schema in whole["properties"].items() if key not in elsewhere
        }
        part["required"] = [key for key in whole.get("required", ()) if key not in elsewhere]
        if self._components.setdefault(f"{name}Body", part) != part:
            raise ValueError(f"{name} is split in two ways; give each route its own request")
        return {"$ref": f"{SCHEMAS}{name}Body"}

    def needed_by(self, paths: Mapping[str, Json]) -> dict[str, Json]:
        """The components that the paths, or Problem, lead to."""
        needed: set[str] = set()
        waiting = {"Problem", *_references(paths)}
        while waiting:
            name = waiting.pop()
            needed.add(name)
            waiting |= set(_references(self._components[name])) - needed
        return {name: self._components[name] for name in sorted(needed)}

    def _name(self, request: type[Struct]) -> str:
        reference: str = self.of(request)["$ref"]
        return reference.removeprefix(SCHEMAS)


def _key(wanted: Any) -> Any:  # noqa: ANN401
    """Types such as `A | B` are made anew by each module; equal ones are the same schema."""
    return wanted if isinstance(wanted, type) else repr(wanted)


def _references(value: Any) -> Iterable[str]:  # noqa: ANN401
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref" and isinstance(inner, str) and inner.startswith(SCHEMAS):
                yield inner.removeprefix(SCHEMAS)
            elif key == "mapping":
                yield from (target.removeprefix(SCHEMAS) for target in inner.values())
            else:
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _answers(route: Route) -> Mapping[str, Any]:
    """The types that a route answers with: the events of a stream by name, one nameless type otherwise."""
    if route.response is None or isinstance(route.response, str):
        return {}
    return route.response if isinstance(route.response, Mapping) else {"": route.response}


def _operation(route: Route, schemas: _Schemas) -> Json:
    fields, required = schemas.fields(route.request)
    operation: Json = {
        "operationId": operation_id(route),
        "summary": route.summary,
        "tags": [route.tag] if route.tag else [],
        "security": [] if route.permission is None else [{"cookie": []}, {"bearer": []}],
        "parameters": _parameters(route, fields, required),
        "responses": {**_success(route, schemas), **_problems(route, fields)},
    }
    if route.permission is not None:
        operation["x-permission"] = route.permission.value
    in_body = fields.keys() - _elsewhere(route, fields)
    if route.method != "GET" and in_body:
        schema = schemas.body(route.request, _elsewhere(route, fields))
        content = {"application/json": {"schema": schema}}
        operation["requestBody"] = {"required": bool(required & in_body), "content": content}
    return operation


def _elsewhere(route: Route, fields: Mapping[str, Json]) -> frozenset[str]:
    names = {*path_names(route.path)} | ({"if_match"} & fields.keys())
    return frozenset(names)


def _parameters(route: Route, fields: Mapping[str, Json], required: frozenset[str]) -> list[Json]:
    found = [
        {"name": name, "in": "path", "required": True, "schema": fields[name]}
        for name in path_names(route.path)
    ]
    if route.method == "GET":
        found += [
            {"name": name, "in": "query", "required": name in required, "schema": schema}
            for name, schema in fields.items()
            if name not in path_names(route.path)
        ]
    if route.command:
        key = {"type": "string", "minLength": 1, "maxLength": 200}
        found.append({"name": "Idempotency-Key", "in": "header", "required": True, "schema": key})
    if "if_match" in fields:
        tag = {"type": "string", "examples": ['W/"3"']}
        found.append({"name": "If-Match", "in": "header", "required": "if_match" in required, "schema": tag})
    if route.kind in ("stream", "socket"):
        seat = {"type": "string", "minLength": 1, "maxLength": LONGEST}
        found.append({"name": QUERY, "in": "query", "required": False, "schema": seat})
    if route.kind == "stream":
        position = {"type": "integer", "minimum": 0}
        found.append({"name": "Last-Event-ID", "in": "header", "required": False, "schema": position})
    return found


def _success(route: Route, schemas: _Schemas) -> Json:
    told = {name: schemas.of(wanted) for name, wanted in _answers(route).items()}
    schema = told.get("", {})
    if route.kind == "socket":
        return {"101": {"description": "WebSocket; JSON text frames", "x-message": schema}}
    if route.kind == "stream":
        content = {"text/event-stream": {"schema": {"type": "string"}, "x-events": told}}
    elif route.kind == "bytes":
        media = route.response if isinstance(route.response, str) else "application/octet-stream"
        content = {media: {}}
    else:
        content = {"application/json": {"schema": schema}}
    found: Json = {"200": {"description": "OK", "content": content}}
    if route.kind == "bytes":
        found["204"] = {"description": "There is nothing"}
    if _has_version(route.response):
        found["200"]["headers"] = {"ETag": {"schema": {"type": "string"}}}
        if route.method == "GET":
            found["304"] = {"description": "Not changed since the version in If-None-Match"}
    return found


def _has_version(response: Any) -> bool:  # noqa: ANN401
    return (
        isinstance(response, type)
        and issubclass(response, Struct)
        and "version" in response.__struct_fields__
    )


def _problems(route: Route, fields: Mapping[str, Json]) -> Json:
    statuses = {500, *route.errors}
    if route.permission is not None:
        statuses |= {401, 403, 503}
    if fields:
        statuses |= {422}
    if route.method != "GET":
        statuses |= {400, 403, 408, 413, 415, 422}
    if path_names(route.path):
        statuses |= {404}
    if route.command:
        statuses |= {400, 409, 422}
    if "if_match" in fields:
        statuses |= {409, 412, 428}
    if route.kind == "socket":
        statuses |= {400}
    return {str(status): {"$ref": "#/components/responses/Problem"} for status in sorted(statuses)}
