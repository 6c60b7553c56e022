"""An example card of nobody, to try things with."""

from datetime import datetime, timedelta

from walletpass.card.card import Card, CardState, Nearby, Place, Progress, ReadyReward
from walletpass.pkpass.identity import PassIdentity
from walletpass.pkpass.signing import Signer


def sample_card(now: datetime) -> Card:
    return Card(
        version=6,
        changed_at=now.replace(microsecond=0),
        state=CardState.ACTIVE,
        language="en",
        member="Anna Kovács",
        scan_code="SAMPLE0CARD0NOT0VALID0000000",
        typed_code="SAMP-LECA-RD00",
        progress=Progress(count=5, goal=8, milestones=(4, 8)),
        progress_text="5 of 8",
        summary="5 of 8 stamps. Next: free coffee, 3 to go.",
        next_reward="Free coffee",
        news="Stamped. 5 of 8.",
        deal="8 stamps: 1 free coffee",
        page_url="https://example.invalid/card/sample",
        ready=(ReadyReward("Free cookie", now.replace(microsecond=0) + timedelta(days=30)),),
        nearby=Nearby((Place(55.6761, 12.5683, "Open until 18:00"),)),
    )


def sample_identity(signer: Signer) -> PassIdentity:
    """Names a host that cannot exist: nobody is asked for news of the sample."""
    return PassIdentity(
        pass_type_identifier=signer.pass_type_identifier,
        team_identifier=signer.team_identifier,
        serial_number="sample",
        authentication_token="sample-of-nobody",  # noqa: S106 - it opens nothing
        web_service_url="https://example.invalid/wallet",
        sharing_prohibited=True,
    )
