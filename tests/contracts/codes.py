"""Every code that a room can raise or say, read from its source: what the contract of texts is checked against."""

import ast
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).parents[2]
ROOMS = ("geo", "clinical", "ledger", "web", "dispatch", "referrals", "integrations", "app")
BASES = {"DomainError", "GeoError", "TriageError"}
NO_ARGUMENT = {"field", "fields", "extra"}
"""Keywords of an error that say where, and fill no sentence."""

Modules = dict[str, ast.Module]


class Said(Struct, frozen=True):
    """One place where a code is raised or said. `args` is None where the source does not show them."""

    code: str
    place: str
    args: frozenset[str] | None
    error: bool


def read(root: Path = ROOT) -> Modules:
    """The rooms' modules by their path."""
    files = sorted(file for room in ROOMS for file in (root / room).rglob("*.py"))
    return {str(file.relative_to(root)): ast.parse(file.read_text("utf-8")) for file in files}


def said(modules: Modules) -> Iterator[Said]:
    """Every code that stands in the source as a text; a code made from parts has a `*` in it."""
    errors = _errors(modules)
    for path, module in modules.items():
        givers = _givers(module, errors)
        for scope in _scopes(module):
            for call in _calls(scope):
                name = _name(call.func)
                place = f"{path}:{call.lineno}"
                if name in errors or name == "Reason":
                    args = _args(call, scope, positional=name == "Reason")
                    codes = _codes(call.args[0], scope) if call.args else ()
                    yield from (Said(code, place, args, name != "Reason") for code in codes)
                elif name in givers and len(call.args) > givers[name]:
                    codes = _codes(call.args[givers[name]], scope)
                    yield from (Said(code, place, None, True) for code in codes)


def _errors(modules: Modules) -> set[str]:
    """The bases and everything below them."""
    classes = [n for module in modules.values() for n in ast.walk(module) if isinstance(n, ast.ClassDef)]
    found, before = set(BASES), set[str]()
    while found != before:
        before = set(found)
        found |= {c.name for c in classes if any(_name(base) in before for base in c.bases)}
    return found


def _givers(module: ast.Module, errors: set[str]) -> dict[str, int]:
    """Functions that are handed a code and make an error or a reason of it, and at which place it is handed."""
    found = {}
    for function in (n for n in ast.walk(module) if isinstance(n, ast.FunctionDef)):
        names = [argument.arg for argument in function.args.args if argument.arg not in ("self", "cls")]
        makes = (c for c in _calls(function) if _name(c.func) in errors | {"Reason"} and c.args)
        if "code" in names and any(_name(call.args[0]) == "code" for call in makes):
            found[function.name] = names.index("code")
    return {name: at for name, at in found.items() if name != "__init__"}


def _scopes(module: ast.Module) -> Iterator[ast.AST]:
    """Functions that stand in no other function, and the module without them."""
    inside = {id(n) for f in _functions(module) for n in ast.walk(f) if n is not f}
    yield from (function for function in _functions(module) if id(function) not in inside)
    yield module


def _functions(tree: ast.AST) -> list[ast.AST]:
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def _calls(scope: ast.AST) -> Iterator[ast.Call]:
    covered: set[int] = set()
    if isinstance(scope, ast.Module):
        covered = {id(n) for function in _functions(scope) for n in ast.walk(function)}
    yield from (n for n in ast.walk(scope) if isinstance(n, ast.Call) and id(n) not in covered)


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _codes(node: ast.expr, scope: ast.AST) -> tuple[str, ...]:
    """The texts an expression can be; nothing for a parameter, whose text stands where it is given."""
    match node:
        case ast.Constant(value=str() as code):
            return (code,)
        case ast.IfExp(body=body, orelse=orelse):
            return (*_codes(body, scope), *_codes(orelse, scope))
        case ast.JoinedStr(values=parts):
            return ("".join(str(p.value) if isinstance(p, ast.Constant) else "*" for p in parts),)
        case ast.Name(id=name):
            return tuple(code for value in _given(name, scope) for code in _codes(value, scope))
        case _:
            return ()


def _args(call: ast.Call, scope: ast.AST, *, positional: bool) -> frozenset[str] | None:
    if not positional:
        if any(keyword.arg is None for keyword in call.keywords):
            return None
        return frozenset(k.arg for k in call.keywords if k.arg is not None) - NO_ARGUMENT
    if len(call.args) < 2:
        return frozenset()
    return _keys(call.args[1], scope)


def _keys(node: ast.expr | None, scope: ast.AST) -> frozenset[str] | None:
    """The keys of a dict that is written out, here or at its name's only assignment in the same function."""
    if isinstance(node, ast.Name):
        given = _given(node.id, scope)
        return _keys(given[0], scope) if len(given) == 1 else None
    if not isinstance(node, ast.Dict):
        return None
    found = frozenset[str]()
    for key, value in zip(node.keys, node.values, strict=True):
        more = _keys(value, scope) if key is None else None
        if key is None and more is None:
            return None
        found |= (more or frozenset()) if key is None else frozenset(_codes(key, scope))
    return found


def _given(name: str, scope: ast.AST) -> list[ast.expr]:
    """What a name is set to in a scope."""
    found = []
    for node in ast.walk(scope):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if value is not None and any(
            isinstance(target, ast.Name) and target.id == name for target in targets
        ):
            found.append(value)
    return found
