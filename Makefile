# Everything a person types here. `make help` lists it.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# The first Python of this machine that is new enough; PYTHON=… chooses another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
PY := .venv/bin/python
# Some tests wait more than they work: four side by side keep two cores busy.
TESTERS ?= 4
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes
LOCK := $(PY) -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
  --no-emit-index-url --custom-compile-command "make lock"

.PHONY: help run test coverage sure checks lock lock-check format bench soak fuzz screenshots

help: ## Say what can be done here
	@echo "make …"
	@sed -n 's/^\([a-z-]*\):.*## /  \1|/p' Makefile | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

run: .venv/.installed ## Start everything on http://127.0.0.1:8000 (PORT=… for another); Ctrl-C stops it
	@POSTBACK_DEMO="$${POSTBACK_DEMO:-1}" exec $(PY) -m flask --app app up --until-parent-exits

test: .venv/.installed-dev ## Run all tests (ARGS="…" goes to pytest, TESTERS=1 runs them one by one)
	@$(PY) -m tests.prepare
	$(PY) -m pytest -n $(TESTERS) --dist worksteal $(if $(COVERAGE),--cov --cov-branch --cov-report=term:skip-covered) $(ARGS)

coverage: ## Run all tests and show which lines and branches none of them came by: twice the work
	@$(MAKE) --no-print-directory test COVERAGE=1

sure: checks test ## What CI runs: the checks, then all tests

checks: .venv/.installed-dev lock-check ## Format, lint, types, import contract, templates, lock files
	$(PY) -m ruff format --check
	$(PY) -m ruff check
	$(PY) -m mypy
	$(PY) -c 'from importlinter.cli import lint_imports_command as lint; lint()'
	$(PY) -m djlint templates --check --lint --quiet

lock: .venv/.installed-dev ## Write the lock files anew after a change of *.in (UPGRADE=1: newest versions)
	$(LOCK) $(if $(UPGRADE),--upgrade) requirements.in -o requirements.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) requirements-dev.in -o requirements-dev.txt

lock-check: .venv/.installed-dev ## Whether the lock files say what *.in asks for
	@fresh=$$(mktemp -d) && trap 'rm -rf "$$fresh"' EXIT && \
	for name in requirements requirements-dev; do \
	  cp $$name.txt "$$fresh/$$name.txt" && $(LOCK) $$name.in -o "$$fresh/$$name.txt" >/dev/null && \
	  diff -u $$name.txt "$$fresh/$$name.txt" || { echo "$$name.txt is not current: make lock" >&2; exit 1; }; \
	done

format: .venv/.installed-dev ## Format code and templates, mend what can be mended
	$(PY) -m ruff format
	$(PY) -m ruff check --fix
	$(PY) -m djlint templates --reformat --quiet

bench: .venv/.installed-dev ## Measure speed, print the table (OUT=file.json keeps the figures, QUICK=1 only tries it out)
	$(PY) -m bench $(if $(OUT),--out "$(OUT)")

soak: .venv/.installed-dev ## Break everything for MINUTES (5) on each store, then count; ARGS="--seed 7 --store sqlite"
	@$(PY) -m tests.soak $(if $(MINUTES),--minutes $(MINUTES)) $(ARGS)

fuzz: .venv/.installed-dev ## Send the API everything it must withstand, on each store; ARGS="schema --seed 7 --store sqlite"
	@$(PY) -m tests.fuzz $(ARGS)

screenshots: .venv/.installed-dev ## Take the pictures anew that README and /docs show (ALL=folder: every screen)
	@$(PY) -m tests.prepare
	$(PY) -m docs.screenshots $(if $(ALL),--all $(ALL))

# A virtual environment whose Python has gone counts as none.
ifeq ($(shell test -x $(PY) && echo yes),)
.PHONY: .venv/.made
endif

.venv/.made:
	@test -n "$(PYTHON)" || { \
	  echo "Postbacks needs Python 3.11 or newer; none was found. Install one, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Postbacks needs Python 3.11 or newer; $(PYTHON) is $$("$(PYTHON)" --version 2>&1)." >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear .venv
	@touch $@

# The stamps are copies: a lock file that was only touched installs nothing.
.venv/.installed: requirements.txt .venv/.made
	@cmp -s $< $@ || { echo "Installing what runs the product …"; $(INSTALL) -r $<; }
	@cp $< $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed
	@cmp -s $< $@ || { echo "Installing what checks the product …"; $(INSTALL) -r $<; }
	@cp $< $@
