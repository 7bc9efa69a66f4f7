# Needs make and Python 3.11 or newer. Everything else goes into $(VENV), once: a stamp file there says which of
# pyproject.toml's extras are installed, and a changed pyproject.toml installs them again.

# The first of these that runs, is new enough and can make environments. To choose: make test PYTHON=python3.12
PYTHON ?= python3 python3.14 python3.13 python3.12 python3.11 python /usr/bin/python3
VENV   ?= .venv
ARGS   ?=
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test lint types check format bench clean

help:  ## this list
	@echo 'make TARGET [ARGS="..."] [PYTHON=...]'
	@awk -F ':.*## ?' '/^[a-z]+:.*##/ { printf "  %-8s%s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.demo  ## learn XOR and handwritten digits, draw a graph, check a backward pass
	$(BIN)/autograd-lite demo $(ARGS)

test: $(VENV)/.test  ## run the tests, e.g. make test ARGS="-k einsum -x"
	$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.lint  ## check the style
	$(BIN)/ruff check . $(ARGS)
	$(BIN)/ruff format --check .

types: $(VENV)/.lint $(VENV)/.test  ## check the types
	$(BIN)/mypy $(ARGS)

check: lint types test  ## lint, types and test

format: $(VENV)/.lint  ## repair the style, as far as ruff can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.bench  ## compare with hand-written NumPy and the peers (installs PyTorch)
	$(BIN)/python -m benchmarks $(ARGS)

clean:  ## remove the environment and all that tools left behind
	rm -rf $(VENV) build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# $(VENV)/.demo has the extra `demo` installed, $(VENV)/.test the extra `test`, and so on.
$(VENV)/.%: pyproject.toml | $(BIN)/python
	@echo "Installing autograd-lite[$*] into $(VENV) (once, this may take a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	@touch $@

# The candidates are run, not looked up: a version manager's shim can be on the PATH without a Python behind it.
$(BIN)/python:
	@for python in $(PYTHON); do \
	    if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        echo "Creating $(VENV) with $$("$$python" --version)"; \
	        exec "$$python" -m venv $(VENV); \
	    fi; \
	done; \
	echo 'No Python 3.11 or newer with the modules venv and ensurepip among: $(PYTHON)' >&2; \
	echo 'Install one (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python)' >&2; \
	echo 'or name one: make PYTHON=/path/to/python3' >&2; \
	exit 1
