# Every target sets up what it needs in .venv: Python 3.11 or newer, make and a package index are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.ready-to-run
DEV := $(VENV)/.ready-to-test
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
ARGS ?=
KILLS ?= 200

.PHONY: demo test cache check bench soak fmt docs wheel pins clean

# Start GitLab's emulator and the bot, and play the handbook's stories. ARGS="--keep" leaves both running.
demo: $(RUN)
	$(BIN)/channel-bot demo $(ARGS)

test:
	@$(MAKE) --no-print-directory -j 2 check cache
	$(BIN)/coverage erase
	$(BIN)/pytest -n 4 --dist loadscope --no-loadscope-reorder --cov --cov-report= $(ARGS)
	$(BIN)/coverage report --fail-under=100 --include='bot/domain/*,bot/handlers/*'
	$(BIN)/coverage report --fail-under=95

# Each process of the tests would compile everything anew; while mypy runs, there is a core left to do it once.
cache: $(DEV)
	@$(BIN)/pytest --collect-only -qq > $(VENV)/collected 2>&1 || true

# What can be said without running anything.
check: $(DEV)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# The numbers of docs/performance.md.
bench: $(DEV)
	$(BIN)/python -m tests.bench $(ARGS)

# `make test` kills a few processes and plays each story in one way; this kills many, and plays all (tests/soak.py); and where
# examples are made up, it makes up new ones.
soak: $(DEV)
	KILLS=$(KILLS) $(BIN)/pytest -m "kills or hypothesis" -s $(ARGS)

fmt: $(DEV)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The pages and the schema that are made from the code.
docs: $(DEV)
	$(BIN)/python -m bot.config
	$(BIN)/channel-bot handlers --format markdown > $(VENV)/handlers.md
	mv $(VENV)/handlers.md docs/handlers.md

# Build the wheel and use it from elsewhere, in an environment of its own.
wheel: $(DEV)
	rm -rf dist build $(VENV)/elsewhere
	$(BIN)/python -m build --wheel --no-isolation
	$(BIN)/python -m venv $(VENV)/elsewhere
	$(VENV)/elsewhere/bin/python -m pip install --quiet --require-hashes -r requirements/run.txt
	$(VENV)/elsewhere/bin/python -m pip install --quiet --no-deps dist/*.whl
	cd $(VENV)/elsewhere && bin/channel-bot check && bin/channel-bot demo

# Choose versions anew. Nothing that names an index may end up in these files.
PIN := $(BIN)/pip-compile --quiet --upgrade --strip-extras --allow-unsafe --generate-hashes --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options
pins: $(DEV)
	$(PIN) --extra postgresql -o requirements/run.txt pyproject.toml
	$(PIN) -o requirements/build.txt requirements/build.in
	$(PIN) -o requirements/dev.txt requirements/dev.in

# The database in var/ stays.
clean:
	rm -rf $(VENV) build dist public .coverage .coverage.* .hypothesis .*_cache
	find bot tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN): requirements/run.txt requirements/build.txt pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV), which takes a minute once"
	@$(INSTALL) --require-hashes -r requirements/run.txt -r requirements/build.txt
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements/dev.txt $(RUN)
	@echo "Adding what the tests need to $(VENV)"
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))

$(BIN)/python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  $$python -c '$(NEW_ENOUGH)' 2>/dev/null || continue; \
	  new=$$python; \
	  if $$python -c 'import venv, ensurepip' 2>/dev/null; then exec $$python -m venv --clear $(VENV); fi; \
	done; \
	if [ -n "$$new" ]; then \
	  echo "$$new cannot make virtual environments; install its venv module (Debian, Ubuntu: apt install python3-venv)" >&2; \
	else \
	  echo "The Channels bot needs Python 3.11 or newer, and '$(PYTHON)' is none; install one, or name it: make PYTHON=/path/to/python3.11" >&2; \
	fi; \
	exit 1
