# Each line calls one tool; README.md says what the machine needs.
#   make run     serve the demo prefecture        PORT= DATA= DATABASE= ARGS= (to jiuhu serve)
#   make test    every test, on both databases    ARGS= (to pytest)
#   make check   ruff, import contract, mypy, tsc
#   make pages   build console/, when something it is made of has changed
#   make bench   one benchmark                    NAME= ARGS=
#   make docs    print what is printed from code
#   make lock    lock the dependencies anew

PYTHON ?= python3
PORT ?= 8120
DATA ?= .data
DATABASE ?=
ARGS ?=
NAME ?= ranking
BIN := .venv/bin
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -c requirements/lock.txt

SOURCES := $(shell find app web dispatch referrals integrations ledger clinical geo -name '*.py' -o -name '*.json' 2> /dev/null)
PAGES := $(shell find console/src console/public console/tools -type f -not -path 'console/src/shared/api/*') \
  $(wildcard console/*.html console/*.ts console/*.json)
NPM := cd console && PATH="$(abspath $(BIN)):$$PATH" npm

.PHONY: run test check bench docs lock pages clean

run: .venv/run.done console/dist/done
	@$(BIN)/jiuhu --data $(DATA) $(if $(DATABASE),--database $(DATABASE)) serve --demo --port $(PORT) $(ARGS)

test: .venv/test.done console/dist/done
	@$(BIN)/python -m tests.machine
	@$(NPM) run --silent test
	@$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

check: .venv/test.done console/.build/texts.json console/node_modules/done
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy
	@$(NPM) run --silent types
	@$(NPM) run --silent check

pages: console/dist/done

bench: .venv/bench.done
	@$(BIN)/python -m benchmarks.$(NAME) $(ARGS)

docs: .venv/test.done
	@$(BIN)/python -m tests.contracts.diagrams

lock: .venv/bin/uv
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  --no-emit-index-url pyproject.toml --group build --group check --group test --group console --group bench -o requirements/lock.txt

# A folder that was begun with another Python, or not finished, is made anew.
.venv/bin/uv: requirements/uv.txt
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/run.done: .venv/bin/uv pyproject.toml requirements/lock.txt
	@$(INSTALL) -r pyproject.toml --group build
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.done: .venv/run.done
	@$(INSTALL) -r pyproject.toml --group build --group check --group test
	@touch $@

.venv/bench.done: .venv/test.done
	@$(INSTALL) -r pyproject.toml --group build --group check --group test --group bench
	@touch $@

# Node and npm come from the package index like everything else; no machine needs them installed.
.venv/node.done: .venv/run.done
	@$(INSTALL) -r pyproject.toml --group build --group console
	@touch $@

console/node_modules/done: console/package.json console/package-lock.json .venv/node.done
	@echo "fetching what the pages are built with" >&2
	@$(NPM) ci --silent
	@touch $@

# The pages' types and sentences are printed from the service's own code; what has not changed keeps its time.
console/.build/described: .venv/run.done $(SOURCES)
	@$(BIN)/python -m app.describe console/.build
	@touch $@

console/.build/openapi.json console/.build/texts.json: console/.build/described
	@:

console/dist/done: console/node_modules/done console/.build/openapi.json console/.build/texts.json $(PAGES)
	@echo "building the pages" >&2
	@$(NPM) run --silent build
	@touch $@

clean:
	@rm -rf console/node_modules console/dist console/.build
	@rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
