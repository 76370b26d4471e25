# Every command a developer runs. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run test check screenshots fmt bench soak clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## open the app; with no display, sync sample data into a SQLite file and show it
	@scripts/run.sh

test: ## everything that must hold before a change lands
	@scripts/test.sh

check: ## form, lints and the libraries' own tests: a minute when warm
	@scripts/test.sh fmt clippy unit

screenshots: ## every screen, light and dark, into ui/.screenshots
	@scripts/test.sh screenshots

fmt: ## bring the code into form
	cargo fmt --all

bench: ## measure against the published targets; fails when one is missed
	@scripts/bench.sh

soak: ## every promise with its long counts: hours
	@scripts/test.sh soak

clean: ## remove what was built, the demo's database and the fetched tools
	cargo clean
	rm -rf .cache
