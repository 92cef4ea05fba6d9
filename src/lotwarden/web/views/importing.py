"""Import: choose what is in the file, upload it, see every problem, store it."""

from __future__ import annotations

import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lotwarden.core.errors import Refusal
from lotwarden.identity.acting import OPERATIONS, Actor, may
from lotwarden.reports.pages import EncodingChoice, ImportKind, ImportPage, ImportProblem
from lotwarden.sheets import EncodingUnknown, SheetRefused, template, template_csv
from lotwarden.web.imports import IMPORTS, check, more_of
from lotwarden.web.limits import KEPT_UPLOADS_MOST, SHEET_MIB_MOST, UPLOADS_KEPT_FOR
from lotwarden.web.views import errors
from lotwarden.web.views.guard import actor_of, logged_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def import_file(request: HttpRequest) -> HttpResponse:
    """Check an uploaded spreadsheet, and store what is in it when nothing is wrong."""
    actor = actor_of(request)
    if not any(may(actor, one.operation) for one in IMPORTS.values()):
        raise PermissionDenied
    what = request.POST.get("what") or request.GET.get("what") or ""
    if request.method != "POST":
        return _show(request, what)
    if what not in IMPORTS or not may(actor, IMPORTS[what].operation):
        raise Http404("no such import")
    kept = _kept(request)
    if kept is None:
        return _show(request, what, missing=_what_is_missing(request), status=422)
    name, file, data = kept
    encoding = request.POST.get("encoding") or None
    if request.POST.get("accept") == "1":
        return _store(request, what, name, file, data, encoding)
    return _check(request, what, name, file, data, encoding)


@require_safe
@logged_in
def download_template(request: HttpRequest, what: str, ext: str) -> HttpResponse:
    """Give the template of one kind of spreadsheet."""
    if what not in IMPORTS or ext not in ("xlsx", "csv"):
        raise Http404("no such template")
    table = IMPORTS[what].table
    data = template(table) if ext == "xlsx" else template_csv(table)
    response = HttpResponse(data, content_type=XLSX if ext == "xlsx" else "text/csv")
    response["Content-Disposition"] = f'attachment; filename="{what}.{ext}"'
    return response


def _check(
    request: HttpRequest, what: str, name: str, file: str, data: bytes, encoding: str | None
) -> HttpResponse:
    """Read the file against its table and the books; nothing is stored."""
    try:
        found = check(actor_of(request), what, data, filename=file, encoding=encoding)
    except EncodingUnknown as unknown:
        return _show(
            request, what, file=file, upload=name, encodings=_encodings(unknown), status=422
        )
    except SheetRefused as refused:
        return _show(
            request,
            what,
            file=file,
            upload=name,
            problems=tuple(
                ImportProblem(one.file, one.row, one.column, one.value, _problem(one))
                for one in refused.problems
            ),
            problems_found=len(refused.problems) + refused.more,
            status=422,
        )
    except Refusal as refusal:
        message, next_step, _who = errors.shown(refusal)
        problem = ImportProblem(file, None, "", "", f"{message} {next_step}")
        return _show(request, what, file=file, upload=name, problems=(problem,), status=422)
    chosen = () if encoding is None else (EncodingChoice(encoding, encoding, (), is_chosen=True),)
    return _show(
        request,
        what,
        file=file,
        upload=name,
        encodings=chosen,
        rows_read=found.rows,
        ready=found.ready,
        columns=found.columns,
        preview=found.preview,
    )


def _store(
    request: HttpRequest, what: str, name: str, file: str, data: bytes, encoding: str | None
) -> HttpResponse:
    """Store what was checked, in one act whose id is the upload's: sent twice, done once."""
    try:
        OPERATIONS[IMPORTS[what].operation](
            actor_of(request),
            act=uuid.UUID(name),
            data=data,
            filename=file,
            encoding=encoding,
            **more_of(actor_of(request), what),
        )
    except Refusal:
        return _check(request, what, name, file, data, encoding)
    _folder(request).joinpath(name).unlink(missing_ok=True)
    messages.success(request, _("Stored: %(file)s.") % {"file": file})
    return redirect(IMPORTS[what].afterwards)


def _show(request: HttpRequest, what: str, *, status: int = 200, **more: Any) -> HttpResponse:
    actor: Actor = actor_of(request)
    kinds = tuple(
        ImportKind(key, str(one.label), str(one.help), key == what)
        for key, one in IMPORTS.items()
        if may(actor, one.operation)
    )
    page = ImportPage(kinds=kinds, **more)
    return render(request, "import.html", {"page": page}, status=status)


def _what_is_missing(request: HttpRequest) -> str:
    """Return why there is no file to check, in words."""
    if "file" in request.FILES:
        return _("The file is larger than %(n)s MiB. Send it in parts.") % {"n": SHEET_MIB_MOST}
    if request.POST.get("upload"):
        return _("The file is not kept any more. Choose it again.")
    return _("No file was chosen. Choose the spreadsheet, then check it.")


def _encodings(unknown: EncodingUnknown) -> tuple[EncodingChoice, ...]:
    words = {"gb18030": _("Chinese (GB 18030)"), "cp1252": _("Western European (Windows 1252)")}
    return tuple(
        EncodingChoice(name, words.get(name, name), tuple(" | ".join(cells) for cells in lines[:4]))
        for name, lines in unknown.previews
    )


def _problem(one: Any) -> str:
    if not one.template:
        return str(one.message)
    translated = _(one.template)
    if translated == one.template:
        return str(one.message)
    return translated.format_map(one.data)


def _kept(request: HttpRequest) -> tuple[str, str, bytes] | None:
    """Return the uploaded file's id, name and bytes: sent now, or kept from the check before."""
    upload = request.FILES.get("file")
    folder = _folder(request)
    if upload is not None:
        if (upload.size or 0) > SHEET_MIB_MOST << 20:
            return None
        data = upload.read()
        name = str(uuid.uuid4())
        _clear_abandoned(folder.parent)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)[
            : -KEPT_UPLOADS_MOST or None
        ]:
            old.unlink(missing_ok=True)
        folder.joinpath(name).write_bytes(data)
        file = Path(str(upload.name)).name[:120]
        request.session[f"upload-{name}"] = file
        return name, file, data
    name = request.POST.get("upload", "")
    known = request.session.get(f"upload-{name}")
    if not known:
        return None
    path = folder.joinpath(str(uuid.UUID(name)))
    return (name, str(known), path.read_bytes()) if path.is_file() else None


def _clear_abandoned(incoming: Path) -> None:
    """Clear what anybody uploaded and did not store in time."""
    oldest = (timezone.now() - UPLOADS_KEPT_FOR).timestamp()
    for path in incoming.glob("*/*"):
        with suppress(FileNotFoundError):  # two uploads clear at once
            if path.stat().st_mtime < oldest:
                path.unlink()


def _folder(request: HttpRequest) -> Path:
    """Return where this person's uploads wait between checking and storing."""
    return Path(settings.HOME) / "incoming" / str(actor_of(request).person)
