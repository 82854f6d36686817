# make demo | run | test | lint | install. Everything is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: bench install demo run test lint screenshots

install: $(STAMP)

$(STAMP): requirements/dev.txt pyproject.toml CHANGELOG.md
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(STAMP)

demo: install
	exec $(BIN)/python -m tests.demo

run: install
	exec $(BIN)/kafkaadmin up

test: install
	sh scripts/install-debian.sh
	$(BIN)/pytest

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check

screenshots: install
	$(BIN)/python -m tests.browser.screenshots

bench: install
	$(BIN)/python -m benchmarks.lag_engine
	$(BIN)/python -m benchmarks.exposition
