"""The schema tells the truth: sent in its terms or against them, answers are what it says, and never a 5xx."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
import schemathesis
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from tests.chains import PICTURE
from tests.makers import an_enrolled_phone, closed
from tests.web.browsing import HOST, NOTIFY_TOKEN, Signed, Site, a_recorded_visit, a_site
from tests.web.test_guards import ROLES_OF

load_all_checks()
WANTED: list[Any] = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    )
]
EXAMPLES = 12
OF_NOTIFY = ("receipts", "texts")


class Served:
    """A site with its own event loop, which calls come to one after another."""

    def __init__(self, folder: Path) -> None:
        self.runner = asyncio.Runner()
        self.site = self.runner.run(a_site(folder))
        self.signed: dict[str, Signed] = {}
        for number, role in enumerate(("operative", "planner", "supervisor", "auditor"), start=1):
            self.signed[role] = self.runner.run(self.site.signed(number, role, installation=number))
        operative = self.signed["operative"]
        chain = self.runner.run(a_recorded_visit(self.site, operative))
        wanted = {"appointment_id": chain.appointment_id, "operative_id": operative.person.person_id}
        call = self.runner.run(self.signed["planner"].http.post("/api/planner-calls", json=wanted)).json()
        # Somebody else's: whoever is on a phone that is revoked is signed out.
        other = self.runner.run(self.site.signed(9, "operative", installation=9))
        _, device_id = self.runner.run(an_enrolled_phone(self.site.bench, other.session))
        self.known = wanted | {
            "person_id": operative.person.person_id,
            "device_id": device_id,
            "visit_id": chain.visit_id,
            "call_id": call["call_id"],
            "sha256": hashlib.sha256(PICTURE).hexdigest(),
            "installation_id": str(operative.session.installation_id),
            "property_ref": "P-1",
            "fact_id": self.an_alert(),
            "starts_on": "",
            "ends_on": "",
            "review_on": "2027-01-04",
        }
        self.nobody = self.site.client()
        self.statuses: set[str] = set()
        self.schema = schemathesis.openapi.from_dict(self.runner.run(schema_of(self.site)))

    def an_alert(self) -> str:
        """An alert of the home that the visit was to."""
        said = {"code": "30", "text": "Ring first", "review_on": "2027-01-04", "reason": "They rang"}
        made = self.runner.run(self.signed["planner"].http.post("/api/properties/P-1/alerts", json=said)).json()
        return str(made["fact_id"])

    def call(self, case: schemathesis.Case[Any], role: str) -> httpx.Response:
        """Send a case as somebody of a role, or as nobody."""
        sent: dict[str, Any] = case.as_transport_kwargs(base_url=f"http://{HOST}")
        sent.pop("cookies", None)
        given = (sent.pop("headers", None) or {}).items()
        headers = {name: value for name, value in given if name.lower() not in ("cookie", "authorization")}
        if role == "notify":
            headers["authorization"] = f"Bearer {NOTIFY_TOKEN}"
        client = self.signed[role].http if role in self.signed else self.nobody
        known = {name: sent[name] for name in ("params", "json", "content") if name in sent}
        if isinstance(sent.get("data"), (bytes, str)):
            known["content"] = sent["data"]
        return self.runner.run(client.request(sent["method"], sent["url"], headers=headers, **known))

    def aim(self, case: schemathesis.Case[Any]) -> None:
        """Make a case speak of what is there, so that it is answered and not only turned away."""
        case.path_parameters = {name: self.known.get(name, value) for name, value in case.path_parameters.items()}
        if isinstance(case.body, dict):
            case.body = {name: self.known.get(name, value) for name, value in case.body.items()}

    def close(self) -> None:
        """Stop the office."""
        for client in self.site.clients:
            self.runner.run(client.aclose())
        self.runner.run(closed(self.site.bench))
        self.runner.close()


async def schema_of(site: Site) -> dict[str, Any]:
    """The schema as it is served."""
    told: dict[str, Any] = (await site.client().get("/schema")).json()
    return told


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One site for the whole file: what one case leaves behind, the next ones meet."""
    made = Served(tmp_path_factory.mktemp("schema"))
    yield made
    made.close()


def test_the_schema_holds_every_call_of_the_api(served: Served) -> None:
    """Nothing under /api is missing from the schema, and every error is a problem."""
    paths = served.schema.raw_schema["paths"]
    listed = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    public = {"POST /api/session", "GET /healthz", "GET /readyz"} | {f"POST /api/notify/{of}" for of in OF_NOTIFY}
    assert listed == {name.replace(":str", "") for name in ROLES_OF if " /api/" in name} | public
    for methods in paths.values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if status >= "400" and status != "503":
                    assert list(answer["content"]) == ["application/problem+json"]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_answers_are_what_the_schema_says(served: Served, mode: GenerationMode) -> None:
    """Each operation as its role and as nobody: the status, the type and the form are those of the schema."""
    tried = 0
    for found in served.schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        name = f"{operation.method.upper()} {operation.path}"
        roles = next((roles for route, roles in ROLES_OF.items() if route.replace(":str", "") == name), "")
        if operation.path.startswith("/api/notify/"):
            roles = "notify"
        for role in ("", roles.replace("admin", "").split()[-1]) if roles else ("",):
            if name == "DELETE /api/session" and role:
                continue
            try_out(served, operation, mode, role)
            tried += 1
    assert tried > 20
    if mode is GenerationMode.POSITIVE:
        assert served.statuses >= ANSWERED


ANSWERED = {
    "DELETE /api/devices/{device_id} 204",
    "GET /api/day 200",
    "GET /api/devices 200",
    "GET /api/live 200",
    "GET /api/me 200",
    "GET /api/properties/{property_ref}/facts 200",
    "GET /api/visits 200",
    "GET /api/visits/{visit_id} 200",
    "HEAD /api/photos/{sha256} 204",
    "POST /api/enrolment-codes 201",
    "POST /api/notify/receipts 204",
    "POST /api/notify/texts 204",
    "POST /api/planner-calls 201",
    "POST /api/planner-calls/{call_id}/release 204",
    "POST /api/properties/{property_ref}/alerts 201",
    "POST /api/properties/{property_ref}/requests 201",
    "POST /api/sync 200",
    "POST /api/visits/{visit_id}/decisions 201",
}
"""What must have been answered well at least once, or the test has only knocked on shut doors."""


def try_out(served: Served, operation: Any, mode: GenerationMode, role: str) -> None:
    """A few examples of one operation."""

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def run(case: schemathesis.Case[Any]) -> None:
        if mode is GenerationMode.POSITIVE:
            served.aim(case)
        answer = served.call(case, role)
        served.statuses.add(f"{operation.label} {answer.status_code}")
        case.validate_response(answer, checks=WANTED)

    # Where there is nothing to get wrong, there is no wrong example to send.
    with suppress(hypothesis.errors.Unsatisfiable) if mode is GenerationMode.NEGATIVE else nullcontext():
        run()
