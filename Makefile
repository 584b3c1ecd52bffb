# The two commands that matter: `make serve` and `make test`. Each does all of its own set-up.
SHELL := /bin/bash
VENV ?= .venv
PYTHON ?= python3
PY := $(VENV)/bin/python
HOST ?= 127.0.0.1
PORT ?= 8000
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: screenshots help setup setup-dev web serve test test-nightly check bench differential nightly docs lock clean

help:
	@echo "make serve    build the demonstration graph and serve it on http://$(HOST):$(PORT)"
	@echo "make test     run every test, installing what the tests need"
	@echo "make check    lint, types, and check ontology, shapes, documents and reviews"
	@echo "make bench    measure speed as ratios against peers in the same run"
	@echo "make screenshots  take the README's pictures from a running server"
	@echo "make nightly  read 100,000 made documents in one process: memory must stay flat (hours)"
	@echo "make differential  compare rewritten queries with the plain engine, 20,000 of them (nightly)"
	@echo "make docs     write the ontology's HTML page to build/docs"
	@echo "make lock     renew the hashes of all pinned packages"

setup: $(VENV)/.ready
setup-dev: $(VENV)/.ready-dev

# A bare Debian has no venv module: as root it is installed, else said so.
$(PY):
	@$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Python 3.11 or newer is needed: set PYTHON=…"'
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "installing python3-venv"; apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null; \
	  else echo "python3-venv is missing: apt-get install python3-venv" >&2; exit 2; fi; \
	  $(PYTHON) -m venv $(VENV); }

$(VENV)/.ready: pyproject.toml .ci/requirements.txt | $(PY)
	@echo "installing pinned packages into $(VENV) (a minute or two)"
	@$(PY) -m pip install --quiet --require-hashes -r .ci/requirements.txt
	@$(PY) -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-dev: pyproject.toml .ci/requirements.txt .ci/requirements-dev.txt | $(VENV)/.ready
	@echo "installing test tools into $(VENV)"
	@$(PY) -m pip install --quiet --require-hashes -r .ci/requirements-dev.txt
	@bash .ci/system-packages
	@touch $@

# Rebuilds styles and scripts where their sources changed; does nothing, in no time, where not.
web: setup
	@$(PY) -m app.serve.web.build

serve: setup
	@$(PY) -m app.serve.web.build || echo "Serving without scripts: every page still works. make web tries again." >&2
	@$(PY) -m app serve --host $(HOST) --port $(PORT)

test: setup-dev web
	@$(PY) -m pytest -q

# What is too heavy for every run: clients that install hundreds of packages of their own.
test-nightly: setup-dev
	@$(PY) -m pytest -q -m nightly

check: setup-dev
	@$(VENV)/bin/ruff check app tests
	@$(VENV)/bin/ruff format --check app tests
	@$(VENV)/bin/mypy app tests
	@$(PY) -m app check

bench: setup-dev
	@$(PY) -m tests.bench

screenshots: setup-dev
	@$(PY) -m tests.browser.screenshots

nightly: setup-dev
	@$(PY) -m tests.bench.reading_cost --flat 100000

differential: setup-dev
	@RASHOMON_RANDOM_QUERIES=20000 $(PY) -m pytest -q tests/query/test_rewriting.py

docs: setup
	@mkdir -p build/docs
	@$(PY) -m app.store.ontology_page ontology/cev.ttl -o build/docs/ontology.html
	@echo build/docs/ontology.html

lock: setup-dev
	@$(VENV)/bin/pip-compile -q --strip-extras --allow-unsafe --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --extra build -o .ci/requirements.txt pyproject.toml
	@$(VENV)/bin/pip-compile -q --strip-extras --allow-unsafe --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --extra build --extra dev -o .ci/requirements-dev.txt pyproject.toml

clean:
	rm -rf $(VENV) build dist
