"""`python -m generator` is `segurdoc`."""

from generator.cli.main import main

main()
