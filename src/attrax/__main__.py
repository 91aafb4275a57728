"""`python -m attrax`: the same program as `attrax`, for environments whose scripts are not on the path."""

from attrax.cli.app import main

if __name__ == "__main__":
    main()
