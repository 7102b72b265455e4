"""What dispatch says to persons: every reason code in zh-CN and en, and the words its arguments hold."""

from collections.abc import Mapping
from typing import Literal

from ledger.kinds.words import Capability, CrewRole
from ledger.reasons import Reason

Language = Literal["zh-CN", "en"]
Catalogue = Mapping[str, Mapping[Language, str]]

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
    "unit-unavailable": {"zh-CN": "不可调用", "en": "Not available"},
    "crew-incomplete": {"zh-CN": "人员不齐，缺：{roles}", "en": "Crew incomplete, missing: {roles}"},
    "no-road": {"zh-CN": "没有可通行的道路", "en": "No road leads there"},
    "drive-unknown": {"zh-CN": "行驶时间尚未算出", "en": "Its drive time is not known"},
}

WORDS: Mapping[str, Mapping[Language, str]] = {
    Capability.BASIC: {"zh-CN": "基础急救", "en": "basic care"},
    Capability.MONITOR: {"zh-CN": "监护仪", "en": "monitor"},
    Capability.DEFIBRILLATOR: {"zh-CN": "除颤仪", "en": "defibrillator"},
    Capability.VENTILATOR: {"zh-CN": "呼吸机", "en": "ventilator"},
    Capability.DOCTOR: {"zh-CN": "医生", "en": "doctor"},
    Capability.OBSTETRIC: {"zh-CN": "产科", "en": "obstetric"},
    Capability.NEONATAL: {"zh-CN": "新生儿", "en": "neonatal"},
    Capability.TRAUMA: {"zh-CN": "创伤", "en": "trauma"},
    Capability.ISOLATION: {"zh-CN": "隔离", "en": "isolation"},
    Capability.BARIATRIC: {"zh-CN": "肥胖患者转运", "en": "bariatric"},
    CrewRole.DRIVER: {"zh-CN": "驾驶员", "en": "driver"},
    CrewRole.NURSE: {"zh-CN": "护士", "en": "nurse"},
}

# Arguments of these names hold codes of WORDS, joined by commas.
WORD_ARGS = frozenset({"capabilities", "roles"})
_JOINERS: Mapping[Language, str] = {"zh-CN": "、", "en": ", "}


def say(reason: Reason, language: Language, texts: Catalogue = TEXTS) -> str:
    """The sentence for one reason; seconds (`_s`) read as m:ss, metres (`_m`) as m or km.

    Raises KeyError for a code or a word that the catalogue lacks, or an argument that its sentence needs.
    """
    spoken = {name: _spoken(name, value, language) for name, value in reason.args.items()}
    return texts[reason.code][language].format_map(spoken)


def _spoken(name: str, value: str | int | float, language: Language) -> str:
    if name in WORD_ARGS:
        return _JOINERS[language].join(WORDS[code][language] for code in str(value).split(","))
    if name.endswith("_s"):
        minutes, seconds = divmod(round(float(value)), 60)
        return f"{minutes}:{seconds:02d}"
    if name.endswith("_m"):
        metres = float(value)
        return f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:.1f} km"
    return str(value)
