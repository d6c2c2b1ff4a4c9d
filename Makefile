# leadhouse. `make run` shows it working; `make test` proves it. Everything else is listed in CONTRIBUTING.md.
SHELL := /bin/sh
BIN := .venv/bin
ARGS ?=

# The first Python that is new enough; pip may be Debian's own, and no venv package is needed.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
PIP := $(PYTHON) -m pip --python $(BIN)/python --quiet --no-input --disable-pip-version-check

.PHONY: setup develop run test check bench lock requirements chromium php assets
.DEFAULT_GOAL := run

setup: .venv/ready
develop: .venv/ready-to-develop

.venv/ready: requirements/base.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: apt install python3" >&2; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || { echo "pip is needed: apt install python3-pip" >&2; exit 1; }
	@echo "Setting up .venv (once; a minute or two)"
	@$(BIN)/python -c "" 2>/dev/null || { rm -rf .venv && $(PYTHON) -m venv --without-pip .venv; }
	@$(PIP) install --require-hashes -r requirements/base.txt
	@$(PIP) install --no-deps --no-index --no-build-isolation --editable .
	@touch $@

.venv/ready-to-develop: .venv/ready requirements/dev.txt
	@echo "Adding what tests and checks need (once)"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

run: setup
	@$(BIN)/leadhouse demo $(ARGS)

test: develop chromium php
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: develop
	@echo "format"; $(BIN)/ruff format --check --quiet . || { echo "run: $(BIN)/ruff format ." >&2; exit 1; }
	@echo "lint"; $(BIN)/ruff check --quiet .
	@echo "types"; LEADHOUSE_SECRET_KEY=check $(BIN)/mypy --no-error-summary
	@echo "direction"; $(BIN)/lint-imports --no-logo >.venv/direction.log || { cat .venv/direction.log; exit 1; }
	@echo "house rules"; $(BIN)/python -m pytest -q tests/house
	@echo "All checks passed"

bench: develop
	@for name in revenue decision replay work_queue winners intake road pages rules worker_memory; do $(BIN)/python -m bench $$name $(ARGS) || exit 1; done

requirements: develop
	@$(BIN)/python -m pytest -n 2 --dist worksteal -q -m req --requirements $(ARGS)

lock: develop
	@for name in base dev; do $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
		--no-emit-index-url --no-emit-find-links --no-header $(ARGS) \
		requirements/$$name.in -o requirements/$$name.txt || exit 1; done

# Browser tests drive Debian's Chromium; without it they are left out, and the run says so at its end too.
chromium:
	@command -v chromium >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the browser tests (once)"; \
		{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } \
			>.venv/chromium.log 2>&1 && exit 0; \
		echo "!! Chromium could not be installed (.venv/chromium.log): the browser tests are left out" >&2; \
	else \
		echo "!! There is no Chromium here (apt install chromium): the browser tests are left out" >&2; \
	fi

# The posting instructions' PHP is run where there is one; elsewhere that test is left out and says why.
php:
	@command -v php >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing PHP for the posting instructions' test (once)"; \
		{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends php-cli php-curl; } \
			>.venv/php.log 2>&1 || echo "!! PHP could not be installed (.venv/php.log): its test is left out" >&2; \
	fi

# What the console's pages load stands in the checkout; only changing a version needs node and this.
assets:
	@cd frontend && npm ci --no-audit --no-fund && npm run --silent build
