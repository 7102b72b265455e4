"""What geo cannot make a place or a road of, as dispatch says it to the person who gave it."""

from web.words import Catalogue

TEXTS: Catalogue = {
    "datum-unknown": {
        "zh-CN": "坐标系不明；请注明 wgs84、cgcs2000、gcj02 或 bd09",
        "en": "The datum is not known; say wgs84, cgcs2000, gcj02 or bd09",
    },
    "position-out-of-range": {
        "zh-CN": "经纬度超出范围；请核对，并检查是否颠倒",
        "en": "Longitude or latitude is out of range; check them and whether they were swapped",
    },
    "position-null-island": {
        "zh-CN": "坐标为 (0, 0)，多半是设备尚未定位；请重新取得位置",
        "en": "The position is (0, 0), as of a device without a fix; get the position again",
    },
    "shape-invalid": {
        "zh-CN": "位置范围（{shape}）的尺寸不成立；请核对半径和角度",
        "en": "The {shape} is no possible shape; check its radius and angles",
    },
    "plus-code-invalid": {
        "zh-CN": "{given} 不是完整的 Plus code；请核对或请对方发送完整代码",
        "en": "{given} is no full Plus code; check it, or ask for the full one",
    },
    "no-gazetteer": {
        "zh-CN": "没有地名库，无法按文字查找；请给出坐标，或先导入路网",
        "en": "There is no gazetteer to look words up in; give a point, or import roads first",
    },
    "no-name-found": {
        "zh-CN": "地名库中没有“{words}”；请询问附近的村镇或道路",
        "en": "No place is called {words}; ask for a village, town or road nearby",
    },
    "counted-once": {
        "zh-CN": "与更精确的同源证据重复，只计一次；无需处理",
        "en": "A sharper piece of the same origin counts instead; nothing to do",
    },
    "region-empty": {
        "zh-CN": "辖区范围为空；请检查地区文件中的 bounds",
        "en": "The region is empty; check bounds in the prefecture's file",
    },
    "area-id-twice": {
        "zh-CN": "服务范围 {version} 中有重复编号；请改正后重试",
        "en": "Two areas of {version} share an id; correct that and try again",
    },
    "area-invalid": {
        "zh-CN": "服务范围 {area} 的边界自相交或为空；请重画",
        "en": "The border of area {area} crosses itself or is empty; draw it again",
    },
    "closure-road-unknown": {
        "zh-CN": "没有名为“{road}”的道路；请核对路名或编号，或改画区域",
        "en": "No road is called {road}; check its name or number, or draw an area instead",
    },
    "closure-touches-no-road": {
        "zh-CN": "所画范围内没有道路；请扩大范围",
        "en": "There is no road inside; draw it larger",
    },
    "closure-area-invalid": {
        "zh-CN": "封闭范围自相交或为空；请重画",
        "en": "The closed area crosses itself or is empty; draw it again",
    },
    "closure-id-twice": {
        "zh-CN": "封闭 {closure} 出现两次；请报告此事",
        "en": "Closure {closure} stands there twice; please report this",
    },
    "off-road": {
        "zh-CN": "附近没有道路；请核对位置和坐标系",
        "en": "There is no road nearby; check the position and its datum",
    },
    "roads-index-failed": {
        "zh-CN": "路网索引无法使用（{what}）；请重新运行 jiuhu import-roads",
        "en": "The road index cannot be used ({what}); run jiuhu import-roads again",
    },
    "roads-junction-unknown": {
        "zh-CN": "路网中没有路口 {junction}；请报告此事",
        "en": "The roads have no junction {junction}; please report this",
    },
    "roads-weights-misfit": {
        "zh-CN": "{weights} 个权重与 {arcs} 条路段不符；请重新运行 jiuhu import-roads",
        "en": "{weights} weights do not fit {arcs} arcs; run jiuhu import-roads again",
    },
}
