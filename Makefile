# make demo    first pictures, from nothing but Python 3.11 and a package index
# make serve   a server that stays, with calls to paste
# make test    every check that CI runs; make quick leaves out the slow tests
# make bench   the benchmarks, side by side with diffusers
# make upgrade newer libraries for all of these

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Without this, idle threads of torch spin, and one other busy program makes small models many times slower.
export OMP_WAIT_POLICY := PASSIVE
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# A process a core, each with one thread; a file's tests stay together, for they share what is dear to set up.
TESTS := OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --dist loadfile

.PHONY: demo serve test quick check bench setup upgrade javascript clean
.DEFAULT_GOAL := demo

demo: $(READY)
	@bash examples/demo.sh

serve: $(READY)
	@$(BIN)/outcrop serve --calls

test: check javascript
	@$(TESTS)

quick: check
	@$(TESTS) -m "not slow"

check: $(READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

# For tests of AWS's SDK for JavaScript, of credentials by another reader and of the studio with axe-core, which are left
# out where this does not work. As locked, and not by `npm ci`, which wants parts for other systems that a registry may lack.
javascript:
	@for part in tests/examples/javascript tests/provenance/javascript tests/studio; do \
		! command -v npm >/dev/null || npm install --silent --no-save --no-audit --no-fund --ignore-scripts --prefix $$part || \
			echo "npm cannot fetch the packages of $$part: its tests are skipped."; \
	done

bench: $(READY)
	@$(BIN)/python -m benchmarks.run

setup: $(READY)

# The newest of everything that pyproject.toml allows, written down: commit it once `make test` has passed with it.
upgrade: $(READY)
	@$(BIN)/python -m pip install -qq --upgrade --upgrade-strategy eager torch==2.13.0 --editable '.[engine,dev]'
	@{ sed '/^$$/q' constraints.txt; \
		$(BIN)/python -m pip freeze --exclude-editable | grep -Ev '^(torch|triton|nvidia-[a-z0-9-]*)==' | sed 's/==/<=/'; } > constraints.new
	@mv constraints.new constraints.txt

# Where there is no NVIDIA card, torch goes first: pip then takes the small CPU build if the index offers one.
$(READY): pyproject.toml constraints.txt
	@echo "Setting up $(VENV): torch, diffusers and the rest. This takes some minutes the first time, in silence."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --upgrade pip
	@command -v nvidia-smi >/dev/null || $(BIN)/python -m pip install -qq torch==2.13.0
	@$(BIN)/python -m pip install -qq --constraint constraints.txt --editable '.[engine,dev]'
	@touch $@
	@echo "Set up."

clean:
	rm -rf $(VENV) demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
