# Short names for the commands that developers run; `bash scripts/test` runs what CI runs.
.PHONY: setup format lint types imports quick test coverage docs site

setup:
	bash scripts/setup --tests

format:
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

lint:
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .

types:
	.venv/bin/mypy

imports:
	.venv/bin/lint-imports --no-cache

quick:
	.venv/bin/python -m pytest -n auto --dist worksteal

test:
	bash scripts/test

# The whole suite, and the branches that it leaves out.
coverage:
	.venv/bin/python -m pytest -m "" -n auto --dist worksteal --cov --cov-report=term

docs:
	.venv/bin/python -m generator.common.explain fr > docs/fr/constats.md
	.venv/bin/python -m generator.common.explain en > docs/en/findings.md

site:
	bash scripts/site
