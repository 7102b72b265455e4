"""What the map says about itself and what it refuses."""

from typing import Final

from web.words import Catalogue

ATTRIBUTIONS: Final[dict[str, dict[str, str]]] = {
    "invented": {"zh-CN": "演示地图，道路为虚构", "en": "Demo map, roads invented"},
    "openstreetmap": {"zh-CN": "© OpenStreetMap 贡献者", "en": "© OpenStreetMap contributors"},
}
"""Whom the map owes its roads to; OpenStreetMap's licence asks to be named (ODbL 1.0 section 4.3)."""

UNTITLED: Final = {"zh-CN": "地图", "en": "Map"}

TEXTS: Catalogue = {
    "map-version-unknown": {
        "zh-CN": "地图已更新，这个版本不再提供；请刷新页面",
        "en": "The map has changed and this version is gone; reload the page",
    },
    "map-tile-unknown": {
        "zh-CN": "没有这个瓦片；请使用 {least} 至 {most} 级并核对行列号",
        "en": "There is no such tile; ask for zooms {least} to {most} and check column and row",
    },
}
