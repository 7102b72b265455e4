"""/openapi.json and /docs: the description for programs, and the same one as a page for persons.

The page is rendered here, from the document, without a script and without a single request to anywhere else: it works
on a machine with no internet.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape
from typing import Any

import msgspec

from web.config import WebConfig
from web.openapi import SCHEMAS, describe
from web.routes import Nothing, Reply, Route

Json = Mapping[str, Any]

STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --link: light-dark(#0b57d0, #8ab4f8); }
body { font: 15px/1.55 system-ui, "Noto Sans SC", "Microsoft YaHei", sans-serif; margin: 0 auto; max-width: 72rem;
  padding: 1.5rem; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
code, .method { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .92em; }
h1 { font-size: 1.6rem; } h2 { border-bottom: 1px solid var(--line); margin-top: 2.5rem; padding-bottom: .3rem; }
article { border: 1px solid var(--line); border-radius: 8px; margin: 1rem 0; padding: .8rem 1rem; }
article h3 { font-size: 1rem; margin: 0; } article p { margin: .4rem 0; }
.method { display: inline-block; font-weight: 700; min-width: 4.2em; }
table { border-collapse: collapse; margin: .5rem 0; width: 100%; }
th, td { border-top: 1px solid var(--line); padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top; }
th { font-weight: 600; } .tag { background: var(--soft); border-radius: 4px; padding: 0 .4em; }
nav ul { columns: 30rem; column-gap: 2rem; list-style: none; overflow-wrap: anywhere; padding: 0; }
:target { outline: 2px solid var(--link); }
"""
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
}


def description_routes(routes: Sequence[Route], config: WebConfig) -> list[Route]:
    """The two routes. Described now, so that a table that cannot be is found at the start; rendered when asked for."""
    document = describe(routes, config)

    @cache
    def as_json() -> bytes:
        return msgspec.json.encode(document)

    @cache
    def as_page() -> bytes:
        return "".join(_page(document)).encode()

    async def give_json(caller: None, request: Nothing) -> Reply:
        return Reply(("application/json", as_json()))

    async def give_page(caller: None, request: Nothing) -> Reply:
        return Reply(("text/html; charset=utf-8", as_page()), PAGE_HEADERS)

    return [
        Route(
            "bytes",
            "GET",
            "/openapi.json",
            None,
            Nothing,
            "application/json",
            give_json,
            "This interface as OpenAPI",
        ),
        Route("bytes", "GET", "/docs", None, Nothing, "text/html", give_page, "This interface as a page"),
    ]


def _page(document: Json) -> Iterator[str]:
    title = escape(document["info"]["title"])
    yield f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title} API</title>'
    yield f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>'
    yield f"<h1>{title} API {escape(document['info']['version'])}</h1>"
    yield '<p><a href="/openapi.json">OpenAPI 3.1</a></p>'
    operations = [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    yield "<nav><h2>目录 · Contents</h2><ul>"
    for method, path, operation in operations:
        anchor = escape(operation["operationId"])
        yield f'<li><a href="#{anchor}"><span class="method">{method.upper()}</span> <code>{escape(path)}</code></a>'
    yield "</ul></nav>"
    tags = dict.fromkeys(tag for *_, operation in operations for tag in operation["tags"] or [""])
    for tag in tags:
        yield f"<h2>{escape(tag) or '其他 · Other'}</h2>"
        for method, path, operation in operations:
            if tag in (operation["tags"] or [""]):
                yield from _operation(method, path, operation)
    yield "<h2>数据结构 · Schemas</h2>"
    for name, schema in document["components"]["schemas"].items():
        yield from _schema(name, schema)
    yield "</body></html>"


def _operation(method: str, path: str, operation: Json) -> Iterator[str]:
    anchor = escape(operation["operationId"])
    yield f'<article id="{anchor}"><h3><a href="#{anchor}"><span class="method">{method.upper()}</span> '
    yield f"<code>{escape(path)}</code></a></h3><p>{escape(operation['summary'])}</p>"
    permission = operation.get("x-permission")
    needs = f'<span class="tag">{escape(permission)}</span>' if permission else "无需登录 · no sign-in"
    yield f"<p>权限 · Permission: {needs}</p>"
    if operation["parameters"]:
        yield "<table><tr><th>参数 · Parameter<th>位置 · In<th>类型 · Type<th>必填 · Required</tr>"
        for parameter in operation["parameters"]:
            required = "✓" if parameter["required"] else ""
            yield f"<tr><td><code>{escape(parameter['name'])}</code><td>{parameter['in']}"
            yield f"<td>{_type(parameter['schema'])}<td>{required}</tr>"
        yield "</table>"
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"<p>请求正文 · Body: {_type(content['schema'])} <code>{escape(media)}</code></p>"
    problems = []
    for status, response in operation["responses"].items():
        if "$ref" in response:
            problems.append(status)
            continue
        contents = response.get("content", {})
        told = " ".join(
            f"{_type(of.get('schema', {}))} <code>{escape(m)}</code>" for m, of in contents.items()
        )
        yield f"<p>应答 · Answer <code>{status}</code>: {told or escape(response['description'])}</p>"
    yield f"<p>错误 · Problems: {', '.join(f'<code>{status}</code>' for status in problems)}</p></article>"


def _content(media: str, content: Json) -> str:
    events = [f"<code>{escape(name)}</code>: {_type(of)}" for name, of in content.get("x-events", {}).items()]
    told = ", ".join(events) if events else _type(content.get("schema", {}))
    return f"{told} <code>{escape(media)}</code>"


def _schema(name: str, schema: Json) -> Iterator[str]:
    yield f'<article id="schema-{escape(name)}"><h3><code>{escape(name)}</code></h3>'
    if "description" in schema:
        yield f"<p>{escape(schema['description'])}</p>"
    properties = schema.get("properties")
    if not properties:
        yield f"<p>{_type(schema)}</p></article>"
        return
    required = schema.get("required", ())
    yield "<table><tr><th>字段 · Field<th>类型 · Type<th>必填 · Required</tr>"
    for field, of in properties.items():
        yield f"<tr><td><code>{escape(field)}</code><td>{_type(of)}<td>{'✓' if field in required else ''}</tr>"
    yield "</table></article>"


def _type(schema: Json) -> str:
    """A schema in a few words, with links to the named ones."""
    if "$ref" in schema:
        name = escape(schema["$ref"].removeprefix(SCHEMAS))
        return f'<a href="#schema-{name}">{name}</a>'
    if "anyOf" in schema:
        return " | ".join(_type(option) for option in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(
            f"<code>{escape(msgspec.json.encode(value).decode())}</code>" for value in schema["enum"]
        )
    if schema.get("type") == "array":
        inner = schema.get("items") or {"anyOf": schema.get("prefixItems", [])}
        return f"[{_type(inner) if inner else ''}]"
    if isinstance(values := schema.get("additionalProperties"), dict):
        return f"{{…: {_type(values)}}}"
    told = [str(schema.get("type", "any"))]
    told += [
        f"{key}={schema[key]}"
        for key in ("format", "minimum", "maximum", "minLength", "maxLength")
        if key in schema
    ]
    return escape(" ".join(told))
