"""The link by which somebody who was paged acknowledges without signing in: signed, and for that person alone."""

from django.core.signing import BadSignature, Signer


def link_token(page_id: int, agent_id: int) -> str:
    """What stands in the link."""
    return _signer().sign(f"{page_id}.{agent_id}")


def read_token(token: str) -> tuple[int, int] | None:
    """The page and the agent that a link is for; None if we did not make it."""
    try:
        page_id, _, agent_id = _signer().unsign(token).partition(".")
    except BadSignature:
        return None
    return int(page_id), int(agent_id)


def _signer() -> Signer:
    return Signer(sep=".", salt="page")
