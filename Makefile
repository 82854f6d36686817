# make demo | run | check | test | lint | install. Everything is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
# Compiled once, not in each of the hundreds of processes that tests start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: audit bench check install demo run test lint screenshots

install: $(STAMP)

$(STAMP): requirements/dev.txt pyproject.toml CHANGELOG.md
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(STAMP)

# make demo KAFKA=3.4.0, or BOOTSTRAP=host:9092 USERNAME=… PASSWORD=… for a cluster that is there already
demo: install
	DEMO_PASSWORD="$(PASSWORD)" exec $(BIN)/python -m tests.demo $(if $(KAFKA),--kafka $(KAFKA)) \
	  $(if $(BOOTSTRAP),--bootstrap $(BOOTSTRAP) --username "$(USERNAME)")

run: install
	exec $(BIN)/kafkaadmin up

test: install
	sh scripts/install-debian.sh
	-sh scripts/install-validators.sh
	$(BIN)/python -m tests.suite

# What needs no services, in a minute or two: while you work.
check: lint
	$(BIN)/python -m pytest -m "not services" -n auto -q

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/djlint templates api/templates --lint --quiet
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check

# Asks a vulnerability service about every pinned package; fails, too, where it cannot be asked. ARGS go to pip-audit.
audit: install
	$(BIN)/python -m scripts.audit $(ARGS)

screenshots: install
	$(BIN)/python -m tests.browser.screenshots

bench: install
	$(BIN)/python -m benchmarks.lag_engine
	$(BIN)/python -m benchmarks.backlog
	$(BIN)/python -m benchmarks.exposition
	$(BIN)/python -m benchmarks.lists
	$(BIN)/python -m benchmarks.registry_and_connect
	$(BIN)/python -m benchmarks.charts
	$(BIN)/python -m benchmarks.reassignment
	$(BIN)/python -m benchmarks.reading
	$(BIN)/python -m benchmarks.big_cluster
	$(BIN)/python -m benchmarks.endurance
	$(BIN)/python -m benchmarks.idle
