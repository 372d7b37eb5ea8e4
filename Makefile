# Two commands are all that a fresh machine needs: make demo, make test. It has Python 3.11 or newer, Git and make.
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -I -m

.PHONY: demo test check generate docs bench fuzz golden clean

demo: .venv/installed
	@$(RUN) iscode demo

test: .venv/installed check
	$(BIN)/python -m pytest -q

# What is fast and says whether the house stands: style, types, rooms, docstrings, generated files, rule cases.
check: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/interrogate --quiet
	$(BIN)/python docs/generate.py --check
	$(RUN) iscode rules test --mutate

generate docs: .venv/installed
	$(BIN)/python docs/generate.py

golden: .venv/installed
	$(BIN)/python -m pytest -q tests/golden --update-golden

bench: .venv/installed
	$(BIN)/python bench/run.py

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/installed: pyproject.toml src/iscode/__init__.py
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "iscode needs Python 3.11 or newer; try make PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@
