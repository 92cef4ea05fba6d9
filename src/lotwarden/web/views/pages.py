"""Pages that only read: home, lots, the lot, orders, nonconformities, files to take away."""

from __future__ import annotations

import mimetypes

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lotwarden.evidence import blobs
from lotwarden.evidence import queries as evidence
from lotwarden.reports import home as home_page
from lotwarden.reports import lot as lot_page
from lotwarden.reports import lots as lots_page
from lotwarden.reports import papers, people, plan
from lotwarden.reports import switching as switching_page
from lotwarden.reports.files import may_see
from lotwarden.web.views.guard import actor_of, logged_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
"""What a browser may show in place; everything else is downloaded, whatever it claims to be."""


@require_safe
@logged_in
def home(request: HttpRequest) -> HttpResponse:
    """Show where the rejected units are."""
    page = home_page.home(
        actor_of(request),
        now=timezone.now(),
        shows="money" if request.GET.get("show") == "money" else "units",
    )
    return render(request, "home.html", {"page": page})


@require_safe
@logged_in
def lots(request: HttpRequest) -> HttpResponse:
    """Show the list of lots, filtered as the address says."""
    asked = request.GET
    number = asked.get("page", "1")
    wanted = lots_page.Wanted(
        q=asked.get("q", "").strip()[:100],
        verdict=asked.get("verdict", ""),
        supplier=asked.get("supplier", ""),
        place=asked.get("place", ""),
        only_open=asked.get("open") == "1",
        only_overdue=asked.get("overdue") == "1",
        page=int(number) if number.isdecimal() and len(number) < 6 else 1,
    )
    page = lots_page.lots_page(actor_of(request), wanted, now=timezone.now())
    return render(request, "lots.html", {"page": page})


@require_safe
@logged_in
def lot(request: HttpRequest, number: str) -> HttpResponse:
    """Show where every unit of a lot went."""
    page = lot_page.lot_page(
        actor_of(request), number, now=timezone.now(), band=request.GET.get("band")
    )
    return render(request, "lot.html", {"page": page})


@require_safe
@logged_in
def orders(request: HttpRequest) -> HttpResponse:
    """Show the orders."""
    return render(request, "orders.html", {"page": people.orders_page(actor_of(request))})


@require_safe
@logged_in
def order(request: HttpRequest, number: str) -> HttpResponse:
    """Show one order."""
    page = people.order_page(actor_of(request), number, now=timezone.now())
    return render(request, "order.html", {"page": page})


@require_safe
@logged_in
def inspection(request: HttpRequest, number: str) -> HttpResponse:
    """Show the plan of an inspection, and what was found."""
    page = plan.plan_page(actor_of(request), number)
    return render(request, "plan.html", {"page": page})


@require_safe
@logged_in
def switching(request: HttpRequest, number: str) -> HttpResponse:
    """Show how strictly the next lot like this one is inspected, and why."""
    page = switching_page.switching_page(actor_of(request), number)
    return render(request, "switching.html", {"page": page})


@require_safe
@logged_in
def nonconformity(request: HttpRequest, number: str) -> HttpResponse:
    """Show a nonconformity and its stop-ship notice."""
    page = papers.nonconformity(actor_of(request), number)
    return render(request, "nonconformity.html", {"page": page})


@require_safe
@logged_in
def export_position(request: HttpRequest, number: str) -> HttpResponse:
    """Give the lot's position as a spreadsheet."""
    data = papers.position_workbook(actor_of(request), number)
    return _file(data, f"{number}.xlsx")


@require_safe
@logged_in
def export_lots(request: HttpRequest) -> HttpResponse:
    """Give the table of lots as a spreadsheet."""
    return _file(papers.lots_workbook(actor_of(request)), "lots.xlsx")


@require_safe
@logged_in
def blob(request: HttpRequest, sha256: str) -> HttpResponse | StreamingHttpResponse:
    """Give an attached file to who takes part in a lot that it is about."""
    found = evidence.blob(sha256)
    if found is None or not may_see(actor_of(request), sha256):
        raise Http404("no such file here")
    size, media_type = found
    shown = media_type in SHOWN_INLINE
    response = StreamingHttpResponse(
        blobs.folder().read(sha256),
        content_type=media_type if shown else "application/octet-stream",
    )
    kind = "inline" if shown else "attachment"
    name = f"{sha256[:12]}{mimetypes.guess_extension(media_type) or ''}"
    response["Content-Disposition"] = f'{kind}; filename="{name}"'
    response["Content-Length"] = str(size)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _file(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
