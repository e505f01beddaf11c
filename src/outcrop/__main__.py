"""Lets `python -m outcrop` stand for `outcrop`."""

from outcrop.cli.app import main

if __name__ == "__main__":
    main()
