# Each line calls one tool; README.md says what the machine needs.
#   make run     serve the demo prefecture        PORT= DATA= DATABASE= ARGS= (to jiuhu serve)
#   make test    every test, on both databases    ARGS= (to pytest)
#   make check   ruff, import contract, mypy
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

.PHONY: run test check bench docs lock clean

run: .venv/run.done
	@$(BIN)/jiuhu --data $(DATA) $(if $(DATABASE),--database $(DATABASE)) serve --demo --port $(PORT) $(ARGS)

test: .venv/test.done
	@$(BIN)/python -m tests.machine
	@$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

check: .venv/test.done
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy

bench: .venv/bench.done
	@$(BIN)/python -m benchmarks.$(NAME) $(ARGS)

docs: .venv/test.done
	@$(BIN)/python -m tests.contracts.diagrams

lock: .venv/bin/uv
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  --no-emit-index-url pyproject.toml --group build --group check --group test --group bench -o requirements/lock.txt

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

clean:
	@rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
