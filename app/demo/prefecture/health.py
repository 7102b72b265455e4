"""The health service of the demo prefecture: centre, hospitals, clinics, offices, and the stations they run.

Names follow the usual pattern "place + kind of house"; places, abilities and telephone numbers are invented.
Local numbers beginning with 0 cannot be dialled, so no number here is anybody's.
"""

from typing import Final

from app.demo.prefecture.corridors import Stop
from app.demo.prefecture.geography import short_english
from app.demo.prefecture.sites import Sites
from app.demo.seed import OrganisationSeed, StationSeed
from ledger.kinds.words import CentreForm, OrganisationKind

CENTRE: Final = "WZ-120"
BUREAU: Final = "WZ-HB"
_CITY: Final = "WZ-ES"
_HIGHWAY: Final = "WZ-HS"

_CITY_CAPABILITIES: Final = (
    "ed", "icu", "ct", "cath-lab", "blood-bank", "surgery", "stroke-centre", "chest-pain-centre",
    "trauma-centre", "maternal", "neonatal", "paediatric", "dialysis", "burns", "poisoning",
)  # fmt: skip
_TCM_CAPABILITIES: Final = ("ed", "icu", "ct", "surgery", "stroke-centre", "orthopaedic", "dialysis")
_WOMEN_CAPABILITIES: Final = ("ed", "icu", "surgery", "blood-bank", "maternal", "neonatal", "paediatric")
_COUNTY_CAPABILITIES: Final = (
    "ed", "icu", "ct", "blood-bank", "surgery", "stroke-centre", "chest-pain-centre", "trauma-centre",
    "maternal", "neonatal", "paediatric", "dialysis",
)  # fmt: skip
_COUNTY_TCM_CAPABILITIES: Final = ("ed", "ct", "surgery", "orthopaedic", "dialysis")
_DISTRICT_CAPABILITIES: Final = ("ed", "icu", "ct", "surgery", "trauma-centre", "maternal", "neonatal")
_CLINIC_CAPABILITIES: Final = ("first-aid", "hypertension", "diabetes", "family-doctor")

# code, name, town it stands in, capabilities
_CITY_HOSPITALS: Final = (
    ("WZ-H1", "梧州市人民医院", "Wuzhou People's Hospital", "450403008", _CITY_CAPABILITIES),
    ("WZ-H2", "梧州市中医医院", "Wuzhou Hospital of Chinese Medicine", "450405001", _TCM_CAPABILITIES),
    ("WZ-H3", "梧州市妇幼保健院", "Wuzhou Women and Children's Hospital", "450403005", _WOMEN_CAPABILITIES),
)
_COUNTY_HOSPITALS: Final = (
    ("LX-H1", "龙圩区人民医院", "Longxu District People's Hospital", "450406100", _DISTRICT_CAPABILITIES),
    ("CW-H1", "苍梧县人民医院", "Cangwu County People's Hospital", "450421100", _COUNTY_CAPABILITIES),
    ("TX-H1", "藤县人民医院", "Teng County People's Hospital", "450422100", _COUNTY_CAPABILITIES),
    ("TX-H2", "藤县中医医院", "Teng Hospital of Chinese Medicine", "450422100", _COUNTY_TCM_CAPABILITIES),
    ("TX-H3", "藤县第二人民医院", "Teng Second People's Hospital", "450422113", _DISTRICT_CAPABILITIES),
    ("MS-H1", "蒙山县人民医院", "Mengshan County People's Hospital", "450423100", _COUNTY_CAPABILITIES),
    ("CX-H1", "岑溪市人民医院", "Cenxi People's Hospital", "450481100", _COUNTY_CAPABILITIES),
    ("CX-H2", "岑溪市中医医院", "Cenxi Hospital of Chinese Medicine", "450481100", _COUNTY_TCM_CAPABILITIES),
)

# code, kind, name, town, parent
_OFFICES: Final = (
    (
        CENTRE,
        OrganisationKind.CENTRE,
        "梧州市120急救指挥中心",
        "Wuzhou 120 Command Centre",
        "450403009",
        BUREAU,
    ),
    (
        BUREAU,
        OrganisationKind.HEALTH_BUREAU,
        "梧州市卫生健康委员会",
        "Wuzhou Health Bureau",
        "450405001",
        None,
    ),
    ("WZ-RO", OrganisationKind.REFERRAL_OFFICE, "双向转诊办公室", "Referral Office", "450403008", "WZ-H1"),
    (_CITY, OrganisationKind.STATION_OPERATOR, "梧州市城区急救站", "City Stations", "450403009", CENTRE),
    (
        _HIGHWAY,
        OrganisationKind.STATION_OPERATOR,
        "梧州市公路急救站",
        "Highway Stations",
        "450403103",
        CENTRE,
    ),
    (
        "NB-120",
        OrganisationKind.NEIGHBOUR_CENTRE,
        "邻市120急救中心",
        "Neighbouring 120 Centre",
        "450422112",
        None,
    ),
)
_FORMS: Final = {CENTRE: CentreForm.COMMANDING, "NB-120": CentreForm.INDEPENDENT}

# station: its town, its operator, its day and night turnout in seconds
STATIONS: Final = (
    ("S01", "450403008", "WZ-H1", 60, 90), ("S02", "450403006", _CITY, 60, 75),
    ("S03", "450405001", "WZ-H2", 75, 100), ("S04", "450405002", _CITY, 60, 75),
    ("S05", "450403005", "WZ-H3", 75, 100), ("S06", "450405003", _CITY, 60, 75),
    ("S07", "450406100", "LX-H1", 80, 120), ("S08", "450421100", "CW-H1", 80, 120),
    ("S09", "450421110", _HIGHWAY, 60, 90), ("S10", "450421112", "TC-450421112", 120, 180),
    ("S11", "450422100", "TX-H1", 80, 120), ("S12", "450422111", "TC-450422111", 120, 180),
    ("S13", "450422113", "TX-H3", 90, 130), ("S14", "450422106", "TC-450422106", 120, 180),
    ("S15", "450423100", "MS-H1", 80, 120), ("S16", "450423105", "TC-450423105", 130, 200),
    ("S17", "450481100", "CX-H1", 80, 120), ("S18", "450481103", "TC-450481103", 120, 180),
    ("S19", "450481109", "TC-450481109", 130, 200), ("S20", "450406102", _HIGHWAY, 60, 90),
)  # fmt: skip

RESPONSIBLE: Final = {
    "450403": CENTRE, "450405": CENTRE, "450406": "LX-H1", "450421": "CW-H1", "450422": "TX-H1",
    "450423": "MS-H1", "450481": "CX-H1",
}  # fmt: skip
_VILLAGE_CLINICS: Final = 2


def found_organisations(
    towns: list[Stop], villages: list[Stop], sites: Sites
) -> tuple[OrganisationSeed, ...]:
    """Offices, hospitals, one clinic for each town, and two village clinics."""
    by_code = {stop.place.code: stop for stop in towns}
    found: list[OrganisationSeed] = []

    def add(
        code: str,
        kind: OrganisationKind,
        names: tuple[str, str],
        stop: Stop,
        *,
        form: CentreForm | None = None,
        parent: str | None = BUREAU,
        tier: int | None = None,
        capabilities: tuple[str, ...] = (),
        spread_m: float = 120,
    ) -> None:
        lon, lat = sites.near(stop.place.east_m, stop.place.north_m, spread_m)
        telephone = f"0774-0{len(found) + 1:06d}"
        county = stop.place.county
        found.append(
            OrganisationSeed(
                code, kind, form, *names, parent, county, lon, lat, "wgs84", tier, capabilities, telephone
            )
        )

    for code, kind, zh, en, town, parent in _OFFICES:
        add(code, kind, (zh, en), by_code[town], form=_FORMS.get(code), parent=parent)
    for tier, kind, hospitals in (
        (3, OrganisationKind.CITY_HOSPITAL, _CITY_HOSPITALS),
        (2, OrganisationKind.COUNTY_HOSPITAL, _COUNTY_HOSPITALS),
    ):
        for code, zh, en, town, capabilities in hospitals:
            add(code, kind, (zh, en), by_code[town], tier=tier, capabilities=capabilities, spread_m=350)
    for stop in towns:
        urban = stop.place.name_zh.endswith("街道")
        names = (
            stop.place.name_zh + ("社区卫生服务中心" if urban else "卫生院"),
            short_english(stop.place.name_en) + (" Community Health Centre" if urban else " Township Clinic"),
        )
        add(
            f"TC-{stop.place.code}",
            OrganisationKind.TOWNSHIP_CLINIC,
            names,
            stop,
            tier=1,
            capabilities=_CLINIC_CAPABILITIES,
        )
    rural = [stop for stop in villages if stop.place.name_zh.endswith("村")]
    for stop in rural[:: len(rural) // _VILLAGE_CLINICS][:_VILLAGE_CLINICS]:
        code = stop.place.code
        names = (f"{stop.place.name_zh}卫生室", f"Village Clinic {code}")
        parent = f"TC-{stop.place.town}"
        add(
            f"VC-{code}",
            OrganisationKind.VILLAGE_CLINIC,
            names,
            stop,
            parent=parent,
            tier=1,
            capabilities=("first-aid",),
        )
    return tuple(found)


def found_stations(
    towns: list[Stop], organisations: tuple[OrganisationSeed, ...], sites: Sites
) -> tuple[StationSeed, ...]:
    """Twenty stations: those of a hospital or clinic stand in its grounds, the others in their town."""
    by_town = {stop.place.code: stop for stop in towns}
    by_code = {one.code: one for one in organisations}
    stations: list[StationSeed] = []
    for code, town, operator, day_s, night_s in STATIONS:
        place = by_town[town].place
        owner = by_code[operator]
        inside = owner.tier is not None
        lon, lat = (owner.lon, owner.lat) if inside else sites.near(place.east_m, place.north_m, 250)
        short = owner.name_zh if inside else place.name_zh.removesuffix("街道").removesuffix("镇")
        names = f"{short}急救站", f"{short_english(place.name_en)} Station"
        stations.append(StationSeed(code, *names, operator, lon, lat, "wgs84", day_s, night_s))
    return tuple(stations)
