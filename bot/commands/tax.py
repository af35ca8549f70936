"""`/ccc tax`: which QuickBooks tax code a region's sales carry; without words, the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.parse import keyed
from bot.conversation import Command, Message, OpenModal, Reply, Request, bare
from bot.modals.tax import editor_for, list_for
from bot.views.taxes import place_name, taxes_card
from sync.errors import Invalid
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.services.facade import Services


def handle(request: Request, services: Services) -> Reply:
    word = request.word(0)
    if not word:
        return OpenModal(list_for(request))
    if word in ("list", "show"):
        return Message.of(taxes_card(request.books.settings.tax_mappings))
    if word == "add":
        return _add(request, services)
    if word == "remove":
        return _remove(request, services)
    raise Invalid(f"“{word[:40]}” is not something tax does. /ccc help tax shows what is.")


def _add(request: Request, services: Services) -> Reply:
    words = request.words[1:]
    if not words:
        return OpenModal(editor_for(request))
    if len(words) < 2:
        raise Invalid('Write the region and the tax code: tax add MD "Maryland 6%".')
    place = keyed(words[2:], ("city", "county"))
    region, code = words[0].upper(), words[1]
    services.settings.tax_add(
        request.actor,
        request.scope,
        region,
        code,
        city=place.get("city", ""),
        county=place.get("county", ""),
    )
    where = place_name(region, place.get("city", ""), place.get("county", ""))
    return Message(f"Sales in {where} now carry the tax code “{code}”.")


def _remove(request: Request, services: Services) -> Reply:
    words = request.words[1:]
    if not words:
        raise Invalid("Write the region: tax remove MD.")
    place = keyed(words[1:], ("city", "county"))
    city, county = place.get("city", ""), place.get("county", "")
    region = words[0].upper()
    services.settings.tax_remove(request.actor, request.scope, region, city=city, county=county)
    where = place_name(region, city, county)
    return Message(f"{where} has no tax mapping any more. Taxed sales there may be held.")


COMMAND = Command(
    "tax",
    help="Which QuickBooks tax code a region's sales carry; alone it opens the form",
    handle=handle,
    usage=(
        "tax",
        "tax list",
        'tax add REGION "Tax code" [city "X"] [county "X"]',
        'tax remove REGION [city "X"] [county "X"]',
    ),
    examples=('tax add MD "Maryland 6%"', "tax remove MD"),
    group="Set up",
    role=Role.ADMIN,
    reads=bare,
    synonyms=("taxes",),
)
