"""Rows about what pass.json says."""

from pkpass_check.forge import Draft, pack
from pkpass_check.rows import Row


def _says(**members: object):
    return lambda draft: draft.document.update(members)


def _drops(*names: str):
    return lambda draft: [draft.document.pop(name) for name in names]


def _field(**members: object):
    return lambda draft: draft.field.update(members)


def _code(**members: object):
    return lambda draft: draft.barcode.update(members)


def _group(name: str, count: int):
    fields = [{"key": f"{name}{number}", "value": number} for number in range(count)]
    return lambda draft: draft.style.update({name: fields})


def _styled(style: str, **members: object):
    def edit(draft: Draft) -> None:
        draft.restyle(style)
        draft.document.update(members)

    return edit


def _only_old_barcode(draft: Draft) -> None:
    draft.document["barcode"] = draft.document.pop("barcodes")[0]


def _old_barcode(**members: object):
    return lambda draft: draft.document.update(barcode=draft.barcode | members)


def _bundle(**entries: bytes):
    """The pass in a bundle, with other entries beside it."""

    def edit(draft: Draft) -> None:
        draft.spoil = lambda data: pack([("a.pkpass", data), *entries.items()])

    return edit


_BEACONS = [{"proximityUUID": f"00000000-0000-0000-0000-0000000000{number}"} for number in range(10, 21)]
_NFC = {"message": "x", "encryptionPublicKey": "AAAA"}

ROWS = [
    Row("missing_refused", _drops("serialNumber")),
    Row("missing_refused", lambda draft: draft.field.pop("value")),
    Row("missing_dropped", lambda draft: draft.document["locations"][0].pop("latitude")),
    Row("missing_dropped", lambda draft: draft.barcode.pop("message")),
    Row("key_misspelt", _says(backgroundColour="rgb(1, 2, 3)")),
    Row("key_misspelt", _field(changemessage="Now %@")),
    Row("key_unknown", _says(somethingElse=1)),
    Row("key_without_effect", _says(groupingIdentifier="a")),
    Row("key_without_effect", _field(row=1)),
    Row("key_old", _styled("generic", relevantDate="2027-05-01T09:00Z")),
    Row("key_new", _says(relevantDates=[{"date": "2027-05-01T09:00Z"}])),
    Row("value_refused", _says(formatVersion="1")),
    Row("value_refused", _says(expirationDate="2027-05-01T09:00:00+0200")),
    Row("value_refused", _says(expirationDate="2027-05-01T09:00:00")),
    Row("value_refused", _says(expirationDate="2027-02-30T09:00:00Z")),
    Row("value_refused", _says(organizationName=None)),
    Row("value_refused", _field(value=None)),
    Row("value_refused", _says(storeCard=[]), frozenset()),
    Row("value_dropped", _says(maxDistance="100")),
    Row("value_dropped", _says(maxDistance=True)),
    Row("value_dropped", _says(voided="true")),
    Row("value_dropped", _says(backgroundColor="rgb(60-40-30)")),
    Row("value_dropped", _says(backgroundColor="rgb(60, 40, 300)")),
    Row("value_dropped", _says(barcodes={"format": "PKBarcodeFormatQR"})),
    Row("value_dropped", _says(associatedStoreIdentifiers=["1"])),
    Row("value_dropped", _says(appLaunchURL="example")),
    Row("value_out_of_range", _says(locations=[{"latitude": 91, "longitude": 0}])),
    Row("value_out_of_range", _says(locations=[{"latitude": 10**400, "longitude": 0}])),
    Row("choice_refused", _says(formatVersion=2)),
    Row("choice_dropped", _code(format="PKBarcodeFormatMaxiCode")),
    Row("choice_dropped", lambda draft: draft.style["backFields"][0].update(dataDetectorTypes=["Phone"])),
    Row("text_empty", _says(description="")),
    Row("too_many_items", _says(locations=[{"latitude": 1, "longitude": n} for n in range(11)])),
    Row("date_fraction", _says(expirationDate="2027-05-01T09:00:00.000Z")),
    Row("date_fraction", lambda draft: draft.style["backFields"][0].update(value="2027-05-01T09:00:00.5Z")),
    Row("colour_hex", _says(backgroundColor="#3c281e")),
    Row("style_missing", _drops("storeCard")),
    Row("style_ambiguous", _says(generic={})),
    Row("poster_alone", _styled("posterGeneric")),
    Row("fields_too_many", _group("headerFields", 4)),
    Row("row_too_full", _group("auxiliaryFields", 4)),
    Row(
        "row_too_full",
        lambda draft: [_code(format="PKBarcodeFormatAztec")(draft), _group("auxiliaryFields", 4)(draft)],
    ),
    Row("field_key_twice", _field(key="balance")),
    Row("field_date_refused", _field(dateStyle="PKDateStyleShort")),
    Row("field_date_refused", _field(isRelative=True, value="tomorrow")),
    Row("currency_and_number_style", _field(currencyCode="EUR", numberStyle="PKNumberStyleDecimal")),
    Row("number_expected", _field(numberStyle="PKNumberStyleDecimal", value="75")),
    Row("currency_code", _field(currencyCode="euro")),
    Row("change_message_without_value", _field(changeMessage="Changed")),
    Row("attributed_value_tag", _field(attributedValue="<b>75</b>")),
    Row(
        "alignment_ignored",
        lambda draft: draft.style["backFields"][0].update(textAlignment="PKTextAlignmentLeft"),
    ),
    Row("detectors_ignored", _field(dataDetectorTypes=[])),
    Row("barcode_old_only", _only_old_barcode),
    Row("barcode_old_format", _old_barcode(format="PKBarcodeFormatCode128")),
    Row("barcode_empty", _code(message="")),
    Row("barcode_not_encodable", _code(message="積分")),
    Row("barcode_encoding_unknown", _code(messageEncoding="klingon")),
    Row("barcode_encoding_unknown", _code(messageEncoding="\0")),
    Row("barcode_encoding_unknown", _code(messageEncoding="zlib")),
    Row("barcode_encoding_unusual", _code(messageEncoding="utf-8")),
    Row("barcode_not_on_watch", _code(format="PKBarcodeFormatCode128")),
    Row("barcode_too_new", _code(format="PKBarcodeFormatEAN13")),
    Row("expired", _says(expirationDate="2026-05-01T09:00Z")),
    Row("dates_without_effect", _says(relevantDate="2027-05-01T09:00Z")),
    Row("relevant_date_incomplete", _styled("generic", relevantDates=[{"startDate": "2027-05-01T09:00Z"}])),
    Row(
        "relevant_date_backwards",
        _styled(
            "generic", relevantDates=[{"startDate": "2027-05-02T09:00Z", "endDate": "2027-05-01T09:00Z"}]
        ),
    ),
    Row("beacon_uuid", _says(beacons=[{"proximityUUID": "shop"}])),
    Row("beacons_too_many", _says(beacons=_BEACONS)),
    Row("pass_type_form", _says(passTypeIdentifier="com.example"), frozenset({"pass_type_differs"})),
    Row("team_form", _says(teamIdentifier="team"), frozenset({"team_differs"})),
    Row("serial_not_url_safe", _says(serialNumber="a/b")),
    Row("web_service_half", _drops("authenticationToken")),
    Row("web_service_half", _drops("webServiceURL")),
    Row("web_service_not_https", _says(webServiceURL="http://cards.example.com/")),
    Row("web_service_version", _says(webServiceURL="https://cards.example.com/v1/")),
    Row("token_short", _says(authenticationToken="short")),
    Row("app_unknown", _says(appLaunchURL="example://card")),
    Row(
        "personalization",
        lambda draft: _says(nfc=_NFC)(draft) or draft.files.update({"personalization.json": b"{}"}),
    ),
    Row("personalization_without_nfc", lambda draft: draft.files.update({"personalization.json": b"{}"})),
    Row("nfc_message_long", _says(nfc=_NFC | {"message": "ø" * 33})),
    Row("nfc_key", _says(nfc=_NFC)),
    Row("nfc_certificate", _says(nfc=_NFC)),
    Row("bundle_too_many", _bundle(**{f"{number}.txt": b"" for number in range(10)})),
    Row("bundle_stranger", _bundle(**{"readme.txt": b""})),
    Row("not_a_zip", _bundle(**{"b.pkpass": b"broken"})),
]
