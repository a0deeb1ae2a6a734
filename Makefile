# make demo        the whole product with demo data on this machine
# make demo-reset  the same, from nothing
# make test        every check and every test
# make dev         development server with reloading
# make lint, make format, make bench, make bench-lists, make bench-reports
PORT ?= 8000
PYTHON ?= python3.11
BIN := .venv/bin
export PORT

.PHONY: demo demo-reset test lint bench bench-lists bench-reports dev assets format
.DEFAULT_GOAL := demo

demo: .venv/ready assets
	@$(BIN)/python -m suz.local demo

demo-reset: .venv/ready assets
	@$(BIN)/python -m suz.local demo-reset
	@$(BIN)/python -m suz.local demo

test: .venv/ready assets
	@$(BIN)/python -m suz.local.chromium
	@$(BIN)/pytest -n 2 --dist loadgroup

lint: .venv/ready assets
	@$(BIN)/pytest -q tests/test_checks.py

bench: .venv/ready assets
	@SUZ_DEMO=True $(BIN)/python -m suz.local --test run -- $(BIN)/python -m bench

# Sizes and the like in LISTS, for example LISTS="--orders 100000"; see bench/lists.
bench-lists: .venv/ready assets
	@SUZ_DEMO=True $(BIN)/python -m suz.local --test run -- $(BIN)/python -m bench.lists $(LISTS)

# The reports over a year, at a million orders and ten million pages of visits; see bench/reports.py.
bench-reports: .venv/ready assets
	@SUZ_DEMO=True $(BIN)/python -m suz.local --test run -- $(BIN)/python -m bench.reports $(REPORTS)

dev: .venv/ready assets
	@DEBUG=True $(BIN)/python -m suz.local run -- $(BIN)/python manage.py runserver $(PORT)

format: .venv/ready
	@-$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .
	@-find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 {} +

# Both steps keep a stamp of the files they were made from and do nothing while it is true.
.venv/ready: requirements.txt requirements-dev.txt
	@sh suz/local/venv.sh $(PYTHON)

assets: .venv/ready
	@$(BIN)/python -m suz.local.assets
