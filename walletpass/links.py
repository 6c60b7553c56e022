"""Every absolute address that is handed out. The Host header is never asked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Links:
    public_url: str

    @property
    def web_service(self) -> str:
        """Base of Apple's web service; phones append `/v1/…`."""
        return f"{self.public_url}/wallet"

    @property
    def google_callback(self) -> str:
        """Google tells there of cards that were saved and deleted."""
        return f"{self.public_url}/google/callback"

    def drawn(self, digest: str) -> str:
        """A picture that Google fetches."""
        return f"{self.public_url}/pictures/{digest}.png"

    def join(self, program_code: str, location_id: int | None = None) -> str:
        """`location_id`: where whoever joins through it is."""
        at = "" if location_id is None else f"?at={location_id}"
        return f"{self.public_url}/join/{program_code}{at}"

    def invite(self, program_code: str, referral_code: str) -> str:
        """For friends of the member who has that code."""
        return f"{self.public_url}/join/{program_code}?ref={referral_code}"

    def card(self, page_key: str) -> str:
        return f"{self.public_url}/card/{page_key}"

    def invitation(self, token: str) -> str:
        return f"{self.public_url}/welcome/{token}"

    def password_reset(self, token: str) -> str:
        return f"{self.public_url}/password/{token}"
