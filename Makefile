# Every target works in a fresh clone with nothing done before; `make` lists them.
# PYTHON=…           the interpreter for .venv (default python3, needs 3.11 or newer)
# GUARDIA_NO_APT=1   never install Debian packages, even as root

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory
export PYTHON ?= python3
# pytest keeps its rewritten tests as bytecode; without, every run spends 7 s on them again.
export PYTHONDONTWRITEBYTECODE :=

BIN := .venv/bin
LOCK = uv pip compile --quiet $(if $(UPGRADE),--upgrade) --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header
REAL := --timeout=180 -p no:randomly
# The quick tests share the cores; the others have the machine to themselves.
QUICK = -n logical -m "not ($(SLOW) or long)"
# Stories of hours in fake time: no hurry and no clock of ours, so they take what the slow tests leave.
LONG := -n 1 -m long --timeout=600 -p no:randomly
# The tests that take their time: real servers, namespaces of their own. One at a time.
SLOW := e2e or netns or heavy
# Both at once; what the long ones have to say comes last, in one piece.
SLOW_AND_LONG = told=$$(mktemp); trap "rm -f $$told" EXIT; \
	nice -n 19 $(BIN)/pytest $(LONG) >$$told 2>&1 & long=$$!; \
	$(BIN)/pytest -m "$(SLOW)" $(REAL) || code=1; \
	wait $$long || code=1; cat $$told

.PHONY: help demo test unit slow check bench bench-quick judgement judgement-quick lint format coverage lock wheel image clean venv

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' Makefile

demo: venv ## play the two-minute story: 173 real clinics, simulated, watched by Guardia
	@.ci/prepare net
	$(BIN)/guardia demo

test: venv ## run all tests: the quick ones, then those with real servers and beside them the long stories
	@.ci/prepare net servers bench unit
	@code=0; set -x; $(BIN)/pytest $(QUICK) || code=1; $(SLOW_AND_LONG); exit $$code

unit: venv ## run the quick tests only (two to three minutes on two cores)
	$(BIN)/pytest $(QUICK)

slow: venv ## run only the tests with real servers and namespaces, and beside them the long stories
	@.ci/prepare net servers bench
	@code=0; set -x; $(SLOW_AND_LONG); exit $$code

check: lint test ## what CI runs, but for the image: lint, then test

bench: venv ## measure beside the peers, and write docs/performance.md (some ten minutes)
	@.ci/prepare net bench
	$(BIN)/python -m bench --write docs/performance.md

bench-quick: venv ## the same in under two minutes, for a look; BENCH="--only icmp http" picks
	@.ci/prepare net bench
	$(BIN)/python -m bench --quick $(BENCH)

judgement: venv ## play years of links and all stories, and write docs/judgement-scorecard.md (half an hour)
	$(BIN)/python -m bench.judgement --write docs/judgement-scorecard.md

judgement-quick: venv ## the same in about two minutes, for a look
	$(BIN)/python -m bench.judgement --quick

lint: venv ## format, lint and types, all strict
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

format: venv ## write the formatting and the safe fixes
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

coverage: venv ## run the quick tests and show what they leave out
	$(BIN)/coverage run -m pytest -m "not ($(SLOW) or long)"
	$(BIN)/coverage report --skip-covered --show-missing

lock: ## renew the three locks (needs uv; UPGRADE=1 takes newer versions)
	$(LOCK) pyproject.toml --output-file requirements.lock
	$(LOCK) pyproject.toml --group dev --output-file requirements-dev.lock
	$(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"])' \
		| tr ' ' '\n' | $(LOCK) - --constraint requirements-dev.lock --output-file requirements-build.lock

wheel: venv ## build dist/guardia-*.whl from this checkout
	rm -rf dist
	$(BIN)/hatchling build --target wheel

image: venv ## lint the Dockerfile, build the image without an engine, run it
	@.ci/prepare image
	@.ci/image

clean: ## remove everything that is made
	rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage htmlcov \
		dist build demo-run
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

venv:
	@.ci/prepare venv
