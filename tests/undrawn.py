"""`paradigms` in a process of its own, with a summary and an empty page: `python -m undrawn WORDS`."""

from commands import summed_up

from paradigms import reports
from paradigms.cli import main

if __name__ == "__main__":
    reports.draw = summed_up
    main()
