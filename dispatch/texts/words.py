"""Words for closed vocabularies: capabilities, roles of a crew, states, where a contact came from."""

from collections.abc import Mapping

from dispatch.assignments import AssignmentState as S
from dispatch.rings import RingState
from ledger.kinds.words import CallSource, Capability, CrewRole
from web.words import Language

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
    S.RSV: {"zh-CN": "预约", "en": "reserved"},
    S.DSP: {"zh-CN": "已派车", "en": "sent"},
    S.ACK: {"zh-CN": "已接令", "en": "acknowledged"},
    S.ENR: {"zh-CN": "驶向现场", "en": "en route"},
    S.STG: {"zh-CN": "待命", "en": "staging"},
    S.ONS: {"zh-CN": "到达现场", "en": "on scene"},
    S.PTC: {"zh-CN": "接触患者", "en": "with the patient"},
    S.LDD: {"zh-CN": "患者上车", "en": "patient aboard"},
    S.TRN: {"zh-CN": "送院", "en": "transporting"},
    S.ATH: {"zh-CN": "到达医院", "en": "at hospital"},
    S.HND: {"zh-CN": "已交接", "en": "handed over"},
    S.AVR: {"zh-CN": "可再派", "en": "available again"},
    S.HOM: {"zh-CN": "已回站", "en": "back home"},
    S.END: {"zh-CN": "已结束", "en": "ended"},
    CallSource.PHONE_120: {"zh-CN": "120 电话", "en": "120 call"},
    CallSource.POLICE_110: {"zh-CN": "110 转来", "en": "from the police (110)"},
    CallSource.FIRE_119: {"zh-CN": "119 转来", "en": "from the fire service (119)"},
    CallSource.TRAFFIC_122: {"zh-CN": "122 转来", "en": "from the traffic police (122)"},
    CallSource.ALARM: {"zh-CN": "报警器", "en": "alarm device"},
    CallSource.TEXT: {"zh-CN": "文字报警", "en": "text message"},
    CallSource.TRANSFER: {"zh-CN": "院间转运", "en": "transfer between facilities"},
    RingState.RINGING: {"zh-CN": "振铃", "en": "ringing"},
    RingState.ANSWERED: {"zh-CN": "已接听", "en": "answered"},
    RingState.MISSED: {"zh-CN": "未接", "en": "missed"},
    RingState.DONE: {"zh-CN": "已处理", "en": "dealt with"},
}

WORD_ARGS = frozenset({"capabilities", "roles", "state"})
"""Arguments of these names hold codes of WORDS, joined by commas."""
