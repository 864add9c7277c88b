# The one entry point. `make` alone lists what there is.
# Plain POSIX make and sh; every path is relative, so that a directory with spaces in its name works.
.POSIX:

# The Dockerfile takes these steps with VENV=/venv and SELF=. (a copy of the code instead of a link to it).
VENV = .venv
SELF = -e .
BIN = $(VENV)/bin
# Errors only; -qq still prints what made pip fail.
PIP = $(BIN)/python -m pip install -qq --disable-pip-version-check
# Wheels only: to build a source archive, pip would fetch tools that no hash pins.
PIP_LOCKED = $(PIP) --require-hashes --only-binary :all:
# --no-strip-extras: pip in hash mode finds no pin for a coverage[toml] that is locked as coverage.
# --no-config and the --no-emit flags keep this machine's mirrors and folders out of the locks.
LOCK = $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --group build $(LOCK_ARGS)

.PHONY: help install demo run image test bench soak faces lint format browser lock clean

help: ## List these commands
	@echo 'Steward, a support desk that lives in chat. Start with "make demo"; nothing else is needed.'
	@echo
	@awk -F ' *:.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo 'Examples'
	@echo '  make demo PORT=9000                       the demo on another port'
	@echo '  make test PYTEST_ARGS="--no-cov -k sla"   some of the tests'
	@echo '  make soak SOAK_ARGS="--kills 50 --seeds 1"  a shorter killing'
	@echo '  make lock LOCK_ARGS=--upgrade             newer versions of everything'
	@echo '  make install PYTHON=/path/to/python3.12   with a Python of your choice'

install: $(VENV)/.dev ## Make .venv with all that running and developing need
	@echo 'Ready. Next: make demo, or make test.'

demo: $(VENV)/.run ## Try it: a desk with made-up clients, in the browser
	@PORT="$${PORT:-8080}"; export PORT; exec $(BIN)/steward demo

run: $(VENV)/.run ## Run the desk with your settings
	@exec $(BIN)/steward run

image: ## Make a container image, steward, by the same steps; needs docker
	docker build -t steward .

# What was compiled is kept, whatever is set: each worker, and each desk that the tests start, would compile it all again.
test: $(VENV)/.dev ## Run the tests; bot/domain must be covered, every branch
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --cov=bot/domain --cov-branch --cov-fail-under=100 $(PYTEST_ARGS)

bench: $(VENV)/.dev ## Measure how fast it is, beside others; writes benchmarks/results.json
	@$(PIP) -e '.[bench]'
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)

soak: $(VENV)/.dev ## Kill the desk hundreds of times, on both databases, and play long lives beside a model; an hour
	@ended=0; $(BIN)/python tests/reliability/soak.py $(SOAK_ARGS) || ended=$$?; \
	$(if $(SOAK_ARGS),:,STEWARD_LONG=1 $(BIN)/python -m pytest -q --no-cov --show-capture=no -n auto tests/reliability/test_state_machine.py) || ended=$$?; \
	exit $$ended

faces: $(VENV)/.dev ## Write docs/faces.md: what is where, in the browser, Slack and Discord
	PYTHONPATH=.:tests:tests/parity $(BIN)/python tests/parity/page.py

lint: $(VENV)/.dev ## Check style, types and the dependency rule
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

format: $(VENV)/.dev ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lock: $(VENV)/.dev ## Pin the dependencies again, after a change in pyproject.toml
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	@! grep -nE '://|find-links|-url' requirements.txt requirements-dev.txt || \
		{ echo 'make lock: the lines above name a host or a folder of this machine; take them out.' >&2; exit 1; }

clean: ## Remove .venv and everything that was built; keeps your data (var)
	rm -rf $(VENV) build dist test-artifacts .pytest_cache .hypothesis .ruff_cache .import_linter_cache .coverage .coverage.*
	find adapters benchmarks bot storage tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || :

# Stamps, touched only after pip succeeded: the pinned packages, the desk on top of them, and all the rest.
$(VENV)/.packages: $(BIN)/python requirements.txt
	@echo "Installing $$(grep -c '==' requirements.txt) pinned packages (about a minute the first time) …"
	@$(PIP_LOCKED) -r requirements.txt
	@touch $@

$(VENV)/.run: $(VENV)/.packages pyproject.toml
	@$(PIP) --no-deps --no-build-isolation $(SELF)
	@touch $@

$(VENV)/.dev: $(BIN)/python requirements-dev.txt pyproject.toml
	@echo "Installing $$(grep -c '==' requirements-dev.txt) pinned packages (about a minute the first time) …"
	@$(PIP_LOCKED) -r requirements-dev.txt
	@$(PIP) --no-deps --no-build-isolation $(SELF)
	@touch $(VENV)/.packages $(VENV)/.run $@

# Each candidate is really run: a version manager's shim may be on PATH and refuse to work.
$(BIN)/python:
	@found=; bare=; \
	for try in "$${PYTHON:-}" python3.13 python3.12 python3.11 python3; do \
		test -n "$$try" || continue; \
		"$$try" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
		if "$$try" -c 'import venv, ensurepip' >/dev/null 2>&1; then found=$$try; break; fi; \
		bare=$${bare:-$$try}; \
	done; \
	if test -z "$$found" && test -n "$$bare"; then \
		echo "$$bare has no venv module: install it (Debian, Ubuntu: apt install $${bare##*/}-venv), then make again." >&2; exit 1; \
	elif test -z "$$found"; then \
		echo 'No Python 3.11 or newer found: install one, or name it (make install PYTHON=/path/to/python3.12).' >&2; exit 1; \
	fi; \
	echo "Making a Python environment in $(VENV) ($$("$$found" -V)) …"; \
	"$$found" -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

# The browser tests use the system's Chromium; the fonts give screenshots real emoji.
# Without one they are skipped, which is kind at home and a lie in CI: there it fails.
browser: ## Get a Chromium for the browser tests (needs root and apt; else they are skipped)
	@look() { \
		for try in chromium chromium-browser google-chrome; do \
			"$$try" --version >/dev/null 2>&1 && command -v "$$try" && return; \
		done; \
		return 1; \
	}; \
	found=$$(look) || found=; \
	want=; test -n "$$found" || want=chromium; \
	if command -v apt-get >/dev/null; then \
		for font in fonts-noto-color-emoji fonts-dejavu-core; do \
			dpkg -s $$font >/dev/null 2>&1 || want="$$want $$font"; \
		done; \
	fi; \
	if test -n "$$want" && test "$$(id -u)" = 0 && command -v apt-get >/dev/null; then \
		echo "Installing" $$want "…"; \
		export DEBIAN_FRONTEND=noninteractive; \
		{ apt-get update -qq || :; apt-get install -qq -y --no-install-recommends $$want || :; } >/dev/null; \
		found=$$(look) || found=; \
	fi; \
	if test -n "$$found"; then \
		echo "Chromium for the browser tests: $$found"; \
	else \
		echo 'No Chromium, and no way to install one here: the browser tests will be skipped.' >&2; \
		echo 'To run them, install Chromium (Debian: sudo apt install chromium).' >&2; \
		test "$${CI:-}" != true; \
	fi
