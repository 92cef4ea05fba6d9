"""The addresses of the web pages."""

from __future__ import annotations

from django.urls import path, re_path

from lotwarden.web.views import acts, calculator, errors, importing, log_in, pages, people

handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.failed

urlpatterns = [
    path("", pages.home, name="home"),
    path("lots/", pages.lots, name="lots"),
    path("lots.xlsx", pages.export_lots, name="export_lots"),
    path("lots/<str:number>/", pages.lot, name="lot"),
    path("lots/<str:number>/position.xlsx", pages.export_position, name="export_position"),
    path("lots/<str:number>/switching/", pages.switching, name="switching"),
    path("lots/<str:number>/plan/preview", acts.plan_preview, name="plan_preview"),
    path("lots/<str:number>/<slug:key>", acts.act, name="act"),
    path("lots/<str:number>/<str:about>/<slug:key>", acts.act, name="act_about"),
    path("plan/", calculator.calculate, name="calculator"),
    path("orders/", pages.orders, name="orders"),
    path("orders/<str:number>/", pages.order, name="order"),
    path("inspections/<str:number>/", pages.inspection, name="inspection"),
    path("nonconformities/<str:number>/", pages.nonconformity, name="nonconformity"),
    path("import/", importing.import_file, name="import"),
    path("import/<slug:what>.<slug:ext>", importing.download_template, name="template"),
    path("people/", people.people, name="people"),
    path("people/<uuid:person>/link", people.reset_link, name="reset_link"),
    path("people/<uuid:person>/deactivate", people.deactivate, name="deactivate"),
    path("organisations/", people.organisations, name="organisations"),
    path("organisations/add", people.organisation_add, name="organisation_add"),
    path("organisations/single-person", people.single_person, name="single_person"),
    path("organisations/<uuid:organisation>", people.organisation, name="organisation"),
    re_path(r"^files/(?P<sha256>[0-9a-f]{64})$", pages.blob, name="blob"),
    path("log-in/", log_in.log_in, name="log_in"),
    path("log-in/<uuid:person>", log_in.demo_log_in, name="demo_log_in"),
    path("log-out/", log_in.log_out, name="log_out"),
    path("welcome/<uuid:person>/<str:token>/", log_in.welcome, name="welcome"),
]
