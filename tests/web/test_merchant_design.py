"""The card designer: nothing typed is lost, nothing unreadable is published, every card follows."""

import io
import json
import zipfile
from urllib.parse import unquote

import pytest
from PIL import Image
from support.owners import Owner, sign_in
from support.rules import publish_changes
from support.shops import Shop, add_shop
from support.visitors import read_inputs

from walletpass.loyalty.program import Milestone, ProgramKind
from walletpass.operations.designs.draft import get_draft
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.store import accounts

DESIGN = "/merchant/design/"
PREVIEW = "/merchant/design/preview.png"
DARK, LIGHT = "#101820", "#f8f4ee"


@pytest.fixture
def owner(one_shop: Shop) -> Owner:
    return sign_in(one_shop, one_shop.merchant_id, "owner@example.com")


def draft_of(shop: Shop, merchant_id: int | None = None) -> object:
    return get_draft(shop.services, merchant_id or shop.merchant_id).design


def picture(colour: str = "#aa2244", size: tuple[int, int] = (300, 100), form: str = "PNG") -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form)
    out.seek(0)
    return out


def card_version(shop: Shop, account_id: int) -> int:
    with shop.services.reading() as tx:
        account = accounts.find_account(tx, account_id)
    assert account is not None
    return int(account.card_version)


def read_pass(owner: Owner, page_key: str) -> dict[str, object]:
    file = owner.get(f"/card/{page_key}/pass.pkpass")
    with zipfile.ZipFile(io.BytesIO(file.data)) as bundle:
        return dict(json.loads(bundle.read("pass.json")))


def test_a_form_sent_untouched_changes_nothing(one_shop: Shop, owner: Owner) -> None:
    before = draft_of(one_shop)
    assert owner.send(DESIGN).status_code == 303
    assert draft_of(one_shop) == before


def test_what_is_saved_stands_in_the_form_and_not_yet_on_cards(one_shop: Shop, owner: Owner) -> None:
    page_key = one_shop.join("Anna")
    owner.send(DESIGN, organization="Café Ő", background=DARK, foreground=LIGHT, label=LIGHT)
    page = owner.get(DESIGN).text
    assert 'value="Café Ő"' in page
    assert f'value="{DARK}"' in page
    assert "Customers do not see it yet" in page
    assert "not published" in owner.get(DESIGN).text
    assert read_pass(owner, page_key)["organizationName"] == "Corner Coffee"


def test_publishing_moves_every_card_to_the_new_look(one_shop: Shop, owner: Owner) -> None:
    """The version of each card rises, and a pass fetched then has the new colours and name."""
    keys = [one_shop.join(name) for name in ("Anna", "Ben")]
    account_ids = [one_shop.account_id(key) for key in keys]
    before = [card_version(one_shop, account_id) for account_id in account_ids]
    colours = {"background": DARK, "foreground": LIGHT, "label": LIGHT}
    assert owner.send(DESIGN, organization="New name", publish="1", **colours).status_code == 303
    one_shop.roll_out()
    assert [card_version(one_shop, account_id) for account_id in account_ids] == [v + 1 for v in before]
    fetched = read_pass(owner, keys[0])
    assert fetched["organizationName"] == "New name"
    assert fetched["backgroundColor"] == "rgb(16, 24, 32)"


def test_a_version_is_put_back(one_shop: Shop, owner: Owner) -> None:
    page_key = one_shop.join("Anna")
    owner.send(DESIGN, organization="New name", publish="1")
    one_shop.roll_out()
    owner.press("/merchant/design/versions", "/merchant/design/versions/1")
    assert read_pass(owner, page_key)["organizationName"] == "New name"
    one_shop.roll_out()
    assert read_pass(owner, page_key)["organizationName"] == "Corner Coffee"
    assert "Same as version 1" in owner.get("/merchant/design/versions").text


def test_a_stale_page_saves_nothing_and_loses_nothing(one_shop: Shop, owner: Owner) -> None:
    """What was typed comes back with the new revision, so the same form sent again is kept."""
    stale = owner.fill_in(DESIGN, organization="Mine")
    owner.send(DESIGN, organization="Theirs")
    refused = owner.send_again(DESIGN, stale)
    assert refused.status_code == 409
    assert "Somebody saved other changes meanwhile" in refused.text
    assert 'value="Mine"' in refused.text
    assert draft_of(one_shop).organization == "Theirs"
    assert owner.send_again(DESIGN, read_inputs(refused.text)).status_code == 303
    assert draft_of(one_shop).organization == "Mine"


def test_colours_that_cannot_be_read_are_refused_with_one_that_can(one_shop: Shop, owner: Owner) -> None:
    """Beside the field, in the summary, and as a button that takes the offered colour and saves."""
    before = draft_of(one_shop)
    filled = owner.fill_in(DESIGN, background="#204080", label="#204a80", foreground="#ffffff")
    refused = owner.send_again(DESIGN, filled)
    assert refused.status_code == 400
    assert 'href="#label"' in refused.text
    assert 'id="label-error"' in refused.text
    assert draft_of(one_shop) == before
    offered = refused.text.split('name="offer" value="')[1].split('"')[0]
    assert owner.send_again(DESIGN, {**filled, "offer": offered}).status_code == 303
    assert f"label={draft_of(one_shop).palette.label.hex}" == offered


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("organization", "", "Please fill in"),
        ("organization", "x" * 61, "at most 60"),
        ("background", "red", "#rrggbb"),
        ("word.hu.progress", "x" * 41, "at most 40"),
        ("word.en.contact", "", "Please fill in"),
    ],
)
def test_a_text_that_cannot_stand_is_told_at_its_field(
    owner: Owner, field: str, value: str, told: str
) -> None:
    refused = owner.send(DESIGN, **{field: value})
    assert refused.status_code == 400
    assert told in refused.text
    assert f'id="{field}-error"' in refused.text


def test_what_people_type_is_never_markup(owner: Owner) -> None:
    page = owner.send(DESIGN, organization='"><script>alert(1)</script>').text
    page += owner.get(DESIGN).text
    assert "<script>alert" not in page


def test_pictures_are_taken_in_and_out_with_the_rest_of_the_form(one_shop: Shop, owner: Owner) -> None:
    """A logo of one's own; out again, the name stands there. A strip of one's own; out, the template's."""
    original = dict(draft_of(one_shop).images)
    files = {"picture.logo": (picture(), "logo.png"), "picture.strip": (picture(form="JPEG"), "a.jpg")}
    answer = owner.client.post(DESIGN, data={**owner.fill_in(DESIGN, organization="Both"), **files})
    assert answer.status_code == 303
    assert draft_of(one_shop).organization == "Both"
    assert set(draft_of(one_shop).images) == {*original, "logo"}
    for role in ("logo", "strip"):
        owner.send(DESIGN, take_out=role)
    assert draft_of(one_shop).images == original


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        picture(size=(6000, 6000)).getvalue(),
        picture().getvalue()[:60],
    ],
    ids=["empty", "text", "broken", "svg", "too many pixels", "cut off"],
)
def test_a_hostile_picture_is_refused_at_its_field_and_the_rest_is_kept(
    one_shop: Shop, owner: Owner, content: bytes
) -> None:
    before = draft_of(one_shop)
    form = owner.fill_in(DESIGN, organization="Typed")
    files = {"picture.logo": (io.BytesIO(content), "../../logo.png")}
    refused = owner.client.post(DESIGN, data={**form, **files})
    assert refused.status_code == 400
    assert 'id="picture.logo-error"' in refused.text
    assert 'value="Typed"' in refused.text
    assert draft_of(one_shop) == before


def test_the_preview_shows_what_is_typed_and_saves_nothing(one_shop: Shop, owner: Owner) -> None:
    """A picture of the card as the renderer of passes makes it, with the words for those who cannot see it."""
    before = draft_of(one_shop)
    form = owner.fill_in(DESIGN, organization="Typed Ő", background="#204080", stamps="7", language="en")
    answer = owner.send_again(PREVIEW, form)
    assert answer.mimetype == "image/png"
    assert "Typed Ő. 7 of 10 stamps" in unquote(answer.headers["Card-Text"])
    with Image.open(io.BytesIO(answer.data)) as image:
        assert image.getpixel((40, 600))[:3] == (0x20, 0x40, 0x80)
    assert draft_of(one_shop) == before


@pytest.mark.parametrize("stamps", ["", "-1", "999999999999", "x", "³"])
def test_the_preview_bears_any_number(owner: Owner, stamps: str) -> None:
    assert owner.send_again(PREVIEW, owner.fill_in(DESIGN, stamps=stamps)).status_code == 200


def test_the_preview_bears_a_card_without_a_goal(one_shop: Shop, owner: Owner) -> None:
    """Where only points are collected, nothing is ready at none."""
    publish_changes(one_shop, kind=ProgramKind.POINTS, milestones=())
    answer = owner.send_again(PREVIEW, owner.fill_in(DESIGN, stamps="0", language="en"))
    assert answer.status_code == 200
    assert "0 points" in unquote(answer.headers["Card-Text"])


def test_the_preview_draws_a_picture_that_is_not_saved_yet(owner: Owner) -> None:
    plain = owner.send_again(PREVIEW, owner.fill_in(DESIGN)).data
    files = {"picture.logo": (picture(), "logo.png")}
    with_logo = owner.client.post(PREVIEW, data={**owner.fill_in(DESIGN), **files})
    assert with_logo.status_code == 200
    assert with_logo.data != plain


def test_without_script_the_page_shows_the_saved_card(owner: Owner) -> None:
    """As an image of the page itself, with the text alternative that the pass carries."""
    page = owner.get(DESIGN + "?stamps=10&language=en").text
    assert 'src="data:image/png;base64,' in page
    assert "10 of 10 stamps" in page


def test_a_look_is_drawn_for_this_shop_and_chosen(one_shop: Shop, owner: Owner) -> None:
    """The name stays; everything else is the template's. An old page chooses nothing."""
    looks = "/merchant/design/templates/"
    name = sorted(one_shop.services.templates)[-1]
    assert f"{looks}{name}.png" in owner.get(looks).text
    assert owner.get(f"{looks}{name}.png").mimetype == "image/png"
    assert owner.press(looks, f"{looks}{name}", revision="1").status_code == 303
    assert draft_of(one_shop).template == name
    assert draft_of(one_shop).organization == "Corner Coffee"
    assert owner.press(looks, f"{looks}{name}", revision="1").status_code == 409


@pytest.mark.parametrize("address", ["templates/spaceship.png", "templates/..%2f..%2fetc.png"])
def test_an_unknown_look_is_refused(owner: Owner, address: str) -> None:
    assert owner.get(DESIGN + address).status_code == 404


def test_a_version_that_never_was_is_refused(owner: Owner) -> None:
    assert owner.press("/merchant/design/versions", "/merchant/design/versions/99").status_code == 404


def test_two_shops_never_meet(one_shop: Shop, owner: Owner) -> None:
    """What one owner saves and publishes leaves the other's design alone."""
    other_id = add_shop(one_shop.services, "Other", (Milestone(5, "Tea"),))
    before = draft_of(one_shop, other_id)
    owner.send(DESIGN, organization="Mine", publish="1")
    assert draft_of(one_shop, other_id) == before


@pytest.mark.parametrize("path", [DESIGN, "/merchant/", "/merchant/people/", "/merchant/customers/"])
def test_staff_are_refused_and_strangers_sent_to_sign_in(one_shop: Shop, path: str) -> None:
    staff = sign_in(one_shop, one_shop.merchant_id, "staff@example.com", StaffRole.STAFF)
    assert staff.get(path).status_code == 403
    staff.client.delete_cookie("session")
    assert staff.get(path).headers["Location"].startswith("/sign-in")
