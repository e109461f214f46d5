# The one door for tools; what each does stands at the head of its script.
MAKEFLAGS += --no-print-directory
.PHONY: setup run test check bench start-times pictures reference-pages office-check

setup:
	@scripts/setup

run:
	@scripts/setup
	@.venv/bin/python scripts/run

test:
	@scripts/test $(TESTS)

check:
	@scripts/check

bench:
	@scripts/bench $(ONLY)

start-times:
	@scripts/start_times

pictures:
	@.venv/bin/python scripts/pictures

office-check:
	@scripts/office_check

reference-pages:
	@.venv/bin/python scripts/reference_pages
