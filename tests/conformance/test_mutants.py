"""The vectors catch every wrong judge that was made on purpose."""

import pytest

from tests.conformance.mutants import WRONG_JUDGES, catches


@pytest.mark.parametrize("wrong", WRONG_JUDGES, ids=lambda wrong: wrong["mistake"].replace(" ", "-"))
def test_the_vectors_catch_it(wrong: dict[str, object]) -> None:
    """The same mistake, in either language, makes at least one vector disagree."""
    (caught,) = catches([wrong])
    assert caught.server
    assert caught.phone
