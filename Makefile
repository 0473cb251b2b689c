# Two commands need nothing but Python 3.11 or newer: make run, make test.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run serve test test-api test-faults test-browser test-clients bench lint clean

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/run-installed ## install what serving needs into .venv

run: $(VENV)/run-installed ## serve on http://127.0.0.1:5000 (PORT) with SQLite, for development
	@$(BIN)/flask db upgrade
	@echo
	@echo "Swagger UI:  http://127.0.0.1:$${PORT:-5000}/api/v1/ui"
	@echo "An admin:    $(BIN)/flask add-user --admin admin@example.com"
	@echo
	@exec $(BIN)/flask run --host 127.0.0.1 --port $${PORT:-5000}

serve: $(VENV)/run-installed ## serve in production: PORT (8000), WORKERS (cores), DATABASE_URL, SECRET_KEY
	@FLASK_ENV=production exec $(BIN)/python serve.py

test: $(VENV)/dev-installed ## run every test, on SQLite and on PostgreSQL
	@$(BIN)/pytest

test-faults: $(VENV)/dev-installed ## run the tests of what deploy/ starts; they want nginx and redis-server too
	@$(BIN)/pytest test_faults

test-api: $(VENV)/dev-installed ## call the production server as its documents say, ten thousand times; takes minutes
	@$(BIN)/pytest test_api

test-browser: $(VENV)/browser-installed ## use Swagger UI in Chromium; PICTURE=docs/swagger-ui.png takes README's picture anew
	@$(BIN)/pytest test_browser $(if $(PICTURE),--picture $(PICTURE))

test-clients: $(VENV)/dev-installed ## generate clients as README.md says, and use them; wants PyPI, npm and node
	@$(BIN)/pytest test_clients

bench: bench/.venv/installed ## measure this project beside its peers, in an hour; QUICK=1 for a first look
	@bench/.venv/bin/python -m bench all $(if $(QUICK),--quick) $(BENCH)

lint: $(VENV)/dev-installed ## check style, format and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

clean: ## remove what was installed; the data in instance/ stays
	rm -rf $(VENV) bench/.venv bench/.quick .mypy_cache .pytest_cache .ruff_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed; name one with PYTHON=")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run-installed: requirements.txt | $(BIN)/python
	@echo "Installing into $(VENV) ..."
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(VENV)/dev-installed: requirements_dev.txt requirements.txt | $(BIN)/python
	@echo "Installing into $(VENV), for development ..."
	@$(PIP_INSTALL) -r requirements_dev.txt
	@touch $@ $(VENV)/run-installed

# What one suite alone wants besides.
$(VENV)/%-installed: test_%/requirements.txt $(VENV)/dev-installed
	@echo "Installing into $(VENV), for test_$* ..."
	@$(PIP_INSTALL) -r $<
	@touch $@

bench/.venv/installed: bench/requirements.txt requirements.txt
	@echo "Installing into bench/.venv ..."
	@$(PYTHON) -m venv bench/.venv
	@bench/.venv/bin/python -m pip install --quiet --disable-pip-version-check -r bench/requirements.txt
	@touch $@
