"""Files uploaded for a check wait in the home, and not for ever."""

from __future__ import annotations

import os
import time
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lotwarden.identity.models import Person
from lotwarden.web.limits import UPLOADS_KEPT_FOR
from tests.workspace import Workspace, order_row, sheet


def test_what_anybody_uploaded_and_did_not_store_in_time_is_cleared(ws: Workspace) -> None:
    incoming = Path(settings.HOME) / "incoming"
    old, young = incoming / "somebody" / "old", incoming / "somebody" / "young"
    old.parent.mkdir(parents=True)
    for path, age_s in ((old, UPLOADS_KEPT_FOR.total_seconds() + 60), (young, 60)):
        path.write_bytes(b"orders")
        os.utime(path, (time.time() - age_s,) * 2)
    browser = Client()
    browser.force_login(Person.objects.get(id=ws.vera.person))

    sent = SimpleUploadedFile("orders.csv", sheet(order_row("N-1")))
    shown = browser.post("/import/", {"what": "orders", "file": sent})

    assert shown.status_code == 200
    assert not old.exists()
    assert young.exists()
    assert len(list((incoming / str(ws.vera.person)).iterdir())) == 1
