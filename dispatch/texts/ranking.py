"""Why a unit stands where it stands in the ranking, and why it may or may not be sent."""

from web.words import Catalogue

TEXTS: Catalogue = {
    "eta-parts": {
        "zh-CN": "预计 {eta_s} 到场：就绪 {ready_s} + 出车 {turnout_s} + 行驶 {drive_s}",
        "en": "On scene in {eta_s}: ready {ready_s} + turnout {turnout_s} + drive {drive_s}",
    },
    "brings-all-needed": {"zh-CN": "能力齐备", "en": "Brings all that is needed"},
    "lacks-capabilities": {"zh-CN": "缺少：{capabilities}", "en": "Lacks: {capabilities}"},
    "no-full-unit": {
        "zh-CN": "缺少：{capabilities}；目前没有能力齐备的车",
        "en": "Lacks: {capabilities}; no unit that can come brings everything",
    },
    "first-responder": {
        "zh-CN": "比 {call_sign} 早到 {earlier_s}，但缺少：{capabilities}；建议两车同派",
        "en": "First on scene, {earlier_s} before {call_sign}, but lacks: {capabilities}. Send both",
    },
    "pair-with": {
        "zh-CN": "缺少：{capabilities}；建议同时请 {call_sign} 支援",
        "en": "Lacks: {capabilities}. Ask for {call_sign} as well",
    },
    "conditional": {"zh-CN": "须先确认方可调用", "en": "Conditionally available: ask before sending"},
    "position-old": {
        "zh-CN": "位置已 {age_s} 未更新，最坏情况已计入",
        "en": "Position is {age_s} old; counted in the worst case",
    },
    "position-stale": {
        "zh-CN": "位置已 {age_s} 未更新，不再采用；按从本站出发计算，请先呼叫确认",
        "en": "Position is {age_s} old and not used; counted from its station. Call the crew first",
    },
    "position-missing": {
        "zh-CN": "没有位置；按从本站出发计算，请先呼叫确认",
        "en": "No position; counted from its station. Call the crew first",
    },
    "worst-case": {
        "zh-CN": "地点不确定，最坏 {worst_s} 到场",
        "en": "Worst case under uncertainty: on scene in {worst_s}",
    },
    "worst-case-unbounded": {
        "zh-CN": "地点不确定，其中有车辆无法到达的部分",
        "en": "Part of the uncertain place cannot be reached by road",
    },
    "other-area": {"zh-CN": "属其他服务区（{area_code}）", "en": "Belongs to another area ({area_code})"},
    "ahead-of": {"zh-CN": "比 {call_sign} 早 {by_s}", "en": "{by_s} before {call_sign}"},
    "later-than": {"zh-CN": "比 {call_sign} 晚 {by_s}", "en": "{by_s} after {call_sign}"},
    "same-arrival": {"zh-CN": "与 {call_sign} 同时到场", "en": "Arrives together with {call_sign}"},
    "earlier-but-behind": {
        "zh-CN": "可比 {call_sign} 早 {by_s}，但因上述原因排在其后",
        "en": "Would be {by_s} before {call_sign}, but stands behind it for the reasons above",
    },
    "nearer-but-later": {
        "zh-CN": "路程比 {call_sign} 近 {nearer_m}，但到得更晚",
        "en": "Nearer than {call_sign} by {nearer_m} of road, yet later",
    },
    "safer-worst-case": {
        "zh-CN": "最坏情况比 {call_sign} 早 {by_s}",
        "en": "In the worst case {by_s} before {call_sign}",
    },
    "unit-unavailable": {"zh-CN": "不可调用；请另选", "en": "Not available; choose another"},
    "crew-incomplete": {"zh-CN": "人员不齐，缺：{roles}", "en": "Crew incomplete, missing: {roles}"},
    "no-road": {
        "zh-CN": "没有可通行的道路；请核对位置和道路封闭",
        "en": "No road leads there; check the place and the closures",
    },
    "drive-unknown": {"zh-CN": "行驶时间尚未算出", "en": "Its drive time is not known"},
}
