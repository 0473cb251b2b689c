"""The documents and the production server agree, as far as Schemathesis can tell in some minutes."""

import pytest

from test.fuzzing import CHANGES, DOCUMENTS, PHASES, explore
from test.util import ADMIN_EMAIL, LOGIN, account
from test_faults.processes import Instance

MAX_EXAMPLES = 260
MIN_CASES = 2500  # on each of two databases


@pytest.mark.parametrize("document", DOCUMENTS)
def test_server_does_what_the_document_says(server: Instance, document: str):
    def admin_token() -> str:
        token: str = server.post(LOGIN, account(ADMIN_EMAIL)).body["access_token"]
        return token

    url = f"http://127.0.0.1:{server.port}/api/v1/{document}"
    findings = explore(url, token=admin_token, max_examples=MAX_EXAMPLES)
    print(f"{findings.cases} cases: {sorted(findings.answers.items())}")

    assert not findings.failures, "\n\n".join(findings.failures)
    assert findings.phases >= PHASES
    assert findings.answers.keys() >= CHANGES
    assert findings.cases >= MIN_CASES
