"""An offline validator for passes: says what an iPhone would say, and why.

`check_pass` takes bytes and returns a `Report`. What can be wrong is listed in `rules/*.toml`.
"""

from walletpass.pkpass.check.findings import Finding, Identity, Report, Severity
from walletpass.pkpass.check.validator import check_pass

__all__ = ["Finding", "Identity", "Report", "Severity", "check_pass"]
