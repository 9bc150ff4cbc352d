# Everything a person types. `make help` lists it.
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PEERS := var/peers
PEERS_STAMP := $(PEERS)/.installed
PLACES_PEERS := var/peers-places
PLACES_STAMP := $(PLACES_PEERS)/.installed
ASSETS := consumers/web/static/built/.built
SECURITY_TOOLS := var/peers-security
SECURITY_STAMP := $(SECURITY_TOOLS)/.installed

.PHONY: help demo test install lint format bench bench-short bench-pipeline bench-faults bench-people bench-detect bench-incidents bench-issues bench-places bench-security lock manifests published screenshots clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 16

$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; assert (3, 11) <= sys.version_info < (3, 14), "Tocsin needs Python 3.11 to 3.13"'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(ASSETS): $(STAMP) deploy/assets.py requirements/node.txt consumers/web/assets/package-lock.json $(wildcard consumers/web/assets/*.scss)
	@$(BIN)/python -m deploy.assets --has-node || $(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/node.txt
	$(BIN)/python -m deploy.assets

install: $(STAMP) $(ASSETS) ## Make .venv with every dependency and the page's assets, pinned and checked by hash

demo: install ## Show the whole system at work on this machine (about two minutes)
	$(BIN)/tocsin demo --exit

test: install ## Run every test, on a real broker and both stores
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

lint: install ## Check style, types and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: install ## Lay the code out
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install ## Measure (slow)
	$(BIN)/python -m tests.bench

bench-pipeline: install ## Measure reports a second through every stage and how soon an alert stands, on both stores (slow)
	@$(MAKE) --no-print-directory $(PEERS_STAMP) || echo "The peers could not be installed; their figures will be missing."
	$(BIN)/python -m tests.bench pipeline --postgresql

bench-short: install ## See that a report costs no third more than when that was last written down
	$(BIN)/python -m tests.bench short --hold

$(PEERS_STAMP): requirements/bench.txt
	test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --require-hashes --requirement requirements/bench.txt
	@touch $@

bench-people: install ## Measure who is who beside its peers, which get an environment of their own (slow)
	@$(MAKE) --no-print-directory $(PEERS_STAMP) || echo "The peers could not be installed; their figures will be missing."
	$(BIN)/python -m tests.bench people

$(PLACES_STAMP): requirements/bench-places.txt
	test -x $(PLACES_PEERS)/bin/python || $(PYTHON) -m venv $(PLACES_PEERS)
	$(PLACES_PEERS)/bin/python -m pip install --quiet --require-hashes --requirement requirements/bench-places.txt
	@touch $@

bench-places: install ## Measure addresses found beside the peer, which gets an environment of its own
	@$(MAKE) --no-print-directory $(PLACES_STAMP) || echo "The peer could not be installed; its figures will be missing."
	$(BIN)/python -m tests.bench places

bench-incidents: install ## Measure which reports are one incident, on simulated partnerships (slow)
	$(BIN)/python -m tests.bench incidents

bench-faults: install ## Try every fault at length: workers, broker, store, clocks and what comes in (slow)
	$(BIN)/python -m tests.bench faults input no-person load

bench-detect: install ## Measure the detectors beside R, on simulated outbreaks and over a real town (slow)
	$(BIN)/python -m tests.bench detect

bench-issues: install ## Measure what is found building up, and read it on Derbyshire's published crime (slow)
	$(BIN)/python -m tests.bench issues

$(SECURITY_STAMP): requirements/bench-security.txt
	test -x $(SECURITY_TOOLS)/bin/python || $(PYTHON) -m venv $(SECURITY_TOOLS)
	$(SECURITY_TOOLS)/bin/python -m pip install --quiet --require-hashes --requirement requirements/bench-security.txt
	@touch $@

bench-security: install ## Try what is promised of who may know, write the bill of materials, ask what is known against it (slow)
	@$(MAKE) --no-print-directory $(SECURITY_STAMP) || echo "The tools could not be installed; the bill and the audit will be missing."
	$(BIN)/python -m tests.bench security

lock: install ## Choose new versions of the dependencies
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --group dev pyproject.toml --output-file requirements/dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --constraints requirements/dev.txt pyproject.toml --output-file requirements/run.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --group node --output-file requirements/node.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --constraints requirements/dev.txt --group bench --output-file requirements/bench.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --constraints requirements/dev.txt --group bench-places --output-file requirements/bench-places.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --constraints requirements/dev.txt --group bench-security --output-file requirements/bench-security.txt
	$(BIN)/python -m deploy.broker.lock

screenshots: install ## Take pictures of the page: screen, phone and paper, into docs/screenshots (wants Chromium)
	$(BIN)/python -m tests.consumers.web.browser.pictures

manifests: install ## Write Strimzi's resources, the settings file and the dashboard anew
	$(BIN)/python -m deploy.manifests.write

published: install ## Write the JSON Schemas and the AsyncAPI document anew
	$(BIN)/python -m schemas.publish

clean: ## Remove the environment and all that runs left behind
	rm -rf $(VENV) consumers/web/assets/node_modules consumers/web/static/built var build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
