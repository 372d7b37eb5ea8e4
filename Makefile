# A fresh machine needs make demo and make test, with Python 3.11 or newer and Git; make clients asks for npm too.
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -I -m
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test clients check generate docs bench fuzz golden pictures clean

demo: .venv/product
	@$(RUN) iscode demo

test: .venv/tools check
	$(BIN)/python -m pytest -q -n auto -m 'not clients'

# Every report, hook and package, as the programs that others wrote read it; these are installed below .clients/. Each
# list tests/clients/tools/NAME.txt has an environment .clients/NAME/ of its own, what npm installs is in .clients/node/,
# archives of sources are unpacked in .clients/sources/. A browser and an office are packages of the system: apt-get
# installs what is missing. CLIENTS='clients and not slow' for those of a minute, which need neither.
CLIENTS ?= clients
LISTS := $(filter-out sources debian,$(basename $(notdir $(wildcard tests/clients/tools/*.txt))))
SYSTEM := $(if $(findstring not slow,$(CLIENTS)),,.clients/debian/installed)
clients: .venv/tools $(LISTS:%=.clients/%/installed) .clients/node/installed .clients/sources/installed $(SYSTEM)
	$(BIN)/python -m pytest -q -m '$(CLIENTS)' --clients tests

# What is fast and says whether the house stands: style, types, rooms, docstrings, generated files, rule cases.
check: .venv/tools
	$(BIN)/ruff check --output-format concise .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/interrogate --quiet src
	$(BIN)/python docs/generate.py --check
	$(RUN) iscode rules lint
	$(RUN) iscode rules test

generate: .venv/tools
	$(BIN)/python docs/generate.py

# docs/ as a site in build/site/, any warning a failure, and each link on it followed that stays on it.
docs: generate .clients/site/installed .clients/node/installed
	.clients/site/bin/sphinx-build --quiet --fail-on-warning --fresh-env --builder html docs build/site
	.clients/node/node_modules/.bin/linkinator build/site --recurse --check-fragments --skip '^https?://(?!localhost)' --verbosity error

golden: .venv/tools
	$(BIN)/python -m pytest -q tests/golden tests/house/test_left_out.py --update-golden
	@if command -v chromium >/dev/null; then $(MAKE) --no-print-directory pictures; \
	else echo 'The pictures of docs/html-report.md stay as they are: they need Chromium, which make clients installs.'; fi

# The pictures of docs/html-report.md. No test compares them: each machine has other fonts.
pictures: .venv/tools .clients/page/installed
	$(BIN)/python docs/pictures.py

bench: .venv/tools
	$(BIN)/python bench/run.py
	$(BIN)/python bench/formats.py

# Properties on many more examples than `make test` has time for; FUZZ=1000 for a short run: what reads YAML, schemas,
# rules, expressions, registers, paths and what git prints, and what escapes.
FUZZED := tests/document tests/schema tests/rule tests/expr tests/intake tests/facts/test_artifacts.py \
	$(addprefix tests/source/test_,index.py tree.py snapshot.py patterns.py) tests/report/test_escape.py tests/security
FUZZ ?= 100000
fuzz: .venv/tools
	$(BIN)/python -m pytest -q --fuzz $(FUZZ) $(FUZZED)

clean:
	rm -rf .venv .clients build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The product alone, and what its tests need beside it; both in the versions of constraints.txt.
.venv/product: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "iscode needs Python 3.11 or newer: make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(INSTALL) --editable .
	@touch $@

.venv/tools: .venv/product
	@$(INSTALL) --editable '.[dev]'
	@touch $@

.clients/%/installed: tests/clients/tools/%.txt
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.clients/node/installed: tests/clients/tools/package.json tests/clients/tools/package-lock.json
	@mkdir -p $(@D)
	@cp $^ $(@D)
	@npm ci --prefix $(@D) --silent --no-audit --no-fund --ignore-scripts
	@touch $@

# Elsewhere than on Debian and its kin, and without the right to install, they are to be installed by hand.
.clients/debian/installed: tests/clients/tools/debian.txt
	@mkdir -p $(@D)
	@wanted="$$(grep -v '^#' $< | tr '\n' ' ')"; as=; [ "$$(id -u)" = 0 ] || as=sudo; \
	if ! dpkg-query --show $$wanted >/dev/null 2>&1; then \
		{ $$as apt-get -qq update && $$as apt-get -qq install --yes --no-install-recommends $$wanted >/dev/null; } || \
		{ echo "make clients: install these programs by hand: $$wanted" >&2; exit 1; }; \
	fi
	@touch $@

# Built by what is installed, else pip fetches the builders anew each time.
.clients/sources/installed: tests/clients/tools/sources.txt .clients/junit/installed
	@rm -rf $(@D)
	@.clients/junit/bin/python -m pip download --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--ignore-requires-python --no-binary :all: --dest $(@D) --requirement $<
	@for archive in $(@D)/*.tar.gz; do tar -xzf $$archive -C $(@D); done
	@touch $@
