"""`python -m walletpass` is the `walletpass` command."""

from walletpass.cli import main

if __name__ == "__main__":
    main()
