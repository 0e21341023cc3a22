# Two commands matter: `make run` and `make test`. Python 3.11 or newer and make are all they need.
# Everything is called through `.venv/bin/python -m`, because scripts break in a path with a space.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c '$(NEW_ENOUGH)' 2>/dev/null && echo "$$p" && break; done)
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PY := .venv/bin/python
LOCK := CUSTOM_COMPILE_COMMAND="make lock" $(PY) -m piptools compile --quiet --generate-hashes --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --allow-unsafe --extra embedded
SOURCES := pyproject.toml helpdesk/bootstrap/older-python.in

.DEFAULT_GOAL := help
.PHONY: help run test check cores bench shots clauses lock clean

help:
	@echo "make run     start everything and say where it is (PORT=8123 make run; ARGS=--no-demo for an empty system)"
	@echo "make test    the whole test suite, browser and mail server included"
	@echo "make check   format, lint, types, import contracts, migrations, templates, dependencies"
	@echo "make cores   every branch of the pure cores is proven by tests/core (part of make check)"
	@echo "make bench   measure pages, sweeps, clocks, calendars and mail out as ratios (ARGS='--tickets 20000 --only sweep replay')"
	@echo "make shots   take screenshots of the main pages"
	@echo "make clauses which tests prove which clause of the vendors' documents (ARGS='--area sla,calendar --missing')"
	@echo "make lock    resolve the dependencies anew and write the lock files"
	@echo "make clean   stop leftover servers, remove .venv and caches; var/ with your data stays"

run: .venv/.installed
	@exec $(PY) manage.py up $(ARGS)

test: .venv/.installed-dev
	@$(PY) -m helpdesk.bootstrap.browser
	@$(PY) -m helpdesk.bootstrap.mailserver
	@$(PY) -m pytest $(ARGS)

check: .venv/.installed-dev
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"
	$(PY) -m mypy
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check --deploy --fail-level ERROR
	$(PY) -m djlint --lint --quiet templates
	$(PY) -m deptry .
	@$(MAKE) --no-print-directory cores

cores: .venv/.installed-dev
	$(PY) -m coverage run -m pytest -o addopts= -q -p no:cacheprovider tests/core
	$(PY) -m coverage report

bench: .venv/.installed-dev
	@$(PY) -m tests.bench $(ARGS)

shots: .venv/.installed-dev
	@$(PY) -m helpdesk.bootstrap.browser
	@$(PY) -m tests.shots $(ARGS)

clauses: .venv/.installed-dev
	@$(PY) -m tests.clauses $(ARGS)

lock: .venv/.installed-dev
	$(LOCK) --output-file requirements.txt $(SOURCES)
	$(LOCK) --extra dev --output-file requirements-dev.txt $(SOURCES)

clean:
	@test ! -x $(PY) || $(PY) -m helpdesk.bootstrap.embedded
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp says that the lock file is installed; .venv/bin/python leads to the system's Python, so an
# environment that lost its Python is made anew.
.venv/.installed: requirements.txt .venv/bin/python
	@"$(PYTHON)" -I helpdesk/bootstrap/install.py $<
	@touch $@

# The development packages include those of a run.
.venv/.installed-dev: requirements-dev.txt .venv/bin/python
	@"$(PYTHON)" -I helpdesk/bootstrap/install.py $<
	@touch .venv/.installed $@

.venv/bin/python:
	@"$(PYTHON)" -c '$(NEW_ENOUGH)' 2>/dev/null || { echo "Helpdesk needs Python 3.11, 3.12 or 3.13. python3 here is" \
		"$$(python3 --version 2>/dev/null || echo missing). Name another: PYTHON=/path/to/python3.12 make run" >&2; exit 1; }
	@"$(PYTHON)" -I helpdesk/bootstrap/install.py
