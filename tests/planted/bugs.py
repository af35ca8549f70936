"""Bugs that somebody could make, each with the tests that would stop it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bug:
    """`right` stands in `file` exactly once; with `wrong` in its place, `tests` must fail."""

    name: str
    file: str
    right: str
    wrong: str
    tests: tuple[str, ...]


UNIT = "tests/unit"
ON_ACCOUNT = "tests/scenarios/test_on_account.py"
JOB = "tests/scenarios/test_main_job.py"
DAYS = "tests/scenarios/test_bad_days.py"
ONE = "tests/scenarios/test_once.py"
WAITING = "tests/scenarios/test_waiting.py"
MENDING = "tests/scenarios/test_mending.py"
LOG = "tests/scenarios/test_log.py"
NOTIFY = "tests/scenarios/test_notify.py"
AUDIT = "tests/scenarios/test_audit.py"
INTERRUPTED = "tests/crash/test_interrupted.py"

MONEY = (
    Bug(
        "a dead payment is counted",
        "sync/connectors/lightspeed/normalise.py",
        "for paid in wire.payments if not paid.archived]",
        "for paid in wire.payments]",
        (f"{UNIT}/lightspeed/test_normalise.py::test_a_dead_payment_is_no_tender",),
    ),
    Bug(
        "a refund is posted as a sale",
        "sync/mapping/forms.py",
        "DocumentKind.REFUND_RECEIPT if goes_out else DocumentKind.SALES_RECEIPT",
        "DocumentKind.SALES_RECEIPT",
        (f"{UNIT}/mapping/test_goods.py::test_a_refund_is_a_refund_receipt_with_positive_amounts",),
    ),
    Bug(
        "tax is dropped on its way to QuickBooks",
        "sync/connectors/quickbooks/bodies.py",
        'detail: dict[str, Any] = {"TotalTax": number(receipt.tax)}',
        'detail: dict[str, Any] = {"TotalTax": 0}',
        (f"{UNIT}/quickbooks/test_bodies.py::test_manual_tax_names_the_code_of_the_document",),
    ),
    Bug(
        "a cent is lost where a line is rounded down",
        "sync/domain/money.py",
        "amount.quantize(CENT, ROUND_HALF_UP)",
        'amount.quantize(CENT, "ROUND_DOWN")',
        (f"{UNIT}/mapping/test_goods.py::test_fractions_of_a_cent_go_to_a_rounding_line",),
    ),
    Bug(
        "a missing cent passes for rounding",
        "sync/mapping/goods.py",
        "    if abs(exact + sale.tax - sale.total) > _HALF_CENT:\n        return []\n",
        "",
        (f"{UNIT}/mapping/test_goods.py::test_a_missing_cent_is_not_rounding",),
    ),
    Bug(
        "a gift card used adds to what is owed",
        "sync/mapping/tenders.py",
        "return _line(LineRole.TENDER, item, -way.amount, text, needs)",
        "return _line(LineRole.TENDER, item, -abs(way.amount), text, needs)",
        (
            f"{UNIT}/mapping/test_sums.py"
            "::test_whatever_is_on_a_ticket_moves_every_account_by_what_the_till_says",
        ),
    ),
    Bug(
        "what a customer paid in stays open on the invoice",
        "sync/ledger/standings.py",
        "open_minor=t.movement.c.open_minor - minor",
        "open_minor=t.movement.c.open_minor",
        (f"{ON_ACCOUNT}::test_what_is_owed_both_ways_is_what_the_till_says",),
    ),
    Bug(
        "a payment goes before its invoice has an id",
        "sync/ledger/posting.py",
        "        ~_NAMES_ONE_WITHOUT_ID,\n",
        "",
        (f"{ON_ACCOUNT}::test_a_payment_waits_for_its_invoice_and_follows_it",),
    ),
    Bug(
        "a sale that was voided stays in the books",
        "sync/services/following.py",
        "if isinstance(outcome, Skip) and sale.state in _GONE:",
        "if isinstance(outcome, Skip) and not sale.state:",
        ("tests/scenarios/test_following.py::test_a_voided_sale_is_voided[sqlite]",),
    ),
    Bug(
        "a change at the till makes a second document",
        "sync/services/operations.py",
        'FOLLOW: ("update", ""),',
        'FOLLOW: ("create", ""),',
        ("tests/scenarios/test_following.py::test_a_sale_paid_otherwise_moves_its_money[sqlite]",),
    ),
    Bug(
        "an unbalanced document is posted",
        "sync/mapping/balance.py",
        "if unbalanced := _unbalanced(sale, forms, documents, laid, paid):",
        'if unbalanced := "":',
        (f"{UNIT}/mapping/test_sums.py::test_a_sale_with_a_cent_wrong_anywhere_is_held",),
    ),
    Bug(
        "the second tender of a sale has no line",
        "sync/mapping/receipts.py",
        "paying_lines(paid, laid.elsewhere, needs)",
        "paying_lines(paid, (), needs)",
        (
            f"{UNIT}/mapping/test_tenders.py"
            "::test_the_largest_tender_is_the_deposit_and_the_others_are_lines",
        ),
    ),
    Bug(
        "the discount of a refund is given twice",
        "sync/mapping/goods.py",
        "ZERO) + sign * line.discount",
        "ZERO) + line.discount",
        (
            f"{UNIT}/mapping/test_goods.py"
            "::test_the_discount_of_a_refund_reduces_what_is_given_back",
        ),
    ),
)

ONCE = (
    Bug(
        "a batch is sent again under a new id",
        "sync/services/posting.py",
        "batch.body, batch.id, [row",
        "batch.body, batch.id if batch.attempts == 1 else self._means.new_id(), [row",
        (f"{ONE}::test_a_request_id_alone_keeps_a_lost_answer_from_doubling[cut_after]",),
    ),
    Bug(
        "a request id is made when a batch is sent, not when it is frozen",
        "sync/services/posting.py",
        "batch.body, batch.id, [row",
        "batch.body, self._means.new_id(), [row",
        (f"{ONE}::test_a_request_id_alone_keeps_a_lost_answer_from_doubling[500_after]",),
    ),
    Bug(
        "a taken number is never looked at",
        "sync/services/posting.py",
        "found = self._lookup.holders(taken) if taken else {}",
        "found: dict[int, Any] = {}",
        (f"{ONE}::test_numbers_and_look_up_alone_find_what_is_there[cut_after]",),
    ),
    Bug(
        "any document with our number is taken for ours",
        "sync/services/settling.py",
        "case FaultClass.EXISTS if holder is not None and holder.ours:",
        "case FaultClass.EXISTS if holder is not None:",
        (f"{ONE}::test_a_number_that_a_strangers_document_has_holds_that_sale_alone",),
    ),
    Bug(
        "a document that QuickBooks numbered itself is not found again",
        "sync/services/posting.py",
        "found = self._lookup.ours(unknown)",
        "found = self._lookup.holders(unknown)",
        (f"{ONE}::test_our_marks_alone_find_a_document_that_quickbooks_numbered_itself",),
    ),
    Bug(
        "any document of that day and total is taken for ours",
        "sync/services/lookup.py",
        "SourceKey.found_in(found.note) == key",
        "bool(key)",
        (f"{ONE}::test_another_document_of_that_day_and_total_is_never_taken_for_ours",),
    ),
    Bug(
        "an answer that refuses one document is passed over",
        "sync/services/settling.py",
        'self._refused(changes, row, outcome, holders.get(row["id"]), attempts, now)',
        "pass",
        (f"{ONE}::test_a_number_that_a_strangers_document_has_holds_that_sale_alone",),
    ),
    Bug(
        "what was posted before is posted again",
        "sync/services/absorbing.py",
        'if row["qbo_id"] or operations[row["id"]]["state"] in OPEN',
        'if operations[row["id"]]["state"] in OPEN',
        (f"{ONE}::test_our_identity_alone_keeps_a_second_backfill_from_doubling",),
    ),
    Bug(
        "the watermark moves with the first page",
        "sync/services/sales_run.py",
        "            self._absorber.absorb(ledger, decided, page.got.unreadable, left_out)\n",
        "            self._absorber.absorb(ledger, decided, page.got.unreadable, left_out)\n"
        '            if began := page.cursor.get("began"):\n'
        "                ledger.runs.move_watermark(\n"
        "                    self._bench.scope, STREAM, datetime.fromisoformat(began)\n"
        "                )\n",
        (f"{INTERRUPTED}::test_a_sync_that_has_not_read_everything_leaves_the_watermark",),
    ),
    Bug(
        "the watermark moves to the newest change",
        "sync/services/reading.py",
        'began = cursor.get("began") or page.server_time.isoformat()',
        'began = max([str(r["updateTime"]) for r in page.records] or [cursor.get("began") or ""])',
        (f"{JOB}::test_the_watermark_is_the_start_of_the_poll",),
    ),
    Bug(
        "the cursor is saved before its page",
        "sync/services/sales_run.py",
        "        decided, looks = self._looked(last, overrides)\n",
        "        if moves:\n"
        "            with self._means.ledgers.write() as ledger:\n"
        "                ledger.runs.change(\n"
        '                    self._bench.scope.workspace, self._run["id"],\n'
        '                    cursor=page.cursor | ({"done": True} if page.is_last else {}),\n'
        "                )\n"
        "        decided, looks = self._looked(last, overrides)\n",
        (f"{INTERRUPTED}::test_a_page_and_its_cursor_are_saved_together",),
    ),
    Bug(
        "a worker that lost its lease goes on writing",
        "sync/ledger/cluster.py",
        "return held == fence",
        "return True",
        (
            "tests/integration/test_cluster.py"
            "::test_the_lease_of_a_dead_node_is_free_and_its_old_holder_finds_out[sqlite]",
        ),
    ),
    Bug(
        "deaths are counted over the whole of a chunk",
        "sync/services/settling.py",
        "ledger.runs.got_through(workspace, self._run)",
        "pass",
        (f"{INTERRUPTED}::test_progress_forgives_the_deaths_before_it",),
    ),
)

WAITS = (
    Bug(
        "what QuickBooks is too busy to make is left to a person",
        "sync/services/sales_run.py",
        "or _not_made(draft, refusals) or",
        "or",
        (
            f"{WAITING}::"
            "test_sales_wait_while_quickbooks_takes_no_new_items_and_are_posted_when_it_does"
            "[list_busy]",
        ),
    ),
    Bug(
        "a pause does not stop retries",
        "sync/ledger/runs.py",
        "            ~t.connection.c.paused,\n",
        "",
        (f"{WAITING}::test_a_pause_stops_retries_until_somebody_resumes",),
    ),
    Bug(
        "a sale that is gone is asked for every minute",
        "sync/services/sales_run.py",
        "            self._absorber.miss(ledger, page.absent, left_out)\n",
        "",
        (
            f"{WAITING}::"
            "test_a_waiting_sale_that_lightspeed_no_longer_shows_is_not_asked_for_for_ever",
        ),
    ),
    Bug(
        "a sale that waits for its item is tried for ever",
        "sync/services/patience.py",
        "if count >= MAX_ATTEMPTS:",
        "if count >= MAX_ATTEMPTS and False:",
        (
            f"{WAITING}::"
            "test_a_sale_whose_item_is_never_taken_fails_after_the_last_try_and_says_why",
        ),
    ),
)

MENDED = (
    Bug(
        "all records without a number are one",
        "sync/connectors/lightspeed/normalise.py",
        """return f"?{blake2b(shape.encode(errors='replace'), digest_size=6).hexdigest()}\"""",
        'return "?"',
        (f"{AUDIT}::test_records_without_a_number_are_told_and_do_not_stop_later_runs",),
    ),
    Bug(
        "whatever a person sends again passes for mended",
        "sync/services/mending.py",
        "if not (differences := _differences(look, outcome.main, standing)):",
        "if not (differences := list[str]()):",
        (
            f"{MENDING}::"
            "test_a_sale_paid_otherwise_settles_when_its_money_goes_there_in_quickbooks_too",
        ),
    ),
    Bug(
        "a document that stands is forgotten when its sale is sent again",
        "sync/services/mending.py",
        "gone = [look for look in looks if look.standing is None]",
        "gone = list(looks)",
        (f"{MENDING}::test_a_voided_sale_whose_receipt_still_stands_stays_held_and_says_so",),
    ),
)

POLICY = (
    Bug(
        "go-live is ignored",
        "sync/rules/filters.py",
        "SALE_FILTERS: tuple[Filter, ...] = (completed, status, go_live, store)",
        "SALE_FILTERS: tuple[Filter, ...] = (completed, status, store)",
        (f"{JOB}::test_a_sale_before_go_live_is_skipped_even_when_it_is_changed_later",),
    ),
    Bug(
        "register 1 is also register 10",
        "sync/rules/comparisons.py",
        "    return partial(eq, wanted[0])\n\n\ndef _contains",
        "    return lambda value: str(value).startswith(str(wanted[0]))\n\n\ndef _contains",
        (f"{UNIT}/rules/test_evaluation.py::test_register_1_is_never_another_register",),
    ),
    Bug(
        "anybody may map taxes",
        "sync/services/settings.py",
        "        actor.require_in(scope, Role.ADMIN)\n"
        "        place = _place(region, city, county)\n"
        "        with",
        "        place = _place(region, city, county)\n        with",
        (
            "tests/integration/test_services_permissions.py"
            "::test_nobody_changes_what_is_not_theirs_to_change",
        ),
    ),
)

SECRETS = (
    Bug(
        "a repository forgets whose rows it reads",
        "sync/ledger/runs.py",
        "(t.rule.c.workspace == scope.workspace) & (t.rule.c.connection == scope.connection)",
        "t.rule.c.connection == scope.connection",
        (
            "tests/integration/test_services_permissions.py"
            "::test_reading_finds_nothing_of_another_workspace",
        ),
    ),
    Bug(
        "a renewed token is used before it is saved",
        "sync/services/tokens.py",
        "            self._save(tokens)\n",
        "",
        (f"{INTERRUPTED}::test_a_renewed_token_is_in_the_database_before_anybody_has_it",),
    ),
    Bug(
        "tokens are sealed without their row",
        "sync/ledger/vault.py",
        "encrypt(nonce, secret, place.encode())",
        'encrypt(nonce, secret, b"")',
        ("tests/scenarios/test_accounts.py::test_a_sealed_secret_opens_in_its_own_row_only",),
    ),
    Bug(
        "any browser may finish what another began",
        "sync/services/connections.py",
        """row["provider"] != provider.value or row["session_digest"] != _digest(
                browser_session
            ):""",
        'row["provider"] != provider.value:',
        (
            "tests/integration/test_pages.py"
            "::test_a_wrong_return_is_refused_before_any_token_is_asked_for",
        ),
    ),
    Bug(
        "an old signature is good for ever",
        "bot/edge.py",
        "if abs(self._clock().timestamp() - int(timestamp)) > WINDOW:",
        "if False:",
        ("tests/integration/test_bot_edge.py::test_five_minutes_either_way_is_the_window",),
    ),
    Bug(
        "answers are for the whole channel",
        "bot/answering.py",
        '"response_type": "in_channel" if message.everyone else "ephemeral"',
        '"response_type": "in_channel"',
        (
            "tests/integration/test_bot_conversation.py"
            "::test_status_can_be_shared_and_only_then_is_public",
        ),
    ),
)

HEARD = (
    Bug(
        "two processes tell the same digest",
        "sync/ledger/notices.py",
        "or_(done.is_(None), done < day))",
        "or_(done.is_(None), done <= day))",
        (f"{NOTIFY}::test_of_two_that_look_at_once_one_tells_it",),
    ),
    Bug(
        "the file of the log is for the whole channel",
        "bot/actions/log.py",
        "channel = asked.channel if at_home else asked.actor.user",
        "channel = asked.channel",
        (f"{LOG}::test_the_file_stays_where_amounts_may_be_read",),
    ),
    Bug(
        "a page is counted from its start again",
        "sync/ledger/search.py",
        "query = query.where(self._id(wanted, few=few) < before)",
        "query = query.where(self._id(wanted, few=few) <= before)",
        (f"{LOG}::test_pages_stay_whole_while_new_sales_arrive",),
    ),
    Bug(
        "quiet hours silence what stops everything",
        "bot/reports/notices.py",
        "if notice.level is not Level.NOTHING and notice.target not in (told, connection.channel)",
        "if notice.level is Level.EVERYTHING and notice.target not in (told, connection.channel)",
        (f"{NOTIFY}::test_what_stops_everything_comes_at_any_hour",),
    ),
    Bug(
        "anybody may silence the log channel",
        "sync/services/notices.py",
        "            actor.require_in(scope, Role.ADMIN)\n",
        "",
        (f"{NOTIFY}::test_a_channel_is_for_admins_to_choose_and_oneself_for_everybody",),
    ),
    Bug(
        "a guest still gets the digest",
        "sync/services/notices.py",
        """            if not self._may_hear(scope, row["target"]):
                continue
""",
        "",
        (f"{NOTIFY}::test_who_may_not_see_amounts_any_more_hears_nothing",),
    ),
)

BUGS = (*MONEY, *ONCE, *WAITS, *MENDED, *POLICY, *SECRETS, *HEARD)
