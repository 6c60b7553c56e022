"""What a member is told of a reward that has a code."""

from walletpass.loyalty.notices import Notice
from walletpass.loyalty.wording import sentence


def tell_code(shop: str, title: str, code: str, link: str) -> Notice:
    return Notice(
        sentence("%(shop)s: %(reward)s is yours", shop=shop, reward=title),
        sentence(
            "%(reward)s is yours. The code: %(code)s\n\nShow it at %(shop)s, or type it where you pay."
            "\n\nYour card: %(link)s",
            reward=title,
            code=code,
            shop=shop,
            link=link,
        ),
    )
