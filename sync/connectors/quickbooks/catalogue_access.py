"""Refusals that are about the company or the moment, not about the document."""

from __future__ import annotations

from typing import Final

from sync.connectors.quickbooks.remedies import FaultClass, Row

_RETRY, _REAUTH, _GONE = FaultClass.RETRY, FaultClass.REAUTH, FaultClass.DISCONNECTED
_STALE, _EXISTS, _SLOW = FaultClass.STALE, FaultClass.EXISTS, FaultClass.THROTTLED

ROWS: Final[tuple[Row, ...]] = (
    # Access
    Row(
        ("100", "110"),
        "QuickBooks did not accept our sign-in. Nothing was posted. Reconnect QuickBooks.",
        _REAUTH,
        "reconnect",
    ),
    Row(
        ("120",),
        "The person who connected QuickBooks has lost access to this company, so nothing more can "
        "be posted. An admin of the company must reconnect.",
        _GONE,
        "reconnect",
    ),
    Row(
        ("130",),
        "QuickBooks is moving this company between its servers. We try again by ourselves.",
        _RETRY,
        "retry",
    ),
    Row(
        ("140",),
        "QuickBooks has locked this company for now, so it takes no documents. We try again; if "
        "it lasts, QuickBooks itself says why.",
        _RETRY,
        "retry",
    ),
    Row(
        ("150",),
        "QuickBooks is under maintenance and takes no documents. We try again by ourselves.",
        _RETRY,
        "retry",
    ),
    Row(
        ("3001",),
        "QuickBooks asked us to slow down; nothing was lost and we go on in a minute. If this "
        "lasts all day, this month's allowance of QuickBooks reads is used up.",
        _SLOW,
        "retry",
    ),
    Row(
        ("3100",),
        "We are no longer allowed into this QuickBooks company. Nothing was posted. Reconnect "
        "QuickBooks and choose the same company.",
        _GONE,
        "reconnect",
    ),
    Row(
        ("3200",),
        "Our pass to QuickBooks has run out and could not be renewed. Reconnect QuickBooks; "
        "settings and history stay.",
        _REAUTH,
        "reconnect",
    ),
    Row(
        ("5020",),
        "The QuickBooks user who connected lacks the right to do this, or the feature is switched "
        "off. Reconnect as a company admin, or switch it on in QuickBooks.",
        _GONE,
        "reconnect",
    ),
    Row(
        ("6190",),
        "The QuickBooks subscription has lapsed, so the company takes no documents. Renew it in "
        "QuickBooks, then reconnect; what waits is posted then.",
        _GONE,
        "reconnect",
    ),
    Row(
        ("10200",),
        "This QuickBooks company was reset: its earlier books are gone. Check accounts and "
        "settings, then reconnect before anything is posted again.",
        _GONE,
        "reconnect",
    ),
    # Passing trouble
    Row(
        ("4002",),
        "QuickBooks could not finish a look-up just now. We try again by ourselves.",
        _RETRY,
        "retry",
    ),
    Row(
        ("10000",),
        "QuickBooks had an error of its own. Nothing needs changing; we try again. If it stays, "
        "QuickBooks support can find it by the reference.",
        _RETRY,
        "retry",
    ),
    Row(
        ("1000", "1010", "1020"),
        "QuickBooks failed without saying more. We try again; if it stays, QuickBooks support can "
        "find it by the reference.",
        _RETRY,
        "retry",
    ),
    Row(
        ("5010",),
        "Somebody changed this document in QuickBooks at the same moment. We read it again and "
        "retry; if it keeps happening, someone has it open.",
        _STALE,
        "retry",
    ),
    # Already there
    Row(
        ("600", "630"),
        "QuickBooks says it already has this one. We look it up and link it if it is the same.",
        _EXISTS,
        "retry",
    ),
    Row(
        ("6140",),
        "This document number is already used in QuickBooks by another document. Nothing was "
        "posted. Give this connection its own prefix, or renumber the other document.",
        _EXISTS,
        "use_prefix",
    ),
    Row(
        ("6240",),
        "This name is already used in QuickBooks by another customer, vendor, employee or item. "
        "Rename that one, or choose which one this should be.",
        _EXISTS,
        "map_product",
        "item",
        "qbo.6240.item",
    ),
    Row(
        ("6240",),
        "This name is already used in QuickBooks, perhaps by a vendor or an employee: customers "
        "share one list of names with them. Rename one of the two in QuickBooks, then retry.",
        _EXISTS,
        "retry",
    ),
)
