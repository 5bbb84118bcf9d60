# Every target creates what it needs; the first one ever run on a fresh clone may be any of them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
RUNS ?= 100
SEED ?= 1

.PHONY: demo run test test-postgres check format bench media screenshots crashes campaign lock clean

demo: $(VENV)/.run          ## try the bot in the browser, no account needed; ARGS=--script plays in the terminal
	$(BIN)/python -m bot demo $(ARGS)

run: $(VENV)/.run           ## run the bot with config.toml
	$(BIN)/python -m bot run $(ARGS)

# Whatever the surroundings say, bytecode is kept: tests begin Python more than a thousand times.
test check: export PYTHONDONTWRITEBYTECODE :=

test: $(VENV)/.dev          ## every test, a file at a time on each of four processes: most of them wait
	$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder $(ARGS)

test-postgres: $(VENV)/.dev ## the tests that keep jobs, with PostgreSQL in the place of SQLite; its programs must be installed
	ZOETROPE_TESTS_ON=postgresql $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder \
		tests/chat/members tests/e2e tests/engine tests/flow tests/sandbox/web tests/store $(ARGS)

check: $(VENV)/.dev         ## lint, format, types, import contracts, a crash point for every effect
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m proof points --check

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev         ## ratios against baselines measured in the same run
	$(BIN)/python -m bench $(ARGS)

media: $(VENV)/.dev         ## what becomes of pictures and videos, written into docs/media.md
	$(BIN)/python -m bench media --write $(ARGS)

screenshots: $(VENV)/.dev   ## photograph the demo for the pages; needs a chromium
	$(BIN)/python -m tests.browser.screenshots

crashes: $(VENV)/.dev       ## kill the bot at every point, restart it, judge; ARGS=--write renews docs/guarantees.md
	$(BIN)/python -m proof crashes $(ARGS)

campaign: $(VENV)/.dev      ## random members, random misfortunes, one judge: RUNS from SEED on
	$(BIN)/python -m proof campaign --runs $(RUNS) --seed $(SEED) $(ARGS)

lock: $(VENV)/.dev          ## resolve pyproject.toml again; the only target that moves versions
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --upgrade --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--fork-strategy fewest --python-version 3.11 --quiet -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--fork-strategy fewest --python-version 3.11 --quiet --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Zoetrope needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis demo-out campaign-out
