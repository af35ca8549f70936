"""A QuickBooks Online to practise on: meets the product over HTTP only."""

from sync.sandbox.quickbooks.server import QuickBooksSandbox
from sync.sandbox.quickbooks.spec import CompanySpec

__all__ = ["CompanySpec", "QuickBooksSandbox"]
