"""``python -m moderation``: the command line without an installed script."""

from moderation.cli import main

if __name__ == "__main__":
    main()
