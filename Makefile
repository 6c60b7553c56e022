# Everything a machine with Python 3.11, make and git needs to try, test and build walletpass.
# Settings go on the same line: make run PORT=9000 DATA_DIR=/srv/cards

PYTHON := $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
SET_UP := $(if $(PYTHON),$(PYTHON) tools/set_up.py,echo "walletpass needs Python 3.11 or newer." >&2; exit 1;)
BIN := .venv/bin

.PHONY: help run test check bench soak wheel lock settings translations clean build-environment test-environment assets
.NOTPARALLEL:

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

run: build-environment assets ## Start walletpass with demo data on http://127.0.0.1:8000 (HOST, PORT, DATA_DIR)
	@exec $(BIN)/walletpass serve --demo

test: test-environment assets ## Run every test, also in a browser and on PostgreSQL (ARGS="-k words" for some)
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

check: test-environment assets ## Format, lint, types, import contracts, translations, lock files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/node node_modules/typescript/bin/tsc
	$(BIN)/lint-imports
	$(BIN)/python tools/translations.py check
	$(BIN)/python tools/locks.py check

bench: test-environment assets ## Measure against targets and peers (B=name for one)
	@$(BIN)/python -m benchmarks $(B)

soak: test-environment assets ## Kill servers under a fleet of phones for MINUTES (PHONES, REQUESTS, SEED, DATABASE=postgresql)
	@$(BIN)/python -m pytest -s tests/journeys/test_fleet.py tests/journeys/test_strange_requests.py \
		--soak-minutes $(or $(MINUTES),10) --soak-phones $(or $(PHONES),200) --soak-requests $(or $(REQUESTS),100000) \
		--soak-database $(or $(DATABASE),sqlite) $(if $(SEED),--soak-seed $(SEED))

wheel: build-environment assets ## Build dist/walletpass-….whl
	@$(BIN)/hatchling build --target wheel

lock: test-environment ## Bring requirements/ and package-lock.json up to date
	@$(BIN)/python tools/locks.py update

settings: build-environment ## Write docs/settings.md anew
	@$(BIN)/python -m tools.document_settings

translations: build-environment ## Bring the catalogues up to date with the texts in code and pages
	@$(BIN)/python tools/translations.py update

clean: ## Remove everything that was built or installed; data stays
	rm -rf .venv node_modules dist build walletpass/web/static/built walletpass/artwork/fonts
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

build-environment:
	@$(SET_UP) build

test-environment:
	@$(SET_UP) dev

assets:
	@$(BIN)/python tools/build_assets.py
