# tierview: `make run` to see it, `make test` to trust it.

PYTHON ?= python3
BIN := .venv/bin
# Tests in as many processes as there are cores, up to 4: brokers, databases and browsers stand beside them.
SIDE_BY_SIDE := --numprocesses auto --maxprocesses 4 --dist worksteal
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test test-long check bench eval-trips eval-dock eval-eta eval-notices dashboards setup wheel lock clean

run: .venv/ready-run ## the demo: goods move through the tiers, one shipment runs late
	@$(BIN)/tierview demo

test: .venv/ready-dev ## the whole suite, with real servers
	@.ci/servers
	$(BIN)/pytest $(SIDE_BY_SIDE)

test-long: .venv/ready-dev ## the long forms too: fuzz of a million frames, a hundred kills, ...
	@.ci/servers
	$(BIN)/pytest -m "long or not long" --timeout 3600

check: .venv/ready-dev ## format, lint, strict types; import direction and lengths are tests/test_house.py
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest tests/test_house.py

bench: .venv/ready-dev ## speed beside a floor measured in the same run; ARGS are passed on
	$(BIN)/python -m tests.bench $(ARGS)

eval-trips: .venv/ready-dev ## real trips through the gateway: make eval-trips DATA=FILE
	@.ci/servers
	$(BIN)/python -m tests.evaluate.trips $(DATA)

eval-dock: .venv/ready-dev ## modelled dock doors through the gateway: make eval-dock ARGS="--seed 1 --spacing 3" or --matrix
	$(BIN)/python -m tests.evaluate.dock $(ARGS)

eval-eta: .venv/ready-dev ## estimates of arrival on days not learned from: make eval-eta DATA=FOLDER FIT=DAY,... TEST=DAY,...
	$(BIN)/python -m tests.evaluate.eta $(DATA) --fit "$(FIT)" --test "$(TEST)" $(ARGS)

eval-notices: .venv/ready-dev ## how often parties are told on days of real trucks: make eval-notices DATA=FILE
	$(BIN)/python -m tests.evaluate.notices $(DATA) $(ARGS)

dashboards: .venv/ready-dev ## dashboards/json and Grafana's alert rules, written anew from dashboards/*.py
	$(BIN)/python -m dashboards

setup: .venv/ready-dev ## everything that development needs

wheel: .venv/ready-run ## dist/tierview-*.whl with the page's assets: what deploy/ installs
	@rm -rf dist
	$(BIN)/python -m hatchling build -t wheel

lock: .venv/ready-dev ## pin the newest versions that pyproject.toml allows, with hashes
	.ci/lock

clean:
	rm -rf .venv node_modules gateway/web/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis data dist build

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "tierview needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	@.ci/venv $(PYTHON)

.venv/ready-run: .venv/bin/python requirements.lock package-lock.json
	@echo "setting up (once)..."
	@$(BIN)/pip install --quiet --require-hashes --requirement requirements.lock
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m gateway.web.vendor
	@touch $@

.venv/ready-dev: .venv/ready-run requirements-dev.lock
	@$(BIN)/pip install --quiet --require-hashes --requirement requirements-dev.lock
	@touch $@
