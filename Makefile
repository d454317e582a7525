# make run    the example office on http://127.0.0.1:8000
# make test   everything the tests need, and all of them; those in a browser by themselves, for it holds its process's event loop
# make check  format, lint, types, architecture
# make bench  ratios against the plainest way to do the same, and people at work while ACCOUNTS (1000000) come in
# make fuzz   20,000 spoilt workbooks, CSVs, papers and mails; make test tries a thousand of them
# make vendor what the pages use of other projects, copied anew (after a change in package.json; needs npm)
PYTHON ?= python3
VENV := .venv
ACCOUNTS ?= 1000000
BIN := $(VENV)/bin
PORT ?= 8000
EXTRAS := --extra encryption --extra pdf --extra oidc --extra ldap --extra postgres
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run install test check bench fuzz format lock vendor clean
.DEFAULT_GOAL := run

run: $(VENV)/.installed
	$(BIN)/zesei demo --port $(PORT)

install: $(VENV)/.installed

test: $(VENV)/.installed-dev
	sh tests/system_packages.sh
	CI=$(CI) $(BIN)/python -m pytest -q -rs -n 2 tests --ignore tests/browser
	CI=$(CI) $(BIN)/python -m pytest -q -rs -n 2 tests/browser

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py

fuzz: $(VENV)/.installed-dev
	ZESEI_FUZZ=20000 $(BIN)/python -m pytest -q -n 2 --timeout 3600 tests/fuzz

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.benchmarks.large_office
	$(BIN)/python -m tests.benchmarks.letters
	$(BIN)/python -m tests.benchmarks.pages
	$(BIN)/python -m tests.benchmarks.reports
	$(BIN)/python -m tests.benchmarks.working --accounts $(ACCOUNTS)

format: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Pins everything with hashes and without addresses; needs uv.
lock:
	uv pip compile pyproject.toml --extra build $(EXTRAS) --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate -q -o requirements.lock
	uv pip compile pyproject.toml --extra build $(EXTRAS) --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate -q -o requirements-dev.lock

vendor: $(VENV)/.installed-dev
	npm ci
	$(BIN)/python tools/vendor.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python requirements.lock pyproject.toml
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.installed-dev: $(BIN)/python requirements-dev.lock pyproject.toml
	$(INSTALL) --require-hashes -r requirements-dev.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	touch $@ $(VENV)/.installed
