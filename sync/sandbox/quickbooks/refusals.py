"""Every way QuickBooks says no, with its code, its words and the shape of the answer."""

from __future__ import annotations

from datetime import datetime

from sync.sandbox.quickbooks.wire import Json, precise_stamp

_MESSAGES = {
    "140": "Company Locked Out",
    "500": "Unsupported Operation",
    "610": "Object Not Found",
    "620": "Transaction cannot be linked",
    "700": "Parent Reference Invalid",
    "1040": "Batch Size Limit Exceeded",
    "1050": "Invalid Content Type",
    "2000": "Unsupported Object Name",
    "2010": "Request has invalid or unsupported property",
    "2020": "Required param missing, need to supply the required value for the API",
    "2030": "Invalid ID",
    "2040": "Invalid Characters",
    "2050": "Invalid String Length",
    "2060": "Invalid Date Format",
    "2070": "Invalid Date",
    "2090": "Invalid Number",
    "2110": "Invalid Decimal",
    "2120": "Invalid Type",
    "2130": "Invalid Request Id Format",
    "2140": "Invalid Amount",
    "2150": "Invalid Percent",
    "2170": "Invalid Enumeration",
    "2210": "Invalid Email Address Format",
    "2230": "Invalid Boolean",
    "2250": "Missing Lines",
    "2260": "Missing Posting Type",
    "2290": "Negative Amount",
    "2300": "Debits Not Equal To Credits",
    "2500": "Invalid Reference Id",
    "2600": "Conflicting Elements",
    "3000": "Invalid Custom Field",
    "3001": "message=ThrottleExceeded; errorCode=003001; statusCode=429",
    "4000": "Error parsing query",
    "4001": "Invalid query",
    "5010": "Stale Object Error",
    "5020": "Permission Denied Error",
    "5030": "Feature Not Supported Error",
    "6000": "A business validation error has occurred while processing your request",
    "6010": "Account Type Or Subtype Missing Or Clashing",
    "6070": "Amount calculation incorrect in the request",
    "6080": "No Name Provided",
    "6090": "Discount Line Missing Amount Or Percent",
    "6100": "Invalid Line Tax Code",
    "6140": "Duplicate Document Number Error",
    "6150": "Parent Reference Required",
    "6160": "Custom Sales Tax Cannot Be Used",
    "6170": "Tax Detail Not Allowed",
    "6180": "Too Many Levels",
    "6190": "Invalid Company Status",
    "6200": "Account Period Closed",
    "6210": "Account Period Closed",
    "6240": "Duplicate Name Exists Error",
    "6270": "Invalid Inventory Transaction Date",
    "6420": "Email Address Required",
    "6430": "Invalid account type used",
    "6440": "Line Account Or Item Missing",
    "6470": "Tax Not Allowed",
    "6520": "Quantity Required",
    "6530": "Raw Card Number Found",
    "6540": "Deposited Transaction cannot be changed",
    "10000": "An application error has occurred while processing your request",
}


class Refusal(Exception):
    """One request or batch item that QuickBooks declines, with nothing changed."""

    def __init__(
        self,
        code: str,
        detail: str,
        element: str | None = None,
        *,
        kind: str = "ValidationFault",
        status: int = 400,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.element = element
        self.kind = kind
        self.status = status

    def fault(self) -> Json:
        """The fault as it stands in a batch item or, with a time, in an answer of its own."""
        error: Json = {"Message": _MESSAGES[self.code], "Detail": self.detail, "code": self.code}
        if self.element is not None:
            error["element"] = self.element
        return {"Fault": {"Error": [error], "type": self.kind}}

    def body(self, now: datetime) -> Json:
        """The whole answer to a single call."""
        return self.fault() | {"time": precise_stamp(now)}


def missing(element: str) -> Refusal:
    """A required parameter that was not sent; the field is named in `element`."""
    return Refusal("2020", f"Required parameter {element} is missing in the request", element)


def inactive(element: str = "") -> Refusal:
    """Unknown, deleted and inactive objects share one sentence."""
    return Refusal(
        "610",
        "Object Not Found : Something you're trying to use has been made inactive. Check the "
        "fields with accounts, customers, items, vendors or employees.",
        element,
    )


def unknown_reference(word: str, id: str, element: str) -> Refusal:
    """A reference to an id this company has never had."""
    return Refusal("2500", f"Invalid Reference Id : {word} element id {id} not found", element)


def stale() -> Refusal:
    """Someone else saved first."""
    return Refusal(
        "5010",
        "Stale Object Error : You and Another User were working on this at the same time. "
        "Another User finished before you did, so your work was not saved.",
        "",
    )


def business(sentence: str) -> Refusal:
    """Code 6000, whose detail is the whole message."""
    return Refusal("6000", f"Business Validation Error: {sentence}", "")


def unsupported(operation: str) -> Refusal:
    """A path or an operation the entity lacks; QuickBooks answers 400, not 404."""
    return Refusal("500", f"Operation {operation} is not supported.")


def gateway_fault(status: int, code: str, word: str, detail: str, kind: str, now: datetime) -> Json:
    """The lower-case shape used by the gateway, before the accounting service is reached."""
    message = f"message={word}; errorCode={code:0>6}; statusCode={status}"
    return {
        "warnings": None,
        "intuitObject": None,
        "fault": {
            "error": [{"message": message, "detail": detail, "code": code, "element": None}],
            "type": kind,
        },
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": int(now.timestamp() * 1000),
        "status": None,
        "cdcresponse": [],
    }


def throttled(now: datetime) -> Json:
    """The answer at the gate when a limit is used up."""
    return {
        "Fault": {
            "Error": [
                {
                    "Message": "message=ThrottleExceeded; errorCode=003001; statusCode=429",
                    "Detail": "The request limit was reached.  Try again later",
                    "code": "3001",
                }
            ],
            "type": "SERVICE",
        },
        "time": precise_stamp(now),
    }
