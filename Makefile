# Everything a person does with this repository; `make help` lists it.
# Needs Python 3.11 or newer and make, and nothing else: no uv, Docker, Node or database server.
#
#   PYTHON=/path/to/python3.12   the Python to make .venv with
#   ARGS="-k ledger"             more for pytest (test, test-long, cover) or for the benchmarks
#   WORKERS=4                    so many processes for `make test` (2)
#   UPGRADE=1                    `make lock` takes the newest versions instead of keeping the locked

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?=
ARGS ?=
WORKERS ?= 2
UPGRADE ?=

BIN := .venv/bin
UV := $(BIN)/uv --quiet
INSTALL := $(UV) pip install --python $(BIN)/python
COMPILE := $(UV) pip compile --universal --generate-hashes --no-emit-index-url --no-header \
	--python-version 3.11 $(if $(UPGRADE),--upgrade)

# A .venv of another folder (this one was moved) or of a Python that is gone is made anew.
WHOLE := $(shell test -x $(BIN)/python && test -e .venv/made-in && \
	test "$$(cat .venv/made-in)" = "$(CURDIR)" && echo yes)

.PHONY: help setup run test test-long check format cover bench peers lock messages clean remake

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: .venv/dev.stamp ## Make .venv with everything for development
	@echo "Ready: $(BIN)/python, $(BIN)/lotwarden"

run: .venv/run.stamp ## Start the demonstration and say its address; Ctrl-C ends it
	@exec $(BIN)/lotwarden demo --serve

test test-long cover: export LOTWARDEN_HOME := $(CURDIR)/test-results/home

test: .venv/dev.stamp ## Run every test but the long ones
	@$(BIN)/python tests/browser/chromium.py >/dev/null
	@$(BIN)/python -m pytest -m "not long" -n $(WORKERS) --dist loadfile $(ARGS)

test-long: .venv/dev.stamp ## Run the long tests: simulation, many users, large books
	@$(BIN)/python tests/browser/chromium.py >/dev/null
	@$(BIN)/python -m pytest -m long $(ARGS)

check: .venv/dev.stamp ## Lint, format, types, and the direction of imports
	@echo "ruff check"
	@$(BIN)/ruff check --quiet --output-format concise
	@echo "ruff format"
	@$(BIN)/ruff format --check --quiet
	@echo "mypy"
	@$(BIN)/mypy
	@echo "lint-imports"
	@$(BIN)/lint-imports

format: .venv/dev.stamp ## Write every file the way `make check` wants it
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format

cover: .venv/dev.stamp ## Run the tests and list the lines that none of them reaches
	@$(BIN)/python tests/browser/chromium.py >/dev/null
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -m "not long" $(ARGS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

bench: .venv/dev.stamp ## Measure each budget beside its peer or its physical limit
	@$(BIN)/python -m bench $(ARGS)

peers: .venv/dev.stamp ## Install what `make bench` is measured beside, where it is a package
	@$(INSTALL) --require-hashes -r requirements/bench.lock

lock: .venv/uv.stamp ## Resolve requirements/*.lock from pyproject.toml; UPGRADE=1: the newest
	@echo "Resolving requirements/*.lock …"
	@$(COMPILE) requirements/uv.in --output-file requirements/uv.lock
	@$(COMPILE) pyproject.toml --extra server --group dev --output-file requirements/dev.lock
	@$(COMPILE) pyproject.toml --extra server --constraints requirements/dev.lock \
		--output-file requirements/server.lock
	@$(COMPILE) pyproject.toml --group bench --constraints requirements/dev.lock \
		--output-file requirements/bench.lock
	@$(COMPILE) requirements/build.in --constraints requirements/dev.lock \
		--output-file requirements/build.lock

messages: .venv/dev.stamp ## Collect every sentence to translate into locale/lotwarden.pot
	@$(BIN)/pybabel --quiet extract -F babel.cfg -k N_ -k gettext_lazy -k ngettext:1,2 \
		--omit-header --sort-output --no-location -o src/lotwarden/locale/lotwarden.pot src/lotwarden

clean: ## Remove .venv and everything made by tools; lotwarden-data stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@rm -rf .coverage .coverage.* htmlcov dist build test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ----------------------------------------------------------------------------------------------
# .venv, in three steps, each done when its stamp is there and newer than what it was made from:
# uv.stamp  a virtual environment with uv;  run.stamp  what serves;  dev.stamp  all of it.
# `unfinished` is there while packages are installed: where a call was cut short, the next one
# installs them anew, whole.

.venv/uv.stamp: requirements/uv.lock $(if $(WHOLE),,remake)
	@test -n "$(WHOLE)" || { $(make_venv); }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --force-reinstall \
		--require-hashes -r requirements/uv.lock
	@touch $@

.venv/run.stamp: .venv/uv.stamp requirements/server.lock requirements/build.lock pyproject.toml
	@echo "Installing what the server needs …"
	@$(call install,-r requirements/server.lock -r requirements/build.lock)
	@touch $@

# dev.lock holds what server.lock and build.lock hold, in the same versions (tests/repo).
.venv/dev.stamp: .venv/uv.stamp requirements/dev.lock pyproject.toml
	@echo "Installing what development needs …"
	@$(call install,-r requirements/dev.lock)
	@touch .venv/run.stamp $@

define install
set -eu; again=; \
if [ -e .venv/unfinished ]; then again=--reinstall; fi; \
touch .venv/unfinished; \
$(INSTALL) $$again --require-hashes $(1); \
$(INSTALL) $$again --no-deps --no-build-isolation --editable .; \
rm .venv/unfinished
endef

define make_venv
set -eu; python=; \
for name in $(if $(PYTHON),"$(PYTHON)",python3 python3.14 python3.13 python3.12 python3.11); do \
	if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		python=$$name; break; \
	fi; \
done; \
if [ -z "$$python" ]; then \
	found=$$("$(or $(PYTHON),python3)" --version 2>&1) || found="not found"; \
	echo "lotwarden needs Python 3.11 or newer; $(or $(PYTHON),python3) here is: $$found" >&2; \
	echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; \
	exit 1; \
fi; \
version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
echo "Making .venv with Python $$version (once, about a minute) …"; \
if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null || ! "$$python" -m venv --clear .venv; then \
	rm -rf .venv; \
	echo "$$python (Python $$version) cannot make a virtual environment." >&2; \
	echo "On Debian or Ubuntu, as root: apt-get install python$$version-venv" >&2; \
	exit 1; \
fi; \
echo "$(CURDIR)" >.venv/made-in
endef
