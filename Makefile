# make demo | run | test | lint | install. Everything is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
# Tests of what the database does, which run on PostgreSQL too.
ON_POSTGRES := tests/accounts tests/burrow tests/clusters/test_scope.py tests/clusters/importers/test_burrow.py \
  tests/clusters/inventory/test_mirror.py tests/lag/collecting/test_collector.py tests/metrics/findings/test_store.py tests/scripts/test_upgrades.py \
  tests/api/test_reading.py

.PHONY: audit bench install demo run test lint screenshots

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
	$(BIN)/pytest
	$(BIN)/python -m tests.postgres $(ON_POSTGRES) -q

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
	$(BIN)/python -m benchmarks.charts
	$(BIN)/python -m benchmarks.big_cluster
