"""`python -m paradigms` is the command `paradigms`."""

from paradigms.cli import main

if __name__ == "__main__":
    main()
