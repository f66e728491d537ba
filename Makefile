# `make` alone lists the targets.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test lint format generate docs bench clean

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.venv/run: pyproject.toml
	@echo "Installing into .venv ..."
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --editable .
	@$(BIN)/python -m compileall -q entrepot graph loaders ontology
	@touch $@

.venv/dev: pyproject.toml .venv/run
	@echo "Installing what the tests need ..."
	@$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@

demo: export NEO4J_URI :=
demo: .venv/run  ## install, load the packaged records, answer three questions
	@echo "This starts an embedded store, loads the packaged records and asks three questions."
	@echo
	$(BIN)/entrepot load
	@echo
	@echo "How are two companies related? With dates, shares, deals, and who says so:"
	@echo
	$(BIN)/entrepot path alibaba "rocket internet"
	@echo
	@echo "Who owned Lazada at the end of 2016? Sources disagree, and the answer says who lost, and why:"
	@echo
	$(BIN)/entrepot owners lazada --as-of 2016-12-31
	@echo
	@echo "And what has a South African publisher to do with Shopee?"
	@echo
	$(BIN)/entrepot path naspers shopee --limit 1
	@echo
	@echo "Now try:"
	@echo "  $(BIN)/entrepot timeline tokopedia"
	@echo "  $(BIN)/entrepot claims lazada"
	@echo "  $(BIN)/entrepot path alibaba 'rocket internet' --max-hops 2 --as-of 2016-03-01"

test: .venv/dev  ## every check and every test, on every engine
	@$(MAKE) --no-print-directory lint
	@$(BIN)/pytest

lint: .venv/dev  ## style, types, generated files and records
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/python -m ontology.generating --check
	@$(BIN)/entrepot records format --check
	@$(BIN)/entrepot check

format: .venv/dev  ## rewrite code and records in their canonical form
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .
	@$(BIN)/entrepot records format

generate: .venv/dev  ## rewrite what is generated from the ontology
	@$(BIN)/python -m ontology.generating

docs: .venv/dev generate  ## rewrite the generated pages and transcripts
	@$(BIN)/cog -r docs/cli.md
	@$(BIN)/python -m tests.transcripts --write

bench: .venv/dev  ## measure, on every engine that can be started
	@$(BIN)/python -m bench

clean:  ## remove what was made here; a store in the user's data folder stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
