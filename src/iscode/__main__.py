"""`python -I -m iscode` and the console script `iscode`: both go through the exit door."""

import sys

from iscode.cli.door import leave


def main() -> None:
    """Run the command line and end the process with 0, 1, 2 or 130."""
    leave(sys.argv[1:])


if __name__ == "__main__":
    main()
